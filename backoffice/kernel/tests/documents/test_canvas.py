"""The file: the same bytes every time, every font embedded, fit for an archive."""

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pikepdf
import pypdf
import pytest
from pikepdf import pdfa

from backoffice.kernel.documents.canvas import write_pdf
from backoffice.kernel.documents.document import Document
from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.documents.page import A4, LETTER, Page
from backoffice.kernel.documents.pdfa import DocumentInfo, srgb_profile
from backoffice.kernel.documents.pictures import Picture
from backoffice.kernel.documents.text import Style, TextBlock

from .samples import INFO, page_texts, png, printed

PROGRAM = """
import hashlib, io
from datetime import datetime, UTC
from backoffice.kernel.documents.page import A4, Page
from backoffice.kernel.documents.canvas import write_pdf
from backoffice.kernel.documents.pdfa import DocumentInfo
from backoffice.kernel.documents.text import Style, TextBlock
page = Page(A4, True)
TextBlock("قميص T-shirt (XL) é € \\u0141", Style(bold=True)).draw(page, 50, 50, 300)
info = DocumentInfo(title="T", author="A", language="ar", created=datetime(2026, 1, 2, tzinfo=UTC))
print(hashlib.sha256(write_pdf([page], info)).hexdigest())
"""


def mixed_page() -> Page:
    page = Page(A4)
    TextBlock("Regular é € Ł\nقميص", Style()).draw(page, 50, 50, 300)
    TextBlock("Bold – " + "".join(map(chr, range(0x400, 0x500))), Style(bold=True)).draw(page, 50, 90, 300)
    page.rule(x=50, y=200, length=100)
    page.fill(x=50, top=210, width=30, height=10, colour=(1, 0, 0))
    page.picture(Picture.from_bytes(png()), x=50, top=230, width=40, height=20)
    return page


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Return each font's name and whether its program is embedded."""
    found = {}
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object().get("/FontDescriptor")
            found[font["/BaseFont"]] = descriptor is not None and "/FontFile2" in descriptor
    return found


def test_the_same_pages_give_the_same_bytes():
    assert write_pdf([mixed_page()], INFO) == write_pdf([mixed_page()], INFO)


def test_the_bytes_do_not_depend_on_the_process():
    digests = set()
    for seed, epoch, zone in (("0", "", "UTC"), ("1", "1000000000", "Asia/Tokyo"), ("4711", "", "America/Lima")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_the_bytes_do_not_depend_on_what_was_printed_before():
    first = printed("zyx é")
    printed("other letters ŵ ß Київ")
    assert printed("zyx é") == first


def test_different_documents_have_different_identifiers():
    identifiers = {
        bytes(pikepdf.open(io.BytesIO(pdf)).trailer.ID[0])
        for pdf in (printed("one"), printed("two"), write_pdf([mixed_page()], INFO))
    }
    assert len(identifiers) == 3


def test_the_file_passes_as_an_archive_document(tmp_path):
    file = tmp_path / "document.pdf"
    file.write_bytes(write_pdf([mixed_page(), mixed_page()], INFO))
    assert list(pdfa.validate_written(file, "3b").findings) == []


def test_every_font_is_embedded_and_helvetica_is_not_named():
    pdf = write_pdf([mixed_page()], INFO)
    assert fonts_of(pdf) == {
        "/AAAAAA+DejaVuSans": True,
        "/AAAAAA+DejaVuSans-Bold": True,
        "/AAAAAB+DejaVuSans-Bold": True,
    }
    for word in (b"Helvetica", b"/Trans", b"ASCII85"):
        assert word not in pdf


def test_the_file_describes_itself():
    reader = pypdf.PdfReader(io.BytesIO(printed("x")))
    assert reader.metadata.title == "Invoice 2026-0001"
    assert reader.metadata.author == "Müller & Söhne <shop>"
    assert reader.metadata.creation_date == datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
    assert reader.xmp_metadata.dc_title == {"x-default": "Invoice 2026-0001"}
    assert reader.xmp_metadata.dc_creator == ["Müller & Söhne <shop>"]
    catalogue = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "en"
    assert catalogue["/OutputIntents"][0]["/OutputConditionIdentifier"] == "sRGB IEC61966-2.1"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value is True


def test_the_instant_is_written_in_utc():
    lima = timezone(timedelta(hours=-5))
    info = replace(INFO, created=datetime(2026, 3, 5, 4, 30, tzinfo=lima))
    assert write_pdf([mixed_page()], info) == write_pdf([mixed_page()], INFO)


def test_an_instant_needs_a_time_zone():
    with pytest.raises(DocumentError, match="needs a time zone"):
        DocumentInfo(title="T", author="A", language="en", created=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("title", ["Line\nbreak", "x\x00y", "<&>\"'", "漢字 😀"])
def test_any_title_makes_a_valid_file(title, tmp_path):
    file = tmp_path / "document.pdf"
    file.write_bytes(write_pdf([mixed_page()], replace(INFO, title=title, author=title, subject=title)))
    assert list(pdfa.validate_written(file, "3b").findings) == []


def test_the_colour_profile_is_the_same_on_every_day():
    profile = srgb_profile()
    assert profile[36:40] == b"acsp"
    assert profile[24:36] == bytes.fromhex("07d000010001000000000000")
    assert hashlib.sha256(profile).digest() == hashlib.sha256(srgb_profile()).digest()


def test_pages_may_differ_in_size():
    reader = pypdf.PdfReader(io.BytesIO(write_pdf([Page(A4), Page(LETTER)], INFO)))
    sizes = [(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages]
    assert sizes == [(595, 842), (612, 792)]


def test_a_picture_is_stored_once():
    pdf = write_pdf([mixed_page(), mixed_page()], INFO)
    assert pdf.count(b"/Subtype /Image") == 1
    images = [list(page.images) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert [[image.image.size for image in found] for found in images] == [[(40, 20)], [(40, 20)]]


def test_a_document_without_pages_is_refused():
    with pytest.raises(DocumentError, match="at least one page"):
        write_pdf([], INFO)


def test_finishing_twice_gives_the_same_file():
    document = Document(INFO)
    document.flow.put(TextBlock("Hello", Style()))
    assert document.finish() == document.finish()
    assert page_texts(document.finish()) == ["Hello"]

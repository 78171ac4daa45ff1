"""The file: the same bytes from the same snapshot in any process, and fit for an archive."""

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa

from backoffice.kernel.documents.errors import ImageRefused
from invoices.documents import render_invoice

from .cases import cases
from .samples import snapshot

CASES = cases()
_ROOT = Path(__file__).parents[3]
_CHILD = """
import hashlib, json
from invoices.documents import render_invoice
from invoices.tests.documents.cases import cases
print(json.dumps({name: hashlib.sha256(render_invoice(one)).hexdigest() for name, one in cases().items()}))
"""


def digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_writes_the_same_bytes(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", _CHILD], cwd=_ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {name: digest(render_invoice(one)) for name, one in CASES.items()}


def test_what_was_rendered_before_does_not_matter():
    alone = digest(render_invoice(CASES["invoice_ar"]))
    for name in ("sixty_lines_ar", "invoice_fr", "very_long_texts"):
        render_invoice(CASES[name])
    assert digest(render_invoice(CASES["invoice_ar"])) == alone


def test_threads_write_the_same_bytes():
    documents = [CASES[name] for name in ("invoice_de", "invoice_ar", "yen", "invoice_fr")] * 4
    with ThreadPoolExecutor(4) as pool:
        found = [digest(pdf) for pdf in pool.map(render_invoice, documents)]
    assert found == [digest(render_invoice(document)) for document in documents]


@pytest.mark.parametrize(
    "change",
    [
        {"note": "x"},
        {"meta": replace(snapshot().meta, issued_on=date(2026, 3, 6))},
        {"logo": None},
    ],
    ids=["note", "date", "logo"],
)
def test_another_snapshot_makes_another_file(change):
    assert digest(render_invoice(replace(snapshot(), **change))) != digest(render_invoice(snapshot()))


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_document_is_fit_for_an_archive(name, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(render_invoice(CASES[name]))
    assert pdfa.validate_written(path, "3b").findings == []


def test_the_file_says_what_it_is(tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(render_invoice(CASES["credit_note_fr"]))
    with pikepdf.open(path) as pdf:
        info = {key: str(value) for key, value in pdf.docinfo.items()}
        assert (info["/Title"], info["/Author"]) == ("Avoir CN-2026-000007", "Example Trade GmbH")
        assert (info["/CreationDate"], info["/Subject"]) == (
            "D:20260305000000+00'00'",
            "N°\u00a0de commande ORD-100042",
        )
        assert str(pdf.Root.Lang) == "fr"
        fonts = {
            str(font["/BaseFont"]).partition("+")[2] for page in pdf.pages for font in page.resources["/Font"].values()
        }
        assert fonts == {"DejaVuSans", "DejaVuSans-Bold"}


def test_a_logo_that_is_no_picture_is_refused():
    with pytest.raises(ImageRefused):
        render_invoice(replace(snapshot(), logo=b"<svg/>"))

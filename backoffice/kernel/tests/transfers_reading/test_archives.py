"""ZIP files: what may be unpacked, and what is refused before it is."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.kernel.transfers.reading import Limits, ReadError, safe_zip, safe_zip_members, sniff

from .samples import packed, saved


def archive_of(
    entries: list[tuple[str | zipfile.ZipInfo, bytes]], compression: int = zipfile.ZIP_DEFLATED
) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file


def refusal_of(file, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as refusal:
        safe_zip_members(file, limits)
    return refusal.value.code


def test_files_are_listed_without_folders_and_litter():
    file = archive_of(
        [
            ("table.csv", b"a,b"),
            ("img/", b""),
            ("img/Tea pot.png", b"x" * 10),
            ("__MACOSX/._x", b""),
            (".DS_Store", b""),
            ("sub\\c.txt", b"1"),
        ]
    )
    assert [(member.path, member.name, member.size) for member in safe_zip_members(file)] == [
        ("table.csv", "table.csv", 3),
        ("img/Tea pot.png", "Tea pot.png", 10),
        ("sub/c.txt", "c.txt", 1),
    ]
    with safe_zip(file, Limits()) as archive:
        assert (archive.read("img/Tea pot.png"), archive.has("nothing")) == (b"x" * 10, False)


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/../../b", "C:/x", "..\\evil", _link()])
def test_paths_out_of_the_archive_are_refused(name):
    assert refusal_of(archive_of([(name, b"x")])) == "zip_path"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    assert refusal_of(archive_of([("a", b"1"), ("a", b"2")])) == "zip_path"


def test_too_many_files_are_refused():
    entries = [(f"{number}.txt", b"") for number in range(11)]
    assert refusal_of(archive_of(entries), Limits(max_members=10)) == "zip_entries"


def test_files_too_large_together_are_refused():
    entries = [(f"{number}.txt", b"x" * 100) for number in range(11)]
    assert refusal_of(archive_of(entries, zipfile.ZIP_STORED), Limits(max_unpacked_bytes=1000)) == "zip_bomb"


def test_a_file_that_unpacks_to_hundreds_of_times_its_size_is_refused():
    assert refusal_of(archive_of([("zeros", bytes(8_000_000))])) == "zip_bomb"


def test_what_is_unpacked_counts_for_all_files_together():
    file = archive_of([("a", b"x" * 600), ("b", b"y" * 600)], zipfile.ZIP_STORED)
    with safe_zip(file, Limits(max_unpacked_bytes=1300)) as archive:
        assert len(archive.read("a")) == 600
        assert len(archive.read("b")) == 600
        with pytest.raises(ReadError) as refusal:
            archive.read("a")
    assert refusal.value.code == "zip_bomb"


def test_passwords_are_refused():
    data = bytearray(archive_of([("a", b"x")]).getvalue())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.find(signature) + place, 1)
    assert refusal_of(io.BytesIO(bytes(data))) == "zip_encrypted"


def test_unusual_compression_is_refused():
    assert refusal_of(archive_of([("a", b"x" * 100)], zipfile.ZIP_LZMA)) == "zip_damaged"


@pytest.mark.parametrize("cut", [10, 60, 100])
def test_a_file_cut_off_is_refused(cut):
    data = archive_of([("a", b"hello" * 100), ("b", b"x")]).getvalue()
    assert refusal_of(io.BytesIO(data[:-cut])) == "zip_damaged"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"table.csv": "a,b\n1,2\n"}, "The file is a ZIP archive, not a table."),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}, "The file is an OpenDocument file (ODS)."),
        ({"xl/workbook.bin": "x"}, "The file is a binary workbook (XLSB)."),
        ({"Index/Document.iwa": "x"}, "The file is an Apple Numbers file."),
    ],
)  # fmt: skip
def test_zips_that_are_no_workbook_are_named(tmp_path, parts, message):
    with pytest.raises(ReadError) as refusal:
        sniff(packed(tmp_path, parts), "file.xlsx")
    assert (refusal.value.code, refusal.value.message) == ("not_a_workbook", message)


def _compound(directory: bytes) -> bytes:
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 1)
    return bytes(head) + bytes(512) + directory.ljust(1024, b"\0")


@pytest.mark.parametrize(
    ("stream", "code"), [("Workbook", "legacy_xls"), ("EncryptedPackage", "encrypted")]
)  # fmt: skip
def test_old_and_protected_workbooks_are_refused_in_plain_words(tmp_path, stream, code):
    path = saved(
        tmp_path, _compound("Root Entry".encode("utf-16-le").ljust(128, b"\0") + stream.encode("utf-16-le")), "book.xls"
    )
    with pytest.raises(ReadError) as refusal:
        sniff(path, path.name)
    assert refusal.value.code == code


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_archives_are_refused_not_crashed_on(data):
    whole = bytearray(
        archive_of(
            [("xl/workbook.xml", b"<workbook/>"), ("_rels/.rels", b"<Relationships/>"), ("c", b"hello" * 20)]
        ).getvalue()
    )
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    file = io.BytesIO(bytes(whole))
    try:
        with safe_zip(file, Limits()) as archive:
            for member in archive.members():
                archive.read(member.path)
        sniff(file, "file.xlsx")
    except ReadError as error:
        assert error.code  # noqa: PT017  # any refusal will do

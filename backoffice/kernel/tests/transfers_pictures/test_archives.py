"""A ZIP with a table and its pictures: what is in it, and what is refused before it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from backoffice.kernel.transfers.pictures.archive import PictureMissing, picture_archive
from backoffice.kernel.transfers.pictures.names import name_key
from backoffice.kernel.transfers.pictures.packed import unpacked_table
from backoffice.kernel.transfers.reading import Limits, ReadError


def archive_of(*paths: str, content: bytes = b"x") -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.writestr(path, content)
    return file


def unpack(file: io.BytesIO, limits: Limits | None = None) -> tuple[str, bytes, bool] | None:
    """Return name and content of a ZIP's table, and whether there are pictures."""
    with unpacked_table(file, limits or Limits()) as found:
        return (found.name, found.content.read(), found.has_pictures) if found is not None else None


def refusal_of(action) -> tuple[str, str]:
    with pytest.raises(ReadError) as refusal:
        action()
    return refusal.value.code, str(refusal.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Front.PNG", "front.png"),
        ("a/b\\front.jpeg", "FRONT.jpg"),
        ("a\u0308.png", "ä.png"),
        ("STRASSE.png", "straße.png"),
    ],
)
def test_names_that_are_one(one, other):
    assert name_key(one) == name_key(other)


def test_names_that_are_two():
    assert len({name_key(name) for name in ("front.png", "front.jpg", "front", "front 2.png")}) == 4


def test_the_table_is_told_from_its_pictures():
    packed = unpack(archive_of("goods/Table.CSV", "goods/readme.txt", "img/a.png", "__MACOSX/._a.png"))

    assert packed == ("Table.CSV", b"x", True)
    with picture_archive(archive_of("t.csv", "img/a.png"), Limits()) as archive:
        assert [picture.path for picture in archive.pictures] == ["img/a.png"]
        assert archive.find("A.png").path == "img/a.png"
        with pytest.raises(PictureMissing, match="There is no picture of this name in the ZIP"):
            archive.find("b.png")


def test_a_text_is_the_table_where_there_is_no_other():
    assert unpack(archive_of("list.txt")) == ("list.txt", b"x", False)


@pytest.mark.parametrize("content", [b"sku,name\n1,2\n", b""])
def test_what_is_no_zip_is_none_of_this(content):
    assert unpack(io.BytesIO(content)) is None


@pytest.mark.parametrize("paths", [["[Content_Types].xml", "xl/workbook.xml"], ["mimetype", "content.xml"]])
def test_an_office_programs_file_is_none_of_this(paths):
    assert unpack(archive_of(*paths)) is None


@pytest.mark.parametrize(
    ("paths", "code", "words"),
    [
        (["a.png"], "zip_no_table", "The ZIP holds no table."),
        (["a.csv", "b.xlsx"], "zip_tables", "The ZIP holds several tables: a.csv, b.xlsx."),
        (["a.csv", "more.zip"], "zip_nested", "The ZIP holds another archive, “more.zip”, which is not opened."),
        (["a.csv", "more.tar.gz"], "zip_nested", "The ZIP holds another archive, “more.tar.gz”"),
        (["a.csv", "../a.png"], "zip_path", "“../a.png” points out of the archive."),
        (["a.csv", "/etc/a.png"], "zip_path", "“/etc/a.png” points out of the archive."),
    ],
)
def test_archives_that_are_refused(paths, code, words):
    found = refusal_of(lambda: unpack(archive_of(*paths)))

    assert found[0] == code
    assert words in found[1]


def test_caps_hold_before_anything_is_unpacked():
    small = Limits(max_members=3, max_unpacked_bytes=1_000)

    assert refusal_of(lambda: unpack(archive_of(*"abcd"), small))[0] == "zip_entries"
    bomb = archive_of("t.csv", "a.png", content=bytes(600))
    assert refusal_of(lambda: unpack(bomb, small))[0] == "zip_bomb"
    assert refusal_of(lambda: unpack(archive_of("t.csv"), Limits(max_bytes=10)))[0] == "too_large"


def test_a_password_is_refused():
    data = bytearray(archive_of("t.csv", "a.png").getvalue())
    # The first bit of the flags says so, in each entry and in the directory.
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(start)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(start, at + 1)

    assert refusal_of(lambda: unpack(io.BytesIO(bytes(data))))[0] == "zip_encrypted"


def test_a_picture_that_is_too_large_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("backoffice.kernel.transfers.pictures.archive.MAX_BYTES", 10)

    with picture_archive(archive_of("a.png", content=bytes(11)), Limits()) as archive:
        monkeypatch.setattr(archive._archive, "chunks", None)
        assert refusal_of(lambda: archive.read("a.png")) == (
            "too_large", "The picture holds 11 bytes; the most is 10 bytes.",
        )  # fmt: skip


def test_pictures_have_to_be_a_zip():
    def opened():
        with picture_archive(io.BytesIO(b"\x89PNG\r\n\x1a\n"), Limits()):
            raise AssertionError("not reached")

    assert refusal_of(opened)[0] == "wrong_format"

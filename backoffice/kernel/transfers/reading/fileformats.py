"""Recognise what a file is from its first bytes, and refuse what cannot be read, in plain words."""

from __future__ import annotations

import struct
from typing import IO, Literal

from .errors import ReadError

FileKind = Literal["text", "zip"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
AS_XLSX = "Open it in a spreadsheet program and save it as XLSX or CSV."

# First bytes, what it is, what to do.
REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "Ask for the table as XLSX or CSV."),
    (b"\x89PNG", "a picture (PNG)", "Pictures are uploaded on the product's page or in a ZIP."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Pictures are uploaded on the product's page or in a ZIP."),
    (b"GIF8", "a picture (GIF)", "Pictures are uploaded on the product's page or in a ZIP."),
    (b"\x1f\x8b", "compressed (gzip)", "Unpack it first."),
    (b"BZh", "compressed (bzip2)", "Unpack it first."),
    (b"\xfd7zXZ\x00", "compressed (xz)", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"{\\rtf", "a text document (RTF)", "Ask for the table as XLSX or CSV."),
    (b"SQLite format 3\x00", "a database (SQLite)", "Export the table as CSV."),
    (b"PAR1", "a Parquet file", "Export the table as CSV."),
)
MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page (HTML) under another name"),
    (b"<html", "a web page (HTML) under another name"),
    (b"<table", "a web page (HTML) under another name"),
    (b"<?xml", "an XML file"),
)


def file_kind(file: IO[bytes]) -> FileKind:
    """Return whether a file is a ZIP (as XLSX is) or to be read as text.

    Raises:
        ReadError: `legacy_xls`, `encrypted` or `wrong_format`.
    """
    file.seek(0)
    head = file.read(4096)
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(OLE):
        raise _ole_refusal(file, head)
    for start, what, hint in REFUSED:
        if head.startswith(start):
            raise ReadError("wrong_format", f"The file is {what}, not a table.", hint=hint)
    markup = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    for start, what in MARKUP:
        if markup.startswith(start):
            raise ReadError("wrong_format", f"The file is {what}.", hint=AS_XLSX)
    file.seek(0)
    return "text"


def _ole_refusal(file: IO[bytes], head: bytes) -> ReadError:
    """Tell an encrypted XLSX from an old XLS by the names in the directory of the compound file.

    Source: [MS-CFB] 2.2 (first directory sector at offset 48, sector shift at 30) and 2.6.
    """
    start = head.ljust(512, b"\0")
    shift, first = struct.unpack_from("<H", start, 30)[0], struct.unpack_from("<I", start, 48)[0]
    directory = b""
    if shift in (9, 12):
        file.seek((first + 1) << shift)
        directory = file.read(4096)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        return ReadError(
            "encrypted",
            "The workbook is protected by a password.",
            hint="Open it in a spreadsheet program, remove the password and save it again.",
        )
    return ReadError("legacy_xls", "The file is an old Excel workbook (.xls, before 2007).", hint=AS_XLSX)

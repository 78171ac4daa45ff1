"""The character encodings that a file may be in, with the names that people know them by."""

from __future__ import annotations

import codecs

from .errors import ReadError

# Python's own names. Codecs that are not character sets (zlib, rot13, idna, ...)
# must never be reachable from a form field, hence a closed list.
LABELS: dict[str, str] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16-le": "Unicode (UTF-16 LE)",
    "utf-16-be": "Unicode (UTF-16 BE)",
    "utf-32-le": "Unicode (UTF-32 LE)",
    "utf-32-be": "Unicode (UTF-32 BE)",
    "cp1252": "Western European (Windows-1252)",
    "iso8859-1": "Western European (Latin-1, ISO 8859-1)",
    "iso8859-15": "Western European with euro sign (Latin-9, ISO 8859-15)",
    "mac-roman": "Western European (Mac)",
    "cp850": "Western European (DOS 850)",
    "cp437": "Western European (DOS 437)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859-2": "Central European (Latin-2, ISO 8859-2)",
    "cp852": "Central European (DOS 852)",
    "cp1251": "Cyrillic (Windows-1251)",
    "cp866": "Cyrillic (DOS 866)",
    "iso8859-5": "Cyrillic (ISO 8859-5)",
    "koi8-r": "Russian (KOI8-R)",
    "koi8-u": "Ukrainian (KOI8-U)",
    "cp1253": "Greek (Windows-1253)",
    "iso8859-7": "Greek (ISO 8859-7)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "cp1257": "Baltic (Windows-1257)",
    "cp1258": "Vietnamese (Windows-1258)",
    "cp874": "Thai (Windows-874)",
    "cp932": "Japanese (Shift-JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (Windows-949)",
}

# The longer marks first: the mark of UTF-32 LE begins with that of UTF-16 LE.
MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})

_CANONICAL = {codecs.lookup(name).name: name for name in LABELS}


def canonical_encoding(name: str) -> str:
    """Return this project's name for an encoding, whatever common name it is given ("latin1", "UTF8").

    Raises:
        ReadError: `encoding_unknown`.
    """
    try:
        return _CANONICAL[codecs.lookup(name.strip()).name]
    except (LookupError, ValueError):
        raise ReadError(
            "encoding_unknown",
            f"The character encoding “{name[:40]}” is not known.",
            hint="Choose one of the encodings in the list.",
        ) from None


def mark_of(head: bytes) -> tuple[bytes, str]:
    """Return the byte order mark that a file begins with and its encoding, or two empty values."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return mark, encoding
    return b"", ""

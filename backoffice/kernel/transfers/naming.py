"""Looking for words in uploaded files, wherever in them they stand."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from backoffice.kernel.transfers.reading.archives import safe_zip
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.limits import Limits

_PIECE = 1 << 20
_ZIP = b"PK"


def file_names_any(
    path: Path, words: Collection[str], *, encoding: str = "utf-8", limits: Limits | None = None
) -> bool:
    """Say whether a file holds one of some words, in any case.

    A sheet that cannot be unpacked may hold anything, and counts as holding them.

    Args:
        path: a CSV file or a workbook.
        words: what to look for.
        encoding: of a CSV file.
        limits: caps on what is unpacked.
    """
    wanted = [word.lower() for word in words]
    if not wanted:
        return False
    with path.open("rb") as file:
        is_sheet = file.read(len(_ZIP)) == _ZIP
        file.seek(0)
        if not is_sheet:
            return _found(iter(lambda: file.read(_PIECE), b""), wanted, encoding)
    try:
        with safe_zip(path, limits or Limits()) as archive:
            escaped = [escape(word) for word in wanted]
            sheets = [member.path for member in archive.members() if member.path.endswith(".xml")]
            return any(_found(archive.chunks(sheet, _PIECE), escaped, "utf-8") for sheet in sheets)
    except ReadError:
        return True


def _found(pieces: Iterable[bytes], wanted: list[str], encoding: str) -> bool:
    """Say whether a text in pieces holds a word; words may lie across two pieces."""
    overlap = max(map(len, wanted)) - 1
    before = ""
    for piece in _decoded(pieces, encoding):
        text = before + piece.lower()
        if any(word in text for word in wanted):
            return True
        before = text[-overlap:] if overlap else ""
    return False


def _decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for piece in pieces:
        yield decoder.decode(piece)

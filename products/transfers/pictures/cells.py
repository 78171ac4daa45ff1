"""What the cells of pictures say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from backoffice.kernel.transfers.pictures.names import base_name

BETWEEN = "|"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|//|data:")
# A comma parts addresses only where another one follows: addresses may hold commas.
_BETWEEN_ADDRESSES = re.compile(r"[,;\s]\s*(?=(?:https?:)?//)")
_LONGEST = 60
_DIGITS = 10


def is_address(text: str) -> bool:
    """Say whether an entry is an address and not the name of a file."""
    return _ADDRESS.match(text) is not None


def entries_of(cell: str, is_known: Callable[[str], bool]) -> list[str]:
    """Return the entries of a cell, separated by bars or commas, each once.

    Args:
        cell: the cell.
        is_known: tells names of pictures; a known one may hold a comma, where no folders are named.
    """
    if BETWEEN in cell:
        parts = cell.split(BETWEEN)
    elif is_address(cell):
        parts = _BETWEEN_ADDRESSES.split(cell)
    elif "/" not in cell and "\\" not in cell and is_known(cell):
        parts = [cell]
    else:
        parts = cell.split(",")
    return [part.strip() for part in parts if part.strip()]


def stored_stem(url: str) -> str:
    """Return the name, without ending, under which the picture of an address is kept: it tells the address again."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        path = ""
    stem = re.sub(r"[^\w.-]+", "-", PurePosixPath(base_name(path)).stem)[:_LONGEST].strip("-.")
    return f"{stem or 'picture'}-{hashlib.sha256(url.encode()).hexdigest()[:_DIGITS]}"

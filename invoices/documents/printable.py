"""Which field of a snapshot holds characters that the font cannot print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from backoffice.kernel.documents.fonts import require_glyphs
from invoices.snapshot import InvoiceSnapshot, LineSnapshot


def require_printable(snapshot: InvoiceSnapshot) -> None:
    """Refuse a snapshot with a text that cannot be printed.

    Issuing asks this before a document gets its number, so that none is issued that can never be rendered.

    Raises:
        MissingGlyph: ``where`` names the field, for example ``"line 3 name"`` or ``"buyer address city"``.
    """
    for where, text in _texts(snapshot, ""):
        for bold in (False, True):
            require_glyphs(text, where=where, bold=bold)


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a value, each with the words that lead to it."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value, start=1):
            number = item.position if isinstance(item, LineSnapshot) else index
            yield from _texts(item, f"{where.removesuffix('s')} {number}")
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            words = item.name.replace("_", " ")
            yield from _texts(getattr(value, item.name), f"{where} {words}".strip())

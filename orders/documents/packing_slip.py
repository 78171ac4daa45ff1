"""Packing slips: what lies in a parcel, in the language of the person who opens it."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.documents import formats
from backoffice.kernel.documents.blocks import Columns, Pair, Pairs, Stack
from backoffice.kernel.documents.canvas import write_pdf
from backoffice.kernel.documents.codes import code128
from backoffice.kernel.documents.document import Document
from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.documents.letterhead import Letterhead
from backoffice.kernel.documents.page import Page
from backoffice.kernel.documents.pdfa import DocumentInfo
from backoffice.kernel.documents.table import Column, Row, Table, draw_table
from backoffice.kernel.documents.text import GREY, Style, TextBlock
from orders.documents.snapshots import PackingSlipSnapshot, SlipLine
from orders.documents.wording import SlipWords, slip_words

_TITLE = Style(size=16, bold=True)
_ADDRESS = Style(size=11)
_LABEL = Style(size=8.5, colour=GREY)
_VALUE = Style(size=9.5)
_BODY = Style(size=9.5)
_BARCODE_HEIGHT = 30.0


def render_packing_slips(snapshots: Sequence[PackingSlipSnapshot]) -> bytes:
    """Return packing slips as one PDF, each beginning on a page of its own.

    Raises:
        DocumentError: there is no slip.
        MissingGlyph: a text holds a character that cannot be printed; the message names it.
    """
    if not snapshots:
        raise DocumentError("there is no packing slip to print")
    first = snapshots[0]
    numbers = ", ".join(snapshot.number for snapshot in snapshots)
    info = DocumentInfo(
        title=f"{slip_words(first.language).title} {numbers}",
        author=first.sender[0],
        language=first.language,
        created=max(snapshot.created_at for snapshot in snapshots),
    )
    pages: list[Page] = []
    for snapshot in snapshots:
        pages += _pages(snapshot, info)
    return write_pdf(pages, info)


def _pages(snapshot: PackingSlipSnapshot, info: DocumentInfo) -> list[Page]:
    words = slip_words(snapshot.language)
    letterhead = Letterhead(
        sender="\n".join(snapshot.sender),
        page_label=lambda page, pages: words.page.format(page=page, pages=pages),
        running_title=f"{words.title} {snapshot.number}",
    )
    document = Document(info, direction=formats.direction(snapshot.language), furniture=letterhead)
    flow = document.flow
    flow.put(
        Columns(
            [
                (TextBlock("\n".join(snapshot.address), _ADDRESS, where=f"{snapshot.number} address"), 1.2),
                (_reference(snapshot, words), 1.0),
            ],
            gap=24,
        )
    )
    flow.space(18)
    flow.put(TextBlock(f"{words.title} {snapshot.number}", _TITLE, where="title"))
    flow.space(6)
    draw_table(flow, _table(snapshot, words), [_row(line, shows_rest=_has_rest(snapshot)) for line in snapshot.lines])
    flow.space(14)
    flow.put(TextBlock(words.closing, _LABEL, where="closing"))
    document.finish()
    return document.pages


def _reference(snapshot: PackingSlipSnapshot, words: SlipWords) -> Stack:
    pairs = [Pair(words.order, snapshot.order)]
    if snapshot.ordered_on is not None:
        pairs.append(Pair(words.ordered_on, formats.day(snapshot.ordered_on, snapshot.language)))
    pairs.append(Pair(words.parcel, snapshot.number))
    if snapshot.carrier:
        pairs.append(Pair(words.carrier, snapshot.carrier))
    if snapshot.tracking:
        pairs.append(Pair(words.tracking, snapshot.tracking))
    return Stack(
        [
            Pairs(pairs, label_style=_LABEL, value_style=_VALUE, where=snapshot.number),
            code128(snapshot.number, height=_BARCODE_HEIGHT, caption=False),
        ],
        gap=8,
    )


def _has_rest(snapshot: PackingSlipSnapshot) -> bool:
    return any(line.to_follow for line in snapshot.lines)


def _table(snapshot: PackingSlipSnapshot, words: SlipWords) -> Table:
    rest = (Column(words.to_follow, width=60, align="number"),) if _has_rest(snapshot) else ()
    return Table(
        columns=(
            Column(words.sku, width=105),
            Column(words.goods),
            Column(words.ordered, width=60, align="number"),
            Column(words.packed, width=90, align="number"),
            *rest,
        ),
        body=_BODY,
        padding=4,
        where=snapshot.number,
    )


def _row(line: SlipLine, *, shows_rest: bool) -> Row:
    rest = (str(line.to_follow),) if shows_rest else ()
    return Row((line.sku, line.name, str(line.ordered), str(line.packed), *rest))

"""From a frozen snapshot to a PDF."""

from __future__ import annotations

import datetime as dt

from backoffice.kernel.documents import formats
from backoffice.kernel.documents.document import Document
from backoffice.kernel.documents.errors import MissingGlyph
from backoffice.kernel.documents.pdfa import DocumentInfo
from invoices.documents.header import draw_header, letterhead, title
from invoices.documents.lines import draw_lines
from invoices.documents.looks import margins
from invoices.documents.payment import payment_block
from invoices.documents.printable import require_printable
from invoices.documents.sections import sections
from invoices.documents.totals import totals_block
from invoices.documents.wording import Wording, wording_of
from invoices.snapshot import InvoiceSnapshot

_ABOVE_TOTALS = 6.0
_SHORT_TAIL = 90.0  # what stands below the totals stays with them up to this height: no page for a greeting


def render_invoice(snapshot: InvoiceSnapshot) -> bytes:
    """Write an invoice or a credit note as a PDF that is ready for PDF/A-3b.

    A pure function: the same snapshot gives the same bytes, in any process. Nothing is computed on
    the way but the running net at page breaks; all amounts are those of the snapshot.

    Args:
        snapshot: what the document says. Its texts are plain text, and are drawn as they stand.

    Raises:
        MissingGlyph: the font lacks a character; ``where`` names the field of the snapshot.
        DocumentError: the language is unknown, or an amount has more decimals than the currency.
        ImageRefused: the logo is no picture that can be printed.
    """
    try:
        return _render(snapshot)
    except MissingGlyph:
        require_printable(snapshot)  # says which field it is
        raise


def _render(snapshot: InvoiceSnapshot) -> bytes:
    wording = wording_of(snapshot)
    direction = formats.direction(wording.language)
    document = Document(
        _info(snapshot, wording),
        margins=margins(rtl=direction == "rtl"),
        direction=direction,
        furniture=letterhead(snapshot, wording),
    )
    flow = document.flow
    draw_header(document, snapshot, wording)
    totals = totals_block(snapshot, wording, beside=payment_block(snapshot, wording))
    below = sections(snapshot, wording)
    tail = sum(section.height(flow.width) for section in below)
    if tail > _SHORT_TAIL:
        tail = 0.0  # a long note may go on over the page by itself
    draw_lines(flow, snapshot, wording, tail=_ABOVE_TOTALS + totals.height(flow.width) + tail)
    flow.space(_ABOVE_TOTALS)
    flow.keep_together(totals)
    for section in below:
        section.draw(flow)
    return document.finish()


def _info(snapshot: InvoiceSnapshot, wording: Wording) -> DocumentInfo:
    return DocumentInfo(
        title=title(snapshot, wording),
        author=snapshot.issuer.address.name,
        language=wording.language,
        # The day is what the document knows of its instant; the clock would make each copy another file.
        created=dt.datetime.combine(snapshot.meta.issued_on, dt.time(), dt.UTC),
        subject=f"{wording.labels.meta.order} {snapshot.meta.order_number}" if snapshot.meta.order_number else "",
    )

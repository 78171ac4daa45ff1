"""What stands below the payment: where the goods went, the note, the shop's closing line."""

from __future__ import annotations

from backoffice.kernel.documents.flow import Flow
from backoffice.kernel.documents.text import TextBlock
from invoices.documents.looks import BODY, HEADING, QUIET
from invoices.documents.wording import Wording
from invoices.snapshot import InvoiceSnapshot

_GAP = 9.0


def draw_sections(flow: Flow, snapshot: InvoiceSnapshot, wording: Wording) -> None:
    """Draw those sections that the document has; long notes go on over the page."""
    _draw(flow, wording.labels.deliver_to, _delivery(snapshot, wording), where="delivery address")
    _draw(flow, wording.kind.note, snapshot.note.strip(), where="note")
    if snapshot.issuer.footer:
        flow.space(_GAP)
        flow.put(TextBlock(snapshot.issuer.footer, BODY.but(colour=QUIET), where="closing line"))


def _draw(flow: Flow, heading: str, text: str, *, where: str) -> None:
    if not text:
        return
    flow.space(_GAP)
    flow.ensure(HEADING.line_height + BODY.line_height)  # a heading is never the last line of a page
    flow.put(TextBlock(heading, HEADING))
    flow.put(TextBlock(text, BODY, where=where))


def _delivery(snapshot: InvoiceSnapshot, wording: Wording) -> str:
    """Return the delivery address in one line; empty where it is the buyer's."""
    if snapshot.delivery.address == snapshot.buyer.address:
        return ""
    return ", ".join(wording.address(snapshot.delivery.address))

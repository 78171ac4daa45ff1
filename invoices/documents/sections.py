"""What stands below totals and payment: where the goods went, the note, the shop's closing line."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.kernel.documents.flow import Flow
from backoffice.kernel.documents.text import TextBlock
from invoices.documents.looks import BODY, HEADING, QUIET
from invoices.documents.wording import Wording
from invoices.snapshot import InvoiceSnapshot

_GAP = 9.0


@dataclass(frozen=True, slots=True)
class Section:
    """A text below its heading; the closing line has none."""

    heading: TextBlock | None
    text: TextBlock

    def height(self, width: float) -> float:
        """Return the height in points with the gap above."""
        heading = self.heading.height(width) if self.heading else 0.0
        return _GAP + heading + self.text.height(width)

    def draw(self, flow: Flow) -> None:
        """Draw the section; a long one goes on over the page, but no heading stands alone."""
        flow.space(_GAP)
        if self.heading:
            flow.ensure(self.heading.style.line_height + self.text.style.line_height)
            flow.put(self.heading)
        flow.put(self.text)


def sections(snapshot: InvoiceSnapshot, wording: Wording) -> list[Section]:
    """Return those sections that the document has."""
    delivery, note = _delivery(snapshot, wording), snapshot.note.strip()
    found = []
    if delivery:
        text = TextBlock(delivery, BODY, where="delivery address")
        found.append(Section(TextBlock(wording.labels.deliver_to, HEADING), text))
    if note:
        found.append(Section(TextBlock(wording.kind.note, HEADING), TextBlock(note, BODY, where="note")))
    if snapshot.issuer.footer:
        closing = TextBlock(snapshot.issuer.footer, BODY.but(colour=QUIET), where="closing line")
        found.append(Section(None, closing))
    return found


def _delivery(snapshot: InvoiceSnapshot, wording: Wording) -> str:
    """Return the delivery address in one line; empty where it is the buyer's."""
    if snapshot.delivery.address == snapshot.buyer.address:
        return ""
    return wording.in_one_line(wording.address(snapshot.delivery.address))

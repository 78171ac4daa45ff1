"""How and by when to pay: a sentence, the bank's data, a QR code for banking apps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from backoffice.kernel.documents.blocks import Columns, Gap, Stack
from backoffice.kernel.documents.codes import QrCode, giro_code
from backoffice.kernel.documents.errors import CodeRefused
from backoffice.kernel.documents.page import Block, Page
from backoffice.kernel.documents.text import TextBlock
from invoices.documents.looks import BODY, HEADING, SMALL
from invoices.documents.wording import Wording, iban_grouped, is_credit_note
from invoices.snapshot import InvoiceSnapshot

_QR_SIDE = 74.0
_QR_FREE = 5.5  # about the four free modules around the code
_DEBIT = "59"  # UNTDID 4461 (BT-81)
_TRANSFERS = frozenset({"", "1", "30", "58"})
_SEPA_TRANSFERS = frozenset({"30", "58"})
_NAME_IN_CODE = 70  # EPC069-12
_MOST_IN_CODE = Decimal("999999999.99")


def payment_sentence(snapshot: InvoiceSnapshot, wording: Wording) -> str:
    """Say what is to be done about the amount due."""
    labels, due_on = wording.labels.payment, snapshot.payment.due_on
    said = {
        "amount": wording.money(snapshot.totals.due),
        "date": wording.day(due_on) if due_on else "",
        "number": snapshot.meta.number,
    }
    if is_credit_note(snapshot):
        pattern = labels.credited
    elif snapshot.totals.due <= 0:
        pattern = labels.settled
    elif not due_on:
        pattern = labels.on_receipt
    elif snapshot.payment.means_code == _DEBIT:
        pattern = labels.debit
    else:
        pattern = labels.transfer if _asks_for_transfer(snapshot) else labels.pay
    return pattern.format_map(said)


def payment_block(snapshot: InvoiceSnapshot, wording: Wording) -> Stack:
    """Return heading, sentence, and where a transfer is asked for the bank's data and the GiroCode."""
    payment, labels = snapshot.payment, wording.labels.payment
    blocks: list[Block] = [
        Gap(1.5),
        TextBlock(labels.refund if is_credit_note(snapshot) else labels.heading, HEADING),
        TextBlock(payment_sentence(snapshot, wording), BODY, where="payment terms"),
        Gap(3),
    ]
    if _asks_for_transfer(snapshot):
        blocks += _rows([(labels.iban, iban_grouped(payment.iban))], columns=1)
        blocks += _rows([(labels.bic, payment.bic), (labels.reference, snapshot.meta.number)])
    else:
        blocks += _rows([(labels.method, payment.method)], columns=1)
    code = pay_code(snapshot)
    if code is not None:
        blocks.append(Gap(2))
        blocks.append(_Code(code, TextBlock(labels.scan, SMALL)))
    return Stack(blocks)


def pay_code(snapshot: InvoiceSnapshot, *, side: float = _QR_SIDE) -> QrCode | None:
    """Return the GiroCode of an open amount in EUR that is to be transferred; None for other documents.

    None too where the standard cannot express the transfer: a foreign or mistyped account, more than
    999,999,999.99 EUR. Longer names of recipients are cut, as the standard allows 70 characters.
    """
    payment, due = snapshot.payment, snapshot.totals.due
    wanted = snapshot.meta.currency == "EUR" and payment.means_code in _SEPA_TRANSFERS
    if not wanted or not _asks_for_transfer(snapshot) or due > _MOST_IN_CODE:
        return None
    try:
        return giro_code(
            name=snapshot.issuer.address.name[:_NAME_IN_CODE],
            account=payment.iban,
            amount=due,
            text=snapshot.meta.number,
            bic=payment.bic,
            side=side,
        )
    except CodeRefused:
        return None


def _asks_for_transfer(snapshot: InvoiceSnapshot) -> bool:
    payment = snapshot.payment
    is_open = not is_credit_note(snapshot) and snapshot.totals.due > 0
    return is_open and bool(payment.iban) and payment.means_code in _TRANSFERS


def _rows(fields: Sequence[tuple[str, str]], *, columns: int = 2) -> list[Block]:
    """Return small labels with their values below, side by side; empty without any value."""
    cells = [Stack([TextBlock(label, SMALL), TextBlock(value, BODY, where=label)]) for label, value in fields if value]
    if not cells:
        return []
    cells += [Stack([])] * (columns - len(cells))
    return [Columns([(cell, 1.0) for cell in cells], gap=8), Gap(2)]


class _Code:
    """A QR code with a line on what it is for beside it; its free edge hangs over the text's."""

    __slots__ = ("_code", "_said")

    def __init__(self, code: QrCode, said: TextBlock) -> None:
        self._code = code
        self._said = said

    def height(self, width: float) -> float:
        return _QR_SIDE - 2 * _QR_FREE

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        self._code.draw(page, x - _QR_FREE, top - _QR_FREE, _QR_SIDE)
        room = width - _QR_SIDE
        said_top = top + (self.height(width) - self._said.height(room)) / 2
        self._said.draw(page, x + _QR_SIDE, said_top, room)

    def split(self, width: float, room: float) -> None:
        """A code does not break."""

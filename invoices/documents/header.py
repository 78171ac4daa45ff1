"""The upper part of the first page: sender, address for the window, reference data, title."""

from __future__ import annotations

from dataclasses import replace

from backoffice.kernel.documents.blocks import Pair, Pairs, Stack
from backoffice.kernel.documents.document import Document
from backoffice.kernel.documents.errors import DoesNotFit
from backoffice.kernel.documents.letterhead import WINDOW_BOTTOM, Letterhead, draw_address_window
from backoffice.kernel.documents.page import MM, Block, Page
from backoffice.kernel.documents.pictures import Picture
from backoffice.kernel.documents.text import Style, TextBlock
from invoices.documents.looks import BODY, FOOTER, HEADING, INK, LABEL, QUIET, TITLE
from invoices.documents.wording import Wording, iban_grouped, is_credit_note
from invoices.snapshot import InvoiceSnapshot

_LOGO_HEIGHT = 18 * MM
_WORDMARK = Style(size=15, bold=True, colour=INK)
_WORDMARK_SHARE = 0.55
_SENDER_SHARE = 0.4
_SENDER = Style(size=8, colour=QUIET, align="end")
# DIN 5008, form B: the information block begins 125 mm from the left, 5 mm below the window's upper edge.
_META_TOP, _META_WIDTH = 50 * MM, 68 * MM
_META_LABEL_SHARE = 0.5
_ADDRESS_SIZES = (10.0, 9.0, 8.0, 7.0)
_ADDRESS_LEFT, _ADDRESS_WIDTH, _ADDRESS_HEIGHT = 25 * MM, 80 * MM, 27.3 * MM
_BELOW = 8.46 * MM  # from the window to the subject


def letterhead(snapshot: InvoiceSnapshot, wording: Wording) -> Letterhead:
    """Return footer, page count, fold marks and the line at the head of later pages."""
    page = wording.labels.footer.page
    return Letterhead(
        sender="",  # drawn by draw_header, in two weights
        page_label=lambda number, total: page.format(page=number, pages=total),
        logo=Picture.from_bytes(snapshot.logo) if snapshot.logo else None,
        logo_height=_LOGO_HEIGHT,
        running_title=f"{title(snapshot, wording)} · {snapshot.issuer.address.name}",
        footer=_footer(snapshot, wording),
        fold_marks=True,
        style=LABEL,
        footer_style=FOOTER,
    )


def title(snapshot: InvoiceSnapshot, wording: Wording) -> str:
    """Return kind and number in one line."""
    return f"{wording.kind.title} {snapshot.meta.number}"


def draw_header(document: Document, snapshot: InvoiceSnapshot, wording: Wording) -> None:
    """Draw everything above the lines; the flow ends where the lines begin."""
    flow = document.flow
    sender_end = _draw_sender(document, snapshot, wording)
    meta = Pairs(
        meta_pairs(snapshot, wording),
        label_style=LABEL,
        value_style=BODY,
        label_share=_META_LABEL_SHARE,
        padding=0.6,
        where="reference data",
    )
    meta_top = max(_META_TOP, sender_end)
    meta_x = flow.x if document.rtl else flow.x + flow.width - _META_WIDTH
    meta.draw(flow.page, meta_x, meta_top, _META_WIDTH)
    address_end = _draw_address(flow.page, snapshot, wording)
    flow.y = max(address_end, meta_top + meta.height(_META_WIDTH)) + _BELOW
    flow.put(TextBlock(title(snapshot, wording), TITLE, where="title"))
    flow.space(4)
    if snapshot.meta.corrects:
        corrects = snapshot.meta.corrects
        sentence = wording.labels.corrects.format(number=corrects.number, date=wording.day(corrects.issued_on))
        flow.put(TextBlock(sentence, BODY, where="corrected invoice"))
    flow.space(8)


def meta_pairs(snapshot: InvoiceSnapshot, wording: Wording) -> list[Pair]:
    """Return the reference data with their labels; what the document does not have is left out."""
    meta, labels, kind = snapshot.meta, wording.labels.meta, wording.kind
    corrects = meta.corrects
    days = {
        labels.delivered: snapshot.delivery.delivered_on,
        labels.due_on: None if is_credit_note(snapshot) else snapshot.payment.due_on,
        labels.ordered_on: meta.ordered_on,
        labels.corrects_date: corrects.issued_on if corrects else None,
    }

    def day(label: str) -> Pair:
        value = days[label]
        return Pair(label, wording.day(value) if value else "")

    pairs = [
        Pair(kind.number, meta.number),
        Pair(kind.date, wording.day(meta.issued_on)),
        Pair(labels.corrects, corrects.number if corrects else ""),
        day(labels.corrects_date),
        day(labels.delivered),
        day(labels.due_on),
        Pair(labels.order, meta.order_number),
        day(labels.ordered_on),
        Pair(labels.customer, snapshot.buyer.customer_number),
        Pair(labels.buyer_vat_id, snapshot.buyer.vat_id),
        Pair(labels.seller_vat_id, snapshot.issuer.vat_id),
    ]
    return [pair for pair in pairs if pair.value]


def _draw_sender(document: Document, snapshot: InvoiceSnapshot, wording: Wording) -> float:
    """Draw who sends the letter, beside the logo or the name in its stead; return the y below."""
    flow, top, issuer = document.flow, document.margins.top, snapshot.issuer
    name, lines = issuer.address.name, _seller_lines(snapshot, wording)
    contact = filter(None, (issuer.phone, issuer.email, issuer.website))
    sender: Block = TextBlock("\n".join((*lines, *contact)), _SENDER, where="seller address")
    end = top
    if snapshot.logo:
        sender = Stack([TextBlock(name, HEADING.but(align="end"), where="seller name"), sender])
    else:
        wordmark = TextBlock(name, _WORDMARK, where="seller name")
        width = flow.width * _WORDMARK_SHARE
        wordmark.draw(flow.page, flow.x, top, width)
        end = top + wordmark.height(width)
    width = flow.width * _SENDER_SHARE
    sender.draw(flow.page, flow.x + flow.width - width, top, width)
    return max(end, top + sender.height(width))


def _draw_address(page: Page, snapshot: InvoiceSnapshot, wording: Wording) -> float:
    """Draw the addressee into the window, smaller where need be; return the y below.

    An address with more lines than any window shows runs on below it: nothing is cut off.
    """
    seller = snapshot.issuer.address
    address = "\n".join(wording.address(snapshot.buyer.address, home=seller.country))
    return_line = " · ".join(filter(None, (seller.name, seller.line1, f"{seller.postcode} {seller.city}".strip())))
    for size in _ADDRESS_SIZES:
        try:
            draw_address_window(page, address, return_line=return_line, style=Style(size=size, colour=INK))
        except DoesNotFit:
            continue
        return WINDOW_BOTTOM
    block = TextBlock(address, Style(size=_ADDRESS_SIZES[-1], colour=INK), where="buyer address")
    top = WINDOW_BOTTOM - _ADDRESS_HEIGHT
    block.draw(page, page.left(_ADDRESS_LEFT, _ADDRESS_WIDTH), top, _ADDRESS_WIDTH)
    return top + block.height(_ADDRESS_WIDTH)


def _seller_lines(snapshot: InvoiceSnapshot, wording: Wording) -> list[str]:
    """Return the seller's address without the name."""
    return wording.address(replace(snapshot.issuer.address, name="", company=""))


def _footer(snapshot: InvoiceSnapshot, wording: Wording) -> list[str]:
    """Return the columns at the foot of each page: company, register and tax, bank."""
    issuer, payment, labels = snapshot.issuer, snapshot.payment, wording.labels
    lines = _seller_lines(snapshot, wording)
    columns = [
        [issuer.address.name, wording.in_one_line(lines[:-2]), wording.in_one_line(lines[-2:])],
        [
            issuer.registration,
            issuer.vat_id and f"{labels.footer.vat_id} {issuer.vat_id}",
            issuer.tax_number and f"{labels.footer.tax_number} {issuer.tax_number}",
        ],
        [
            payment.bank_name,
            payment.iban and f"IBAN {iban_grouped(payment.iban)}",
            payment.bic and f"BIC {payment.bic}",
        ],
    ]
    texts = ("\n".join(filter(None, column)) for column in columns)
    return [text for text in texts if text]

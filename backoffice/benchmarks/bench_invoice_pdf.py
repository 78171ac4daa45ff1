"""Invoice PDFs: the renderer against the same content written straight onto a reportlab canvas.

Peer and renderer embed the same two faces of the same font and print the same texts; the peer knows
each place in advance, wraps nothing and measures nothing. Every document of a round is another one:
buyers, articles, amounts, and so the set of glyphs, differ as they do in a shop.
"""

from __future__ import annotations

import io
import itertools
import statistics
import time
from collections.abc import Callable, Sequence

import segno.helpers
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from backoffice.benchmarks.invoice_samples import invoice_sample
from backoffice.kernel.documents.fonts import font_folder
from invoices.documents import render_invoice
from invoices.snapshot import InvoiceSnapshot

_ROUNDS = 5
_DOCUMENTS = 60


def straight(snapshot: InvoiceSnapshot) -> bytes:
    """Write the same content straight onto a canvas, each text at a place known in advance."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(595, 842), invariant=1, initialFontName="Straight", pageCompression=1)  # type: ignore[arg-type]
    _straight_head(canvas, snapshot)
    y = _straight_lines(canvas, snapshot)
    _straight_totals(canvas, snapshot, y)
    canvas.setFont("Straight", 6.5)
    issuer, payment = snapshot.issuer, snapshot.payment
    canvas.line(71, 70, 538, 70)
    for x, texts in (
        (
            71,
            (
                issuer.address.name,
                f"{issuer.address.line1} · {issuer.address.postcode} {issuer.address.city} · Germany",
            ),
        ),
        (230, (issuer.registration, f"VAT ID {issuer.vat_id}")),
        (390, (payment.bank_name, f"IBAN {payment.iban}", f"BIC {payment.bic}")),
    ):
        for index, text in enumerate(texts):
            canvas.drawString(x, 60 - 9 * index, text)
    canvas.drawRightString(538, 30, "Page 1 of 1")
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def _straight_head(canvas: Canvas, snapshot: InvoiceSnapshot) -> None:
    issuer, buyer, meta = snapshot.issuer, snapshot.buyer.address, snapshot.meta
    canvas.setFont("Straight-Bold", 15)
    canvas.drawString(71, 785, issuer.address.name)
    canvas.drawString(71, 550, f"Invoice {meta.number}")
    canvas.setFont("Straight", 8)
    town = f"{issuer.address.postcode} {issuer.address.city}"
    for index, text in enumerate((issuer.address.line1, town, "Germany", issuer.email, issuer.website)):
        canvas.drawRightString(538, 790 - 11 * index, text)
    day = f"Mar {meta.issued_on.day}, {meta.issued_on.year}"
    pairs = (
        ("Invoice number", meta.number),
        ("Invoice date", day),
        ("Delivery date", day),
        ("Due date", day),
        ("Order number", meta.order_number),
        ("Customer number", snapshot.buyer.customer_number),
        ("Our VAT ID", issuer.vat_id),
    )
    for index, (label, value) in enumerate(pairs):
        canvas.drawString(345, 690 - 12 * index, label)
        canvas.drawString(445, 690 - 12 * index, value)
    canvas.setFont("Straight", 6.5)
    canvas.drawString(71, 668, f"{issuer.address.name} · {issuer.address.line1} · {town}")
    canvas.setFont("Straight", 10)
    for index, text in enumerate((buyer.name, buyer.line1, f"{buyer.postcode} {buyer.city}", "FRANCE")):
        canvas.drawString(71, 655 - 13 * index, text)


def _straight_lines(canvas: Canvas, snapshot: InvoiceSnapshot) -> float:
    y = 525.0
    canvas.setFont("Straight-Bold", 7.5)
    canvas.drawString(71, y, "No.")
    canvas.drawString(99, y, "Item")
    for x, text in ((357, "Quantity"), (421, "Unit price"), (465, "VAT"), (538, "Net EUR")):
        canvas.drawRightString(x, y, text)
    canvas.line(71, y - 5, 538, y - 5)
    for line in snapshot.lines:
        y -= 24
        canvas.setFont("Straight", 8.5)
        canvas.drawString(71, y + 8, str(line.position))
        canvas.drawString(99, y + 8, line.name)
        canvas.drawRightString(357, y + 8, f"{line.quantity} pcs")
        canvas.drawRightString(421, y + 8, f"{line.unit_price_net:,.2f}")
        canvas.drawRightString(465, y + 8, f"{line.tax_rate}%")
        canvas.drawRightString(538, y + 8, f"{line.net:,.2f}")
        canvas.setFont("Straight", 7)
        canvas.drawString(99, y - 1, line.sku)
        canvas.line(71, y - 5, 538, y - 5)
    return y


def _straight_totals(canvas: Canvas, snapshot: InvoiceSnapshot, y: float) -> None:
    totals, payment = snapshot.totals, snapshot.payment
    rows = [("Items, net", totals.lines_net, False), ("Total net", totals.net, True)]
    rows += [(f"VAT {group.rate}% on €{group.taxable:,.2f}", group.tax, False) for group in snapshot.breakdown]
    rows.append(("Total incl. VAT", totals.gross, True))
    if totals.prepaid:
        rows.append(("Already paid", -totals.prepaid, False))
    rows.append(("Amount due", totals.due, True))
    top = y - 10
    for label, amount, is_strong in rows:
        y -= 15
        canvas.setFont("Straight-Bold" if is_strong else "Straight", 8.5)
        canvas.drawString(272, y - 8, label)
        canvas.drawRightString(538, y - 8, f"€{amount:,.2f}")
    canvas.setFont("Straight-Bold", 8.5)
    canvas.drawString(71, top - 10, "Payment")
    canvas.setFont("Straight", 8.5)
    if not totals.due:
        for index, text in enumerate(("Settled: nothing is left to pay.", "Payment method", payment.method)):
            canvas.drawString(71, top - 22 - 11 * index, text)
        return
    said = ("Please transfer by Mar 5, 2026,", "without deduction, quoting", snapshot.meta.number)
    for index, text in enumerate(
        (*said, "IBAN", payment.iban, "BIC", payment.bic, "Payment reference", snapshot.meta.number)
    ):
        canvas.drawString(71, top - 22 - 10 * index, text)
    code = segno.helpers.make_epc_qr(
        name=snapshot.issuer.address.name,
        iban=payment.iban,
        amount=totals.due,
        text=snapshot.meta.number,
        bic=payment.bic,
    )
    for row, modules in enumerate(code.matrix):
        runs = itertools.groupby(enumerate(modules), key=lambda module: module[1])
        for is_dark, run in runs:
            columns = [column for column, _ in run]
            if is_dark:
                canvas.rect(71 + columns[0] * 1.5, top - 130 - row * 1.5, 1.5 * len(columns), 1.5, stroke=0, fill=1)


def _rate(write: Callable[[InvoiceSnapshot], bytes], documents: Sequence[InvoiceSnapshot]) -> float:
    start = time.perf_counter()
    for document in documents:
        write(document)
    return len(documents) / (time.perf_counter() - start)


def register() -> None:
    """Make the peer's faces known to reportlab."""
    for name, file in (("Straight", "DejaVuSans.ttf"), ("Straight-Bold", "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(font_folder() / file)))


def _measure(what: str, **options: object) -> tuple[str, float, float]:
    """Return medians of both rates over alternating rounds of documents that no round before has seen."""
    ours, peer = [], []
    for turn in range(_ROUNDS + 1):
        documents = [invoice_sample(turn * _DOCUMENTS + index, **options) for index in range(_DOCUMENTS)]  # type: ignore[arg-type]
        pair = (_rate(straight, documents), _rate(render_invoice, documents))
        if turn:  # the first round warms up
            peer.append(pair[0])
            ours.append(pair[1])
    return what, statistics.median(ours), statistics.median(peer)


def main() -> list[dict[str, str]]:
    """Measure documents per second and core, medians of five rounds."""
    register()
    measured = [
        _measure("invoice PDF, one page, ten lines"),
        _measure("the same with a GiroCode", is_paid=False),
    ]
    return [
        {
            "Work": what,
            "Reached": f"{ours:.0f}/s",
            "Compared with": f"straight on a canvas: {peer:.0f}/s",
            "Ratio": f"{ours / peer:.2f}",
            "Goal": "≥ 0.8",
        }
        for what, ours, peer in measured
    ]


if __name__ == "__main__":
    from backoffice.benchmarks.__main__ import markdown

    print(markdown(main()))

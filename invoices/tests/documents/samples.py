"""Snapshots that the tests of this folder share: built by the arithmetic of issuing, told apart by what they show."""

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pypdf
from PIL import Image, ImageDraw

from backoffice.kernel.document_math import PricedCharge, PricedLine, TaxKey, document_price
from invoices.exemptions import exemption_text
from invoices.snapshot import (
    AdjustmentSnapshot,
    BuyerSnapshot,
    CorrectedDocument,
    DeliverySnapshot,
    InvoiceSnapshot,
    IssuerSnapshot,
    LineSnapshot,
    MetaSnapshot,
    PaymentInstructions,
    PostalAddress,
    TaxGroupSnapshot,
    TotalsSnapshot,
)

CENTS, FOUR = Decimal("0.01"), Decimal("0.0001")
ISSUED_ON = dt.date(2026, 3, 5)
FULL, REDUCED = TaxKey("S", Decimal(19)), TaxKey("S", Decimal(7))

SELLER = IssuerSnapshot(
    PostalAddress(
        name="Example Trade GmbH", line1="Musterstraße 1", line2="Hof 2", postcode="01067", city="Dresden", country="DE"
    ),
    vat_id="DE100000008",
    tax_number="201/123/12340",
    registration="Amtsgericht Dresden, HRB 00000",
    email="billing@example.com",
    phone="+49 351 0000000",
    website="www.example.com",
    footer="Thank you for your order.",
)
BUYERS = {
    "en": PostalAddress(
        name="Ada Sample",
        company="Sample & Daughters Ltd",
        line1="1 High Street",
        postcode="BN1 1AA",
        city="Brighton",
        country="GB",
    ),
    "de": PostalAddress(
        name="Erika Beispiel",
        company="Müller & Söhne KG",
        line1="Größenweg 12",
        postcode="80331",
        city="München",
        country="DE",
    ),
    "fr": PostalAddress(
        name="Zoé Exemple",
        company="Exemple Frères SARL",
        line1="3 rue de la Paix",
        postcode="75002",
        city="Paris",
        country="FR",
    ),
    "ar": PostalAddress(
        name="عبد الله بن محمد",
        company="شركة المثال للتجارة",
        line1="شارع الملك فهد 15",
        postcode="12345",
        city="الرياض",
        country="SA",
    ),
}
VAT_IDS = {"en": "GB980780684", "de": "DE136695976", "fr": "FR40303265045", "ar": "300000000000003"}
ITEMS = {
    "en": ("Organic cotton T-shirt, size M, navy", "Kettle, 1.7 litres", "Coffee beans, whole, fair trade, 1 kg bag"),
    "de": (
        "T-Shirt aus Bio-Baumwolle, Größe M, marineblau",
        "Wasserkocher, 1,7 Liter",
        "Kaffeebohnen, ganz, fair gehandelt, 1-kg-Beutel",
    ),
    "fr": (
        "T-shirt en coton biologique, taille M, bleu marine",
        "Bouilloire, 1,7 litre",
        "Café en grains, commerce équitable, sachet de 1 kg",
    ),
    "ar": ("قميص قطن عضوي T-shirt (XL) مقاس 42", "غلاية ماء كهربائية سعة 1.7 لتر", "حبوب قهوة كاملة، كيس 1 كجم"),
}


def logo() -> bytes:
    picture = Image.new("RGBA", (420, 120), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, 119, 119), 26, fill=(22, 78, 99, 255))
    draw.ellipse((34, 34, 86, 86), fill=(250, 204, 21, 255))
    draw.rectangle((140, 44, 419, 58), fill=(22, 78, 99, 255))
    draw.rectangle((140, 66, 330, 76), fill=(148, 163, 184, 255))
    output = io.BytesIO()
    picture.save(output, "PNG")
    return output.getvalue()


def priced(count: int, *, language: str = "en", rates=(FULL, REDUCED), discounted: bool = False) -> list[PricedLine]:
    return [
        PricedLine(
            quantity=Decimal(index % 7 + 1),
            unit_price=Decimal("19.90") + index,
            tax=rates[index % len(rates)],
            discount=Decimal("2.50") if discounted and index % 3 == 0 else Decimal(0),
        )
        for index in range(count)
    ]


def snapshot(
    language: str = "en",
    *,
    count: int = 3,
    lines: list[PricedLine] | None = None,
    names: tuple[str, ...] | None = None,
    rates: tuple[TaxKey, ...] = (FULL, REDUCED),
    discount: str = "0",
    shipping: str = "4.90",
    gross_prices: bool = False,
    prepaid: str | None = None,
    currency: str = "EUR",
    means_code: str = "58",
    discounted: bool = False,
    with_logo: bool = True,
    credit_note: bool = False,
    unit_codes: tuple[str, ...] = ("C62", "C62", "KGM"),
    **changes,
) -> InvoiceSnapshot:
    """Return a snapshot whose amounts follow from its prices; ``changes`` replace whole parts of it."""
    lines = lines if lines is not None else priced(count, rates=rates, discounted=discounted)
    names = names or ITEMS[language]
    charges = [PricedCharge(Decimal(shipping), lines[0].tax)] if Decimal(shipping) else []
    document = document_price(
        lines=lines,
        charges=charges,
        discount=Decimal(discount),
        discount_reason="SPRING26" if Decimal(discount) else "",
        prices_include_tax=gross_prices,
        currency=currency,
    )
    paid = document.payable if prepaid == "all" else Decimal(prepaid or 0)
    fixed = {
        "meta": MetaSnapshot(
            kind="credit_note" if credit_note else "invoice",
            number="CN-2026-000007" if credit_note else "INV-2026-000123",
            issued_on=ISSUED_ON,
            currency=currency,
            language=language,
            order_number="ORD-100042",
            ordered_on=dt.date(2026, 3, 1),
            corrects=CorrectedDocument("INV-2026-000101", dt.date(2026, 2, 20)) if credit_note else None,
        ),
        "issuer": SELLER,
        "buyer": BuyerSnapshot(BUYERS[language], vat_id=VAT_IDS[language], customer_number="4711"),
        "delivery": DeliverySnapshot(BUYERS[language], dt.date(2026, 3, 4)),
        "payment": PaymentInstructions(
            method="Bank transfer",
            means_code=means_code,
            bank_name="Musterbank",
            iban="DE02120300000000202051",
            bic="BYLADEM1001",
            due_on=None if credit_note else dt.date(2026, 3, 19),
            terms_days=None if credit_note else 14,
        ),
        "lines": tuple(
            LineSnapshot(
                position=index + 1,
                sku=f"SKU-{10000 + index}",
                name=names[index % len(names)],
                quantity=line.quantity.quantize(FOUR),
                unit_code=unit_codes[index % len(unit_codes)],
                unit_price_net=line.net_unit_price.quantize(FOUR),
                allowance_net=line.discount_net.quantize(CENTS),
                net=line.net.quantize(CENTS),
                tax_category=line.tax.category,
                tax_rate=line.tax.rate.quantize(CENTS),
            )
            for index, line in enumerate(document.lines)
        ),
        "adjustments": tuple(
            AdjustmentSnapshot(
                kind,
                kind != "discount",
                item.reason,
                item.net.quantize(CENTS),
                item.tax.category,
                item.tax.rate.quantize(CENTS),
            )
            for kind, items in (("discount", document.allowances), ("shipping", document.charges))
            for item in items
        ),
        "breakdown": tuple(
            TaxGroupSnapshot(
                group.tax.category,
                group.tax.rate.quantize(CENTS),
                group.taxable.quantize(CENTS),
                group.amount.quantize(CENTS),
                exemption_text(category=group.tax.category, language=language),
            )
            for group in document.groups
        ),
        "totals": TotalsSnapshot(
            *(
                amount.quantize(CENTS)
                for amount in (
                    document.lines_net,
                    document.allowances_net,
                    document.charges_net,
                    document.net,
                    document.tax,
                    document.gross,
                    paid,
                    document.rounding,
                    document.due(paid),
                )
            )
        ),
        "logo": logo() if with_logo else None,
    }
    return InvoiceSnapshot(**{**fixed, **changes})


def with_line(document: InvoiceSnapshot, number: int, **changes) -> InvoiceSnapshot:
    """Return the document with one line changed, and nothing that follows from it."""
    lines = list(document.lines)
    lines[number - 1] = replace(lines[number - 1], **changes)
    return replace(document, lines=tuple(lines))


def pdf_text(pdf: bytes) -> str:
    """Return the text of all pages, in the order in which it was drawn."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)

"""From a document's stored rows to its snapshot."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_path
from backoffice.kernel.keyed import rows_kept
from invoices.models import Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown
from invoices.models.parts import DocumentPart
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

_CENTS = Decimal("0.01")
_FOUR = Decimal("0.0001")
_ADDRESS = ("name", "company", "line1", "line2", "postcode", "city", "region", "country")
_ISSUER = ("vat_id", "tax_number", "registration", "email", "phone", "website", "footer", "logo_digest")
_BUYER = ("vat_id", "email", "phone", "customer_number")
_PARTS: tuple[tuple[str, type[DocumentPart], tuple[str, ...]], ...] = (
    ("lines", InvoiceLine, ("position",)),
    ("adjustments", InvoiceAdjustment, ("position",)),
    ("tax_breakdown", TaxBreakdown, ("category", "-rate")),
)
_TOTALS = ("lines_net", "allowances_net", "charges_net", "net", "tax", "gross", "prepaid", "rounding", "due")


def parts_read(document: Invoice) -> None:
    """Read all that a document's snapshot is made from, as ``prefetch_related`` would, through kept statements."""
    for name, model, order_by in _PARTS:
        part = getattr(document, name).all()
        part._result_cache = rows_kept(  # noqa: SLF001 - how prefetch_related fills it
            model, {"invoice_id": document.pk}, order_by=order_by
        )
        document.__dict__.setdefault("_prefetched_objects_cache", {})[name] = part


def invoice_snapshot(
    document: Invoice, *, number: str | None = None, issued_on: dt.date | None = None, logo: bytes | None = None
) -> InvoiceSnapshot:
    """Return what a document says, from its own rows alone (prefetch them where there are many documents).

    Args:
        document: an issued document, or one that is being issued.
        number: the number that it is about to get, else its own.
        issued_on: the date that it is about to get, else its own.
        logo: the logo's bytes, for rendering; ``invoice_logo`` reads them.
    """
    number, issued_on = number or document.number, issued_on or document.issued_on
    if number is None or issued_on is None:
        raise ValueError(f"{document} is a draft: it says nothing yet.")
    return InvoiceSnapshot(
        issuer=_issuer(document.seller_snapshot),
        buyer=_buyer(document.buyer_snapshot),
        delivery=DeliverySnapshot(_address(document.delivery_snapshot), document.delivered_on),
        meta=MetaSnapshot(
            kind=document.kind,
            number=number,
            issued_on=issued_on,
            currency=document.currency,
            language=document.language,
            order_number=document.order_number,
            ordered_on=document.ordered_on,
            corrects=_corrected(document),
        ),
        payment=_payment(document, issued_on),
        lines=_lines(document),
        adjustments=_adjustments(document),
        breakdown=_breakdown(document),
        totals=TotalsSnapshot(**{name: _fixed(getattr(document, name), _CENTS) for name in _TOTALS}),
        note=document.note,
        logo=logo,
    )


def invoice_logo(document: Invoice) -> bytes | None:
    """Return the bytes of the logo that was the issuer's when the document was issued, or None.

    Raises:
        FileNotFoundError: the logo's file is gone.
    """
    digest = document.seller_snapshot.get("logo_digest")
    if not digest:
        return None
    stored = StoredFile.objects.filter(digest=digest).order_by("pk").first()
    if stored is None:
        raise FileNotFoundError(f"The logo of {document} is not stored any more.")
    return file_path(stored).read_bytes()


def _address(data: dict[str, Any]) -> PostalAddress:
    return PostalAddress(**{key: str(data.get(key) or "") for key in _ADDRESS})


def _issuer(data: dict[str, Any]) -> IssuerSnapshot:
    return IssuerSnapshot(_address(data), **{key: str(data.get(key) or "") for key in _ISSUER})


def _buyer(data: dict[str, Any]) -> BuyerSnapshot:
    return BuyerSnapshot(_address(data), **{key: str(data.get(key) or "") for key in _BUYER})


def _corrected(document: Invoice) -> CorrectedDocument | None:
    original = document.corrects
    if original is None or original.number is None or original.issued_on is None:
        return None
    return CorrectedDocument(original.number, original.issued_on)


def _payment(document: Invoice, issued_on: dt.date) -> PaymentInstructions:
    data = document.seller_snapshot
    due_on = document.due_on
    return PaymentInstructions(
        method=document.payment_method,
        means_code=document.payment_means_code,
        bank_name=str(data.get("bank_name") or ""),
        iban=str(data.get("iban") or ""),
        bic=str(data.get("bic") or ""),
        due_on=due_on,
        terms_days=None if due_on is None else (due_on - issued_on).days,
    )


def _lines(document: Invoice) -> tuple[LineSnapshot, ...]:
    return tuple(
        LineSnapshot(
            position=line.position,
            sku=line.sku,
            name=line.name,
            quantity=_fixed(line.quantity, _FOUR),
            unit_code=line.unit_code,
            unit_price_net=_fixed(line.unit_price_net, _FOUR),
            allowance_net=_fixed(line.allowance_net, _CENTS),
            net=_fixed(line.net, _CENTS),
            tax_category=line.tax_category,
            tax_rate=_fixed(line.tax_rate, _CENTS),
        )
        for line in sorted(document.lines.all(), key=lambda line: line.position)
    )


def _adjustments(document: Invoice) -> tuple[AdjustmentSnapshot, ...]:
    return tuple(
        AdjustmentSnapshot(
            kind=item.kind,
            is_charge=item.is_charge,
            reason=item.reason,
            net=_fixed(item.net, _CENTS),
            tax_category=item.tax_category,
            tax_rate=_fixed(item.tax_rate, _CENTS),
        )
        for item in sorted(document.adjustments.all(), key=lambda item: item.position)
    )


def _breakdown(document: Invoice) -> tuple[TaxGroupSnapshot, ...]:
    return tuple(
        TaxGroupSnapshot(
            category=group.category,
            rate=_fixed(group.rate, _CENTS),
            taxable=_fixed(group.taxable, _CENTS),
            tax=_fixed(group.tax, _CENTS),
            exemption_reason=group.exemption_reason,
        )
        for group in sorted(document.tax_breakdown.all(), key=lambda group: (-group.rate, group.category))
    )


def _fixed(amount: Decimal, places: Decimal) -> Decimal:
    """Return the amount with its column's decimals, as every database would read it back."""
    return amount.quantize(places)

"""What an issued document says, frozen: the only thing that its PDF, its XML and its hash are made from.

A snapshot is built from the document's own stored rows, never from live master data. It is plain
data without Django, so that rendering is a pure function of it. Names in brackets are the business
terms (BT) and groups (BG) of EN 16931.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class PostalAddress:
    """Where a party lives or goods go; empty lines are left out when printed."""

    name: str
    company: str = ""
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True)
class IssuerSnapshot:
    """The seller (BG-4) as it stood when the document was issued.

    ``address.name`` is the legal name (BT-27). ``logo_digest`` is the SHA-256 of the logo's bytes, or
    empty without a logo.
    """

    address: PostalAddress
    vat_id: str = ""
    tax_number: str = ""
    registration: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    footer: str = ""
    logo_digest: str = ""


@dataclass(frozen=True)
class BuyerSnapshot:
    """The customer (BG-7) with the address that the invoice goes to.

    ``customer_number`` (BT-46) is the shop's own; empty for guests.
    """

    address: PostalAddress
    vat_id: str = ""
    email: str = ""
    phone: str = ""
    customer_number: str = ""


@dataclass(frozen=True)
class DeliverySnapshot:
    """Where (BG-15) and when (BT-72) the goods were delivered."""

    address: PostalAddress
    delivered_on: dt.date | None = None


@dataclass(frozen=True)
class CorrectedDocument:
    """The invoice that a credit note corrects (BG-3)."""

    number: str
    issued_on: dt.date


@dataclass(frozen=True)
class PaymentInstructions:
    """How and by when to pay (BG-16).

    Attributes:
        method: the payment method's name, as the shop calls it.
        means_code: UNTDID 4461 (BT-81): 58 SEPA transfer, 48 card, 59 direct debit, 10 cash, 1 undefined.
        bank_name, iban, bic: the account to pay to (BT-84, BT-86); empty unless it is a transfer.
        due_on: BT-9.
        terms_days: days from the date of the document to ``due_on`` (for BT-20).
    """

    method: str = ""
    means_code: str = ""
    bank_name: str = ""
    iban: str = ""
    bic: str = ""
    due_on: dt.date | None = None
    terms_days: int | None = None


@dataclass(frozen=True)
class MetaSnapshot:
    """Kind, number, dates, currency and language of the document.

    Attributes:
        kind: ``invoice`` (UNTDID 1001: 380) or ``credit_note`` (381).
        number: BT-1.
        issued_on: BT-2.
        currency: BT-5, ISO 4217; every amount of the document is in it.
        language: en, de, fr or ar; in which the document is printed.
        order_number: BT-13; empty for a document without an order.
        corrects: set on credit notes only.
    """

    kind: str
    number: str
    issued_on: dt.date
    currency: str
    language: str
    order_number: str = ""
    ordered_on: dt.date | None = None
    corrects: CorrectedDocument | None = None


@dataclass(frozen=True)
class LineSnapshot:
    """One line (BG-25). Amounts are net and positive, on credit notes too.

    Attributes:
        quantity: BT-129, up to four decimals.
        unit_code: BT-130, UN/ECE Recommendation 20.
        unit_price_net: BT-146, four decimals.
        allowance_net: the line's own discount (BT-136), already taken off ``net``.
        net: BT-131.
        tax_category: BT-151.
        tax_rate: BT-152, in percent.
    """

    position: int
    name: str
    quantity: Decimal
    unit_code: str
    unit_price_net: Decimal
    net: Decimal
    tax_category: str
    tax_rate: Decimal
    sku: str = ""
    allowance_net: Decimal = Decimal("0.00")


@dataclass(frozen=True)
class AdjustmentSnapshot:
    """An allowance (BG-20) or a charge (BG-21) of the whole document, in one tax group.

    A discount over goods of several rates stands here once per group. ``kind`` is ``discount`` (an
    allowance), ``shipping`` or ``fee`` (charges); ``reason`` is a person's text and may be empty.
    """

    kind: str
    is_charge: bool
    reason: str
    net: Decimal
    tax_category: str
    tax_rate: Decimal


@dataclass(frozen=True)
class TaxGroupSnapshot:
    """Tax of one (category, rate) group (BG-23): taxable (BT-116), tax (BT-117), reason (BT-120)."""

    category: str
    rate: Decimal
    taxable: Decimal
    tax: Decimal
    exemption_reason: str = ""


@dataclass(frozen=True)
class TotalsSnapshot:
    """The document's totals (BG-22): BT-106, 107, 108, 109, 110, 112, 113, 114 and 115, in this order."""

    lines_net: Decimal
    allowances_net: Decimal
    charges_net: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    prepaid: Decimal
    rounding: Decimal
    due: Decimal


@dataclass(frozen=True)
class InvoiceSnapshot:
    """All that an issued invoice or credit note says.

    ``logo`` holds the picture's bytes for the renderer. It stands for itself through
    ``issuer.logo_digest`` and is no part of the canonical text.
    """

    issuer: IssuerSnapshot
    buyer: BuyerSnapshot
    delivery: DeliverySnapshot
    meta: MetaSnapshot
    payment: PaymentInstructions
    lines: tuple[LineSnapshot, ...]
    adjustments: tuple[AdjustmentSnapshot, ...]
    breakdown: tuple[TaxGroupSnapshot, ...]
    totals: TotalsSnapshot
    note: str = ""
    logo: bytes | None = field(default=None, repr=False, metadata={"canonical": False})


def snapshot_canonical(snapshot: InvoiceSnapshot) -> str:
    """Return the one JSON text of a snapshot: sorted keys, no spaces, amounts as fixed text, ISO dates.

    Two snapshots that say the same give the same text, on every database and Python.
    """
    return json.dumps(_plain(snapshot), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def snapshot_hash(snapshot: InvoiceSnapshot, *, previous_hash: str) -> str:
    """Return the chain hash: SHA-256 over the previous document's hash and this one's canonical text.

    Args:
        snapshot: the document.
        previous_hash: hash of the document before it in its series; empty for the first.
    """
    return hashlib.sha256(f"{previous_hash}\n{snapshot_canonical(snapshot)}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _plain(getattr(value, item.name))
            for item in fields(value)
            if item.metadata.get("canonical", True)
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value

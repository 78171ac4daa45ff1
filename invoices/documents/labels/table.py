"""Every word that a document says of its own accord; one instance per language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class KindLabels:
    """What is said differently on invoices and on credit notes.

    Attributes:
        title: of the document.
        number: BT-1.
        date: BT-2.
        due: BT-115.
        note: heading of the note.
    """

    title: str
    number: str
    date: str
    due: str
    note: str


@dataclass(frozen=True, slots=True)
class MetaLabels:
    """The reference data beside the address."""

    delivered: str
    due_on: str
    order: str
    ordered_on: str
    customer: str
    buyer_vat_id: str
    seller_vat_id: str
    corrects: str
    corrects_date: str


@dataclass(frozen=True, slots=True)
class TableLabels:
    """Heads of the lines' columns, and the words at a page break."""

    position: str
    item: str
    quantity: str
    unit_price: str
    rate: str
    discount: str
    net: str
    carried: str
    brought: str


@dataclass(frozen=True, slots=True)
class TotalLabels:
    """Rows of the totals.

    ``adjustment`` joins what an allowance or charge is with its tax rate; ``tax`` stands for one
    group; ``no_tax`` for goods outside the scope of VAT (category O), which have no rate.
    """

    lines: str
    discount: str
    shipping: str
    fee: str
    adjustment: str
    net: str
    tax: str
    no_tax: str
    gross: str
    rounding: str
    payable: str
    prepaid: str


@dataclass(frozen=True, slots=True)
class PaymentLabels:
    """How to pay, as sentences with places for amount, day and number, and the bank's data."""

    heading: str
    refund: str
    transfer: str
    pay: str
    on_receipt: str
    debit: str
    settled: str
    credited: str
    method: str
    holder: str
    bank: str
    iban: str
    bic: str
    reference: str
    scan: str


@dataclass(frozen=True, slots=True)
class FooterLabels:
    """What stands before numbers in the footer, and the count of the pages."""

    vat_id: str
    tax_number: str
    page: str


@dataclass(frozen=True, slots=True)
class Labels:
    """All words of one language.

    Attributes:
        date_length: how babel writes days in this language's trade letters.
        corrects: sentence of a credit note about its invoice.
        deliver_to: heading of the delivery address.
        units: UN/ECE Recommendation 20 code → abbreviation; ``one|many`` where they differ.
    """

    date_length: Literal["short", "medium", "long"]
    invoice: KindLabels
    credit_note: KindLabels
    corrects: str
    deliver_to: str
    meta: MetaLabels
    table: TableLabels
    totals: TotalLabels
    payment: PaymentLabels
    footer: FooterLabels
    units: dict[str, str]

"""How one document writes its words, amounts, rates, days and places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import get_currency_precision

from backoffice.kernel.documents import formats
from backoffice.kernel.documents.bidi import has_rtl
from invoices.documents.labels import Labels, labels_for
from invoices.documents.labels.table import KindLabels
from invoices.snapshot import AdjustmentSnapshot, InvoiceSnapshot, LineSnapshot, PostalAddress, TaxGroupSnapshot

OUTSIDE_SCOPE = "O"  # VAT category of EN 16931 that has no rate
STANDARD = "S"
_UNIT_PRICE_DECIMALS = 4  # BT-146
_IBAN_GROUP = 4
_LEFT_TO_RIGHT = "\u200e"
# Countries that write the postcode behind the town (and the region), on its line.
_POSTCODE_LAST = frozenset({"AE", "AU", "CA", "GB", "IE", "IN", "KW", "NZ", "OM", "QA", "SA", "US"})


@dataclass(frozen=True, slots=True)
class Wording:
    """Words and formats of one document.

    Attributes:
        labels: its language's words.
        kind: those of its kind.
        language: BCP 47 tag.
        currency: ISO 4217 code of every amount.
        names_categories: print the VAT category beside rates of nought, since there are several.
    """

    labels: Labels
    kind: KindLabels
    language: str
    currency: str
    names_categories: bool

    def money(self, amount: Decimal) -> str:
        """Write an amount with its currency."""
        return formats.money(amount, self.currency, self.language)

    def amount(self, amount: Decimal) -> str:
        """Write an amount to the minor unit; the column's head names the currency."""
        places = get_currency_precision(self.currency)
        return formats.decimal(amount, self.language, least=places, most=places)

    def unit_price(self, price: Decimal) -> str:
        """Write a net unit price, up to four decimals where it has them."""
        least = get_currency_precision(self.currency)
        return formats.decimal(price, self.language, least=least, most=max(least, _UNIT_PRICE_DECIMALS))

    def units(self, code: str) -> tuple[str, str]:
        """Return a unit's abbreviations for one and for many; an unknown code stands for itself."""
        one, _, many = self.labels.units.get(code, code).partition("|")
        return one, many or one

    def quantity(self, line: LineSnapshot) -> str:
        """Write a quantity with its unit."""
        one, many = self.units(line.unit_code)
        return f"{formats.quantity(line.quantity, self.language)} {one if line.quantity == 1 else many}".strip()

    def rate(self, category: str, rate: Decimal) -> str:
        """Write a tax rate; a dash where there is none (category O)."""
        if category == OUTSIDE_SCOPE:
            return "–"
        written = formats.percent(rate, self.language)
        if formats.direction(self.language) == "rtl":
            written = f"{_LEFT_TO_RIGHT}{written}"  # keeps the rate apart from a number before it
        return f"{written} {category}" if self.names_categories and category != STANDARD else written

    def adjustment(self, item: AdjustmentSnapshot) -> str:
        """Say what an allowance or a charge of the document is, with its tax rate."""
        labels = self.labels.totals
        names = {"discount": labels.discount, "shipping": labels.shipping}
        what = names.get(item.kind, labels.fee if item.is_charge else labels.discount)
        return labels.adjustment.format(what=what, rate=self.rate(item.tax_category, item.tax_rate))

    def tax(self, group: TaxGroupSnapshot, taxable: str) -> str:
        """Say which tax group a row of the totals is; ``taxable`` is its taxable amount as written."""
        labels = self.labels.totals
        pattern = labels.no_tax if group.category == OUTSIDE_SCOPE else labels.tax
        return pattern.format(rate=self.rate(group.category, group.rate), amount=taxable)

    def day(self, day: dt.date) -> str:
        """Write a day."""
        return formats.day(day, self.language, self.labels.date_length)

    def country(self, code: str) -> str:
        """Write a country's name; an unknown code stands for itself."""
        return str(formats.locale_of(self.language).territories.get(code, code))

    def in_one_line(self, parts: Sequence[str]) -> str:
        """Join parts by commas; in a line from right to left, Latin ones keep the order of their words."""
        if formats.direction(self.language) == "rtl":
            parts = [part if has_rtl(part) else f"{_LEFT_TO_RIGHT}{part}{_LEFT_TO_RIGHT}" for part in parts]
        return ", ".join(parts)

    def address(self, address: PostalAddress, *, home: str = "") -> list[str]:
        """Write an address line by line.

        Args:
            address: whose empty parts are left out.
            home: country of the sender; another one is written in capitals, as the post asks for.
        """
        town = f"{address.postcode} {address.city}"
        region = address.region
        if address.country in _POSTCODE_LAST:
            town, region = " ".join(filter(None, (address.city, region, address.postcode))), ""
        country = self.country(address.country)
        if home and address.country != home:
            country = country.upper()
        company = address.company if address.company != address.name else ""
        parts = (company, address.name, address.line1, address.line2, town.strip(), region, country)
        return [part for part in parts if part]


def wording_of(snapshot: InvoiceSnapshot) -> Wording:
    """Return the words and formats that a document is written with.

    Raises:
        DocumentError: there are no words in its language.
    """
    labels = labels_for(snapshot.meta.language)
    return Wording(
        labels=labels,
        kind=labels.credit_note if is_credit_note(snapshot) else labels.invoice,
        language=snapshot.meta.language,
        currency=snapshot.meta.currency,
        names_categories=_has_several_untaxed(snapshot.breakdown),
    )


def is_credit_note(snapshot: InvoiceSnapshot) -> bool:
    """Say whether the document is a credit note."""
    return snapshot.meta.kind == "credit_note"


def iban_grouped(iban: str) -> str:
    """Write an IBAN in groups of four, as on paper (ISO 13616)."""
    compact = "".join(iban.split())
    return " ".join(compact[start : start + _IBAN_GROUP] for start in range(0, len(compact), _IBAN_GROUP))


def _has_several_untaxed(breakdown: Sequence[TaxGroupSnapshot]) -> bool:
    return len({group.category for group in breakdown if group.category not in (STANDARD, OUTSIDE_SCOPE)}) > 1

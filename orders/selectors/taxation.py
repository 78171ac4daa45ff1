"""Which tax an order's goods bear, by where they go and who buys them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from stdnum.eu.vat import MEMBER_STATES

from backoffice.kernel.document_math import TaxKey
from backoffice.kernel.keyed import rows_kept
from products.exceptions import NoTaxRate
from products.models import TaxCategory, TaxClass, TaxRate

# Northern Ireland (XI) has VAT ids of its own but is no country of delivery; Greece writes EL in its ids.
EU_COUNTRIES = frozenset(code.upper() for code in MEMBER_STATES) - {"XI"}
_EU_VAT_PREFIXES = (EU_COUNTRIES - {"GR"}) | {"EL", "XI"}

_FREE = Decimal("0.00")


class Supply(StrEnum):
    """How a delivery is taxed (Directive 2006/112/EC, as applied by a seller in ``home``)."""

    DOMESTIC = "domestic"
    DISTANCE = "distance"  # to a consumer in another member state: that state's rate (art. 33)
    INTRA_COMMUNITY = "intra-community"  # to a business in another member state: exempt (art. 138)
    EXPORT = "export"  # out of the Union: exempt (art. 146)


_EXEMPT = {Supply.INTRA_COMMUNITY: TaxCategory.INTRA_COMMUNITY, Supply.EXPORT: TaxCategory.EXPORT}


def supply_of(*, home: str, destination: str, vat_id: str = "") -> Supply:
    """Say how goods sent from one country to another are taxed.

    Args:
        home: ISO code of the shop's country.
        destination: ISO code of the country of delivery.
        vat_id: the buyer's VAT id; a business has one of a member state other than ``home``.
    """
    if destination == home:
        return Supply.DOMESTIC
    if home in EU_COUNTRIES and destination in EU_COUNTRIES:
        prefix = vat_id[:2].upper()
        own = "EL" if home == "GR" else home
        is_business = prefix in _EU_VAT_PREFIXES and prefix != own
        return Supply.INTRA_COMMUNITY if is_business else Supply.DISTANCE
    return Supply.EXPORT


@dataclass(frozen=True)
class AppliedTax:
    """The tax that applies, and the rate in percent that a price with tax contains."""

    key: TaxKey
    included_rate: Decimal


class TaxTable:
    """Tax rates by country, each country read once, so that pricing many orders costs few queries.

    Args:
        home: ISO code of the shop's country.
    """

    def __init__(self, *, home: str) -> None:
        self.home = home
        self._rates: dict[str, dict[int, list[TaxRate]]] = {}

    def applied(
        self, *, tax_class_id: int, destination: str, vat_id: str, on: dt.date, prices_include_tax: bool
    ) -> AppliedTax:
        """Return the tax on goods of a class.

        Exempt supplies take the home tax out of prices that include tax. For a member state without
        a rate on file the home rate applies, as for a shop below the distance-selling threshold
        (art. 59c). A rate on file for a country outside the Union means that the shop is registered
        there: it applies.

        Args:
            tax_class_id: the goods' class.
            destination: ISO code of the country of delivery.
            vat_id: the buyer's VAT id or "".
            on: day of the supply.
            prices_include_tax: whether prices contain tax.

        Raises:
            NoTaxRate: there is no rate on file that could apply.
        """
        supply = supply_of(home=self.home, destination=destination, vat_id=vat_id)
        local = self.rate_on_file(tax_class_id, destination, on)
        if supply is Supply.INTRA_COMMUNITY or (supply is Supply.EXPORT and local is None):
            home = self._required(tax_class_id, self.home, on)
            included = home.rate if prices_include_tax else _FREE
            return AppliedTax(TaxKey(_EXEMPT[supply].value, _FREE), included)
        rate = local or self._required(tax_class_id, self.home, on)
        return AppliedTax(TaxKey(rate.category, rate.rate), rate.rate if prices_include_tax else _FREE)

    def rate_on_file(self, tax_class_id: int, country: str, on: dt.date) -> TaxRate | None:
        """Return the rate of a class that applied in a country on a day; None where none is on file."""
        if country not in self._rates:
            self._rates[country] = _by_class(rows_kept(TaxRate, {"country": country}, order_by=("-valid_from",)))
        known = self._rates[country].get(tax_class_id, [])
        return next((rate for rate in known if rate.valid_from <= on), None)

    def _required(self, tax_class_id: int, country: str, on: dt.date) -> TaxRate:
        rate = self.rate_on_file(tax_class_id, country, on)
        if rate is None:
            name = TaxClass.objects.get(pk=tax_class_id).name
            raise NoTaxRate(f"There is no tax rate for {name} in {country} on {on:%Y-%m-%d}. Add one under Tax rates.")
        return rate


def _by_class(rates: Iterable[TaxRate]) -> dict[int, list[TaxRate]]:
    found: dict[int, list[TaxRate]] = defaultdict(list)
    for rate in rates:
        found[rate.tax_class_id].append(rate)
    return found

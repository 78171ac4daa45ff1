"""Which tax the goods of an uploaded order bore."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from backoffice.kernel.document_math import TaxKey
from orders.selectors.taxation import AppliedTax, Supply, TaxTable, supply_of
from products.models import TaxCategory

_FREE = Decimal("0.00")
# No rate is on file and none is stated: the amounts are kept as they are, without tax.
UNKNOWN = TaxKey(TaxCategory.OUTSIDE_SCOPE.value, _FREE)
_EXEMPT = {
    Supply.EXPORT: TaxKey(TaxCategory.EXPORT.value, _FREE),
    Supply.INTRA_COMMUNITY: TaxKey(TaxCategory.INTRA_COMMUNITY.value, _FREE),
}


class PastTaxes:
    """Say how past sales were taxed: as stated, else by the rates on file for the day, else not at all.

    What a customer paid is history: where prices include tax, the price contains exactly the tax
    that applied, so that the total is what was charged, exports included.

    Args:
        home: ISO code of the shop's country.
    """

    def __init__(self, *, home: str) -> None:
        self.table = TaxTable(home=home)
        self._known: dict[tuple[int, str, bool, dt.date], TaxKey] = {}

    def applied(
        self,
        *,
        tax_class_id: int,
        destination: str,
        vat_id: str,
        on: dt.date,
        prices_include_tax: bool,
        stated: Decimal | None,
    ) -> AppliedTax:
        """Return the tax on goods of a class.

        Args:
            tax_class_id: the goods' class.
            destination: ISO code of the country of delivery; "" is the shop's own.
            vat_id: the buyer's VAT id or "".
            on: day of the sale.
            prices_include_tax: whether prices contain tax.
            stated: rate in percent that the file states, or None.
        """
        if stated:
            key = TaxKey(TaxCategory.STANDARD.value, stated)
        else:
            key = self._by_day(tax_class_id, destination or self.table.home, vat_id, on)
            if stated is not None and key.rate:
                key = TaxKey(TaxCategory.ZERO.value, _FREE)
        return AppliedTax(key, key.rate if prices_include_tax else _FREE)

    def _by_day(self, tax_class_id: int, destination: str, vat_id: str, on: dt.date) -> TaxKey:
        supply = supply_of(home=self.table.home, destination=destination, vat_id=vat_id)
        place = (tax_class_id, destination, supply is Supply.INTRA_COMMUNITY, on)
        if place not in self._known:
            self._known[place] = self._found(tax_class_id, destination, supply, on)
        return self._known[place]

    def _found(self, tax_class_id: int, destination: str, supply: Supply, on: dt.date) -> TaxKey:
        if supply is Supply.INTRA_COMMUNITY:
            return _EXEMPT[supply]
        rate = self.table.rate_on_file(tax_class_id, destination, on)
        if rate is None and supply is Supply.EXPORT:
            return _EXEMPT[supply]
        rate = rate or self.table.rate_on_file(tax_class_id, self.table.home, on)
        return TaxKey(rate.category, rate.rate) if rate is not None else UNKNOWN

"""Files that give one article's price in several currencies, in a row for each."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.kernel.transfers.table import RawTable


@dataclass(frozen=True)
class OneCurrency:
    """Keep the prices in the shop's own currency.

    A row that gives nothing but a further price of an article described elsewhere in the chunk is
    left out; where its currency is the shop's, its price goes to the row that describes the article.

    Attributes:
        key: field that names the article.
        price: the price.
        currency: column that names its currency.
        describing: fields of which a describing row fills at least one.
        beside: further amounts in the row's currency, which mean nothing beside another one's price.
    """

    key: str
    price: str
    currency: str
    describing: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def fills(self) -> tuple[str, ...]:
        """Fill nothing new."""
        return ()

    def __call__(self, table: RawTable) -> None:
        """Change the table."""
        if self.currency not in table.cells or not table.currency:
            return
        keys = [text.strip() for text in table.column(self.key)]
        currencies = [text.strip().upper() for text in table.column(self.currency)]
        columns = [table.column(name) for name in self.describing]
        described: dict[str, int] = {}
        for place, key in enumerate(keys):
            if key and any(column[place].strip() for column in columns):
                described.setdefault(key, place)
        for place, key in enumerate(keys):
            main = described.get(key)
            if main is not None and main != place and not any(column[place].strip() for column in columns):
                self._leave_out(table, place, main, currencies)
        self._remark_foreign(table, currencies)

    def _leave_out(self, table: RawTable, place: int, main: int, currencies: list[str]) -> None:
        own = table.currency
        if currencies[place] != own:
            reason = f"It only gives a price in {currencies[place] or 'no currency'}; the shop's prices are in {own}."
        elif currencies[main] == own:
            reason = f"Row {table.numbers[main]} gives the price in {own} already."
        else:
            table.cells[self.price][main] = table.cells[self.price][place]
            for name in self.beside:
                if name in table.cells:
                    table.cells[name][main] = ""
            currencies[main] = own
            reason = f"Its price, in {own}, is used in row {table.numbers[main]}."
        table.skipped.setdefault(place, reason)

    def _remark_foreign(self, table: RawTable, currencies: list[str]) -> None:
        for place, price in enumerate(table.column(self.price)):
            foreign = currencies[place]
            if foreign and foreign != table.currency and price.strip(" 0.,") and place not in table.skipped:
                table.remark(
                    f"price is in {foreign} and taken as it is, though the shop's prices are in {table.currency}.|"
                    f"prices are in {foreign} and taken as they are, though the shop's prices are in {table.currency}."
                )

"""What the catalogue and the stock refuse, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.kernel.refusals import Refused


class CatalogueRefused(Refused):
    """A change of the catalogue or the stock is not possible; nothing was changed."""


class StockRefused(CatalogueRefused):
    """Stock cannot be changed as asked; nothing was changed."""


class StaleCount(StockRefused):
    """A count is older than another one that is already in the books."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is missing of one SKU.

    Attributes:
        variant_id: primary key of the variant.
        sku: its SKU.
        location: name of the place; "" where all places together fall short.
        wanted: pieces asked for.
        available: pieces that could have been had.
    """

    variant_id: int
    sku: str
    location: str
    wanted: int
    available: int

    def __str__(self) -> str:
        place = f" at {self.location}" if self.location else ""
        return f"{self.sku}{place}: {self.wanted} wanted, {self.available} available"


class InsufficientStock(StockRefused):
    """There are fewer pieces than asked for.

    Attributes:
        shortages: one entry per SKU (and place) that falls short.
    """

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(f"Not enough stock. {'; '.join(map(str, self.shortages))}.")


class NoTaxRate(CatalogueRefused):
    """No rate of a tax class is known for a country on a day."""

"""What carts and checkout refuse, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backoffice.kernel.refusals import Refused
from products.exceptions import Shortage


class CartRefused(Refused):
    """Something cannot be done with a cart; nothing was changed."""


class CheckoutIncomplete(CartRefused):
    """Something that an order needs has not been said."""


class KeyUsedBefore(CartRefused):
    """An idempotency key came back with another wish than the one it was first sent with."""


class NotAvailable(CartRefused):
    """Something in the cart is not on sale (any more)."""


class OutOfStock(CartRefused):
    """There are fewer pieces than the cart wants.

    Attributes:
        shortages: one entry per SKU that falls short.
    """

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        self.details = {
            "shortages": [{"sku": item.sku, "wanted": item.wanted, "available": item.available} for item in shortages]
        }
        super().__init__(f"Not enough stock. {'; '.join(map(str, self.shortages))}.")


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price that is not what the cart last showed.

    Attributes:
        sku: whose price it is.
        shown: price of one piece as the cart showed it.
        now: price of one piece in the catalogue.
    """

    sku: str
    shown: Decimal
    now: Decimal

    def __str__(self) -> str:
        return f"{self.sku}: {self.now} instead of {self.shown}"


class PriceChanged(CartRefused):
    """The order would cost something else than was shown; accept ``total`` to order all the same.

    Attributes:
        changes: the prices that changed; empty where only tax or another total differs.
        total: what the order would cost, with tax.
        currency: ISO 4217 code of all amounts.
    """

    def __init__(self, changes: Sequence[PriceChange], *, total: Decimal, currency: str) -> None:
        self.changes = tuple(changes)
        self.total = total
        self.currency = currency
        self.details = {
            "total": str(total),
            "currency": currency,
            "changes": [{"sku": item.sku, "shown": str(item.shown), "now": str(item.now)} for item in changes],
        }
        which = f" {'; '.join(map(str, self.changes))}." if self.changes else ""
        super().__init__(f"The order now comes to {total} {currency}.{which}")

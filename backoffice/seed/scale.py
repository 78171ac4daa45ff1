"""How large the demo shop is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Numbers of rows of a demo shop.

    Attributes:
        products: products over all sellers.
        customers: customers with a log-in.
        orders: orders over eighteen months.
    """

    products: int
    customers: int
    orders: int


SCALES = {
    "small": Scale(products=300, customers=200, orders=1_000),
    "large": Scale(products=3_000, customers=2_000, orders=10_000),
}
MONTHS = 18

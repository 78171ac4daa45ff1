"""Where a stock's figures come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum, Window

from products.models import Stock, StockMovement


@dataclass(frozen=True, slots=True)
class Promise:
    """Pieces of stock that are promised to something.

    Attributes:
        what: what they are promised to, in words.
        quantity: pieces.
        url: its page in the admin, or "".
    """

    what: str
    quantity: int
    url: str = ""


# Asked for the promises of one row of stock: source(stock_id).
PromiseSource = Callable[[int], list[Promise]]

_sources: list[PromiseSource] = []


@dataclass(frozen=True, slots=True)
class StockExplanation:
    """Where the figures of a stock come from.

    Attributes:
        stock: the stock.
        movements: the newest movements, each with ``balance``, the stock on hand after it.
        movement_count: how many there are in all.
        moved: sum of all movements; equals the stock on hand.
        promises: what its allocated pieces are promised to.
    """

    stock: Stock
    movements: list[StockMovement]
    movement_count: int
    moved: int
    promises: list[Promise]

    @property
    def movements_add_up(self) -> bool:
        """Whether the movements make up the stock on hand."""
        return self.moved == self.stock.on_hand

    @property
    def promised(self) -> int:
        """Sum of what the apps above say is promised."""
        return sum(promise.quantity for promise in self.promises)

    @property
    def promises_add_up(self) -> bool:
        """Whether the promises make up the allocated pieces, as far as anybody tells of promises."""
        return self.promised == self.stock.allocated or not _sources


def register_promise_source(source: PromiseSource) -> None:
    """Let an app above tell what stock is promised to."""
    if source not in _sources:
        _sources.append(source)


def stock_explain(*, stock: Stock, newest: int = 50) -> StockExplanation:
    """Explain a stock: on hand by its movements, allocated by what it is promised to.

    Args:
        stock: the stock.
        newest: how many movements are listed.
    """
    return StockExplanation(
        stock=stock,
        movements=list(movements_with_balance(stock)[:newest]),
        movement_count=stock.movements.count(),
        moved=stock.movements.aggregate(sum=Sum("quantity"))["sum"] or 0,
        promises=[promise for source in _sources for promise in source(stock.pk)],
    )


def movements_with_balance(stock: Stock) -> QuerySet[StockMovement]:
    """Return a stock's movements, newest first, each with the stock on hand after it."""
    return (
        StockMovement.objects.filter(stock=stock)
        .annotate(balance=Window(Sum("quantity"), order_by="pk"))
        .select_related("user", "job__owner")
        .order_by("-pk")
    )

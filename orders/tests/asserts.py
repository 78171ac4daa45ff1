"""What must hold after each thing that can happen to an order."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Sum

from orders.models import Allocation, Order, OrderLine, Return, ReturnLine, Shipment, ShipmentLine
from orders.selectors.documents import order_document
from products.models import Stock, StockMovement

TRACKED = (Order, OrderLine, Allocation, Shipment, ShipmentLine, Return, ReturnLine, Stock)


def assert_history_is_true() -> None:
    """The newest history row of each tracked row equals the live row; a deleted row's history ends with its deletion."""
    for model in TRACKED:
        live = {row.pk: row for row in model.objects.all()}
        newest: dict[Any, Any] = {}
        for row in model.history.order_by("history_id"):
            newest[row.id] = row
        assert set(live) <= set(newest)
        for pk, row in newest.items():
            assert row.history_user_id is not None or row.history_job_id is not None
            if pk not in live:
                assert row.history_type == "-", f"{model.__name__} {pk} is gone without a trace"
                continue
            for field in model._meta.concrete_fields:
                assert getattr(row, field.attname) == getattr(live[pk], field.attname), f"{row} {field.name}"


def assert_books_tie() -> None:
    """Stock, promises, lines and totals say the same."""
    for stock in Stock.objects.all():
        moved = StockMovement.objects.filter(stock=stock).aggregate(sum=Sum("quantity"))["sum"] or 0
        promised = Allocation.objects.filter(stock=stock).aggregate(sum=Sum("quantity"))["sum"] or 0
        assert (stock.on_hand, stock.allocated) == (moved, promised)
    for line in OrderLine.objects.all():
        promised = line.allocations.aggregate(sum=Sum("quantity"))["sum"] or 0
        assert line.allocated == promised
    for order in Order.objects.all():
        document = order_document(order)
        assert order.total == document.payable
        assert (
            order.total == order.lines_net + order.shipping_net - order.discount_net + order.tax_total + order.rounding
        )


def snapshot(*models_: type[models.Model]) -> dict[str, list[Any]]:
    """Return all rows of some models, to prove that a refusal changed nothing; all of this app's by default."""
    chosen = models_ or (*TRACKED, StockMovement)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in chosen} | {
        f"{model.__name__} history": list(model.history.order_by("pk").values_list("pk", flat=True))
        for model in chosen
        if hasattr(model, "history")
    }

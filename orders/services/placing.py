"""Placing orders: totals become final and stock is allocated, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, prefetch_related_objects

from backoffice.kernel import clock
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.history.rows import rows_insert, rows_update
from backoffice.kernel.shop.selectors import shop_settings
from backoffice.kernel.states.locked import apply_transition_locked
from orders.events import orders_placed
from orders.exceptions import OrderRefused
from orders.models import Allocation, Order, OrderLine
from orders.selectors.on_sale import not_on_sale
from orders.selectors.taxation import TaxTable
from orders.services.outcome import Outcome
from orders.services.pricing import prices_apply, prices_save
from orders.services.rows import lock_orders, take_over
from orders.states import ORDER_MACHINE
from products.exceptions import CatalogueRefused
from products.models import Stock
from products.services.stock import StockDemand, stock_allocate
from products.services.stock.rows import lock_variants


def order_place(*, order: Order, idempotency_key: str | None = None, reason: str = "") -> tuple[Order, bool]:
    """Place a draft: price it for the last time, allocate its stock, open it.

    Args:
        order: the draft.
        idempotency_key: marks one wish to order, such as one checkout; a second call with the same
            key changes nothing, whatever order it is made for.
        reason: for the history.

    Returns:
        The placed order and whether this call placed it.

    Raises:
        OrderRefused: wrong state, no lines, no address, something not on sale, too little stock, no
            tax rate; nothing was changed.
    """
    if idempotency_key is not None:
        earlier = Order.objects.filter(idempotency_key=idempotency_key).first()
        if earlier is not None:
            return (take_over(order, earlier) if earlier.pk == order.pk else earlier), False
    try:
        with transaction.atomic():
            placed, refused = _place(lock_orders([order.pk]), idempotency_key=idempotency_key, reason=reason)
    except IntegrityError:
        # Two calls with one key for two drafts: the other one came first.
        winner = Order.objects.filter(idempotency_key=idempotency_key).first() if idempotency_key else None
        if winner is None:
            raise
        return winner, False
    if refused:
        now = Order.objects.get(pk=order.pk)
        if idempotency_key is not None and now.idempotency_key == idempotency_key:
            return take_over(order, now), False
        raise OrderRefused(refused[0][1])
    return take_over(order, placed[0]), True


def orders_place_bulk(*, order_ids: Collection[int], reason: str = "") -> Outcome:
    """Place many drafts in one transaction; what cannot be placed is left as it is.

    Stock goes to the orders in the order of their numbers: an order that cannot be met in full
    takes nothing away from the next.

    Args:
        order_ids: primary keys.
        reason: for the history.
    """
    with transaction.atomic():
        placed, refused = _place(lock_orders(order_ids), idempotency_key=None, reason=reason)
    return Outcome([order.pk for order in placed], refused)


@dataclass
class _Candidate:
    order: Order
    lines: list[OrderLine]


def _place(
    orders: Sequence[Order], *, idempotency_key: str | None, reason: str
) -> tuple[list[Order], list[tuple[str, str]]]:
    """Place those of the locked orders that can be placed."""
    lines_of = OrderLine.objects.select_related("variant__product__seller").order_by("order_id", "position", "pk")
    prefetch_related_objects(orders, Prefetch("lines", lines_of))
    refused: list[tuple[str, str]] = []
    priced: set[int] = set()
    shop = shop_settings()
    table = TaxTable(home=shop.country)
    candidates: list[_Candidate] = []
    for order in orders:
        lines = list(order.lines.all())
        why_not = ORDER_MACHINE.refusal(order, "place") or _off_sale(lines)
        if not why_not:
            try:
                priced |= prices_apply(order, lines, table)
            except (OrderRefused, CatalogueRefused) as error:
                why_not = str(error)
        if why_not:
            refused.append((str(order), why_not))
        else:
            candidates.append(_Candidate(order, lines))
    stock = lock_variants({line.variant_id for item in candidates for line in item.lines})
    fitting, short = _fitting(candidates, stock, backorder=shop.allow_backorder)
    refused += short
    if fitting:
        _write(fitting, stock, priced, idempotency_key=idempotency_key, reason=reason)
    return [item.order for item in fitting], refused


def _off_sale(lines: Sequence[OrderLine]) -> str:
    return " ".join(filter(None, (not_on_sale(line.variant) for line in lines)))


def _fitting(
    candidates: Sequence[_Candidate], stocks: Sequence[Stock], *, backorder: bool
) -> tuple[list[_Candidate], list[tuple[str, str]]]:
    """Tell which orders can be met in full from the locked stock, first come, first served."""
    free: dict[int, int] = defaultdict(int)
    endless: set[int] = set()
    for stock in stocks:
        free[stock.variant_id] += max(0, stock.available)
        if backorder and stock.backorder:
            endless.add(stock.variant_id)
    fitting: list[_Candidate] = []
    refused: list[tuple[str, str]] = []
    for item in candidates:
        wanted: dict[int, int] = defaultdict(int)
        for line in item.lines:
            wanted[line.variant_id] += line.quantity
        short = {pk: count for pk, count in wanted.items() if count > free[pk] and pk not in endless}
        if short:
            skus = {line.variant_id: line.sku for line in item.lines}
            missing = "; ".join(f"{skus[pk]}: {count} wanted, {free[pk]} available" for pk, count in short.items())
            refused.append((str(item.order), f"Not enough stock. {missing}."))
            continue
        for pk, count in wanted.items():
            free[pk] -= min(count, free[pk])
        fitting.append(item)
    return fitting, refused


def _write(
    items: Sequence[_Candidate],
    stocks: Sequence[Stock],
    priced: set[int],
    *,
    idempotency_key: str | None,
    reason: str,
) -> None:
    lines = [line for item in items for line in item.lines]
    shares = stock_allocate(
        demands=[StockDemand(key=line.pk, variant_id=line.variant_id, quantity=line.quantity) for line in lines],
        locked=stocks,
    )
    rows_insert(
        Allocation,
        (Allocation(line_id=share.key, stock_id=share.stock_id, quantity=share.quantity) for share in shares),
        ["line", "stock", "quantity"],
    )
    orders = [item.order for item in items]
    prices_save(orders, lines, priced)
    for line in lines:
        line.allocated = line.quantity
    rows_update(OrderLine, lines, ["allocated"])
    values = {"placed_at": clock.now()} | ({"idempotency_key": idempotency_key} if idempotency_key else {})
    apply_transition_locked(orders, ORDER_MACHINE, "place", reason=reason, values=values)
    orders_placed.send(sender=Order, order_ids=[order.pk for order in orders], job_id=current_audit().job_id)

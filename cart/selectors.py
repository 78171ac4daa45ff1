"""What the cart app reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from backoffice.kernel.shop.selectors import shop_settings
from cart.models import Cart, CartLine
from cart.owners import CartOwner
from cart.states import CartStatus
from orders.models import Order
from products.exceptions import Shortage
from products.models import Stock

_MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=16, decimal_places=2)

# The states in which a cart is still its owner's; a new one is made only where there is none.
LIVE = (CartStatus.OPEN, CartStatus.ABANDONED)


def cart_current(owner: CartOwner) -> Cart | None:
    """Return the owner's open cart, else the one abandoned last, else None."""
    live = Cart.objects.filter(owner.carts, status__in=LIVE)
    # “open” sorts after “abandoned”.
    return live.order_by("-status", "-last_activity_at", "-pk").first()


def cart_lines(cart: Cart) -> QuerySet[CartLine]:
    """Return a cart's lines with what their names and prices are made of."""
    return CartLine.objects.filter(cart=cart).select_related("variant__product__seller").order_by("pk")


def checkout_order(owner: CartOwner, key: str) -> Order | None:
    """Return the order that an idempotency key of this owner has led to, or None."""
    return Order.objects.filter(idempotency_key=owner.order_key(key)).first()


def carts_with_value(carts: QuerySet[Cart]) -> QuerySet[Cart]:
    """Add ``value`` (at the prices last shown, in the cart's currency) and ``line_count`` to carts."""
    lines = CartLine.objects.filter(cart=OuterRef("pk")).order_by().values("cart")
    worth = ExpressionWrapper(F("quantity") * F("unit_price"), output_field=_MONEY)
    return carts.annotate(
        value=Coalesce(
            Subquery(lines.annotate(sum=Sum(worth)).values("sum"), output_field=_MONEY),
            Value(Decimal("0.00")),
            output_field=_MONEY,
        ),
        line_count=Coalesce(
            Subquery(lines.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), Value(0)
        ),
    )


def carts_abandoned(*, reachable: bool | None = None) -> QuerySet[Cart]:
    """Return the work queue of abandoned carts, the most recent first.

    Args:
        reachable: True for carts of customers, whose address is known, False for guests', None for both.
    """
    carts = Cart.objects.filter(status=CartStatus.ABANDONED).order_by("-last_activity_at", "-pk")
    return carts if reachable is None else carts.filter(customer__isnull=not reachable)


def carts_expiring(*, within: dt.timedelta, now: dt.datetime) -> QuerySet[Cart]:
    """Return carts with something in them that expire soon.

    Args:
        within: how soon.
        now: counted from when.
    """
    last_day = now + within - dt.timedelta(days=shop_settings().cart_expiry_days)
    return Cart.objects.filter(status__in=LIVE, last_activity_at__lt=last_day, lines__isnull=False).distinct()


def shortages_of(wanted: Mapping[int, int], skus: Mapping[int, str]) -> list[Shortage]:
    """Return what is missing of the wanted variants, reading without locks.

    Args:
        wanted: pieces per primary key of variant.
        skus: SKU per primary key of variant.
    """
    free: dict[int, int] = defaultdict(int)
    endless: set[int] = set()
    rows = Stock.objects.filter(variant_id__in=wanted, location__is_active=True)
    backorder = shop_settings().allow_backorder
    for variant_id, on_hand, allocated, oversell in rows.values_list("variant", "on_hand", "allocated", "backorder"):
        free[variant_id] += max(0, on_hand - allocated)
        if backorder and oversell:
            endless.add(variant_id)
    return [
        Shortage(variant_id=pk, sku=skus[pk], location="", wanted=count, available=free[pk])
        for pk, count in wanted.items()
        if count > free[pk] and pk not in endless
    ]


def person_carts(user: User) -> list[dict[str, Any]]:
    """Return what is kept of a person's carts, for handing over."""
    lines = CartLine.objects.filter(cart__customer=user).select_related("cart", "variant").order_by("cart", "pk")
    return [
        {
            "cart": line.cart_id,
            "status": line.cart.status,
            "last_activity_at": line.cart.last_activity_at,
            "sku": line.variant.sku,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "currency": line.cart.currency,
        }
        for line in lines
    ]

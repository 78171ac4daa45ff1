"""Carts: what shoppers mean to order, and the queue of those who left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince

from backoffice.kernel.admin.actions import TransitionAction
from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from cart.models import Cart, CartLine
from cart.selectors import carts_abandoned, carts_expiring, carts_with_value
from cart.services.carts import cart_expire
from cart.states import CART_MACHINE


class QueueFilter(admin.SimpleListFilter):
    """Work queues of carts."""

    title = "queue"
    parameter_name = "queue"
    SOON = dt.timedelta(days=3)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name the queues."""
        return [
            ("abandoned", "Abandoned"),
            ("reachable", "Abandoned by customers"),
            ("guests", "Abandoned by guests"),
            ("expiring", f"Expiring within {self.SOON.days} days"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Cart]) -> QuerySet[Cart] | None:
        """Narrow the list to a queue."""
        queues: dict[str, Callable[[], QuerySet[Cart]]] = {
            "abandoned": carts_abandoned,
            "reachable": lambda: carts_abandoned(reachable=True),
            "guests": lambda: carts_abandoned(reachable=False),
            "expiring": lambda: carts_expiring(within=self.SOON, now=timezone.now()),
        }
        queue = queues.get(self.value() or "")
        return queryset if queue is None else queryset.filter(pk__in=queue().order_by().values("pk"))


class ExpireAction(TransitionAction):
    """Close carts by hand."""

    machine = CART_MACHINE
    transition = "expire"
    label = "Expire selected carts"

    def apply(self, row: Cart, reason: str, user: Any) -> Any:
        """Close one cart."""
        return cart_expire(cart=row, reason=reason)


class CartLineInline(BackofficeTabularInline):
    """What lies in a cart; only the shopper changes it."""

    model = CartLine
    fields = ("variant", "quantity", "unit_price", "worth", "price_now")
    readonly_fields = fields
    can_delete = False
    verbose_name_plural = "lines"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartLine]:
        """Join what the lines are called."""
        return super().get_queryset(request).select_related("cart", "variant")

    @admin.display(description="worth")
    def worth(self, line: CartLine) -> str:
        """Return what the line comes to at the price last shown."""
        return f"{line.quantity * line.unit_price:,.2f} {line.cart.currency}"

    @admin.display(description="price now")
    def price_now(self, line: CartLine) -> str:
        """Return the catalogue's price, which checkout takes."""
        return f"{line.variant.price:,.2f}"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody shops for somebody else here: staff enter orders."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the shopper changes a cart."""
        return False


@admin.register(Cart)
class CartAdmin(BackofficeModelAdmin):
    """Carts, to be looked at and closed."""

    list_display = ("__str__", "owner", "status", "line_count", "value", "last_activity_at", "age", "order")
    list_filter = (QueueFilter, "status", ("last_activity_at", admin.DateFieldListFilter))
    list_select_related = ("customer", "order")
    search_fields = ("^customer__email",)
    search_help_text = "The beginning of a customer's email."
    fields = ("owner", "status", "value", "currency", "created_at", "last_activity_at", "age", "order")
    readonly_fields = fields
    inlines = (CartLineInline,)
    bulk_actions = [ExpireAction]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cart]:
        """Add what each cart is worth."""
        return carts_with_value(super().get_queryset(request).select_related("customer", "order"))

    @admin.display(description="customer", ordering="customer__email")
    def owner(self, cart: Cart) -> str:
        """Return the customer's email, or that it is a guest."""
        return cart.customer.email if cart.customer else "Guest"

    @admin.display(description="lines")
    def line_count(self, cart: Cart) -> int:
        """Return how many different things the cart holds."""
        count: int = cart.line_count  # type: ignore[attr-defined]
        return count

    @admin.display(description="value")
    def value(self, cart: Cart) -> str:
        """Return what the cart comes to at the prices last shown."""
        return f"{cart.value:,.2f} {cart.currency}"  # type: ignore[attr-defined]

    @admin.display(description="left alone for", ordering="-last_activity_at")
    def age(self, cart: Cart) -> str:
        """Return how long nobody has touched the cart."""
        return timesince(cart.last_activity_at, depth=1)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Carts come from the shop."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Carts expire; they are not deleted."""
        return False

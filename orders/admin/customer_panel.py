"""A customer's orders, on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import CustomerProfile
from backoffice.kernel.admin.panels import Cell, Figure, Panel, register_panel, table_panel
from backoffice.kernel.scope.rules import visible
from orders.admin.display import money
from orders.selectors.customers import customer_value
from orders.selectors.queues import customer_orders

SHOWN = 10


@register_panel("accounts.CustomerProfile")
def orders_panel(request: HttpRequest, customer: CustomerProfile) -> Panel | None:
    """List the latest orders, with what the customer has bought and paid in all."""
    if not request.user.has_perm("orders.view_order"):
        return None
    rows = [
        [
            Cell(order.number, reverse("admin:orders_order_change", args=[order.pk])),
            Cell(f"{timezone.localtime(order.placed_at):%Y-%m-%d}" if order.placed_at else "not placed"),
            Cell(order.get_status_display()),
            Cell(order.get_fulfilment_status_display()),
            Cell(order.get_payment_status_display()),
            Cell(money(order.total, order.currency), is_amount=True),
        ]
        for order in visible(customer_orders(customer.user_id), request.user)[:SHOWN]
    ]
    values = customer_value(customer.user_id)
    figures = [Figure("Orders", f"{sum(item.orders for item in values):,}")]
    for item in values:
        figures.append(Figure(f"Bought, {item.currency}", money(item.bought, item.currency)))
        figures.append(Figure(f"Paid, {item.currency}", money(item.paid, item.currency)))
    return table_panel(
        "Orders",
        columns=["Order", "Placed", "Status", "Fulfilment", "Payment", "Total"],
        rows=rows,
        figures=figures,
        all_url=f"{reverse('admin:orders_order_changelist')}?{urlencode({'customer__id__exact': customer.user_id})}",
        empty="No orders yet.",
        position=10,
    )

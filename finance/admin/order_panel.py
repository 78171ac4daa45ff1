"""What finance knows of an order, on the order's page."""

from __future__ import annotations

from django.http import HttpRequest

from backoffice.kernel.scope.rules import visible
from finance.admin.display import amount, day, page_url, state_badge
from finance.models import Payment
from orders.admin.panels import Panel, register_panel
from orders.models import Order


@register_panel
def payments_panel(request: HttpRequest, order: Order) -> Panel | None:
    """Show the payments of an order with what came and what went back."""
    if not request.user.has_perm("finance.view_payment"):
        return None
    payments = visible(Payment.objects.filter(order=order), request.user).select_related("method").order_by("pk")
    rows = [
        {
            "url": page_url(payment),
            "method": payment.method.name,
            "state": state_badge(payment.status, payment.get_status_display()),
            "amount": amount(payment.amount, payment.currency),
            "received": amount(payment.captured_amount, payment.currency),
            "refunded": amount(payment.refunded_amount, payment.currency),
            "due_on": day(payment.due_on),
        }
        for payment in payments
    ]
    return Panel("Payments", "admin/finance/order_payments.html", {"rows": rows}, position=40) if rows else None

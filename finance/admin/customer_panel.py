"""A customer's payments, on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import CustomerProfile
from backoffice.kernel.admin.panels import Cell, Figure, Panel, register_panel, table_panel
from backoffice.kernel.scope.rules import visible
from finance.admin.display import page_url
from finance.models import Payment
from finance.selectors import customer_money
from orders.admin.display import EMPTY, money

SHOWN = 10


@register_panel("accounts.CustomerProfile")
def customer_payments_panel(request: HttpRequest, customer: CustomerProfile) -> Panel | None:
    """List the latest payments of a customer, with what came in over the years and what is expected."""
    if not request.user.has_perm("finance.view_payment"):
        return None
    payments = visible(Payment.objects.filter(order__customer=customer.user_id), request.user)
    rows = [
        [
            Cell(payment.order.number, page_url(payment)),
            Cell(payment.method.name),
            Cell(payment.get_status_display()),
            Cell(payment.due_on.isoformat() if payment.due_on else EMPTY),
            Cell(money(payment.amount, payment.currency), is_amount=True),
            Cell(money(payment.captured_amount, payment.currency), is_amount=True),
            Cell(money(payment.refunded_amount, payment.currency), is_amount=True),
        ]
        for payment in payments.select_related("order", "method").order_by("-pk")[:SHOWN]
    ]
    return table_panel(
        "Payments",
        columns=["Order", "Method", "Status", "Due", "Amount", "Received", "Refunded"],
        rows=rows,
        figures=[
            figure
            for item in customer_money(payments)
            for figure in (
                Figure(f"Lifetime value, {item.currency}", money(item.lifetime, item.currency)),
                Figure(f"Expected, {item.currency}", money(item.expected, item.currency)),
            )
        ],
        all_url=f"{reverse('admin:finance_payment_changelist')}?{urlencode({'q': customer.user.email})}",
        empty="No payments yet.",
        position=20,
    )

"""A customer's carts, on the customer's page."""

from __future__ import annotations

from babel.numbers import format_currency
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, to_locale

from accounts.models import CustomerProfile
from backoffice.kernel.admin.panels import Cell, Panel, register_panel, table_panel
from backoffice.kernel.scope.rules import visible
from cart.models import Cart
from cart.selectors import carts_with_value

SHOWN = 5


@register_panel("accounts.CustomerProfile")
def carts_panel(request: HttpRequest, customer: CustomerProfile) -> Panel | None:
    """List the latest carts, with what they come to."""
    if not request.user.has_perm("cart.view_cart"):
        return None
    locale = to_locale(get_language() or "en")
    carts = visible(carts_with_value(Cart.objects.filter(customer=customer.user_id)), request.user)
    rows = [
        [
            Cell(str(cart), reverse("admin:cart_cart_change", args=[cart.pk])),
            Cell(cart.get_status_display()),
            Cell(f"{timezone.localtime(cart.last_activity_at):%Y-%m-%d %H:%M}"),
            Cell(str(cart.line_count)),  # type: ignore[attr-defined]  # annotated
            Cell(format_currency(cart.value, cart.currency, locale=locale), is_amount=True),  # type: ignore[attr-defined]
        ]
        for cart in carts.order_by("-pk")[:SHOWN]
    ]
    return table_panel(
        "Carts",
        columns=["Cart", "Status", "Last touched", "Lines", "Value"],
        rows=rows,
        all_url=f"{reverse('admin:cart_cart_changelist')}?{urlencode({'q': customer.user.email})}" if rows else "",
        empty="No carts yet.",
        position=40,
    )

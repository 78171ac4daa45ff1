"""How money is shown: states, amounts, links."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.scope.rules import may_see
from finance.states import PaymentState, RefundState
from orders.admin.display import EMPTY, money

# The word always stands in the badge: the colour only underlines it.
COLOURS: dict[str, str] = {
    PaymentState.PENDING: "text-bg-warning",
    PaymentState.AUTHORISED: "text-bg-info",
    PaymentState.PAID: "text-bg-success",
    PaymentState.FAILED: "text-bg-danger",
    PaymentState.CANCELLED: "text-bg-dark",
    PaymentState.PARTIALLY_REFUNDED: "text-bg-light border",
    PaymentState.REFUNDED: "text-bg-light border",
    PaymentState.DISPUTED: "text-bg-danger",
    RefundState.SUCCEEDED: "text-bg-success",
}


def state_badge(value: str, label: str) -> SafeString:
    """Show a payment's or refund's state as a word on its colour."""
    return format_html('<span class="badge {}">{}</span>', COLOURS.get(value, "text-bg-secondary"), label)


def amount(value: Decimal, currency: str) -> SafeString:
    """Show an amount that does not break; nothing where it is zero."""
    return format_html('<span class="text-nowrap">{}</span>', money(value, currency) if value else EMPTY)


def day(value: dt.date | None) -> SafeString:
    """Show a date that does not break; a dash where there is none."""
    return format_html('<span class="text-nowrap">{}</span>', EMPTY if value is None else value.isoformat())


def moment(value: dt.datetime | None) -> SafeString:
    """Show date and time of day in the shop's time zone."""
    text = EMPTY if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return format_html('<span class="text-nowrap">{}</span>', text)


def link(user: Any, obj: Any, text: str = "") -> SafeString:
    """Lead to an object's page, if the user may open it; else only name it."""
    label = text or str(obj)
    opts = obj._meta
    if not user.has_perm(f"{opts.app_label}.view_{opts.model_name}") or not may_see(obj, user):
        return format_html("{}", label)
    return format_html('<a href="{}">{}</a>', page_url(obj), label)


def page_url(obj: Any) -> str:
    """Return the address of an object's page."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])

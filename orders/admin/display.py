"""How orders are shown: states, addresses, amounts, ages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from backoffice.kernel import clock
from backoffice.kernel.money import money_text
from orders.models import Order
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus

EMPTY = "–"

# The word always stands in the badge: the colour only underlines it.
_COLOURS: dict[str, str] = {
    OrderStatus.DRAFT: "text-bg-secondary",
    OrderStatus.OPEN: "text-bg-primary",
    OrderStatus.COMPLETED: "text-bg-success",
    OrderStatus.CANCELLED: "text-bg-dark",
    FulfilmentStatus.UNFULFILLED: "text-bg-light border",
    FulfilmentStatus.PARTIALLY_SHIPPED: "text-bg-info",
    FulfilmentStatus.SHIPPED: "text-bg-info",
    FulfilmentStatus.DELIVERED: "text-bg-success",
    FulfilmentStatus.PARTIALLY_RETURNED: "text-bg-warning",
    FulfilmentStatus.RETURNED: "text-bg-warning",
    PaymentStatus.UNPAID: "text-bg-warning",
    PaymentStatus.AUTHORISED: "text-bg-info",
    PaymentStatus.PARTIALLY_PAID: "text-bg-warning",
    PaymentStatus.PAID: "text-bg-success",
    PaymentStatus.PARTIALLY_REFUNDED: "text-bg-light border",
    PaymentStatus.REFUNDED: "text-bg-light border",
    ReturnStatus.REQUESTED: "text-bg-warning",
    ReturnStatus.APPROVED: "text-bg-info",
    ReturnStatus.RECEIVED: "text-bg-primary",
    ReturnStatus.REJECTED: "text-bg-dark",
}

_ADDRESS_LINES = ("company", "name", "line1", "line2")


def badge(value: str, label: str) -> SafeString:
    """Show a state as a word on its colour."""
    return format_html('<span class="badge {}">{}</span>', _COLOURS.get(value, "text-bg-secondary"), label)


def order_badges(order: Order) -> SafeString:
    """Show where an order stands on its three axes."""
    return format_html_join(
        " ",
        "{}",
        (
            (badge(order.status, order.get_status_display()),),
            (badge(order.fulfilment_status, order.get_fulfilment_status_display()),),
            (badge(order.payment_status, order.get_payment_status_display()),),
        ),
    )


def shipment_badge(status: str) -> SafeString:
    """Show where a parcel is."""
    return badge(
        {ShipmentStatus.DRAFT: "draft", ShipmentStatus.CANCELLED: "cancelled"}.get(ShipmentStatus(status), status),
        ShipmentStatus(status).label,
    )


def money(amount: Decimal, currency: str) -> str:
    """Write an amount with its currency, as the reader's language does."""
    return money_text(amount, currency)


def address_lines(address: dict[str, str]) -> list[str]:
    """Return the lines of an address as they are written on a letter."""
    lines = [address.get(key, "") for key in _ADDRESS_LINES]
    lines.append(f"{address.get('postcode', '')} {address.get('city', '')}".strip())
    lines += [address.get("region", ""), address.get("country", "")]
    return [line for line in lines if line]


def address_block(address: dict[str, str]) -> SafeString:
    """Show an address on several lines."""
    return stacked([*address_lines(address), *([f"Phone {address['phone']}"] if address.get("phone") else [])])


def stacked(lines: Iterable[str]) -> SafeString:
    """Show texts below each other."""
    return format_html_join("", "{}<br>", ((line,) for line in lines)) or format_html("{}", EMPTY)


def age(moment: dt.datetime | None, *, late_since: dt.datetime | None = None) -> SafeString:
    """Show how long ago something was, marked where it is too long.

    Args:
        moment: when it was; None shows a dash.
        late_since: what was before this moment is marked; None marks nothing.
    """
    if moment is None:
        return format_html("{}", EMPTY)
    text = timesince(moment, clock.now(), depth=1)
    title = timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
    if late_since is not None and moment < late_since:
        return format_html(
            '<span class="text-danger fw-bold" title="{}"><i class="fas fa-clock" aria-hidden="true"></i> {} '
            '<span class="visually-hidden">(waiting too long)</span></span>',
            title,
            text,
        )
    return format_html('<span title="{}">{}</span>', title, text)

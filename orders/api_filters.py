"""Filters of orders in the API. Each audience may filter by what it sees, and by nothing else."""

from __future__ import annotations

import django_filters as filters
from django.db.models import QuerySet

from orders.models import Order, OrderChannel, OrderLine
from orders.selectors.searching import order_search
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus


class OrderFilters(filters.FilterSet):
    """What everybody may filter orders by."""

    search = filters.CharFilter(
        method="find", label="Beginning of a number or SKU, a tracking number; for staff also email and buyer."
    )
    status = filters.MultipleChoiceFilter(choices=OrderStatus.choices)
    fulfilment_status = filters.MultipleChoiceFilter(choices=FulfilmentStatus.choices)
    payment_status = filters.MultipleChoiceFilter(choices=PaymentStatus.choices)
    placed_after = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte")
    placed_before = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt")

    def find(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        """Search, within the scope of whoever asks."""
        return rows.filter(pk__in=order_search(value, user=self.request.user))


class HouseOrderFilters(OrderFilters):
    """What staff may filter orders by, beside."""

    email = filters.CharFilter(method="written_to", label="Email of the order, in full.")
    channel = filters.MultipleChoiceFilter(choices=OrderChannel.choices)
    external_reference = filters.CharFilter(label="The order's number in another system, in full.")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    def written_to(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        """Keep orders of an email; orders keep it in lower case."""
        return rows.filter(email=value.lower())


class OrderLineFilters(filters.FilterSet):
    """What staff and sellers may filter lines by; a line says nothing of the order's other lines."""

    order = filters.CharFilter(field_name="order__number", label="Number of an order.")
    order_status = filters.MultipleChoiceFilter(field_name="order__status", choices=OrderStatus.choices)
    sku = filters.CharFilter(label="SKU, in full.")
    seller = filters.CharFilter(field_name="seller__code", label="Short name of a seller.")
    open = filters.BooleanFilter(method="still_open", label="True: pieces are still to be shipped.")
    placed_after = filters.IsoDateTimeFilter(field_name="order__placed_at", lookup_expr="gte")
    placed_before = filters.IsoDateTimeFilter(field_name="order__placed_at", lookup_expr="lt")

    def still_open(self, rows: QuerySet[OrderLine], name: str, value: bool) -> QuerySet[OrderLine]:  # noqa: FBT001
        """Keep lines with something allocated, or those with nothing."""
        return rows.filter(allocated__gt=0) if value else rows.filter(allocated=0)

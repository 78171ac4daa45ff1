"""Filters of payments in the API."""

from __future__ import annotations

import django_filters as filters

from finance.states import PaymentState


class PaymentFilters(filters.FilterSet):
    """What finance looks for."""

    order = filters.CharFilter(field_name="order__number", label="Number of an order.")
    status = filters.MultipleChoiceFilter(choices=PaymentState.choices)
    method = filters.CharFilter(field_name="method__code", label="Short name of a payment method.")
    provider_reference = filters.CharFilter(label="The provider's id, in full.")
    due_before = filters.DateFilter(field_name="due_on", lookup_expr="lt")
    settled_after = filters.IsoDateTimeFilter(field_name="settled_at", lookup_expr="gte")
    settled_before = filters.IsoDateTimeFilter(field_name="settled_at", lookup_expr="lt")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

"""Filters of invoices in the API."""

from __future__ import annotations

import django_filters as filters

from invoices.models import DocumentKind
from invoices.states import InvoiceStatus


class CustomerInvoiceFilters(filters.FilterSet):
    """What customers may filter their invoices by."""

    number = filters.CharFilter(label="Number, in full.")
    kind = filters.MultipleChoiceFilter(choices=DocumentKind.choices)
    status = filters.MultipleChoiceFilter(choices=InvoiceStatus.choices)
    order = filters.CharFilter(field_name="order__number", label="Number of an order.")
    issued_after = filters.DateFilter(field_name="issued_on", lookup_expr="gte", label="Issued on this day or later.")
    issued_before = filters.DateFilter(field_name="issued_on", lookup_expr="lt", label="Issued before this day.")


class InvoiceFilters(CustomerInvoiceFilters):
    """What staff may filter invoices by, beside."""

    due_before = filters.DateFilter(field_name="due_on", lookup_expr="lt")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

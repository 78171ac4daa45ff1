"""Invoices and credit notes: all for those who may see them, their own for customers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from backoffice.kernel.api.faces import Face
from backoffice.kernel.api.views import ScopedReadViewSet
from backoffice.kernel.scope.rules import Audience
from invoices.api_filters import CustomerInvoiceFilters, InvoiceFilters
from invoices.models import Invoice
from invoices.serializers import InvoiceDetailSerializer, InvoiceSerializer


def _listed(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.select_related("order", "corrects")


def _whole(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return _listed(rows, user).prefetch_related("lines", "adjustments", "tax_breakdown")


def _issued(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Leave out drafts: nothing is agreed before a document has its number."""
    return _listed(rows, user).filter(number__isnull=False)


def _whole_issued(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return _whole(_issued(rows, user), user)


@extend_schema_view(list=extend_schema(tags=["finance"]), retrieve=extend_schema(tags=["finance"]))
class InvoiceViewSet(ScopedReadViewSet):
    """Invoices and credit notes."""

    model = Invoice
    faces = {
        Audience.HOUSE: Face(
            listed=InvoiceSerializer,
            detail=InvoiceDetailSerializer,
            filters=InvoiceFilters,
            ordering={"id": "pk", "gross": "gross", "updated": "updated_at"},
            rows=_listed,
            detail_rows=_whole,
        ),
        Audience.CUSTOMER: Face(
            listed=InvoiceSerializer,
            detail=InvoiceDetailSerializer,
            filters=CustomerInvoiceFilters,
            ordering={"id": "pk"},
            rows=_issued,
            detail_rows=_whole_issued,
        ),
    }

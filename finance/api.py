"""Payments, for those who may see them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from backoffice.kernel.api.faces import Face
from backoffice.kernel.api.views import ScopedReadViewSet
from backoffice.kernel.scope.rules import Audience
from finance.api_filters import PaymentFilters
from finance.models import Payment
from finance.serializers import PaymentSerializer


def _with_refunds(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.select_related("order", "method").prefetch_related("refunds")


@extend_schema_view(list=extend_schema(tags=["finance"]), retrieve=extend_schema(tags=["finance"]))
class PaymentViewSet(ScopedReadViewSet):
    """Payments with their refunds."""

    model = Payment
    faces = {
        Audience.HOUSE: Face(
            listed=PaymentSerializer,
            filters=PaymentFilters,
            ordering={"id": "pk", "amount": "amount", "updated": "updated_at"},
            rows=_with_refunds,
        )
    }

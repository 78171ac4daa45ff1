"""List filters of orders, parcels and returns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from accounts.models import SellerProfile
from backoffice.kernel import clock
from backoffice.kernel.addresses import number_in
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.scope.rules import visible
from orders.models import OrderLine


class SellerFilter(admin.SimpleListFilter):
    """Orders with at least one line of a seller."""

    title = "seller"
    parameter_name = "seller"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the sellers; none to sellers, who only see their own orders."""
        if not is_house(request):
            return []
        rows = visible(SellerProfile.objects.order_by("store_name"), request.user)
        return [(str(pk), name) for pk, name in rows.values_list("pk", "store_name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list, without repeating orders; row by row, so that a page need not know all of them."""
        seller = number_in(self.value())
        if seller is None:
            return queryset
        return queryset.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), seller=seller).order_by()))


class AgeFilter(admin.SimpleListFilter):
    """When orders were placed, in the steps in which people think of it."""

    title = "age"
    parameter_name = "age"

    STEPS: dict[str, tuple[str, dt.timedelta | None, dt.timedelta | None]] = {
        "1d": ("Last 24 hours", None, dt.timedelta(days=1)),
        "7d": ("Last 7 days", None, dt.timedelta(days=7)),
        "30d": ("Last 30 days", None, dt.timedelta(days=30)),
        "over-1d": ("Older than 1 day", dt.timedelta(days=1), None),
        "over-3d": ("Older than 3 days", dt.timedelta(days=3), None),
        "over-14d": ("Older than 14 days", dt.timedelta(days=14), None),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the steps."""
        return [(key, label) for key, (label, _older, _younger) in self.STEPS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list; drafts have no age."""
        step = self.STEPS.get(self.value() or "")
        if step is None:
            return queryset
        _label, older, younger = step
        now = clock.now()
        if older is not None:
            queryset = queryset.filter(placed_at__lt=now - older)
        if younger is not None:
            queryset = queryset.filter(placed_at__gte=now - younger)
        return queryset

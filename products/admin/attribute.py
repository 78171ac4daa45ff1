"""Attributes that tell variants apart, with their values."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from backoffice.kernel.scope.rules import visible
from products.models import Attribute, AttributeValue


class AttributeValueInline(BackofficeTabularInline):
    """The values of an attribute in their order."""

    model = AttributeValue
    fields = ("value", "position")
    ordering = ("position", "value")


@admin.register(Attribute)
class AttributeAdmin(BackofficeModelAdmin):
    """Qualities in which variants differ. Variants name them on the product's page."""

    list_display = ("name", "value_count")
    search_fields = ("name",)
    inlines = (AttributeValueInline,)
    timeline_children = ["values"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attribute]:
        """Count the values that the user may see, in the same query."""
        values = visible(AttributeValue.objects.all(), request.user).order_by().values("pk")
        rows: QuerySet[Attribute] = super().get_queryset(request)
        return rows.annotate(known_values=Count("values", filter=Q(values__in=values)))

    @admin.display(description="Values", ordering="known_values")
    def value_count(self, attribute: Any) -> int:
        """Count the values."""
        return int(attribute.known_values)

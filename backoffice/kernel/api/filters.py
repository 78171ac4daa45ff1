"""Filters and orders of lists, which say so when they do not know what is asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

ORDERING = "ordering"


class StrictFilters(DjangoFilterBackend):
    """The filters of a view's face. A misspelt filter is refused instead of showing every row."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Filter the rows.

        Raises:
            ValidationError: a parameter that nobody knows, or a value that cannot be used.
        """
        filters = view.filterset_class
        known = set(filters.base_filters if filters is not None else ())
        refuse_unknown(request, known | {ORDERING, *page_parameters(view)})
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


class StrictOrdering(OrderingFilter):
    """The orders of rows that a view's face offers."""

    ordering_param = ORDERING

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """Return the column to order by.

        Raises:
            ValidationError: a name that is not offered.
        """
        asked = request.query_params.get(self.ordering_param, "").strip()
        if not asked:
            return (view.face.default_order,)
        offered = view.face.ordering
        descending, name = asked.startswith("-"), asked.removeprefix("-")
        if name not in offered:
            choice = ", ".join(sorted(offered)) or "nothing"
            raise ValidationError(
                {self.ordering_param: [f"This list cannot be ordered by “{name}”, only by {choice}."]}
            )
        return (f"-{offered[name]}" if descending else offered[name],)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameter with its choices."""
        names = sorted(view.face.ordering)
        if not names:
            return []
        return [
            {
                "name": self.ordering_param,
                "required": False,
                "in": "query",
                "description": "Order of the rows; a minus sign in front turns it round.",
                "schema": {"type": "string", "enum": [f"{sign}{name}" for name in names for sign in ("", "-")]},
            }
        ]


def page_parameters(view: Any) -> Collection[str]:
    """Return the names of the parameters that choose a page."""
    pages = view.paginator
    return () if pages is None else (pages.cursor_query_param, pages.page_size_query_param)


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Refuse parameters that mean nothing here.

    Raises:
        ValidationError: names each of them, and what is known.
    """
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        choice = ", ".join(sorted(known)) or "none"
        raise ValidationError({name: [f"There is no parameter “{name}” here. Known: {choice}."] for name in unknown})

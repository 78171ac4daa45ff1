"""Pages of a list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class Pages(CursorPagination):
    """Pages that go on after the last row of the one before.

    A page costs the same wherever it lies and however many rows there are: nothing is counted and
    nothing is skipped. Rows that come in meanwhile neither repeat nor hide others.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """Let the primary key decide between equals, so that the order is always the same."""
        ordering: tuple[str, ...] = super().get_ordering(request, queryset, view)
        return ordering if ordering[-1].lstrip("-") == "pk" else (*ordering, "pk")

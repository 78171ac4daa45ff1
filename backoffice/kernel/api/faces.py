"""What one audience sees of a resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from rest_framework.serializers import Serializer


def all_rows(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Return the rows as they are."""
    return rows


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a resource looks to one audience: which columns, which filters, which orders of rows.

    A filter or an order by a column that the audience does not see would tell it by and by what the
    column holds, so the three belong together.

    Attributes:
        listed: serializer of a row in a list.
        detail: serializer of a single row; that of the list where None.
        filters: the filters that may be used, or None.
        ordering: name in the request → column, ascending.
        default_order: column that orders the rows where the request names none.
        rows: narrows the rows of a list and joins what its serializer reads; gets the user.
        detail_rows: the same for a single row; ``rows`` where None.
    """

    listed: type[Serializer[Any]]
    detail: type[Serializer[Any]] | None = None
    filters: type[Any] | None = None
    ordering: Mapping[str, str] = field(default_factory=dict)
    default_order: str = "-pk"
    rows: Callable[[QuerySet[Any], Any], QuerySet[Any]] = all_rows
    detail_rows: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None

    def serializer(self, *, detail: bool) -> type[Serializer[Any]]:
        """Return the serializer of a list or of a single row."""
        return self.detail if detail and self.detail is not None else self.listed

    def prepared(self, rows: QuerySet[Any], user: Any, *, detail: bool) -> QuerySet[Any]:
        """Return the rows of a list, or those that a single one is taken from."""
        prepare = self.detail_rows if detail and self.detail_rows is not None else self.rows
        return prepare(rows, user)

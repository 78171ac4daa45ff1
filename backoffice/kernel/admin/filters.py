"""List filters whose choices go through the row scope."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.filters import FieldListFilter, RelatedFieldListFilter, RelatedOnlyFieldListFilter
from django.contrib.admin.utils import get_model_from_relation
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from backoffice.kernel.addresses import number_in
from backoffice.kernel.labels import labelled
from backoffice.kernel.scope.rules import visible

# A list of more choices than this helps nobody: use search, or an autocomplete field.
MOST_CHOICES = 200


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter on a relation that offers only rows the user may see.

    It stands in for Django's own filter on every relation named in ``list_filter``. Relations with
    more than ``MOST_CHOICES`` visible rows offer only the row that is filtered by.
    """

    def has_output(self) -> bool:
        """Stay in force when it is in the address, however few choices there are to show."""
        return bool(super().has_output() or self.lookup_val is not None)

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the choices that the request's user may see."""
        rows = self.choices_queryset(field, request, model_admin)
        found = [(self._key(row), str(row)) for row in labelled(rows)[: MOST_CHOICES + 1]]
        if len(found) <= MOST_CHOICES:
            return found
        asked: Any = self.lookup_val
        chosen = asked[-1] if isinstance(asked, list) else asked
        key = number_in(str(chosen)) if chosen else None
        if key is None:
            return []
        return [(self._key(row), str(row)) for row in labelled(rows.filter(pk=key))]

    def choices_queryset(self, field: Any, request: HttpRequest, model_admin: Any) -> QuerySet[Any]:
        """Return the related rows that may be offered, in the order of their own list."""
        related: type[Model] = get_model_from_relation(field)
        rows = visible(related._default_manager.all(), request.user)
        limit = field.get_limit_choices_to() if hasattr(field, "get_limit_choices_to") else None
        if limit:
            rows = rows.complex_filter(limit)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return rows.order_by(*ordering) if ordering else rows

    def _key(self, row: Model) -> Any:
        target = getattr(self.field, "target_field", None)
        return getattr(row, target.attname) if target is not None else row.pk


class ScopedRelatedOnlyFilter(ScopedRelatedFilter):
    """The same, narrowed to rows that the listed rows really name."""

    def choices_queryset(self, field: Any, request: HttpRequest, model_admin: Any) -> QuerySet[Any]:
        """Return the visible related rows that occur in the list."""
        used = model_admin.get_queryset(request).order_by().values(self.field_path)
        return super().choices_queryset(field, request, model_admin).filter(pk__in=used)


UNSCOPED_FILTERS = (RelatedFieldListFilter, RelatedOnlyFieldListFilter)


def is_unscoped(filter_class: Any) -> bool:
    """Say whether a list filter class would offer rows past the row scope."""
    return (
        isinstance(filter_class, type)
        and issubclass(filter_class, UNSCOPED_FILTERS)
        and not issubclass(filter_class, ScopedRelatedFilter)
    )


def _is_relation(field: Any) -> bool:
    return bool(field.remote_field)


FieldListFilter.register(_is_relation, ScopedRelatedFilter, take_priority=True)

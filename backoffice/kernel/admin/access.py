"""Which fields a person may edit or see, by permission."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest


class FieldAccessMixin:
    """Fields that need a permission of their own.

    Django leaves read-only fields out of the form altogether, so what a forged post says about them
    is never read. System checks see to it that status fields are read-only.

    Attributes:
        field_permissions: field → full permission name needed to edit it; others see it read-only.
        hidden_permissions: field or column → full permission name needed to see it at all.
    """

    field_permissions: dict[str, str] = {}
    hidden_permissions: dict[str, str] = {}

    def hidden_fields(self, request: HttpRequest) -> frozenset[str]:
        """Return the names of what the request's user may not see."""
        return frozenset(
            name for name, permission in self.hidden_permissions.items() if not request.user.has_perm(permission)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Add the fields that the user may not edit."""
        fields = tuple(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        locked = tuple(
            name
            for name, permission in self.field_permissions.items()
            if name not in fields and not request.user.has_perm(permission)
        )
        return fields + locked

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the fields that the user may not see."""
        hidden = self.hidden_fields(request)
        exclude = super().get_exclude(request, obj)  # type: ignore[misc]
        return [*(exclude or ()), *hidden] if hidden else exclude

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the fields that the user may not see."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        hidden = self.hidden_fields(request)
        if not hidden:
            return fieldsets
        return [
            (name, {**options, "fields": fields})
            for name, options in fieldsets
            if (fields := _without(options["fields"], hidden))
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the columns that the user may not see."""
        hidden = self.hidden_fields(request)
        return [name for name in super().get_list_display(request) if name not in hidden]  # type: ignore[misc]

    def shown_fields(self, request: HttpRequest, obj: Any = None) -> set[str]:
        """Return the names of all fields on the page."""
        return set(flatten_fieldsets(self.get_fieldsets(request, obj)))


def _without(fields: Iterable[Any], hidden: frozenset[str]) -> list[Any]:
    kept: list[Any] = []
    for entry in fields:
        if isinstance(entry, list | tuple):
            inner = [name for name in entry if name not in hidden]
            if inner:
                kept.append(inner)
        elif entry not in hidden:
            kept.append(entry)
    return kept

"""The ModelAdmin and inlines that every app's admin is made of."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.http import Http404, HttpRequest

from backoffice.kernel.admin import filters  # noqa: F401 - puts scoped filters in the place of Django's
from backoffice.kernel.admin.actions.page import BulkActionsMixin
from backoffice.kernel.scope.rules import visible


class ScopedMixin:
    """Every row and every choice goes through the row scope."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that the request's user may see."""
        return visible(super().get_queryset(request), request.user)  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only rows that the user may see."""
        related: type[Model] = db_field.remote_field.model  # type: ignore[assignment]
        kwargs["queryset"] = visible(kwargs.get("queryset", related._default_manager.all()), request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only rows that the user may see."""
        related: type[Model] = db_field.remote_field.model  # type: ignore[assignment]
        kwargs["queryset"] = visible(kwargs.get("queryset", related._default_manager.all()), request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


class BackofficeModelAdmin(ScopedMixin, BulkActionsMixin, admin.ModelAdmin[Any]):
    """Base of every page of the admin."""

    list_per_page = 100
    show_full_result_count = False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404(f"There is no {opts.verbose_name} {object_id}.")


class BackofficeTabularInline(ScopedMixin, admin.TabularInline[Any, Any]):
    """Base of every table of children on a page."""

    extra = 0


class BackofficeStackedInline(ScopedMixin, admin.StackedInline[Any, Any]):
    """Base of every list of child forms on a page."""

    extra = 0

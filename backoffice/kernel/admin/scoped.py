"""Row scope for ModelAdmins and inlines: lists, choices, look-ups, deletions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.http import Http404, HttpRequest

from backoffice.kernel.labels import labelled
from backoffice.kernel.scope.rules import Audience, audience_of, visible


def is_house(request: HttpRequest) -> bool:
    """Say whether the request's user is one of the house, who sees every row."""
    return audience_of(request.user)[0] is Audience.HOUSE


def parent_key(parent: type[Model], inline: Any) -> ForeignKey[Any, Any]:
    """Return the foreign key that joins an inline's rows to the object on the page.

    Raises:
        LookupError: the inline's model has none, or several of which none is named.
    """
    parent = inline.parent_model if getattr(inline, "through", "") else parent
    keys = [
        field
        for field in inline.model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and field.name == (inline.fk_name or field.name)
        and issubclass(parent, field.related_model)
    ]
    if len(keys) != 1:
        raise LookupError(f"{inline.__class__.__name__} has {len(keys)} foreign keys to {parent.__name__}.")
    return keys[0]


def parent_of(inline: Any, obj: Any) -> Any:
    """Return the object that an inline's rows belong to: the page's, or the one it leads to."""
    through = getattr(inline, "through", "")
    return getattr(obj, through) if through and obj is not None else obj


class ThroughMixin:
    """Lets an inline show rows of an object that the page's object leads to.

    Attributes:
        through: name of the page's foreign key to that object, for example “user” on a customer's
            page, whose addresses belong to the user; empty where the rows are the object's own.
    """

    through: str = ""

    def __init__(self, parent_model: type[Model], admin_site: Any) -> None:
        parent: Any = parent_model._meta.get_field(self.through).related_model if self.through else parent_model
        super().__init__(parent, admin_site)  # type: ignore[call-arg]


class ScopedMixin:
    """Every row and every choice goes through the row scope."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that the request's user may see."""
        return visible(super().get_queryset(request), request.user)  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only rows that the user may see."""
        kwargs["queryset"] = self._choices(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only rows that the user may see."""
        kwargs["queryset"] = self._choices(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _choices(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> QuerySet[Any]:
        related: type[Model] = db_field.remote_field.model
        rows = kwargs.get("queryset")
        if rows is None:
            rows = self.get_field_queryset(kwargs.get("using"), db_field, request)  # type: ignore[attr-defined]
        if rows is None:
            rows = related._default_manager.all()
        return labelled(visible(rows, request.user))


class ScopedPagesMixin(ScopedMixin):
    """What else a ModelAdmin could tell about rows out of scope."""

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404(f"There is no {opts.verbose_name} {object_id}.")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Let people outside the house filter only by what the list offers.

        Django allows any column of the listed model in the address, so that a row that is shared
        (an order with lines of two sellers) would answer questions about columns that its page
        keeps to itself.
        """
        if not super().lookup_allowed(lookup, value, request):  # type: ignore[misc]
            return False
        if is_house(request):
            return True
        offered = {"pk", self.opts.pk.name}  # type: ignore[attr-defined]
        for entry in self.get_list_filter(request):  # type: ignore[attr-defined]
            name = entry[0] if isinstance(entry, list | tuple) else entry
            if isinstance(name, str):
                offered.add(name)
            else:
                offered.add(getattr(name, "parameter_name", ""))
        if self.date_hierarchy:  # type: ignore[attr-defined]
            offered.add(self.date_hierarchy)  # type: ignore[attr-defined]
        return any(lookup == name or lookup.startswith(f"{name}__") for name in offered if name)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Let inlines show the rows of the object that they belong to."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)  # type: ignore[misc]
        return {**kwargs, "instance": parent_of(inline, obj)}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say what a deletion takes along; to people outside the house in numbers, not by name."""
        if is_house(request):
            return super().get_deleted_objects(objs, request)  # type: ignore[misc]
        rows = list(objs)
        collector: Any = NestedObjects(using=router.db_for_write(self.model), origin=rows)  # type: ignore[attr-defined]
        collector.collect(rows)
        counts = {str(model._meta.verbose_name_plural): len(found) for model, found in collector.model_objs.items()}
        names = [str(row) for row in rows]
        lacking = {
            str(model._meta.verbose_name)
            for model in collector.model_objs
            if not request.user.has_perm(f"{model._meta.app_label}.delete_{model._meta.model_name}")
        }
        kept = Counter(str(row._meta.verbose_name_plural) for row in collector.protected)
        return names, counts, lacking, [f"{count} {name}" for name, count in kept.items()]

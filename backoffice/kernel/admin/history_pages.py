"""The history of an object: timeline, one version, and the object as it was at a moment. Read-only."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.addresses import number_in
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.history.timeline import (
    AsOf,
    Event,
    Source,
    as_of,
    object_source,
    sources_of,
    timeline_page,
)
from backoffice.kernel.history.timeline.sources import history_manager, is_tracked
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.selectors import uploads_of_jobs

PER_PAGE = 50
# Rows that one save writes lie closer together than this.
ONE_SAVE_SECONDS = 2.0


class MomentForm(forms.Form):
    """When."""

    at = forms.DateTimeField(
        label=_("as it was on"), widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1})
    )


class HistoryAdminMixin:
    """History pages that honour scope and permission, and never write.

    Attributes:
        timeline_children: reverse relations whose rows belong to the object's story, for example
            ``["lines", "shipments"]``; ``__`` joins deeper ones.
    """

    timeline_children: list[str] = []

    def get_urls(self) -> list[Any]:
        """Add the pages of one version and of a moment."""
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        name = f"{self.opts.app_label}_{self.opts.model_name}"  # type: ignore[attr-defined]
        return [
            path("<path:object_id>/history/as-of/", view(self.as_of_view), name=f"{name}_as_of"),
            path("<path:object_id>/history/<int:version>/", view(self.version_view), name=f"{name}_version"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the timeline of an object and its children."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        obj, gone = self._object_or_404(request, object_id)
        sources = self.timeline_sources(request, obj)
        number = number_in(request.GET.get("p")) or 1
        page = timeline_page(sources, user=request.user, number=number, per_page=PER_PAGE)
        context = {
            **self._history_context(request, obj, gone),
            "title": _("History of %s") % obj,
            "page": page,
            "groups": _with_uploads(_saves(page.events), request.user),
            "moment_form": MomentForm(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/history_timeline.html", context)

    def version_view(self, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
        """Show one version of an object: all fields, and what this version changed."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        obj, gone = self._object_or_404(request, object_id)
        source = self.timeline_sources(request, obj)[0]
        rows = source.history.filter(source.where)
        row = rows.filter(history_id=version).first()
        if row is None:
            raise Http404("There is no such version.")
        only = Source(source.model, source.where & _version(version), source.fields)
        page = timeline_page([only], user=request.user)
        described = as_of([only], row.history_date, user=request.user)
        context = {
            **self._history_context(request, obj, gone),
            "title": _("%(object)s, version %(version)s") % {"object": obj, "version": version},
            "event": page.events[0],
            "described": described[0] if described else None,
            "changed": {change.label for change in page.events[0].changes},
            "earlier": rows.filter(history_id__lt=version).order_by("-history_id").first(),
            "later": rows.filter(history_id__gt=version).order_by("history_id").first(),
        }
        return TemplateResponse(request, "admin/history_version.html", context)

    def as_of_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show an object and its children as they were at a moment."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        obj, gone = self._object_or_404(request, object_id)
        form = MomentForm(request.GET if "at" in request.GET else {"at": _this_minute()})
        found: list[AsOf] = []
        if form.is_valid():
            found = as_of(self.timeline_sources(request, obj), form.cleaned_data["at"], user=request.user)
        context = {
            **self._history_context(request, obj, gone),
            "title": _("%s as it was") % obj,
            "moment_form": form,
            "own": [entry for entry in found if entry.model is self.model],  # type: ignore[attr-defined]
            "children": [
                (model._meta.verbose_name_plural, list(entries))
                for model, entries in groupby(
                    (entry for entry in found if entry.model is not self.model),  # type: ignore[attr-defined]
                    key=lambda entry: entry.model,
                )
            ],
        }
        return TemplateResponse(request, "admin/history_as_of.html", context)

    def timeline_sources(self, request: HttpRequest, obj: Any) -> list[Source]:
        """Return the history that the user may read: of the object, and of children that may be viewed."""
        fields = self.timeline_fields(request, obj)
        return sources_of(obj, children=self._readable_children(request), user=request.user, fields=fields)

    def timeline_fields(self, request: HttpRequest, obj: Any) -> dict[Any, Any] | None:
        """Return the fields whose history may be told, per model; None for all.

        The house reads all but hidden fields; others read what the page itself shows them, and of
        the children what its inlines show.
        """
        hidden = self.hidden_fields(request)  # type: ignore[attr-defined]
        if is_house(request):
            return _all_but(self.model, hidden, self._readable_children(request)) if hidden else None  # type: ignore[attr-defined]
        fields: dict[Any, Any] = {self.model: self.shown_fields(request, obj)}  # type: ignore[attr-defined]
        for inline in self.get_inline_instances(request, obj):  # type: ignore[attr-defined]
            if hasattr(inline, "shown_fields"):
                fields.setdefault(inline.model, set()).update(inline.shown_fields(request, obj))
        return fields

    def _readable_children(self, request: HttpRequest) -> list[str]:
        readable = []
        for relation in self.timeline_children:
            model = _child_model(self.model, relation)  # type: ignore[attr-defined]
            if request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
                readable.append(relation)
        return readable

    def _object_or_404(self, request: HttpRequest, object_id: str) -> tuple[Any, bool]:
        """Return the object and whether it is deleted.

        Deleted objects are shown to the house alone: whose they were can no longer be looked up.
        """
        model = self.model  # type: ignore[attr-defined]
        if not is_tracked(model):
            raise Http404(f"{model._meta.verbose_name_plural} have no history.")
        key = unquote(object_id)
        obj = self.get_object(request, key)  # type: ignore[attr-defined]
        if obj is not None:
            if not self.has_view_or_change_permission(request, obj):  # type: ignore[attr-defined]
                raise PermissionDenied
            return obj, False
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        if number_in(key) is not None and is_house(request) and not model._default_manager.filter(pk=key).exists():
            last = history_manager(model).filter(object_source(model, key).where).order_by("-history_id").first()
            if last is not None:
                return last.instance, True
        raise Http404(f"There is no {model._meta.verbose_name} {key}.")

    def _history_context(self, request: HttpRequest, obj: Any, gone: bool) -> dict[str, Any]:
        opts = self.opts  # type: ignore[attr-defined]
        name = f"admin:{opts.app_label}_{opts.model_name}"
        return {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "opts": opts,
            "object": obj,
            "is_deleted": gone,
            "list_url": reverse(f"{name}_changelist"),
            "change_url": None if gone else reverse(f"{name}_change", args=[obj.pk]),
            "history_url": reverse(f"{name}_history", args=[obj.pk]),
            "as_of_url": reverse(f"{name}_as_of", args=[obj.pk]),
            "version_url_name": f"{name}_version",
        }


def _saves(events: Iterable[Event]) -> list[list[Event]]:
    """Put together the events that one save wrote."""
    groups: list[list[Event]] = []
    for event in events:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and (last.who, last.reason, last.job_id) == (event.who, event.reason, event.job_id)
            and abs((last.at - event.at).total_seconds()) <= ONE_SAVE_SECONDS
        ):
            groups[-1].append(event)
        else:
            groups.append([event])
    # The object first, then its children kind by kind: the order in which rows were written says nothing.
    return [
        sorted(group, key=lambda event: (event.is_child, event.model.__name__, -event.history_id)) for group in groups
    ]


def _with_uploads(groups: list[list[Event]], user: Any) -> list[tuple[list[Event], Upload | None]]:
    """Return each group with the upload that wrote it, of those that a person may see."""
    uploads = uploads_of_jobs((group[0].job_id for group in groups), user)
    return [(group, uploads.get(group[0].job_id or 0)) for group in groups]


def _version(version: int) -> Any:
    from django.db.models import Q

    return Q(history_id=version)


def _child_model(model: Any, relation: str) -> Any:
    for part in relation.split("__"):
        model = model._meta.get_field(part).related_model
    return model


def _all_but(model: Any, hidden: frozenset[str], children: list[str]) -> dict[Any, Any]:
    fields: dict[Any, Any] = {model: {entry.name for entry in model._meta.concrete_fields} - hidden}
    for relation in children:
        child = _child_model(model, relation)
        fields[child] = {entry.name for entry in child._meta.concrete_fields}
    return fields


def _this_minute() -> str:
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")

"""Stale forms: a save that is based on an older version is refused and shows what changed since."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backoffice.kernel.admin.scoped import parent_key, parent_of
from backoffice.kernel.history.timeline import Event, Source, events_since
from backoffice.kernel.history.timeline.sources import deletions, is_tracked

FIELD = "_version"
OVERWRITE = "_version_seen"
SALT = "backoffice.version"


class VersionCheckMixin:
    """Hides in each change form which version it shows, and refuses to save over a newer one.

    A version is the newest history row of the object and of its inline rows. The check runs inside
    the save's transaction with the object's row locked, so of two stale saves the second loses. A
    form that carries no version at all is not checked: nothing was shown that could be stale.
    """

    def version_of(self, request: HttpRequest, obj: Any) -> list[list[Any]]:
        """Return (model label, newest history id, fingerprint of the rows) of the object and its inline rows."""
        found = []
        for source in self._version_sources(request, obj):
            newest = source.history.filter(source.where).order_by().values(source.key).annotate(last=Max("history_id"))
            rows = sorted((row[source.key], row["last"]) for row in newest)
            digest = hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
            found.append([source.model._meta.label_lower, max((last for _, last in rows), default=0), digest])
        return found

    def version_token(self, request: HttpRequest, obj: Any) -> str:
        """Return the version as signed text for a hidden field; "" for models without history."""
        if obj is None or obj.pk is None or not is_tracked(self.model):  # type: ignore[attr-defined]
            return ""
        return signing.dumps([str(obj.pk), self.version_of(request, obj)], salt=SALT, compress=True)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Add the check to the form of a save."""
        form_class = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        token = request.POST.get(OVERWRITE) or request.POST.get(FIELD)
        if request.method != "POST" or obj is None or not token or "_saveasnew" in request.POST:
            return form_class
        admin = self

        class VersionedForm(form_class):  # type: ignore[misc,valid-type]
            def clean(self) -> Any:
                cleaned = super().clean()
                admin._refuse_if_stale(request, obj, str(token))
                return cleaned

        return VersionedForm

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Put the version into the page; after a refusal also what changed, and a way to save all the same."""
        obj = kwargs.get("obj")
        if kwargs.get("change") and obj is not None:
            stale: list[Event] | None = getattr(request, "stale_events", None)
            context["version_field"], context["overwrite_field"] = FIELD, OVERWRITE
            context["version_token"] = request.POST.get(FIELD) or self.version_token(request, obj)
            context["stale_events"] = stale
            if stale is not None:
                context["version_seen"] = self.version_token(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def _refuse_if_stale(self, request: HttpRequest, obj: Any, token: str) -> None:
        """Compare versions under a lock on the object.

        Raises:
            ValidationError: somebody saved in the meantime.
        """
        model = self.model  # type: ignore[attr-defined]
        try:
            key, based_on = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            raise ValidationError(_("This form is damaged. Open the page again.")) from None
        if key != str(obj.pk):
            raise ValidationError(_("This form belongs to another page. Open the page again."))
        list(model._default_manager.select_for_update(of=("self",)).filter(pk=obj.pk).values_list("pk"))
        current = self.version_of(request, obj)
        if current == based_on:
            return
        newest = {label: last for label, last, _digest in based_on}
        since = [(source, newest.get(source.model._meta.label_lower, 0)) for source in self._told_sources(request, obj)]
        request.stale_events = events_since(since, user=request.user)  # type: ignore[attr-defined]
        raise ValidationError(_("Somebody saved this page after you opened it. Nothing of yours was saved yet."))

    def _version_sources(self, request: HttpRequest, obj: Any) -> list[Source]:
        """Return the object's own history, and that of the rows that its inlines show."""
        model = self.model  # type: ignore[attr-defined]
        found = [Source(model, Q(**{model._meta.pk.attname: obj.pk}))]
        for inline in self.get_inline_instances(request, obj):  # type: ignore[attr-defined]
            if not is_tracked(inline.model):
                continue
            foreign_key = parent_key(model, inline)
            rows = inline.get_queryset(request).filter(**{foreign_key.name: parent_of(inline, obj).pk})
            keys = rows.values_list("pk", flat=True)
            where = Q(**{f"{inline.model._meta.pk.attname}__in": sorted(keys)})
            found.append(Source(inline.model, where, is_child=True))
        return found

    def _told_sources(self, request: HttpRequest, obj: Any) -> list[Source]:
        """Return the same with deleted inline rows, limited to the fields that the user may read."""
        fields = self.timeline_fields(request, obj)  # type: ignore[attr-defined]
        found = []
        for source in self._version_sources(request, obj):
            where, shown = source.where, None if fields is None else frozenset(fields.get(source.model, ()))
            if source.is_child:
                where |= self._deleted(request, obj, source)
            found.append(Source(source.model, where, shown, source.is_child))
        return found

    def _deleted(self, request: HttpRequest, obj: Any, source: Source) -> Q:
        for inline in self.get_inline_instances(request, obj):  # type: ignore[attr-defined]
            if inline.model is source.model:
                key = parent_key(self.model, inline)  # type: ignore[attr-defined]
                parent = {f"{key.name}_id": parent_of(inline, obj).pk}
                gone = deletions(inline.model).filter(**parent)
                return Q(history_id__in=list(gone.values_list("history_id", flat=True)[:1_000]))
        return Q(pk__in=[])

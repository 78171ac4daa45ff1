"""System checks: what a page of the admin must have to be safe and fast.

Registered for all admin sites; only the project's own classes are judged, not those that libraries
bring along.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin.sites import all_sites
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeStackedInline, BackofficeTabularInline
from backoffice.kernel.admin.filters import is_unscoped
from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.states.machine import machines


@register(Tags.admin)
def check_admin_pages(**kwargs: Any) -> list[CheckMessage]:
    """Check every page that the project registers."""
    return [
        message
        for site in all_sites
        for model_admin in site._registry.values()  # noqa: SLF001 - the only list of them
        if is_ours(model_admin)
        for message in check_page(model_admin)
    ]


def check_page(page: Any) -> Iterator[CheckMessage]:
    """Yield what is wrong with one page."""
    if not isinstance(page, BackofficeModelAdmin):
        yield Error(
            f"{page} does not go through scope, history and version check.",
            hint="Derive it from backoffice.kernel.admin.base.BackofficeModelAdmin.",
            obj=page.__class__,
            id="kernel.E001",
        )
        return
    yield from _joins(page)
    yield from _filters(page)
    yield from _editing(page)
    yield from _inlines(page)
    yield from _actions(page)
    yield from _timeline(page)
    yield from _states(page)


def is_ours(page: Any) -> bool:
    """Say whether a class belongs to the project, not to an installed library."""
    config = apps.get_containing_app_config(page.__class__.__module__)
    if config is None:
        return str(page.__class__.__module__).startswith("backoffice")
    folder = Path(config.path).resolve()
    return folder.is_relative_to(Path(settings.BASE_DIR).resolve()) and "site-packages" not in folder.parts


def _joins(page: Any) -> Iterator[CheckMessage]:
    keys = {name.split("__")[0] for name in page.list_display if isinstance(name, str)}
    missing = [name for name in sorted(keys) if isinstance(_field(page.model, name), ForeignKey)]
    if page.list_select_related is True or not missing:
        return
    joined = {name.split("__")[0] for name in (page.list_select_related or ())}
    missing = [name for name in missing if name not in joined]
    if missing:
        yield Error(
            f"{page} lists {', '.join(missing)} without joining: one query per row.",
            hint=f"Name it in list_select_related of {page.__class__.__name__}.",
            obj=page.__class__,
            id="kernel.E002",
        )


def _filters(page: Any) -> Iterator[CheckMessage]:
    for entry in page.list_filter:
        chosen = entry[1] if isinstance(entry, list | tuple) else entry
        if is_unscoped(chosen):
            yield Error(
                f"{page} filters by {chosen.__name__}, which offers rows out of the user's scope.",
                hint="Use backoffice.kernel.admin.filters.ScopedRelatedFilter or ScopedRelatedOnlyFilter.",
                obj=page.__class__,
                id="kernel.E003",
            )


def _editing(page: Any) -> Iterator[CheckMessage]:
    if page.list_editable:
        yield Error(
            f"{page} saves from its list, past the check for stale forms.",
            hint="Offer a bulk action instead of list_editable.",
            obj=page.__class__,
            id="kernel.E004",
        )
    for owner in (page, *_made(page)):
        if owner.raw_id_fields:
            yield Error(
                f"{owner} has raw_id_fields, whose label names any row, in scope or not.",
                hint="Use autocomplete_fields.",
                obj=owner.__class__,
                id="kernel.E005",
            )


def _inlines(page: Any) -> Iterator[CheckMessage]:
    for inline in page.inlines:
        if not issubclass(inline, BackofficeTabularInline | BackofficeStackedInline):
            yield Error(
                f"{inline.__name__} of {page} does not go through scope.",
                hint="Derive it from BackofficeTabularInline or BackofficeStackedInline.",
                obj=page.__class__,
                id="kernel.E006",
            )


def _actions(page: Any) -> Iterator[CheckMessage]:
    names = [entry().name for entry in page.bulk_actions]
    for entry in page.bulk_actions:
        action = entry()
        if not action.name or not action.label or names.count(action.name) > 1:
            yield Error(
                f"{entry.__name__} of {page} needs a label, and a name that no other action there has.",
                obj=page.__class__,
                id="kernel.E007",
            )
    plain = [entry for entry in page.actions or () if callable(entry) or isinstance(entry, str)]
    if plain:
        yield Error(
            f"{page} has actions without preview, transaction and undo.",
            hint="Write them as BulkAction and list them in bulk_actions.",
            obj=page.__class__,
            id="kernel.E008",
        )


def _timeline(page: Any) -> Iterator[CheckMessage]:
    for relation in page.timeline_children:
        model: Any = page.model
        for part in relation.split("__"):
            found = _field(model, part) if model is not None else None
            model = found.related_model if found is not None and found.one_to_many else None
        if model is None or not is_tracked(model):
            yield Error(
                f"{page} tells the history of {relation!r}, which is no relation to rows with history.",
                hint="Name reverse relations such as 'lines' in timeline_children.",
                obj=page.__class__,
                id="kernel.E009",
            )


def _states(page: Any) -> Iterator[CheckMessage]:
    """Status fields move by transitions alone: no page and no inline may have them in its form."""
    fields = {(machine.model.lower(), machine.field_name) for machine in machines()}
    for owner in (page, *_made(page)):
        for label, name in fields:
            if owner.model._meta.label_lower == label and _may_be_edited(owner, name):
                yield Error(
                    f"{owner} would let a person write {name}, which only transitions may.",
                    hint=f"Put {name!r} into readonly_fields.",
                    obj=owner.__class__,
                    id="kernel.E010",
                )


def _may_be_edited(owner: Any, name: str) -> bool:
    if name in owner.readonly_fields or name in (owner.exclude or ()):
        return False
    if type(owner).has_change_permission.__qualname__.startswith("ReadOnly"):
        return False
    field = _field(owner.model, name)
    if field is None or not field.editable:
        return False
    if owner.fieldsets is not None:
        return name in _flat(entry for _, options in owner.fieldsets for entry in options["fields"])
    return owner.fields is None or name in _flat(owner.fields)


def _flat(fields: Any) -> set[str]:
    return {name for entry in fields for name in (entry if isinstance(entry, list | tuple) else [entry])}


def _made(page: Any) -> list[Any]:
    return [inline(page.model, page.admin_site) for inline in page.inlines]


def _field(model: type[Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None

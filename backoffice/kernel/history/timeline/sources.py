"""Which history rows belong to a stream."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from backoffice.kernel.scope.rules import Audience, audience_of, visible


@dataclass(frozen=True)
class Source:
    """The history rows of one model in a stream.

    Attributes:
        model: the tracked model.
        where: condition on its history rows.
        fields: names of the fields that may be shown; None for all.
        is_child: whether events need the row's name beside them.
    """

    model: type[Model]
    where: Q
    fields: frozenset[str] | None = None
    is_child: bool = False

    @property
    def history(self) -> Any:
        """The history model's manager."""
        return history_manager(self.model)

    @property
    def key(self) -> str:
        """Attribute name of the tracked row's primary key on its history rows."""
        return str(self.model._meta.pk.attname)


def is_tracked(model: type[Model]) -> bool:
    """Say whether changes of a model leave history rows."""
    return hasattr(model._meta, "simple_history_manager_attribute")


def history_manager(model: type[Model]) -> Any:
    """Return the manager of a tracked model's history rows."""
    manager = getattr(model, model._meta.simple_history_manager_attribute)  # type: ignore[attr-defined]
    return manager.model._default_manager


def deletions(model: type[Model]) -> QuerySet[Any]:
    """Return the history rows of deletions of a model, to be narrowed by what the rows belonged to.

    The kind is written out, not passed: SQLite uses the index of deletions only when it can see
    the condition in the query itself.
    """
    return history_manager(model).filter(history_type=RawSQL("'-'", ()))  # type: ignore[no-any-return]


def object_source(model: type[Model], key: Any, fields: Collection[str] | None = None) -> Source:
    """Return the source of one object's own history."""
    return Source(model, Q(**{model._meta.pk.attname: key}), _frozen(fields))


def job_source(model: type[Model], job_id: int, fields: Collection[str] | None = None) -> Source:
    """Return the source of what one job did to the rows of a model."""
    return Source(model, Q(history_job=job_id), _frozen(fields), is_child=True)


def sources_of(
    instance: Model,
    *,
    children: Iterable[str] = (),
    user: Any,
    fields: dict[type[Model], Collection[str]] | None = None,
) -> list[Source]:
    """Return the sources of an object's stream: its own rows and those of its children.

    Args:
        instance: the object.
        children: reverse relations to the children's models, ``__`` joins deeper ones
            (``"variants__stocks"``).
        user: who looks; children out of the user's scope are left out, and so are deleted ones
            unless the user is of the house.
        fields: per model the fields that may be shown; a model that is not named shows all. With
            this given, children whose model is not named are left out altogether.
    """
    allowed = fields
    own = None if allowed is None else allowed.get(type(instance), ())
    found = [object_source(type(instance), instance.pk, own)]
    for path in children:
        model, lookup, parent_lookup, parent_model = _child(type(instance), path)
        if not is_tracked(model) or (allowed is not None and model not in allowed):
            continue
        keys = set(visible(model._default_manager.filter(**{lookup: instance.pk}), user).values_list("pk", flat=True))
        if audience_of(user)[0] is Audience.HOUSE:
            keys |= _deleted(model, instance, lookup, parent_lookup, parent_model)
        shown = None if allowed is None else allowed[model]
        where = Q(**{f"{model._meta.pk.attname}__in": sorted(keys)})
        found.append(Source(model, where, _frozen(shown), is_child=True))
    return found


def _frozen(fields: Collection[str] | None) -> frozenset[str] | None:
    return None if fields is None else frozenset(fields)


def _child(model: type[Model], path: str) -> tuple[type[Model], str, str, type[Model]]:
    """Return (child model, look-up from child to the object, its foreign key, that key's model)."""
    names: list[str] = []
    current, parent = model, model
    for part in path.split("__"):
        relation: Any = current._meta.get_field(part)
        parent, current = current, relation.related_model
        names.append(relation.field.name)
    return current, "__".join(reversed(names)), names[-1], parent


def _deleted(
    model: type[Model], instance: Model, lookup: str, parent_lookup: str, parent_model: type[Model]
) -> set[Any]:
    """Return the keys of deleted children: their last history row still names the parent."""
    if lookup == parent_lookup:
        parents = Q(**{f"{parent_lookup}_id": instance.pk})
    else:
        up = lookup.removeprefix(f"{parent_lookup}__")
        keys = list(parent_model._default_manager.filter(**{up: instance.pk}).values_list("pk", flat=True))
        parents = Q(**{f"{parent_lookup}_id__in": keys})
    return set(deletions(model).filter(parents).values_list(model._meta.pk.attname, flat=True))

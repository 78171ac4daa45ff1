"""Who may see which rows.

The kernel knows no app: apps register, per model label, the look-up path from a row to the party
it belongs to. A user tells its audience; house staff see every row of the models they have
permission for, everybody else sees only rows that a registered path joins to them. A model without
a path shows nothing to them: forgetting a rule hides rows instead of leaking them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


class Audience(StrEnum):
    """On which side of the counter a user stands."""

    HOUSE = "house"
    SELLER = "seller"
    CUSTOMER = "customer"
    NOBODY = "nobody"


@dataclass(frozen=True)
class ScopeRule:
    """Look-up paths from a row to the seller's and the customer's key.

    Attributes:
        seller: path to a SellerProfile's pk, "*" where sellers see all rows, None for no row.
        customer: path to a User's pk, "*" or None likewise.
    """

    seller: str | None = None
    customer: str | None = None


_rules: dict[str, ScopeRule] = {}


def register_scope(rules: dict[str, ScopeRule]) -> None:
    """Register the rules of several models by label (``app_label.ModelName``)."""
    for label, rule in rules.items():
        _rules[label.lower()] = rule


def scope_rule(model: type[Model]) -> ScopeRule:
    """Return the rule of a model; the empty rule, which shows nothing, where none is registered."""
    return _rules.get(model._meta.label_lower, ScopeRule())


def audience_of(user: Any) -> tuple[Audience, int | None]:
    """Return a user's audience and the key that the audience's path leads to."""
    if user is None or not user.is_authenticated or not user.is_active:
        return Audience.NOBODY, None
    audience, key = user.scope_audience()
    return Audience(audience), key


def scope_q(model: type[Model], user: Any) -> Q | None:
    """Return the condition on a model's rows that a user may see; None means every row."""
    audience, key = audience_of(user)
    if audience is Audience.HOUSE:
        return None
    rule = scope_rule(model)
    path = {Audience.SELLER: rule.seller, Audience.CUSTOMER: rule.customer}.get(audience)
    if path is None or (path != "*" and key is None):
        return Q(pk__in=[])
    return None if path == "*" else Q(**{path: key})


def visible(queryset: QuerySet[M], user: Any) -> QuerySet[M]:
    """Return the rows of a queryset that a user may see."""
    condition = scope_q(queryset.model, user)
    if condition is None:
        return queryset
    # A path through a to-many relation must not repeat rows, and distinct() would break updates.
    if any(_is_to_many(queryset.model, path) for path, _ in _leaves(condition)):
        return queryset.filter(pk__in=queryset.model._default_manager.filter(condition).values("pk"))
    return queryset.filter(condition)


def may_see(instance: Model, user: Any) -> bool:
    """Say whether a user may see one row."""
    return visible(type(instance)._default_manager.filter(pk=instance.pk), user).exists()


def _leaves(condition: Q) -> list[tuple[str, Any]]:
    return [child for child in condition.children if isinstance(child, tuple)]


def _is_to_many(model: type[Model], path: str) -> bool:
    current: Any = model
    for name in path.split("__"):
        if name in {"in", "pk"}:
            return False
        field = current._meta.get_field(name)
        if field.one_to_many or field.many_to_many:
            return True
        if field.related_model is None:
            return False
        current = field.related_model
    return False

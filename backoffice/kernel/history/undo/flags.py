"""Flags of which a table keeps one among several rows: the default address of a customer, say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Q

from backoffice.kernel.history.undo.tables import Table, quoted


def flags_give_up(table: Table, condition: str, params: Sequence[Any]) -> None:
    """Take such flags from the rows about to be restored that will not have them any more.

    A row that gets a flag back and the row that gives it up are restored by one statement, in the
    middle of which both would have it: the database refuses that, whatever comes after. Rows that
    change places in two flags could not be restored one after the other either.

    Args:
        table: the model's table.
        condition: which history rows, called b, tell what the rows were.
        params: the condition's parameters.
    """
    for field in _single_flags(table.model):
        column = quoted(str(field.column))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table.name} SET {column} = %s FROM {table.history_name} b "  # noqa: S608 - names only
                f"WHERE b.{table.key} = {table.name}.{table.key} AND {condition} "
                f"AND {table.name}.{column} AND NOT b.{column}",
                [False, *params],
            )


def _single_flags(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """Yield the flags that a unique constraint has for its only condition."""
    for constraint in model._meta.constraints:
        name = single_flag(constraint)
        field = model._meta.get_field(name) if name is not None else None
        if isinstance(field, models.BooleanField):
            yield field


def single_flag(constraint: models.BaseConstraint) -> str | None:
    """Return the name of the flag that a unique constraint has for its only condition, or None."""
    condition = constraint.condition if isinstance(constraint, models.UniqueConstraint) else None
    if not isinstance(condition, Q) or condition.negated or len(condition.children) != 1:
        return None
    child = condition.children[0]
    if not isinstance(child, tuple) or child[1] is not True or "__" in child[0]:
        return None
    return str(child[0])

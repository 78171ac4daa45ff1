"""Keeping, narrowing and forgetting selections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from backoffice.kernel.selections.models import SelectedRow, Selection

KEPT_FOR = timedelta(days=7)


def selection_create(*, queryset: QuerySet[Any], owner: Any, action: str) -> Selection:
    """Keep the rows of a queryset as a selection, in one statement however many they are.

    Args:
        queryset: the rows, already narrowed to what the owner may see.
        owner: who selected them.
        action: name of the bulk action that will work on them.
    """
    model: type[Model] = queryset.model
    with transaction.atomic():
        selections_purge()
        selection = Selection.objects.create(owner=owner, model_label=model._meta.label_lower, action=action)
        connection = connections[router.db_for_write(SelectedRow)]
        keys = queryset.order_by().values_list("pk", flat=True).distinct()
        sql, params = keys.query.get_compiler(connection=connection).as_sql()
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(SelectedRow._meta.db_table)} (selection_id, object_id) "  # noqa: S608 - names are ours
                f"SELECT %s, chosen.* FROM ({sql}) chosen",
                [selection.pk, *params],
            )
        selection.total = selection.rows.count()
        selection.save(update_fields=["total"])
    return selection


def selection_narrow(*, selection: Selection, ids: Iterable[int]) -> None:
    """Keep only these rows of a selection."""
    with transaction.atomic():
        selection.rows.all().delete()
        SelectedRow.objects.bulk_create(
            [SelectedRow(selection=selection, object_id=key) for key in ids], batch_size=2_000
        )


def selections_purge() -> int:
    """Forget selections older than a week; return how many."""
    old = Selection.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    keys = list(old.values_list("pk", flat=True)[:1_000])
    # In this order by hand: deleting through the collector would load every selected row.
    SelectedRow.objects.filter(selection__in=keys)._raw_delete(router.db_for_write(SelectedRow))
    Selection.objects.filter(pk__in=keys)._raw_delete(router.db_for_write(Selection))
    return len(keys)

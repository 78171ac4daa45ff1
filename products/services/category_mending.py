"""Putting the category tree in order after others than its services wrote its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from backoffice.kernel.history.bulk import bulk_update
from products.models import Category
from products.services.categories import category_refusal, category_tree_lock


def category_tree_mend() -> list[Category]:
    """Put the tree in order after its rows were written by others than these services.

    Children are counted again, and a branch whose parent is gone moves below the nearest category
    above it that is left, under a numbered name where a sister has its own.

    Returns:
        The categories that had to move.
    """
    with transaction.atomic():
        category_tree_lock()
        _count_children()
        paths = set(Category.objects.values_list("path", flat=True))
        lost = [
            row
            for row in Category.objects.filter(depth__gt=1).order_by("path")
            if row.path[: -Category.steplen] not in paths
        ]
        for row in lost:
            above = [row.path[:step] for step in range(Category.steplen, len(row.path), Category.steplen)]
            home = Category.objects.filter(path__in=above).order_by("-depth").first()
            name, number = row.name, 1
            while category_refusal(name=row.name, parent=home, leave_out=row.pk):
                number += 1
                row.name = f"{name} ({number})"
            if number > 1:
                row.save(update_fields=["name", "updated_at"])
            last = Category.objects.get_last_root_node()
            # A new root may get the very place of the parent that is gone; the tree then takes the child off itself.
            Category.objects.filter(pk=row.pk).update(numchild=F("numchild") + 1)
            Category.objects.move(row, home or last, "last-child" if home is not None else "right")
            # The move took a child off a parent that is gone, or off whatever has its place now.
            _count_children()
            _write_full_names()
    return lost


def categories_kept(keys: Sequence[int]) -> dict[int, str]:
    """Return which of some categories cannot go because others stay below them: their places begin with its own.

    Args:
        keys: primary keys of categories that would be deleted together.
    """
    going = set(keys)
    places = list(Category.objects.order_by("path").values_list("pk", "path"))
    needed = {
        path[:step]
        for pk, path in places
        if pk not in going
        for step in range(Category.steplen, len(path), Category.steplen)
    }
    return {pk: "categories below it" for pk, path in places if pk in going and path in needed}


def _write_full_names() -> None:
    """Write the full name that follows from the tree where another one stands."""
    true: dict[str, str] = {}
    wrong: list[tuple[int, str]] = []
    for pk, path, name, full_name in Category.objects.order_by("path").values_list("pk", "path", "name", "full_name"):
        above = true.get(path[: -Category.steplen])
        true[path] = name if above is None else f"{above}{Category.SEPARATOR}{name}"
        if full_name != true[path]:
            wrong.append((pk, true[path]))
    bulk_update(Category, ["full_name"], wrong)


def _count_children() -> None:
    """Write the true number of children where another one stands; the tree's own repair reads it for each row."""
    rows = list(Category.objects.values_list("pk", "path", "numchild"))
    children = Counter(path[: -Category.steplen] for _, path, _ in rows)
    for pk, path, numchild in rows:
        if numchild != children[path]:
            Category.objects.filter(pk=pk).update(numchild=children[path])

"""Putting the category tree in order after others than its services wrote its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from backoffice.kernel.history.bulk import bulk_update
from products.models import Category
from products.services.categories import category_refusal, category_tree_lock


def category_tree_mend() -> list[Category]:
    """Put the tree in order after its rows were written by others than these services.

    A branch goes back below the category that its full name tells of, children are counted again,
    and a branch whose parent is gone moves below the nearest category above it that is left, under
    a numbered name where a sister has its own.

    Returns:
        The categories that had to move.
    """
    with transaction.atomic():
        category_tree_lock()
        _return_branches()
        _write_full_names()
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


def _return_branches() -> None:
    """Put branches back to where their full names say: an undo brings back names, and not the tree's own columns.

    Each gets the first free place among its sisters, which is its old one where it alone had left.
    """
    rows = {pk: (path, full_name) for pk, path, full_name in _places()}
    by_name = {full_name: pk for pk, (_, full_name) in rows.items()}
    for pk, (_, full_name) in sorted(rows.items()):
        path = rows[pk][0]
        parent = full_name.rpartition(Category.SEPARATOR)[0]
        above = rows[by_name[parent]][0] if parent in by_name else "" if not parent else None
        # Where nothing is called like its parent, or only something below itself, the tree is right and the name is not.
        if above is None or path[: -Category.steplen] == above or above.startswith(path):
            continue
        taken = {place for place, _ in rows.values()}
        steps = (Category.child_place(above, step) for step in count(1))
        target = next(place for place in steps if place not in taken)
        _rewrite(path, target)
        rows = {
            key: (target + place.removeprefix(path) if place.startswith(path) else place, name)
            for key, (place, name) in rows.items()
        }


def _places() -> Iterator[tuple[int, str, str]]:
    yield from Category.objects.order_by("pk").values_list("pk", "path", "full_name")


def _rewrite(path: str, target: str) -> None:
    """Move a branch to a place that is free, in the tree's own columns."""
    Category.objects.filter(path__startswith=path).update(
        path=Concat(Value(target), Substr("path", len(path) + 1)),
        depth=F("depth") + (len(target) - len(path)) // Category.steplen,
    )


def _write_full_names() -> None:
    """Write the full name that follows from the tree where another one stands."""
    true: dict[str, str] = {}
    wrong: list[tuple[int, str]] = []
    for pk, path, name, full_name in Category.objects.order_by("path").values_list("pk", "path", "name", "full_name"):
        above = true.get(path[: -Category.steplen])
        if above is None and len(path) > Category.steplen:
            # Its parent is gone: it has no true name before it has another one.
            continue
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

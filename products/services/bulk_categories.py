"""Making and changing many categories at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F

from backoffice.kernel.history.bulk import bulk_insert, bulk_update, reserve_ids
from products.models import Category
from products.services.categories import category_tree_lock, free_slug

_COLUMNS = ["path", "depth", "numchild", "name", "full_name", "slug", "description", "is_active"]


def categories_bulk_ensure(*, paths: Iterable[str]) -> dict[str, int]:
    """Return the keys of categories by their full names, making those that are missing with all levels above.

    Args:
        paths: full names, levels joined by ``Category.SEPARATOR``.

    Raises:
        ValidationError: a name is not acceptable.
    """
    wanted = list(paths)
    with transaction.atomic():
        category_tree_lock()
        found = dict(Category.objects.filter(full_name__among=wanted).values_list("full_name", "pk"))
        missing = sorted(set(wanted) - found.keys())
        if missing:
            found |= categories_bulk_create(categories={path: {} for path in missing})
    return {path: found[path] for path in wanted}


def categories_bulk_create(
    *, categories: Mapping[str, Mapping[str, Any]], ids: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Make categories, and every level above them that is missing, as last children in the order given.

    The tree is read once and its columns are worked out here: through the tree's own methods each
    category would take some ten statements.

    Args:
        categories: full name of a category that does not exist → its slug, description, is_active,
            where these are given.
        ids: full name → key from ``reserve_ids``; taken here where not given.

    Returns:
        Full name → key of everything that was made.

    Raises:
        ValidationError: a value is not acceptable.
    """
    if not categories:
        return {}
    with transaction.atomic():
        category_tree_lock()
        tree = _Tree.read()
        fresh = [name for name in _with_levels(categories) if name not in tree.places]
        slugs = {**dict.fromkeys(filter(None, (values.get("slug") for values in categories.values()))), **tree.slugs}
        rows = []
        for full_name in fresh:
            values = categories.get(full_name, {})
            row = Category(
                name=full_name.rpartition(Category.SEPARATOR)[2],
                full_name=full_name,
                slug=values.get("slug") or free_slug(full_name.rpartition(Category.SEPARATOR)[2], slugs),
                description=values.get("description", ""),
                is_active=values.get("is_active", True),
            )
            slugs[row.slug] = None
            tree.plant(row)
            row.clean_fields(exclude=["numchild"])
            rows.append(row)
        for row in rows:
            row.numchild = tree.added[row.path]
        keys = _keys(fresh, ids or {})
        bulk_insert(Category, _COLUMNS, [[getattr(row, name) for name in _COLUMNS] for row in rows], ids=keys)
        tree.count_children()
    return dict(zip(fresh, keys, strict=True))


def categories_bulk_update(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Change slug, description or visibility of categories, each to its own values; names and places stay.

    Args:
        columns: columns to set.
        rows: primary key, then the values, checked.

    Returns:
        How many were changed.
    """
    return bulk_update(Category, columns, rows)


def _with_levels(names: Iterable[str]) -> list[str]:
    """Return full names and those of all levels above, higher levels first, else in the order given."""
    levels: dict[str, int] = {}
    for full_name in names:
        parts = full_name.split(Category.SEPARATOR)
        for depth in range(1, len(parts) + 1):
            levels.setdefault(Category.SEPARATOR.join(parts[:depth]), depth)
    return sorted(levels, key=lambda name: levels[name])


def _keys(names: Sequence[str], ids: Mapping[str, int]) -> list[int]:
    taken = iter(reserve_ids(Category, sum(name not in ids for name in names)))
    return [ids[name] if name in ids else next(taken) for name in names]


@dataclass(slots=True)
class _Tree:
    """The tree as it is, and what is planted into it.

    Attributes:
        places: full name → place in the tree.
        planted: places of the new ones.
        slugs: slugs in use.
        last: place of a parent → number of its last child.
        added: place of a parent → new children.
    """

    places: dict[str, str] = field(default_factory=dict)
    planted: set[str] = field(default_factory=set)
    slugs: dict[str, None] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    added: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls) -> _Tree:
        """Read the tree."""
        tree = cls()
        for path, full_name, slug in Category.objects.values_list("path", "full_name", "slug"):
            tree.places[full_name] = path
            tree.slugs[slug] = None
            above = path[: -Category.steplen]
            tree.last[above] = max(tree.last[above], Category.child_number(path))
        return tree

    def plant(self, row: Category) -> None:
        """Give a new category its place as its parent's last child."""
        parent = row.full_name.rpartition(Category.SEPARATOR)[0]
        above = self.places[parent] if parent else ""
        self.last[above] += 1
        self.added[above] += 1
        row.depth = len(above) // Category.steplen + 1
        row.path = self.places[row.full_name] = Category.child_place(above, self.last[above])
        self.planted.add(row.path)

    def count_children(self) -> None:
        """Add the new children to their parents' numbers, which history does not hold."""
        by_count: dict[int, list[str]] = defaultdict(list)
        for path, count in self.added.items():
            if path and path not in self.planted:
                by_count[count].append(path)
        for count, paths in by_count.items():
            Category.objects.filter(path__among=paths).update(numchild=F("numchild") + count)

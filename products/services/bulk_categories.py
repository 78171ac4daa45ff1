"""Making the categories that a file names."""

from __future__ import annotations

from collections.abc import Iterable

from products.models import Category
from products.services.categories import category_create


def categories_bulk_ensure(*, paths: Iterable[str]) -> dict[str, int]:
    """Return the keys of categories by their full names, making those that are missing with all levels above.

    Categories are few and their tree is kept by treebeard, so each new one is made by the service
    that people use.

    Args:
        paths: full names, levels joined by ``Category.SEPARATOR``.

    Raises:
        ValidationError: a name is not acceptable.
    """
    wanted = {path: path.split(Category.SEPARATOR) for path in paths}
    levels = {Category.SEPARATOR.join(names[:depth]) for names in wanted.values() for depth in range(1, len(names) + 1)}
    found = {row.full_name: row for row in Category.objects.filter(full_name__in=levels)}
    for path in sorted(levels - found.keys(), key=lambda name: (name.count(Category.SEPARATOR), name)):
        above, _, name = path.rpartition(Category.SEPARATOR)
        found[path] = category_create(category=Category(name=name), parent=found.get(above))
    return {path: found[path].pk for path in wanted}

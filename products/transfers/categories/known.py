"""The categories that there are, as files say them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from products.models import Category


class KnownCategory(NamedTuple):
    """A category as it is."""

    pk: int
    full_name: str
    slug: str
    description: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class KnownCategories:
    """All categories, read at once: they are few, and a file of them names most.

    Attributes:
        by_path: full name, whatever its case → category.
        by_slug: slug → category.
    """

    by_path: dict[str, KnownCategory]
    by_slug: dict[str, KnownCategory]

    @classmethod
    def read(cls) -> KnownCategories:
        """Read them; of two whose names differ in case only, the older one is found."""
        rows = [
            KnownCategory(*row)
            for row in Category.objects.order_by("-pk").values_list(
                "pk", "full_name", "slug", "description", "is_active"
            )
        ]
        return cls({row.full_name.casefold(): row for row in rows}, {row.slug: row for row in rows})

    def find(self, path: str) -> KnownCategory | None:
        """Return the category of a path, or None."""
        return self.by_path.get(path.casefold())

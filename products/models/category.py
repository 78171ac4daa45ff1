"""The category tree."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from treebeard.mp_tree import MP_Node, MP_NodeManager

from backoffice.kernel.history.models import TimestampedModel
from backoffice.kernel.history.records import BusinessRecords


class Category(MP_Node, TimestampedModel):
    """A node of the category tree.

    Sisters stand in the order in which people put them. The tree columns are kept by treebeard's own SQL and are left out of history; ``full_name``
    carries the place in the tree and is tracked.
    """

    SEPARATOR = " > "

    name = models.CharField(max_length=120)
    full_name = models.CharField(
        max_length=700, unique=True, editable=False, help_text="Names from the root down, joined by “ > ”."
    )
    slug = models.SlugField(max_length=140, unique=True, allow_unicode=True)
    description = models.TextField(blank=True)
    is_active = models.BooleanField("shown in the shop", default=True)

    history: Any = BusinessRecords(excluded_fields=["path", "depth", "numchild"])

    objects: ClassVar[Any] = MP_NodeManager()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["path"]
        permissions = [
            ("import_category", "Can upload categories from files"),
            ("export_category", "Can export categories to files"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @classmethod
    def child_place(cls, above: str, number: int) -> str:
        """Return the path of a category's child of this number, from 1; of a root where ``above`` is ""."""
        return str(cls._get_path(above, len(above) // cls.steplen + 1, number))

    @classmethod
    def child_number(cls, path: str) -> int:
        """Return the number that a path has among its sisters."""
        return int(cls._str2int(path[-cls.steplen :]))

"""Pages of lists.

A list whose first page is all there is, as after most searches, is read once and needs no counting.
In lists that may hold millions of rows, counting all and skipping to a deep page grow with the list. There
a count stops at a cap and is estimated beyond it, and a page is found by its keys alone, from whichever end
of the list is nearer.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connections
from django.db.models import QuerySet

# Lists up to this length are counted exactly.
EXACT_UP_TO = 10_000


class FirstPagePaginator(Paginator[Any]):
    """A paginator that counts rows only where they do not fit on the first page, if that is what is asked for.

    Attributes:
        wants_first: whether the first page is asked for; another page says nothing of the length.
        all_rows: the whole list where it was read to be counted, None before that and where it is longer.
    """

    object_list: Any
    wants_first: bool = False
    all_rows: list[Any] | None = None
    _first: list[Any] | None = None

    @cached_property
    def count(self) -> int:
        """Return how many rows there are."""
        if self.wants_first and isinstance(self.object_list, QuerySet):
            self._first = list(self.object_list[: self.per_page + 1])
            if len(self._first) <= self.per_page:
                self.all_rows = self._first
                return len(self._first)
        return int(self.object_list.count())

    def page(self, number: int | str) -> Page[Any]:
        """Return a page, without a query where counting has read it."""
        valid = self.validate_number(number)
        if valid == 1 and self._first is not None:
            return Page(self._first[: self.per_page], valid, self)
        return super().page(valid)


class LongListPaginator(FirstPagePaginator):
    """A paginator whose cost does not grow with the list, for querysets with a total order.

    It always counts: to a cap that costs little, and a planner that expects to fill a page soon would rather walk
    through millions of rows in their order than look up the few that a filter leaves.

    On PostgreSQL the length of a list beyond ``EXACT_UP_TO`` rows is the planner's estimate, so that
    the number of pages is about right, the last page exactly the last rows. SQLite counts through an
    index, which is quick enough.
    """

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, exactly up to ``EXACT_UP_TO``."""
        rows: QuerySet[Any] = self.object_list
        counted = rows.order_by()[: EXACT_UP_TO + 1].count()
        if counted <= EXACT_UP_TO:
            return counted
        if connections[rows.db].vendor != "postgresql":
            return rows.order_by().count()
        return max(counted, _estimate(rows))

    def page(self, number: int | str) -> Page[Any]:
        """Return a page as a list."""
        valid = self.validate_number(number)
        bottom = (valid - 1) * self.per_page
        top = min(bottom + self.per_page, self.count)
        return Page(self._rows(bottom, top), valid, self)

    def _rows(self, bottom: int, top: int) -> list[Any]:
        rows: QuerySet[Any] = self.object_list
        if top <= EXACT_UP_TO:
            return list(rows[bottom:top])
        # Of what is skipped only the keys are read, so that an index alone can answer.
        if bottom > self.count // 2:
            keys = list(rows.reverse().values_list("pk", flat=True)[self.count - top : self.count - bottom])[::-1]
        else:
            keys = list(rows.values_list("pk", flat=True)[bottom:top])
        found = {row.pk: row for row in rows.filter(pk__in=keys).order_by()}
        return [found[key] for key in keys if key in found]


def _estimate(rows: QuerySet[Any]) -> int:
    """Return how many rows PostgreSQL's planner expects."""
    sql, params = rows.order_by().values("pk").query.sql_with_params()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    described = json.loads(plan) if isinstance(plan, str) else plan
    return int(described[0]["Plan"]["Plan Rows"])

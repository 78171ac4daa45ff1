"""Pages of a plan, of which the last opens like the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet

from backoffice.kernel.transfers.models import RowAction, StagedRow, Upload

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class PlanPage:
    """One page of a plan.

    Attributes:
        rows: the rows, in the order of the file.
        number: which page, from 1.
        pages: how many there are.
        total: rows on all of them.
    """

    rows: list[StagedRow]
    number: int
    pages: int
    total: int

    @property
    def numbers(self) -> Iterator[int | str]:
        """Return the page numbers to offer, with dots between."""
        paginator = Paginator(range(self.total), ROWS_PER_PAGE)
        return paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1)

    @property
    def first(self) -> int:
        """Place of the page's first row among all, from 1; 0 where there is none."""
        return (self.number - 1) * ROWS_PER_PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Place of the page's last row."""
        return max(0, self.first + len(self.rows) - 1)


def plan_page(upload: Upload, *, action: RowAction | None, total: int, number: int) -> PlanPage:
    """Return one page of an upload's plan, in two queries wherever it lies.

    The first query steps over row numbers alone, in an index, from the nearer end; only the rows of
    the page are read. A plan that is still being made shows what is there.

    Args:
        upload: the upload.
        action: only rows of this kind; None for all.
        total: how many such rows there are, as counted with each chunk.
        number: page, from 1; too great a number gives the last page.
    """
    pages = max(1, -(-total // ROWS_PER_PAGE))
    number = min(max(1, number), pages)
    rows = upload.staged.all() if action is None else upload.staged.filter(action=action)
    skipped = (number - 1) * ROWS_PER_PAGE
    start = _start(rows, skipped, total)
    found = list(rows.filter(number__gte=start).order_by("number")[:ROWS_PER_PAGE]) if start is not None else []
    return PlanPage(found, number, pages, total)


def _start(rows: QuerySet[StagedRow], skipped: int, total: int) -> int | None:
    """Return the row number that a page begins with; None where there are no such rows."""
    if not skipped:
        return 0
    numbers = rows.values_list("number", flat=True)
    if skipped <= total // 2:
        return numbers.order_by("number")[skipped : skipped + 1].first()
    back = total - skipped - 1
    return numbers.order_by("-number")[back : back + 1].first()

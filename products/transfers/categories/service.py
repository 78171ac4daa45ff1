"""The bulk write service of category files."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.transfers.service import ApplyOutcome, PlannedChange, Run, Staged, TransferService
from backoffice.kernel.transfers.table import Batch
from products.transfers.categories.applying import apply_categories
from products.transfers.categories.known import KnownCategories
from products.transfers.categories.planning import Work, plan_categories
from products.transfers.references import References


class CategoryTransfer(TransferService):
    """Plan and write categories."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.references = References(run)
        self._known: KnownCategories | None = None

    def problems(self) -> list[str]:
        """Refuse people who may neither make nor change categories."""
        if self.run.may("products.add_category") or self.run.may("products.change_category"):
            return []
        return ["You may neither make nor change categories."]

    def plan(self, batch: Batch) -> list[Staged]:
        """Plan a chunk."""
        if self._known is None:
            self._known = KnownCategories.read()
        return plan_categories(Work(batch, self.run, self.references, self._known))

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk."""
        return apply_categories(changes)

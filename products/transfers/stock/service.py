"""The bulk write service of stock files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from backoffice.kernel import clock
from backoffice.kernel.transfers.service import ApplyOutcome, PlannedChange, Run, Staged, TransferService
from backoffice.kernel.transfers.table import Batch
from products.transfers.existing import Catalogue
from products.transfers.planning.work import Work
from products.transfers.references import References
from products.transfers.stock.applying import apply_stock
from products.transfers.stock.planning import plan_stock
from products.transfers.stock.terms import Terms


class StockTransfer(TransferService):
    """Plan and write stock on hand, through the ledger, and reorder points."""

    measures: ClassVar[tuple[str, ...]] = ("stock_value",)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.terms = Terms.of(run.choices)
        self.references = References(run, closed_locations=True)
        # What moved pieces are worth is measured with the variant's cost or price.
        measured = {"price", "cost"} if run.settings.approval_stock_value else set()
        self.catalogue = Catalogue(measured, self.references)

    def problems(self) -> list[str]:
        """Refuse people who may not move stock, files without figures, and answers that do not go together."""
        found = []
        if not self.run.may("products.move_stock"):
            found.append("You may not move stock.")
        if not {"quantity", "reorder_point"} & self.run.fields:
            found.append("No column of the file is known to hold a quantity or a reorder point.")
        if self.references.default_location_id is None:
            found.append("There is no active location for stock. Add one first.")
        if self.terms.counted_at is not None and self.terms.adds:
            found.append(
                "Quantities that are added were not counted: choose to set the stock, or leave the moment out."
            )
        if self.terms.counted_at is not None and self.terms.counted_at > clock.now():
            found.append("The time of the count lies in the future.")
        return found

    def plan(self, batch: Batch) -> list[Staged]:
        """Plan a chunk."""
        self.catalogue.forget()
        work = Work(batch, self.run, self.references, self.catalogue)
        return plan_stock(work, self.terms)

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk."""
        return apply_stock(changes, self.terms, reference=f"upload {self.run.upload_id}")

"""The catalogue's bulk write service for uploads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.transfers.service import ApplyOutcome, PlannedChange, Run, Staged, TransferService
from backoffice.kernel.transfers.table import Batch
from products.transfers.existing import Catalogue
from products.transfers.pictures.loading import load_pictures, tell_unloaded
from products.transfers.pictures.planning import PicturePlanner
from products.transfers.planning import plan_products
from products.transfers.references import References


class ProductTransfer(TransferService):
    """Plan and write products with their variants, option values, opening stock and pictures."""

    measures: ClassVar[tuple[str, ...]] = ("price_change_percent", "stock_value")

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.references = References(run)
        # What a stock change is worth can only be measured with the variant's own cost or price.
        measured = {"price", "cost"} if run.settings.approval_stock_value else set()
        self.catalogue = Catalogue(run.fields | measured, self.references)
        self.pictures = PicturePlanner(run)

    def problems(self) -> list[str]:
        """Refuse an upload for which the reference data is not there yet."""
        found = []
        if not self.references.tax_codes:
            found.append("There is no tax class yet. Load the reference data first (setup_reference_data).")
        if "stock" in self.run.fields and self.references.default_location_id is None:
            found.append("There is no active location for stock. Add one first.")
        if self.run.seller_id is not None and self.run.seller_id not in self.references.seller_codes:
            found.append("Your log-in belongs to no store, so there is nobody to sell the products.")
        return found

    def plan(self, batch: Batch) -> list[Staged]:
        """Plan a chunk."""
        if "stock" in batch.values and not self.run.may("products.move_stock"):
            count = sum(value is not None for value in batch.values.pop("stock"))
            self.run.warn(
                "row's stock is left out: you may not move stock.",
                "rows' stock is left out: you may not move stock.",
                count,
            )
        return plan_products(batch, self.run, self.references, self.catalogue, self.pictures)

    def plan_ended(self) -> None:
        """Tell of pictures that no row has named."""
        self.pictures.ended()

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk."""
        from products.transfers.applying import apply_products

        return apply_products(changes, self.run, self.references)

    def follow_up(self, context: JobContext) -> None:
        """Load the pictures."""
        load_pictures(self.run, context)

    def follow_up_stopped(self, cursor: Mapping[str, Any]) -> None:
        """Warn of the products whose pictures are not loaded any more."""
        tell_unloaded(self.run, cursor)

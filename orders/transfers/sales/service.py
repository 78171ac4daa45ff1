"""The bulk write service of uploads of orders."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.transfers.service import ApplyOutcome, PlannedChange, Run, Staged, TransferService
from backoffice.kernel.transfers.table import Batch
from orders.transfers.sales.applying import apply_orders
from orders.transfers.sales.articles import default_tax_class_id
from orders.transfers.sales.planning.planner import plan_orders
from orders.transfers.sales.planning.sales import Sales
from orders.transfers.sales.taxes import PastTaxes


class OrderTransfer(TransferService):
    """Plan and write orders of other systems with their lines, cancellations and returns."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.taxes = PastTaxes(home=run.settings.country)
        self.sales = Sales(run.upload_id)

    def problems(self) -> list[str]:
        """Refuse sellers, whose goods are only a part of orders, and products that nobody may or can make."""
        found = []
        if self.run.seller_id is not None:
            found.append("Orders are uploaded by the house, not by sellers.")
        if self.run.choices.get("unknown_sku") == "create":
            if not self.run.may("products.add_product"):
                found.append("You may not make products. Choose to refuse orders with unknown SKUs.")
            if default_tax_class_id() is None:
                found.append("There is no tax class yet. Load the reference data first (setup_reference_data).")
        return found

    def plan(self, batch: Batch) -> list[Staged]:
        """Plan a chunk."""
        return plan_orders(batch, self.run, self.taxes, self.sales)

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk."""
        return apply_orders(changes)

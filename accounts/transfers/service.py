"""The customers' bulk write service for uploads."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.transfers.planning import plan_customers
from backoffice.kernel.transfers.service import ApplyOutcome, PlannedChange, Staged, TransferService
from backoffice.kernel.transfers.table import Batch


class CustomerTransfer(TransferService):
    """Plan and write customers with their log-ins and addresses."""

    def problems(self) -> list[str]:
        """Refuse everybody but the house: customers belong to the shop, not to a seller."""
        return [] if self.run.seller_id is None else ["Only the shop's own staff uploads customers."]

    def plan(self, batch: Batch) -> list[Staged]:
        """Plan a chunk."""
        return plan_customers(batch, self.run)

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk."""
        from accounts.transfers.applying import apply_customers

        return apply_customers(changes)

"""The bulk write service of price lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import (
    ApplyOutcome,
    PlannedChange,
    Run,
    Staged,
    TransferService,
    as_json,
    skipped_row,
)
from backoffice.kernel.transfers.table import Batch
from products.transfers.applying import apply_products
from products.transfers.columns import AMOUNTS
from products.transfers.existing import Catalogue
from products.transfers.planning.cells import refuse_cleared, start_live
from products.transfers.planning.guardrails import watch
from products.transfers.planning.keys import refuse_double_skus
from products.transfers.planning.known import find_known, left_out
from products.transfers.planning.variants import variant_diffs
from products.transfers.planning.work import Work
from products.transfers.references import References

_VARIANT = 0


class PriceTransfer(TransferService):
    """Plan and write price, compare-at price and cost of variants that exist."""

    measures: ClassVar[tuple[str, ...]] = ("price_change_percent",)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.references = References(run)
        self.catalogue = Catalogue(run.fields, self.references)

    def problems(self) -> list[str]:
        """Refuse people who may not change prices in bulk, and files without an amount."""
        found = []
        if not self.run.may("products.reprice_product"):
            found.append("You may not change prices in bulk.")
        if not AMOUNTS & self.run.fields:
            found.append("No column of the file is known to hold a price, a compare-at price or a cost.")
        return found

    def plan(self, batch: Batch) -> list[Staged]:
        """Plan a chunk."""
        self.catalogue.forget()
        work = Work(batch, self.run, self.references, self.catalogue, own_rows=set(range(len(batch))))
        refuse_cleared(batch, {"sku", "price"})
        start_live(work)
        refuse_double_skus(work)
        work.keep_sound()
        find_known(work)
        diffs = variant_diffs(work)
        planned: list[Staged | None] = [None] * len(batch)
        for place in work.live:
            planned[place] = self._planned(work, place, diffs.get(place))
        if self.run.mode != "create":
            watch(work, diffs)
        return [row or left_out(work, place) for place, row in enumerate(planned)]

    def _planned(self, work: Work, place: int, diff: dict[str, list[str | None]] | None) -> Staged | None:
        variant, number = work.variants[place], work.batch.numbers[place]
        if variant is None:
            return None
        if self.run.mode == "create":
            return skipped_row(number, "This exists, and the upload only creates.", variant.sku)
        if not diff:
            return Staged(number, RowAction.UNCHANGED.value, variant.sku, _VARIANT, variant.pk)
        payload = as_json({"product": variant.product.pk})
        return Staged(number, RowAction.UPDATE.value, variant.sku, _VARIANT, variant.pk, payload, as_json(diff))

    def apply(self, changes: Sequence[PlannedChange]) -> ApplyOutcome:
        """Write a chunk as the catalogue's own upload does: locked, read again, with history and one signal."""
        return apply_products(changes, self.run, self.references)

"""From a chunk of a plan to the catalogue: what is new, then what changed, then one signal."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import ApplyOutcome, PlannedChange, Run
from products.services.news import tell_catalogue_changed
from products.transfers.applying.creates import write_new
from products.transfers.applying.keys import Keys
from products.transfers.applying.updates import write_changed
from products.transfers.references import References


def apply_products(changes: Sequence[PlannedChange], run: Run, references: References) -> ApplyOutcome:
    """Write a chunk inside the transaction that the caller has opened.

    Args:
        changes: rows of the plan; the rows of a product come together.
        run: for whom and how.
        references: names and keys; kept from chunk to chunk.
    """
    keys = Keys(references)
    keys.resolve(changes)
    new = [change for change in changes if change.action == RowAction.CREATE]
    changed = [change for change in changes if change.action == RowAction.UPDATE]
    # Changes first: a handle or the like that a change gives up may be one that a new row takes.
    conflicts, product_ids, variant_ids = write_changed(changed, new, run, keys)
    outcome, new_products, new_variants = write_new(new, run, keys)
    tell_catalogue_changed(product_ids={*product_ids, *new_products}, variant_ids={*variant_ids, *new_variants})
    return ApplyOutcome([*conflicts, *outcome.conflicts], outcome.moved)

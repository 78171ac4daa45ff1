"""Telling the apps above that the catalogue changed."""

from __future__ import annotations

from collections.abc import Collection

from backoffice.kernel.history.context import current_audit
from products.events import catalogue_changed
from products.models import Product


def tell_catalogue_changed(*, product_ids: Collection[int] = (), variant_ids: Collection[int] = ()) -> None:
    """Send one signal for all rows that a service call wrote; none where it wrote nothing."""
    if product_ids or variant_ids:
        catalogue_changed.send(
            sender=Product,
            product_ids=sorted(product_ids),
            variant_ids=sorted(variant_ids),
            job_id=current_audit().job_id,
        )

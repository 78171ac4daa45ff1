"""What the catalogue does on news from below. Receivers connect when the app is ready."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from backoffice.kernel.history.undo import rows_undone
from products.services.undone import catalogue_rows_undone


@receiver(rows_undone, dispatch_uid="products.catalogue_rows_undone")
def tell_after_undo(sender: Any, ids: list[int], kind: str, **_: Any) -> None:
    """Tell the apps above of rows that an undo wrote, and mend what follows from them."""
    catalogue_rows_undone(model=sender, ids=ids, kind=kind)

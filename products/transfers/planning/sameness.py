"""Texts that differ only in what reading a file cleans away."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.transfers.values import as_read
from products.resources import ProductResource
from products.services.descriptions import description_clean


def same_text(field: str, old: Any, new: Any) -> bool:
    """Say whether a stored text, written to a file and read again, would be the new one.

    Text that was entered elsewhere may hold what files are cleaned of: blanks around it, line
    breaks in a title, letters in several parts. Exporting and uploading it is no change.

    Args:
        field: the field.
        old: what is stored.
        new: what the file says.
    """
    if not isinstance(old, str) or not isinstance(new, str) or not old:
        return False
    cleaned = as_read(ProductResource.by_field()[field], old)
    return bool((description_clean(cleaned) if field == "description" else cleaned) == new)

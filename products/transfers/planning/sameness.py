"""Texts that differ only in what reading a file cleans away."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.transfers.values import as_read, reads_as
from products.resources import ProductResource
from products.services.descriptions import description_clean


def same_text(field: str, old: Any, new: Any) -> bool:
    """Say whether a stored text, written to a file and read again, would be the new one.

    Exporting a text and uploading it is no change; a description is made safe besides.

    Args:
        field: the field.
        old: what is stored.
        new: what the file says, and not the same.
    """
    column = ProductResource.by_field()[field]
    if field != "description" or not isinstance(old, str) or not old:
        return reads_as(column, old, new)
    return bool(description_clean(as_read(column, old)) == new)

"""Texts that differ only in what reading a file cleans away."""

from __future__ import annotations

from typing import Any

from accounts.resources import CustomerResource
from backoffice.kernel.transfers.reading.mapping.columns import DEFAULT_FORMAT
from backoffice.kernel.transfers.values import read_values


def same_text(field: str, old: Any, new: Any) -> bool:
    """Say whether a stored text, written to a file and read again, would be the new one.

    Text that was entered elsewhere may hold what files are cleaned of: blanks around it, line
    breaks in a name, letters in several parts. Exporting and uploading it is no change.

    Args:
        field: the field.
        old: what is stored.
        new: what the file says.
    """
    if not isinstance(old, str) or not isinstance(new, str) or not old:
        return False
    values, _ = read_values(CustomerResource.by_field()[field], [old], DEFAULT_FORMAT)
    return bool((values[0] or "") == new)

"""Who takes an upload further needs the rights that its plan makes use of."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.selectors import rights_lacking
from backoffice.kernel.transfers.services.uploads import UploadRefused


def refuse_without_rights(upload: Upload, user: Any, step: str) -> None:
    """Refuse to take an upload further for somebody who may not do what its plan does.

    Args:
        upload: a planned upload.
        user: who wants it; None for the house's own commands.
        step: what is wanted, as a verb.

    Raises:
        UploadRefused: a right is missing.
    """
    lacking = rights_lacking(user, upload)
    if lacking:
        raise UploadRefused(f"It does what you may not do: {', '.join(lacking)}. Somebody else has to {step} it.")

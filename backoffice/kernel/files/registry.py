"""Who may open which stored file: apps say so per purpose; what nobody spoke for stays closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backoffice.kernel.files.models import StoredFile

FileScope = Callable[[Any, StoredFile], bool]

_scopes: dict[str, FileScope] = {}


def register_file_scope(purpose: str, allows: FileScope) -> None:
    """Say who may open files of a purpose.

    Args:
        purpose: the ``purpose`` that the files were stored with.
        allows: ``allows(user, file)``; asked for each download by a logged-in user.
    """
    _scopes[purpose] = allows


def may_open(user: Any, file: StoredFile) -> bool:
    """Say whether a user may open a file; no where its purpose is unknown."""
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    allows = _scopes.get(file.purpose)
    return allows is not None and bool(allows(user, file))

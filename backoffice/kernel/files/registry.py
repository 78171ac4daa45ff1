"""Who may open which stored file: apps say so per purpose; what nobody spoke for stays closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backoffice.kernel.files.models import StoredFile

FileScope = Callable[[Any, StoredFile], bool]

_scopes: dict[str, FileScope] = {}
_unlogged: set[str] = set()


def register_file_scope(purpose: str, allows: FileScope, *, logged: bool = True) -> None:
    """Say who may open files of a purpose.

    Args:
        purpose: the ``purpose`` that the files were stored with.
        allows: ``allows(user, file)``; asked for each download by a logged-in user.
        logged: whether each download is noted; no for pictures that pages show by themselves,
            which browsers may then also keep for a while.
    """
    _scopes[purpose] = allows
    if not logged:
        _unlogged.add(purpose)


def is_logged(file: StoredFile) -> bool:
    """Say whether downloads of a file are noted."""
    return file.purpose not in _unlogged


def may_open(user: Any, file: StoredFile) -> bool:
    """Say whether a user may open a file; no where its purpose is unknown."""
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    allows = _scopes.get(file.purpose)
    return allows is not None and bool(allows(user, file))

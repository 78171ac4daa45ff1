"""System checks of the accounts app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from accounts.permissions import ROLES
from accounts.services.roles import ManifestError, permission_codenames, roles_drift


@register(Tags.security)
def check_manifest(**kwargs: Any) -> list[CheckMessage]:
    """Report a manifest that names what does not exist (accounts.E001)."""
    try:
        for role in ROLES:
            permission_codenames(role)
    except ManifestError as error:
        return [Error(str(error), hint="Mend accounts/permissions.py.", id="accounts.E001")]
    return []


@register(Tags.database)
def check_roles_drift(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report groups that differ from the manifest (accounts.W001)."""
    if not databases:
        return []
    try:
        differences = roles_drift()
    except DatabaseError:
        # Before the first migrate there are no tables to compare.
        return []
    return [Warning(text, hint="Run manage.py migrate.", id="accounts.W001") for text in differences]

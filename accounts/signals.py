"""The receivers of the accounts app."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_migrate
from django.dispatch import receiver

from accounts.services.roles import roles_sync


@receiver(post_migrate, dispatch_uid="accounts.roles.sync")
def sync_roles_after_migrate(app_config: Any, **kwargs: Any) -> None:
    """Make the groups from the manifest once the last app's permissions are there."""
    if app_config.label == "invoices" and kwargs.get("using") == "default":
        roles_sync()

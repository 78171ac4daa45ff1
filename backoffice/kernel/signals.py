"""The kernel's receivers of Django's own signals."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from backoffice.kernel.server_settings import server_prepare


@receiver(connection_created, dispatch_uid="kernel.connection_created")
def prepare_server(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Set up each new connection to a database server."""
    server_prepare(connection=connection)

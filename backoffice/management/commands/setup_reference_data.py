"""Load what every shop needs before its first order: roles, tax rates, locations, methods, reasons."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.services.roles import roles_sync
from backoffice.kernel.commands import AuditedCommand
from backoffice.kernel.shop.services import shop_settings_row
from finance.services.reference import reference_data_load as load_finance
from invoices.services.reference import reference_data_load as load_invoices
from orders.services.reference import reference_data_load as load_orders
from products.services.reference import reference_data_load as load_products


class Command(AuditedCommand):
    """Load the reference data; what is there already stays as it is."""

    help = "Load roles, tax rates, locations, payment methods, return reasons and the issuer. Safe to repeat."

    @transaction.atomic
    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        """Load each app's own reference rows and return how many rows were made."""
        shop_settings_row()
        return {
            "roles": len(roles_sync()),
            **load_products(),
            **load_orders(),
            **load_finance(),
            **load_invoices(),
        }

"""The export of the customers, in the columns of the upload: a row per address."""

from __future__ import annotations

from accounts.models import CustomerProfile
from accounts.resources import CustomerResource
from accounts.transfers.columns import FULL_NAME, SHIPPING, SLOTS
from backoffice.kernel.transfers.exports import ExportColumn, ExportKind


def customer_columns() -> tuple[ExportColumn, ...]:
    """Return the columns of the upload, without those that only files of others need."""
    labels = CustomerResource.by_field()
    return tuple(
        ExportColumn(name, str(field.attribute), labels[name].label)
        for name, field in CustomerResource.fields.items()
        if name != FULL_NAME and name not in SLOTS[SHIPPING]
    )


CUSTOMERS_EXPORT = ExportKind(
    name="customers",
    label="Customers",
    model=CustomerProfile,
    columns=customer_columns,
    order_by=("pk", "user__addresses__pk"),
    filters={"email": "user__email", "country": "user__addresses__country"},
)

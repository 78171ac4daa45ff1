"""The kind of files that customers come in."""

from __future__ import annotations

from accounts.resources import CustomerResource
from accounts.transfers.exports import CUSTOMERS_EXPORT
from accounts.transfers.service import CustomerTransfer
from accounts.transfers.shapes import SHAPES
from backoffice.kernel.transfers.exports import register_export
from backoffice.kernel.transfers.kinds import TransferKind, register_kind

CUSTOMERS = TransferKind(
    name="customers",
    label="Customers",
    resource=CustomerResource,
    key="email",
    permission="accounts.import_customerprofile",
    service=CustomerTransfer,
    tables=("accounts.User", "accounts.CustomerProfile", "accounts.Address"),
    targets=("accounts.CustomerProfile", "accounts.Address"),
    group="email",
    shapes=SHAPES,
    intro=(
        "A row is a customer with an address; rows with the same email are further addresses of the same customer. "
        "New customers get a log-in without a password; passwords in a file are never taken over. Addresses are found "
        "again by what they say (recipient, street, additional line, postcode, city, country), changed where the row "
        "says something else, added where there is none, and never deleted. “Yes” as default address takes it from "
        "the one that was it before; where the file says nothing, defaults stay, and a customer without one gets the "
        "first new address. Emails of staff and sellers are refused, erased persons are left out."
    ),
)


def register() -> None:
    """Register the customers' kind of upload and export."""
    register_kind(CUSTOMERS)
    register_export(CUSTOMERS_EXPORT)

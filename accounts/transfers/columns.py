"""Which columns of a customers' file belong to the log-in, the customer and the addresses."""

from __future__ import annotations

from typing import Any

# Field of the file → column of the model.
USER_COLUMNS: dict[str, str] = {"first_name": "first_name", "last_name": "last_name"}
PROFILE_COLUMNS: dict[str, str] = {
    name: name for name in ("company", "vat_id", "phone", "language", "payment_terms_days", "accepts_marketing", "note")
}
# First and last name in one cell; filled by files only.
FULL_NAME = "full_name"
PERSON_COLUMNS = {**USER_COLUMNS, **PROFILE_COLUMNS}
ADDRESS_COLUMNS = ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone")

MAIN, SHIPPING = 0, 1
# Per address that a row can hold: field of the file → column of the model.
SLOTS: tuple[dict[str, str], ...] = (
    {
        "address_name": "name",
        "address_company": "company",
        "line1": "line1",
        "line2": "line2",
        "postcode": "postcode",
        "city": "city",
        "region": "region",
        "country": "country",
        "address_phone": "phone",
    },
    {f"shipping_{column}": column for column in ADDRESS_COLUMNS},
)
# The same the other way round.
FIELDS: tuple[dict[str, str], ...] = tuple({column: name for name, column in slot.items()} for slot in SLOTS)
# Without any of these a row names no place.
PLACING = ("line1", "line2", "postcode", "city")
# What finds an address again.
PLACE = (*PLACING, "country")
BILLING, DELIVERY = "is_default_billing", "is_default_shipping"
FLAGS = (BILLING, DELIVERY)
PURPOSE = {BILLING: "invoices", DELIVERY: "deliveries"}
# What a customer or address cannot be without; the clearing token is refused there.
NEEDED = frozenset(
    {"email", FULL_NAME, "language", "accepts_marketing", *FLAGS}
    | {FIELDS[slot][column] for slot in (MAIN, SHIPPING) for column in ("name", "line1", "city", "country")}
)
# What a new address needs, and how a message calls it.
NEEDED_OF_NEW = {"line1": "street", "city": "city", "country": "country"}


def emptied(field: str) -> Any:
    """Return what the clearing token leaves behind in a field."""
    return None if field == "payment_terms_days" else ""

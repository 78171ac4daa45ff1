"""Magento 2's three customer exports: persons, addresses, and both in one file."""

from __future__ import annotations

from accounts.transfers.names import full_name
from accounts.transfers.shapes.words import NO_EMAIL, street_lines
from backoffice.kernel.transfers.shapes import CarryDown, Combine, Shape, SkipWithout

_PERSON = {"email": "email", "firstname": "first_name", "lastname": "last_name", "taxvat": "vat_id"}
_WITH_EMAIL = SkipWithout(("email",), NO_EMAIL)


def _address(before: str) -> dict[str, str]:
    return {
        f"{before}company": "address_company",
        f"{before}street": "line1",
        f"{before}city": "city",
        f"{before}region": "region",
        f"{before}postcode": "postcode",
        f"{before}country_id": "country",
        f"{before}telephone": "address_phone",
        "_address_default_billing_": "is_default_billing",
        "_address_default_shipping_": "is_default_shipping",
    }


def _recipient(before: str) -> dict[str, str]:
    return {f"{before}firstname": "~recipient_first", f"{before}lastname": "~recipient_last"}


_ADDRESS_STEPS = (
    Combine(("line1", "line2"), ("line1", "line2"), street_lines),
    Combine(("address_name",), ("~recipient_first", "~recipient_last"), full_name),
)

MAGENTO = Shape(
    name="magento",
    label="Magento 2",
    signature=("email", "_website", "_store", "firstname", "lastname", "group_id"),
    columns=_PERSON,
    steps=(_WITH_EMAIL,),
)

MAGENTO_TOGETHER = Shape(
    name="magento_with_addresses",
    label="Magento 2, with addresses",
    signature=("email", "_website", "_store", "firstname", "lastname", "_address_firstname", "_address_street"),
    columns={**_PERSON, **_address("_address_")},
    extras=_recipient("_address_"),
    # The rows of further addresses leave the email out.
    steps=(CarryDown("email"), *_ADDRESS_STEPS, _WITH_EMAIL),
    group="email",
)

MAGENTO_ADDRESSES = Shape(
    name="magento_addresses",
    label="Magento 2, addresses",
    signature=("_email", "_website", "firstname", "lastname", "street", "country_id", "telephone"),
    columns={"_email": "email", **_address("")},
    extras=_recipient(""),
    steps=(*_ADDRESS_STEPS, _WITH_EMAIL),
)

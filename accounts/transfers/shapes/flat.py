"""The customer exports of Bagisto, PrestaShop and Odoo."""

from __future__ import annotations

from accounts.transfers.names import full_name, split_name
from accounts.transfers.shapes.words import (
    NO_EMAIL,
    NOTHING,
    known_language,
    same,
    without_country,
)
from backoffice.kernel.transfers.shapes import BlankOut, Combine, Derive, Pick, Shape, SkipWithout

_WITH_EMAIL = SkipWithout(("email",), NO_EMAIL)


def _person_or_company(name: str, is_company: str, company: str) -> tuple[str, str, str]:
    """Return first name, last name and company of a contact, whose one name is either."""
    if is_company.strip().casefold() in {"true", "1", "company", "yes"}:
        return "", "", name.strip()
    return (*split_name(name), company)


BAGISTO = Shape(
    name="bagisto",
    label="Bagisto",
    signature=("email", "customer_group_code", "first_name", "last_name", "date_of_birth"),
    columns={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "phone": "phone",
        "subscribed_to_news_letter": "accepts_marketing",
    },
    steps=(_WITH_EMAIL,),
)

PRESTASHOP = Shape(
    name="prestashop",
    label="PrestaShop",
    signature=("Email *", "Last Name *", "First Name *", "Newsletter (0/1)", "Opt-in (0/1)"),
    columns={
        "Email *": "email",
        "Last Name *": "last_name",
        "First Name *": "first_name",
        "Newsletter (0/1)": "accepts_marketing",
    },
    steps=(_WITH_EMAIL,),
)

PRESTASHOP_ADDRESSES = Shape(
    name="prestashop_addresses",
    label="PrestaShop, addresses",
    signature=("Alias *", "Customer e-mail *", "Lastname *", "Firstname *", "Address 1 *", "City *", "Country *"),
    columns={
        "Customer e-mail *": "email",
        "Company": "address_company",
        "Address 1 *": "line1",
        "Address 2": "line2",
        "Zipcode *": "postcode",
        "Zip/postal code *": "postcode",
        "City *": "city",
        "Country *": "country",
        "State": "region",
        "VAT Number": "vat_id",
        "VAT number": "vat_id",
    },
    extras={
        "Firstname *": "~recipient_first",
        "Lastname *": "~recipient_last",
        "Phone": "~phone",
        "Mobile Phone": "~mobile",
    },
    steps=(
        Combine(("address_name",), ("~recipient_first", "~recipient_last"), full_name),
        Pick("address_phone", ("~phone", "~mobile")),
        _WITH_EMAIL,
    ),
)

PRESTASHOP_LIST = Shape(
    name="prestashop_list",
    label="PrestaShop, list of customers",
    signature=("Social title", "First name", "Last name", "Email address", "Newsletter", "Partner offers"),
    columns={
        "Email address": "email",
        "First name": "first_name",
        "Last name": "last_name",
        "Newsletter": "accepts_marketing",
    },
    steps=(_WITH_EMAIL,),
)

ODOO = Shape(
    name="odoo",
    label="Odoo contacts",
    signature=("Name", "Email", "Street", "Street2", "City", "Zip", "Country"),
    columns={
        "Email": "email",
        "Company Name": "company",
        "Related Company": "company",
        "Tax ID": "vat_id",
        "Language": "language",
        "Notes": "note",
        "Internal Notes": "note",
        "Street": "line1",
        "Street2": "line2",
        "City": "city",
        "State": "region",
        "Zip": "postcode",
        "Country": "country",
    },
    extras={
        "Name": "~name",
        "Is a Company": "~is_company",
        "Company Type": "~is_company",
        "Phone": "~phone",
        "Mobile": "~mobile",
    },
    steps=(
        *(BlankOut(name, NOTHING) for name in ("email", "company", "vat_id", "note", "line1", "line2", "city")),
        *(BlankOut(name, NOTHING) for name in ("region", "postcode", "country", "~phone", "~mobile")),
        Combine(("first_name", "last_name", "company"), ("~name", "~is_company", "company"), _person_or_company),
        Pick("phone", ("~phone", "~mobile")),
        Derive("address_name", "~name", same),
        Derive("address_company", "company", same),
        Derive("region", "region", without_country),
        Derive("language", "language", known_language),
        _WITH_EMAIL,
    ),
)

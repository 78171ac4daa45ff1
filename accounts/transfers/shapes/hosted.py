"""The customer exports of Shopify, Spree and WooCommerce, from their public column headings."""

from __future__ import annotations

from accounts.transfers.names import full_name, split_name
from accounts.transfers.shapes.words import NO_EMAIL, known_language, same
from backoffice.kernel.transfers.shapes import Combine, Derive, Pick, Shape, SkipWithout

_WITH_EMAIL = SkipWithout(("email",), NO_EMAIL)
# The company stands with the address there; here the customer has one too.
_COMPANY_OF_BOTH = Derive("address_company", "company", same)

SHOPIFY = Shape(
    name="shopify",
    label="Shopify",
    signature=("First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Address1"),
    columns={
        "First Name": "first_name",
        "Last Name": "last_name",
        "Email": "email",
        "Accepts Email Marketing": "accepts_marketing",
        "Default Address Company": "company",
        "Default Address Address1": "line1",
        "Default Address Address2": "line2",
        "Default Address City": "city",
        "Default Address Province Code": "region",
        "Default Address Country Code": "country",
        "Default Address Zip": "postcode",
        "Default Address Phone": "address_phone",
        "Phone": "phone",
        "Note": "note",
    },
    steps=(_COMPANY_OF_BOTH, _WITH_EMAIL),
)

SHOPIFY_OLD = Shape(
    name="shopify_2022",
    label="Shopify (before 2023)",
    signature=("First Name", "Last Name", "Email", "Address1", "Province Code", "Country Code", "Accepts Marketing"),
    columns={
        "First Name": "first_name",
        "Last Name": "last_name",
        "Email": "email",
        "Company": "company",
        "Address1": "line1",
        "Address2": "line2",
        "City": "city",
        "Province": "region",
        "Country Code": "country",
        "Zip": "postcode",
        "Phone": "phone",
        "Accepts Marketing": "accepts_marketing",
        "Note": "note",
    },
    steps=(_COMPANY_OF_BOTH, _WITH_EMAIL),
)

SPREE = Shape(
    name="spree",
    label="Spree",
    signature=("email", "accepts_email_marketing", "address1", "province_code", "country_code", "zip"),
    columns={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "phone": "phone",
        "accepts_email_marketing": "accepts_marketing",
        "company": "company",
        "address1": "line1",
        "address2": "line2",
        "city": "city",
        "province_code": "region",
        "country_code": "country",
        "zip": "postcode",
    },
    steps=(_COMPANY_OF_BOTH, _WITH_EMAIL),
)

WOOCOMMERCE = Shape(
    name="woocommerce",
    label="WooCommerce",
    signature=(
        "billing_first_name",
        "billing_last_name",
        "billing_address_1",
        "billing_postcode",
        "shipping_address_1",
    ),
    columns={
        "user_email": "email",
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "billing_company": "company",
        "billing_address_1": "line1",
        "billing_address_2": "line2",
        "billing_city": "city",
        "billing_state": "region",
        "billing_postcode": "postcode",
        "billing_country": "country",
        "billing_phone": "phone",
        "shipping_company": "shipping_company",
        "shipping_address_1": "shipping_line1",
        "shipping_address_2": "shipping_line2",
        "shipping_city": "shipping_city",
        "shipping_state": "shipping_region",
        "shipping_postcode": "shipping_postcode",
        "shipping_country": "shipping_country",
        "shipping_phone": "shipping_phone",
        "locale": "language",
    },
    extras={
        "billing_email": "~billing_email",
        "billing_first_name": "~billing_first",
        "billing_last_name": "~billing_last",
        "shipping_first_name": "~shipping_first",
        "shipping_last_name": "~shipping_last",
    },
    steps=(
        Pick("email", ("email", "~billing_email")),
        Pick("first_name", ("first_name", "~billing_first")),
        Pick("last_name", ("last_name", "~billing_last")),
        Combine(("address_name",), ("~billing_first", "~billing_last"), full_name),
        Combine(("shipping_name",), ("~shipping_first", "~shipping_last"), full_name),
        Derive("address_company", "company", same),
        Derive("address_phone", "phone", same),
        Derive("language", "language", known_language),
        _WITH_EMAIL,
    ),
)

# Names no street, so that no address can be made of it.
WOOCOMMERCE_ANALYTICS = Shape(
    name="woocommerce_analytics",
    label="WooCommerce Analytics",
    signature=("Name", "Username", "Last Active", "Email", "Orders", "Total Spend", "AOV"),
    columns={"Email": "email"},
    extras={"Name": "~name"},
    foreign=("City", "Region"),
    steps=(Combine(("first_name", "last_name"), ("~name",), split_name), _WITH_EMAIL),
)

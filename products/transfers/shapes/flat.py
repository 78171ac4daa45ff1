"""The catalogue exports of systems with a row per product."""

from __future__ import annotations

from backoffice.kernel.transfers.shapes import BlankOut, Combine, Derive, Shape, Shorten, SkipWithout, Translate
from products.transfers.shapes.words import (
    NOTHING,
    NULLS,
    ZEROS,
    bars,
    first_path,
    kilograms,
    quoted_start,
    rooted_path,
)

PRESTASHOP = Shape(
    name="prestashop",
    label="PrestaShop",
    signature=("Product ID", "Active (0/1)", "Name *", "Price tax excluded", "Reference #"),
    columns={
        "Active (0/1)": "status",
        "Name *": "name",
        "Categories (x,y,z...)": "category",
        "Price tax excluded": "price",
        "Wholesale price": "cost",
        "Reference #": "sku",
        "Manufacturer": "brand",
        "EAN13": "barcode",
        "Quantity": "stock",
        "Summary": "short_description",
        "Description": "description",
        "Tags (x,y,z...)": "tags",
        "Meta title": "meta_title",
        "Meta description": "meta_description",
        "URL rewritten": "handle",
        "Image URLs (x,y,z...)": "images",
        "Image alt texts (x,y,z...)": "image_alt",
    },
    extras={"Weight": "~weight"},
    steps=(
        Derive("category", "category", first_path),
        Combine(("weight_grams",), ("~weight",), kilograms),
        BlankOut("cost", ZEROS),
        Derive("image_alt", "image_alt", bars),
        Shorten("short_description", 500, "short description"),
    ),
)

ODOO = Shape(
    name="odoo",
    label="Odoo",
    signature=("Name", "Internal Reference", "Sales Price"),
    columns={
        "Name": "name",
        "Internal Reference": "sku",
        "Barcode": "barcode",
        "Sales Price": "price",
        "Cost": "cost",
        "Sales Description": "description",
        "Product Category": "category",
        "Variant Values": "variant_title",
        "Quantity On Hand": "stock",
    },
    extras={"Weight": "~weight"},
    steps=(
        Derive("category", "category", rooted_path),
        Combine(("weight_grams",), ("~weight",), kilograms),
        BlankOut("cost", ZEROS),
        BlankOut("barcode", frozenset({"False", "FALSE"})),
        SkipWithout(("name", "sku", "price"), NOTHING),
    ),
)

_NULL = Translate("brand", {"null": ""})

OSCAR = Shape(
    name="oscar",
    label="Oscar",
    signature=(),
    columns={},
    positional=("", "category", "barcode", "name", "description", "brand", "sku", "price", "stock"),
    steps=(
        BlankOut("description", NULLS),
        _NULL,
    ),
)

# The same with semicolons, which part all but the first three cells.
OSCAR_SEMICOLON = Shape(
    name="oscar_semicolon",
    label="Oscar, with semicolons",
    signature=(),
    columns={},
    extras={"Column 1": "~start"},
    positional=("", "name", "description", "brand", "sku", "price", "stock"),
    steps=(
        Combine(("category", "barcode"), ("~start",), quoted_start),
        BlankOut("description", NULLS),
        _NULL,
    ),
)

"""The catalogue exports of other systems, from their public column headings."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from backoffice.kernel.transfers.shapes import (
    BlankOut,
    CarryDown,
    Combine,
    Derive,
    OneCurrency,
    OptionlessRowsAreParents,
    Shape,
    SkipWithout,
    Translate,
)

# Grams per unit of weight.
_GRAMS = {
    "g": Decimal(1), "gram": Decimal(1), "grams": Decimal(1), "kg": Decimal(1000), "kgs": Decimal(1000),
    "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125"),
}  # fmt: skip
_ZEROS = frozenset({"0", "0.0", "0.00", "0,00", "0.0000"})
_PICTURES_ONLY = "The row only adds a picture; pictures are not loaded from other websites."


def _grams(weight: str, unit: str) -> tuple[str]:
    """Return a weight in whole grams; a weight of nothing is an unknown one."""
    try:
        grams = Decimal(weight.strip()) * _GRAMS.get(unit.strip().lower(), Decimal(1000))
    except InvalidOperation:
        return (weight,)
    return (str(grams.quantize(Decimal(1))) if grams else "",)


def _without_default(name: str, value: str) -> tuple[str, str]:
    """Take away the option that stands for having none."""
    is_default = value.strip().casefold() == "default title" and name.strip().casefold() in {"title", ""}
    return ("", "") if is_default else (name, value)


def _arrow_path(text: str) -> str:
    """Write a path of categories the way it is written here."""
    return " > ".join(part.strip() for part in text.split("->"))


SHOPIFY = Shape(
    name="shopify",
    label="Shopify",
    signature=("Handle", "Variant Price", "Option1 Name", "Option1 Value"),
    columns={
        "Handle": "handle",
        "Title": "name",
        "Body (HTML)": "description",
        "Vendor": "brand",
        "Type": "category",
        "Tags": "tags",
        "Status": "status",
        "Option1 Name": "option1_name",
        "Option1 Value": "option1_value",
        "Option2 Name": "option2_name",
        "Option2 Value": "option2_value",
        "Option3 Name": "option3_name",
        "Option3 Value": "option3_value",
        "Variant SKU": "sku",
        "Variant Grams": "weight_grams",
        "Variant Inventory Qty": "stock",
        "Variant Price": "price",
        "Variant Compare At Price": "compare_at_price",
        "Variant Barcode": "barcode",
        "Cost per item": "cost",
        "SEO Title": "meta_title",
        "SEO Description": "meta_description",
    },
    steps=(
        CarryDown("handle"),
        Combine(("option1_name", "option1_value"), ("option1_name", "option1_value"), _without_default),
        BlankOut("weight_grams", _ZEROS),
        BlankOut("compare_at_price", _ZEROS),
        SkipWithout(("name", "sku", "price", "option1_value"), _PICTURES_ONLY),
    ),
    group="handle",
)

SPREE = Shape(
    name="spree",
    label="Spree",
    signature=("slug", "sku", "price", "option1_name", "option1_value", "inventory_count"),
    columns={
        "slug": "handle",
        "sku": "sku",
        "name": "name",
        "status": "status",
        "brand_name": "brand",
        "description": "description",
        "meta_title": "meta_title",
        "meta_description": "meta_description",
        "tags": "tags",
        "tax_category": "tax_class",
        "category1": "category",
        "price": "price",
        "compare_at_price": "compare_at_price",
        "option1_name": "option1_name",
        "option1_value": "option1_value",
        "option2_name": "option2_name",
        "option2_value": "option2_value",
        "option3_name": "option3_name",
        "option3_value": "option3_value",
        "inventory_count": "stock",
    },
    extras={"weight": "~weight", "weight_unit": "~weight_unit", "currency": "~currency"},
    steps=(
        Derive("category", "category", _arrow_path),
        BlankOut("compare_at_price", _ZEROS),
        Combine(("weight_grams",), ("~weight", "~weight_unit"), _grams),
        Translate("tax_class", {"default": ""}),
        OneCurrency("sku", "price", "~currency", ("name", "option1_value", "stock"), ("compare_at_price",)),
        SkipWithout(("name", "sku", "price", "option1_value"), _PICTURES_ONLY),
        OptionlessRowsAreParents("handle", "option1_value"),
    ),
    group="handle",
)

SHAPES: tuple[Shape, ...] = (SHOPIFY, SPREE)

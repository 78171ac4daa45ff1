"""The catalogue exports of shop systems with a row per variant, from their public column headings."""

from __future__ import annotations

from dataclasses import replace

from backoffice.kernel.transfers.shapes import (
    BlankOut,
    CarryDown,
    Combine,
    Derive,
    GatherPictures,
    JoinCells,
    OneCurrency,
    OptionlessRowsAreParents,
    Pick,
    Shape,
    SkipWithout,
    SplitOptions,
    Translate,
)
from products.transfers.shapes.words import (
    NOTHING,
    OPTIONS,
    ZEROS,
    arrow_path,
    grams,
    option_image,
    own_handle,
    slug,
    unquoted,
)


def _without_default(name: str, value: str) -> tuple[str, str]:
    """Take away the option that stands for having none."""
    is_default = value.strip().casefold() == "default title" and name.strip().casefold() in {"title", ""}
    return ("", "") if is_default else (name, value)


def _facet(text: str, name: str) -> str:
    """Return the first value of a facet from “category:Tools|brand:Nord”."""
    for part in text.split("|"):
        key, _, value = part.partition(":")
        if key.strip().casefold() == name and value.strip():
            return value.strip()
    return ""


def _facet_category(text: str) -> str:
    return _facet(text, "category")


def _facet_brand(text: str) -> str:
    return _facet(text, "brand")


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
        "Image Src": "images",
        "Image Alt Text": "image_alt",
        "Variant Image": "variant_image",
    },
    extras={
        "Image Position": "~image_position",
        "Published": "~published",
        "Custom Product Type": "~own_type",
        "Product Category": "~taxonomy",
        "Standard Product Type": "~taxonomy",
    },
    steps=(
        Combine(("handle",), ("handle", "name"), own_handle),
        CarryDown("handle"),
        Derive("sku", "sku", unquoted),
        Derive("barcode", "barcode", unquoted),
        # Older files have no status, or the type of a product in two columns.
        Pick("status", ("status", "~published")),
        Pick("category", ("category", "~own_type", "~taxonomy")),
        Combine(("option1_name", "option1_value"), ("option1_name", "option1_value"), _without_default),
        BlankOut("weight_grams", ZEROS),
        BlankOut("compare_at_price", ZEROS),
        GatherPictures("handle", "images", "~image_position", "image_alt", ("name", "sku", "price", "option1_value")),
        SkipWithout(("name", "sku", "price", "option1_value", "images"), NOTHING),
    ),
    group="handle",
)

# The names that Shopify's help gives its columns today; the rows are as before, and older files are still about.
SHOPIFY_URL_HANDLE = replace(
    SHOPIFY,
    name="shopify_url_handle",
    signature=("URL handle", "Price", "Option1 name", "Option1 value"),
    extras={**SHOPIFY.extras, "Published on online store": "~published"},
    columns={
        "URL handle": "handle",
        "Title": "name",
        "Description": "description",
        "Vendor": "brand",
        "Type": "category",
        "Tags": "tags",
        "Status": "status",
        "Option1 name": "option1_name",
        "Option1 value": "option1_value",
        "Option2 name": "option2_name",
        "Option2 value": "option2_value",
        "Option3 name": "option3_name",
        "Option3 value": "option3_value",
        "SKU": "sku",
        "Barcode": "barcode",
        "Weight value (grams)": "weight_grams",
        "Inventory quantity": "stock",
        "Price": "price",
        "Compare-at price": "compare_at_price",
        "Cost per item": "cost",
        "SEO title": "meta_title",
        "SEO description": "meta_description",
        "Product image URL": "images",
        "Image alt text": "image_alt",
        "Variant image URL": "variant_image",
    },
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
        "image1_src": "images",
    },
    extras={
        "weight": "~weight",
        "weight_unit": "~weight_unit",
        "currency": "~currency",
        "image1_src": "~image1",
        "image2_src": "~image2",
        "image3_src": "~image3",
    },
    foreign=("stock_location",),
    steps=(
        Derive("category", "category", arrow_path),
        BlankOut("compare_at_price", ZEROS),
        Combine(("weight_grams",), ("~weight", "~weight_unit"), grams),
        Translate("tax_class", {"default": ""}),
        OneCurrency("sku", "price", "~currency", ("name", "option1_value", "stock"), ("compare_at_price",)),
        JoinCells("images", ("~image1", "~image2", "~image3")),
        Combine(("variant_image",), ("~image1", "option1_value"), option_image),
        SkipWithout(("name", "sku", "price", "option1_value", "images"), NOTHING),
        OptionlessRowsAreParents("handle", "option1_value"),
    ),
    group="handle",
)

VENDURE = Shape(
    name="vendure",
    label="Vendure",
    signature=("name", "slug", "optionGroups", "optionValues", "sku", "price"),
    by_language=True,
    columns={
        "name": "name",
        "slug": "handle",
        "description": "description",
        "sku": "sku",
        "price": "price",
        "taxCategory": "tax_class",
        "stockOnHand": "stock",
        "assets": "images",
        "variantAssets": "variant_image",
    },
    extras={"optionGroups": "~option_names", "optionValues": "~option_values", "facets": "~facets"},
    steps=(
        Combine(("handle",), ("handle", "name"), own_handle),
        CarryDown("handle"),
        SplitOptions("~option_names", "~option_values", OPTIONS),
        Translate("tax_class", {"standard tax": "standard", "reduced tax": "reduced", "zero tax": "zero"}),
        Derive("category", "~facets", _facet_category),
        Derive("brand", "~facets", _facet_brand),
        SkipWithout(("name", "sku", "price", "images"), NOTHING),
    ),
    group="handle",
)

SQUARE = Shape(
    name="square",
    label="Square",
    signature=("Token", "Item Name", "Variation Name", "SKU", "Price"),
    columns={
        "Item Name": "name",
        "Variation Name": "variant_title",
        "SKU": "sku",
        "Description": "description",
        "Category": "category",
        "Categories": "category",
        "Price": "price",
        "GTIN": "barcode",
        "Option Name 1": "option1_name",
        "Option Value 1": "option1_value",
        "Option Name 2": "option2_name",
        "Option Value 2": "option2_value",
        "SEO Title": "meta_title",
        "SEO Description": "meta_description",
        "Image URL": "images",
    },
    steps=(
        Derive("handle", "name", slug),
        BlankOut("variant_title", frozenset({"Regular"})),
        SkipWithout(("name", "sku", "price"), NOTHING),
    ),
    group="name",
)

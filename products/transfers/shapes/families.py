"""The catalogue exports of shop systems whose variants refer to a parent row."""

from __future__ import annotations

from backoffice.kernel.transfers.shapes import (
    BlankOut,
    Combine,
    Derive,
    FirstOfKey,
    OnlyKnown,
    ParentChild,
    Shape,
    Shorten,
    SkipWithout,
    SumOfPairs,
    Translate,
    VariationList,
)
from products.transfers.shapes.words import (
    NOTHING,
    OPTIONS,
    PRODUCT_TEXTS,
    VARIANT_ONLY,
    ZEROS,
    deepest_path,
    first_path,
    kilograms,
    sale_price,
    slash_path,
    slug,
)

_BUNDLES = {
    "grouped": "Groups of products are not products of their own here.",
    "bundle": "Bundles of products are not sold here.",
    "booking": "Bookings are not sold here.",
    "external": "Products of other shops are not sold here.",
    "giftcard": "Gift cards are not sold here.",
}
_TEASERS = (
    Shorten("short_description", 500, "short description"),
    Shorten("meta_description", 500, "description for search engines"),
)

WOOCOMMERCE = Shape(
    name="woocommerce",
    label="WooCommerce",
    signature=("Type", "SKU", "Name", "Published", "Regular price", "Parent"),
    columns={
        "SKU": "sku",
        "Name": "name",
        "Published": "status",
        "GTIN, UPC, EAN, or ISBN": "barcode",
        "Short description": "short_description",
        "Description": "description",
        "Tax class": "tax_class",
        "Stock": "stock",
        "Regular price": "price",
        "Categories": "category",
        "Tags": "tags",
        "Brands": "brand",
        "Position": "position",
        "Attribute 1 name": "option1_name",
        "Attribute 1 value(s)": "option1_value",
        "Attribute 2 name": "option2_name",
        "Attribute 2 value(s)": "option2_value",
        "Attribute 3 name": "option3_name",
        "Attribute 3 value(s)": "option3_value",
    },
    extras={"ID": "~id", "Type": "~type", "Parent": "~parent", "Sale price": "~sale", "Weight (kg)": "~weight"},
    steps=(
        OnlyKnown("~type", frozenset({"simple", "variable", "variation"}), _BUNDLES, "type of product"),
        Combine(("price", "compare_at_price"), ("price", "~sale"), sale_price),
        Combine(("weight_grams",), ("~weight",), kilograms),
        Derive("category", "category", first_path),
        ParentChild(
            "sku",
            "~parent",
            "handle",
            slug,
            kind="~type",
            parents=frozenset({"variable"}),
            other_keys={"~id": "id:"},
            parent_only=PRODUCT_TEXTS,
            child_only=VARIANT_ONLY,
        ),
        *_TEASERS,
    ),
)

MAGENTO = Shape(
    name="magento",
    label="Magento 2",
    signature=("sku", "attribute_set_code", "product_type", "product_websites", "name", "price"),
    columns={
        "sku": "sku",
        "name": "name",
        "description": "description",
        "short_description": "short_description",
        "categories": "category",
        "product_online": "status",
        "tax_class_name": "tax_class",
        "price": "price",
        "url_key": "handle",
        "meta_title": "meta_title",
        "meta_description": "meta_description",
        "qty": "stock",
        "cost": "cost",
    },
    extras={
        "store_view_code": "~locale",
        "product_type": "~type",
        "special_price": "~sale",
        "configurable_variations": "~variations",
    },
    steps=(
        FirstOfKey("sku", "~locale"),
        OnlyKnown(
            "~type", frozenset({"simple", "configurable", "virtual", "downloadable"}), _BUNDLES, "type of product"
        ),
        Translate("status", {"2": "draft"}),
        Translate("tax_class", {"taxable goods": "", "none": "", "0": "", "2": ""}),
        Combine(("price", "compare_at_price"), ("price", "~sale"), sale_price),
        Derive("category", "category", deepest_path),
        Derive("stock", "stock", lambda text: text.split(".")[0] if text.strip(" 0123456789.") == "" else text),
        VariationList("~variations", "sku", "~parent", OPTIONS),
        ParentChild(
            "sku",
            "~parent",
            "handle",
            slug,
            kind="~type",
            parents=frozenset({"configurable"}),
            parent_only=PRODUCT_TEXTS,
            child_only=VARIANT_ONLY,
        ),
        *_TEASERS,
    ),
)

BAGISTO = Shape(
    name="bagisto",
    label="Bagisto",
    signature=("sku", "parent_sku", "locale", "attribute_family_code", "type", "name"),
    columns={
        "sku": "sku",
        "name": "name",
        "description": "description",
        "short_description": "short_description",
        "categories": "category",
        "status": "status",
        "tax_category_name": "tax_class",
        "price": "price",
        "cost": "cost",
        "url_key": "handle",
        "meta_title": "meta_title",
        "meta_description": "meta_description",
        "inventories": "stock",
    },
    extras={
        "parent_sku": "~parent",
        "locale": "~locale",
        "type": "~type",
        "configurable_variants": "~variations",
    },
    steps=(
        FirstOfKey("sku", "~locale"),
        OnlyKnown(
            "~type", frozenset({"simple", "configurable", "virtual", "downloadable"}), _BUNDLES, "type of product"
        ),
        Derive("category", "category", slash_path),
        BlankOut("cost", ZEROS),
        SumOfPairs("stock"),
        VariationList("~variations", "sku", "~parent", OPTIONS),
        ParentChild(
            "sku",
            "~parent",
            "handle",
            slug,
            kind="~type",
            parents=frozenset({"configurable"}),
            parent_only=PRODUCT_TEXTS,
            child_only=VARIANT_ONLY,
        ),
        SkipWithout(("sku", "name"), NOTHING),
        *_TEASERS,
    ),
)

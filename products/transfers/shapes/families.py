"""The catalogue exports of shop systems whose variants refer to a parent row."""

from __future__ import annotations

from functools import partial

from backoffice.kernel.transfers.shapes import (
    BlankOut,
    Combine,
    Derive,
    FirstOfKey,
    FromPairs,
    JoinCells,
    OnePath,
    OnlyKnown,
    ParentChild,
    Shape,
    SkipWithout,
    SumOfPairs,
    Translate,
    VariationList,
)
from products.transfers.shapes.words import (
    BUNDLES,
    NOTHING,
    OPTION_FIELDS,
    OPTIONS,
    PRODUCT_TEXTS,
    SALE,
    TEASERS,
    VARIANT_ONLY,
    ZEROS,
    sale_price,
    slash_paths,
    slug,
    whole,
)

# Further attributes of Magento's products that are known here.
_ATTRIBUTES = {
    "manufacturer": "brand", "brand": "brand", "ean": "barcode", "ean13": "barcode", "gtin": "barcode",
    "upc": "barcode", "barcode": "barcode",
}  # fmt: skip

MAGENTO = Shape(
    name="magento",
    label="Magento 2",
    signature=("sku", "attribute_set_code", "product_type"),
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
        "base_image": "images",
        "base_image_label": "image_alt",
    },
    extras={
        "base_image": "~image",
        "additional_images": "~more_images",
        "store_view_code": "~locale",
        "product_type": "~type",
        "special_price": "~sale",
        "special_price_from_date": "~sale_from",
        "special_price_to_date": "~sale_to",
        "configurable_variations": "~variations",
        "additional_attributes": "~attributes",
    },
    group="sku",
    steps=(
        FirstOfKey("sku", "~locale"),
        OnlyKnown(
            "~type", frozenset({"simple", "configurable", "virtual", "downloadable"}), BUNDLES, "type of product"
        ),
        Translate("status", {"2": "draft"}),
        Translate("tax_class", {"taxable goods": "", "none": "", "0": "", "2": ""}),
        Combine(("price", "compare_at_price"), SALE, sale_price),
        OnePath("category", partial(slash_paths, roots=frozenset({"Default Category"})), deepest=True),
        Derive("stock", "stock", whole),
        VariationList("~variations", "sku", "~parent", OPTIONS),
        FromPairs("~attributes", _ATTRIBUTES, OPTION_FIELDS),
        JoinCells("images", ("~image", "~more_images"), ","),
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
        *TEASERS,
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
        "images": "images",
    },
    extras={
        "parent_sku": "~parent",
        "locale": "~locale",
        "type": "~type",
        "special_price": "~sale",
        "special_price_from": "~sale_from",
        "special_price_to": "~sale_to",
        "configurable_variants": "~variations",
    },
    group="sku",
    steps=(
        FirstOfKey("sku", "~locale"),
        OnlyKnown(
            "~type", frozenset({"simple", "configurable", "virtual", "downloadable"}), BUNDLES, "type of product"
        ),
        Combine(("price", "compare_at_price"), SALE, sale_price),
        OnePath("category", partial(slash_paths, roots=frozenset({"Root"}))),
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
        *TEASERS,
    ),
)

"""The catalogue exports of systems with a row per product."""

from __future__ import annotations

from functools import partial

from backoffice.kernel.transfers.shapes import (
    BlankOut,
    Combine,
    Derive,
    OnePath,
    Shape,
    Shorten,
    SkipWithout,
    Translate,
)
from products.transfers.shapes.words import (
    NOTHING,
    NULLS,
    OPTION_FIELDS,
    ZEROS,
    bars,
    family_handle,
    kilograms,
    named_options,
    quoted_start,
    rooted_path,
    slash_paths,
    unnamed_title,
    whole,
)

# What shops in some languages call the root of all categories.
_HOME = frozenset({"Home", "Root", "Accueil", "Inicio", "Startseite"})

PRESTASHOP = Shape(
    name="prestashop",
    label="PrestaShop",
    signature=("Active (0/1)", "Name *", "Reference #"),
    # The list of products in the back office has an export of its own.
    also=(
        ("Active (0/1)", "Name *", "Categories (x,y,z...)"),
        ("Product ID", "Name", "Reference", "Category", "Price (tax excl.)", "Status"),
    ),
    columns={
        "Active (0/1)": "status",
        "Status": "status",
        "Name *": "name",
        "Categories (x,y,z...)": "category",
        "Category": "category",
        "Price tax excluded": "price",
        "Price tax excluded or Price tax included": "price",
        "Price tax excl. Or Price tax excl": "price",
        "Price (tax excl.)": "price",
        "Price tax included": "price",
        "Wholesale price": "cost",
        "Cost price": "cost",
        "Reference #": "sku",
        "Manufacturer": "brand",
        "Brand": "brand",
        "EAN13": "barcode",
        "Quantity": "stock",
        "Summary": "short_description",
        "Short description": "short_description",
        "Description": "description",
        "Tags (x,y,z...)": "tags",
        "Meta title": "meta_title",
        "Meta description": "meta_description",
        "URL rewritten": "handle",
        "Rewritten URL": "handle",
        "Image URLs (x,y,z...)": "images",
        "Image": "images",
        "Image alt texts (x,y,z...)": "image_alt",
    },
    extras={"Weight": "~weight"},
    steps=(
        OnePath("category", partial(slash_paths, roots=_HOME)),
        Combine(("weight_grams",), ("~weight",), kilograms),
        BlankOut("cost", ZEROS),
        Derive("image_alt", "image_alt", bars),
        Shorten("short_description", 500, "short description"),
    ),
)

# The labels of its fields in French, German and Spanish.
_ODOO_LABELS = {
    "Nom": "name", "Nombre": "name",
    "Référence interne": "sku", "Interne Referenz": "sku", "Referencia interna": "sku",
    "Code-barres": "barcode", "Código de barras": "barcode",
    "Prix de vente": "price", "Verkaufspreis": "price", "Precio de venta": "price",
    "Coût": "cost", "Kosten": "cost", "Coste": "cost",
    "Description vente": "description", "Verkaufsbeschreibung": "description",
    "Catégorie de produits": "category", "Produktkategorie": "category", "Categoría de producto": "category",
    "Quantité en stock": "stock", "Bestand": "stock", "Cantidad a mano": "stock",
}  # fmt: skip

ODOO = Shape(
    name="odoo",
    label="Odoo",
    signature=("Name", "Internal Reference", "Sales Price"),
    # Older versions, lists of variants, and exports with the names of the fields instead of their labels.
    also=(
        ("Name", "Internal Reference", "Sale Price"),
        ("Name", "Internal Reference", "Public Price"),
        ("name", "default_code", "list_price"),
        ("name", "default_code", "lst_price"),
        ("Nom", "Référence interne", "Prix de vente"),
        ("Name", "Interne Referenz", "Verkaufspreis"),
        ("Nombre", "Referencia interna", "Precio de venta"),
    ),
    columns={
        "Name": "name",
        "Internal Reference": "sku",
        "default_code": "sku",
        "Barcode": "barcode",
        "Sales Price": "price",
        "Sale Price": "price",
        "Public Price": "price",
        "list_price": "price",
        "lst_price": "price",
        "Cost": "cost",
        "standard_price": "cost",
        "Sales Description": "description",
        "description_sale": "description",
        "Product Category": "category",
        "Product Category/Complete Name": "category",
        "Product Category/Display Name": "category",
        "categ_id": "category",
        "categ_id/complete_name": "category",
        "categ_id/display_name": "category",
        "Quantity On Hand": "stock",
        "qty_available": "stock",
        **_ODOO_LABELS,
    },
    extras={
        "Weight": "~weight",
        "Poids": "~weight",
        "Gewicht": "~weight",
        "Peso": "~weight",
        "Valeurs de la variante": "~variant",
        "Variantenwerte": "~variant",
        "Valores de las variantes": "~variant",
        "Variant Values": "~variant",
        "Attribute Values": "~variant",
        "product_template_variant_value_ids": "~variant",
        "product_template_attribute_value_ids": "~variant",
    },
    steps=(
        Combine(OPTION_FIELDS, ("~variant",), named_options),
        Combine(("handle",), ("name", "option1_value"), family_handle),
        Combine(("variant_title",), ("~variant", "option1_value"), unnamed_title),
        Derive("category", "category", rooted_path),
        Derive("stock", "stock", whole),
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

# Its first files had no categories, and the class of a product behind its texts.
OSCAR_OLD = Shape(
    name="oscar_old",
    label="Oscar, without categories",
    signature=(),
    columns={},
    positional=("barcode", "name", "description", "category", "brand", "sku", "price", "stock"),
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

"""The columns of the catalogue's files."""

from __future__ import annotations

from decimal import Decimal

from backoffice.kernel.transfers.fields import TransferField, TransferResource
from backoffice.kernel.transfers.reading.values.words import BOOLEANS
from products.models import Attribute, AttributeValue, Category, Product, Variant

_ZERO = Decimal(0)
_MOST_STOCK = Decimal(1_000_000_000)


class ProductResource(TransferResource):
    """Products with their variants: a row per variant; what belongs to the product may stand in its first row only."""

    handle = TransferField(
        Product,
        "handle",
        attribute="product__handle",
        synonyms=("slug", "url handle", "url key", "permalink", "product handle", "product url", "parent handle"),
        example="espresso-machine",
        help="Short name of the product; rows with the same handle are variants of one product.",
    )
    sku = TransferField(
        Variant,
        "sku",
        code=True,
        synonyms=(
            "variant sku", "product sku", "item number", "item no", "article number", "stock keeping unit",
            "part number", "reference", "internal reference", "artikelnummer", "référence", "seller sku", "sku code",
        ),
        example="ESP-100-RED",
        help="Tells the variant from all others; unique in the whole shop.",
    )  # fmt: skip
    name = TransferField(
        Product,
        "name",
        attribute="product__name",
        synonyms=("title", "product name", "product title", "item name", "bezeichnung", "nom", "produktname"),
        example="Espresso machine",
        help="Needed for new products.",
    )
    status = TransferField(
        Product,
        "status",
        attribute="product__status",
        synonyms=("product status", "state", "published", "is published", "visibility"),
        choices={
            "draft": "draft", "active": "active", "archived": "archived", "published": "active", "on sale": "active",
            "true": "active", "yes": "active", "enabled": "active", "1": "active", "unlisted": "draft",
            "false": "draft", "no": "draft", "disabled": "draft", "inactive": "draft", "0": "draft", "-1": "draft",
            # What spreadsheets in other languages make of true and false.
            **{word: "active" if value else "draft" for word, value in BOOLEANS.items()},
        },
        example="active",
        help="draft, active or archived. New products are drafts where it is left out.",
    )  # fmt: skip
    seller = TransferField(
        None,
        "seller",
        attribute="product__seller__code",
        synonyms=("seller code", "seller name", "store", "merchant"),
        max_length=120,
        example="north-trade",
        help="Code or store name. Sellers leave it out: their products are theirs.",
    )
    category = TransferField(
        None,
        "category",
        attribute="product__category__full_name",
        synonyms=("categories", "category path", "product category", "collection", "department", "kategorie"),
        max_length=Category._meta.get_field("full_name").max_length,
        example="Kitchen > Coffee machines",
        help="Names from the top down, separated by “>”. New ones are made.",
    )
    tax_class = TransferField(
        None,
        "tax_class",
        attribute="product__tax_class__code",
        synonyms=("tax category", "tax code", "vat class", "steuerklasse"),
        max_length=80,
        example="standard",
        help="Code or name of the tax class. New products get the standard class where it is left out.",
    )
    brand = TransferField(
        Product,
        "brand",
        attribute="product__brand",
        synonyms=("vendor", "manufacturer", "brand name", "marke", "marque"),
        example="Caffè Nord",
    )
    short_description = TransferField(
        Product,
        "short_description",
        attribute="product__short_description",
        synonyms=("summary", "teaser", "excerpt"),
        example="Fifteen bar, two cups.",
    )
    description = TransferField(
        Product,
        "description",
        attribute="product__description",
        synonyms=("body", "body html", "long description", "beschreibung", "product description"),
        example="<p>Makes two cups at once.</p>",
        help="Text or simple HTML; scripts and the like are taken out.",
    )
    tags = TransferField(
        Product,
        "tags",
        attribute="product__tags",
        synonyms=("labels", "keywords", "product tags"),
        example="coffee, kitchen",
    )
    meta_title = TransferField(
        Product, "meta_title", attribute="product__meta_title", synonyms=("seo title", "page title", "search title")
    )
    meta_description = TransferField(
        Product, "meta_description", attribute="product__meta_description", synonyms=("seo description",)
    )
    option1_name = TransferField(
        Attribute,
        "name",
        attribute="option1_name",
        label="Option 1 name",
        synonyms=("option name", "attribute 1 name", "variation 1 name"),
        example="Colour",
        help="What tells the variants apart.",
    )
    option1_value = TransferField(
        AttributeValue,
        "value",
        attribute="option1_value",
        label="Option 1 value",
        synonyms=("option value", "attribute 1 value", "variation 1 value"),
        example="Red",
    )
    option2_name = TransferField(
        Attribute, "name", attribute="option2_name", label="Option 2 name", synonyms=("attribute 2 name",)
    )
    option2_value = TransferField(
        AttributeValue, "value", attribute="option2_value", label="Option 2 value", synonyms=("attribute 2 value",)
    )
    option3_name = TransferField(
        Attribute, "name", attribute="option3_name", label="Option 3 name", synonyms=("attribute 3 name",)
    )
    option3_value = TransferField(
        AttributeValue, "value", attribute="option3_value", label="Option 3 value", synonyms=("attribute 3 value",)
    )
    variant_title = TransferField(
        Variant,
        "title",
        attribute="title",
        label="Variant title",
        synonyms=("variant name", "variation name"),
        help="Made from the option values where it is left out.",
    )
    barcode = TransferField(
        Variant,
        "barcode",
        code=True,
        synonyms=("variant barcode", "ean", "ean13", "gtin", "upc", "isbn", "global trade item number"),
        shape="barcode",
        example="4006381333931",
        help="Kept as text, leading zeros included.",
    )
    price = TransferField(
        Variant,
        "price",
        rounds=True,
        synonyms=("variant price", "sales price", "selling price", "regular price", "unit price", "preis", "prix"),
        example="249.00",
        help="In the shop's base currency. Needed for new variants.",
    )
    compare_at_price = TransferField(
        Variant,
        "compare_at_price",
        rounds=True,
        label="Compare-at price",
        synonyms=("variant compare at price", "list price", "rrp", "msrp", "uvp", "old price"),
        example="299.00",
        help="Former or list price.",
    )
    cost = TransferField(
        Variant,
        "cost",
        rounds=True,
        synonyms=(
            "cost per item",
            "cost price",
            "purchase price",
            "wholesale price",
            "standard price",
            "einkaufspreis",
        ),
        example="120.00",
        help="What one piece costs the shop.",
    )
    weight_grams = TransferField(
        Variant,
        "weight_grams",
        label="Weight in grams",
        synonyms=("weight g", "grams", "variant grams", "gewicht in gramm"),
        example="4200",
    )
    unit_code = TransferField(Variant, "unit_code", label="Unit code", example="C62")
    position = TransferField(
        Variant, "position", label="Variant position", synonyms=("variant order",), help="Order within the product."
    )
    on_sale = TransferField(
        Variant,
        "is_active",
        attribute="is_active",
        label="On sale",
        synonyms=("variant active", "variant enabled"),
        example="yes",
        help="No keeps the variant from being sold.",
    )
    stock = TransferField(
        None,
        "stock",
        attribute="stock_on_hand",
        kind="integer",
        minimum=_ZERO,
        maximum=_MOST_STOCK,
        label="Stock on hand",
        synonyms=(
            "quantity", "qty", "variant inventory qty", "inventory", "inventory quantity", "inventory count",
            "stock quantity", "stock", "on hand", "bestand", "stock on hand", "quantity on hand", "available quantity",
        ),
        example="25",
        help="Pieces at the location. What is there is set to this figure.",
    )  # fmt: skip
    location = TransferField(
        None,
        "location",
        attribute="stock_location",
        max_length=80,
        label="Stock location",
        synonyms=("warehouse", "location code", "stock location", "lager"),
        example="main",
        help="Code or name; the first location where it is left out.",
    )
    images = TransferField(
        None,
        "images",
        attribute="images",
        synonyms=(
            "image", "pictures", "picture", "photos", "image src", "image url", "image urls", "image files",
            "product images", "bilder", "bild",
        ),
        example="espresso-front.jpg | espresso-side.jpg",
        help="Names of files in the ZIP that comes with the file, or addresses on hosts that the settings allow, "
        "separated by “|”, in the order in which they are shown. They are added to those that are there.",
    )  # fmt: skip
    image_alt = TransferField(
        None,
        "image_alt",
        attribute="image_alt",
        label="Image descriptions",
        synonyms=("image alt text", "image alt texts", "image alt", "alt text", "image label"),
        example="The machine from the front | From the side",
        help="What is to be seen on the images, separated by “|”, in their order.",
    )
    variant_image = TransferField(
        None,
        "variant_image",
        attribute="variant_image",
        label="Image of the variant",
        synonyms=("variant image", "variant images", "variation image"),
        example="espresso-red.jpg",
        help="The image that shows the variant of this row.",
    )

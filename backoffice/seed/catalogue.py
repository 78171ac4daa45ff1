"""The demo shop's goods, with pictures and stock, written as an upload writes them: set by set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from random import Random

from django.utils.text import slugify

from accounts.models import SellerProfile
from backoffice.kernel.files.services import files_synced_together
from backoffice.kernel.history.bulk import reserve_ids
from backoffice.seed import words
from backoffice.seed.pictures import picture
from products.models import Category, Location, Product, TaxClass, Variant
from products.services.bulk_catalogue import options_bulk_create, products_bulk_create, variants_bulk_create
from products.services.bulk_categories import categories_bulk_ensure
from products.services.bulk_images import PictureItem, ProductImages, image_files_store, images_bulk_set
from products.services.bulk_stock import stock_bulk_open
from products.services.descriptions import description_clean
from products.services.images import image_check
from products.services.news import tell_catalogue_changed
from products.services.products import products_archive, products_publish

# Out of a hundred products, so many stay drafts and so many are archived later.
DRAFTS, ARCHIVED = 6, 4

_PRODUCT_COLUMNS = (
    "seller_id", "category_id", "tax_class_id", "handle", "name", "brand", "short_description", "description", "tags",
)  # fmt: skip
_VARIANT_COLUMNS = (
    "product_id", "sku", "barcode", "title", "price", "compare_at_price", "cost", "weight_grams", "position",
)  # fmt: skip


@dataclass(frozen=True)
class _Made:
    """A product that was made, with its variants.

    Attributes:
        number: counts the products from 1.
        goods: what kind of goods it is.
    """

    number: int
    goods: words.Goods
    product: Product
    variants: Sequence[Variant]


def products_make(random: Random, sellers: list[SellerProfile], count: int) -> list[Variant]:
    """Make products with variants, pictures and opening stock.

    Returns:
        The variants that are on sale.
    """
    goods_of = {number: words.GOODS[number % len(words.GOODS)] for number in range(1, count + 1)}
    paths = {goods: Category.SEPARATOR.join(goods.category) for goods in words.GOODS}
    tree = categories_bulk_ensure(paths=dict.fromkeys(paths.values()))
    tax = dict(TaxClass.objects.filter(code__in=("standard", "reduced")).values_list("code", "pk"))
    made = []
    for (number, goods), pk in zip(goods_of.items(), reserve_ids(Product, count), strict=True):
        product = _product(number, goods, seller=sellers[number % len(sellers)])
        product.pk, product.category_id = pk, tree[paths[goods]]
        product.tax_class_id = tax["reduced" if goods.reduced else "standard"]
        made.append(_Made(number, goods, product, _variants(random, product, goods, number)))
    _write(made)
    _pictures_make(made)
    live = [item for item in made if item.number % 100 >= DRAFTS]
    products_publish(product_ids=[item.product.pk for item in live], reason="Ready for the shop")
    gone = [item for item in live if item.number % 100 < DRAFTS + ARCHIVED]
    products_archive(product_ids=[item.product.pk for item in gone], reason="No longer made")
    on_sale = [variant for item in live if item not in gone for variant in item.variants]
    _stock_make(random, on_sale)
    return on_sale


def _product(number: int, goods: words.Goods, *, seller: SellerProfile) -> Product:
    turn, kinds = number // len(words.GOODS), len(words.GOODS) * len(words.MODELS)
    name = f"{goods.noun} {words.MODELS[turn % len(words.MODELS)]}"
    if number > kinds:
        name = f"{name} {number // kinds + 1}"
    return Product(
        seller=seller,
        # No two products share a name, so no two share a handle.
        handle=slugify(name, allow_unicode=True),
        name=name,
        brand=words.MODELS[number % 7],
        short_description=f"{name}, made to be used every day.",
        description=description_clean(f"<p>{name}. Made in small numbers, packed without plastic.</p>"),
        tags=", ".join(part.lower() for part in goods.category),
    )


def _variants(random: Random, product: Product, goods: words.Goods, number: int) -> list[Variant]:
    price = Decimal(random.randint(goods.lowest, goods.highest)) - Decimal("0.10")
    values = words.OPTIONS[goods.option][: random.randint(2, 4)] if goods.option else ("",)
    return [
        Variant(
            product=product,
            sku=f"{goods.noun[:2].upper()}{number:04}" + (f"-{value[:2].upper()}" if value else ""),
            barcode=_ean13(4_000_000_000_00 + number * 10 + position),
            title=value,
            price=price + position,
            compare_at_price=price + 10 if number % 8 == 0 else None,
            cost=(price * Decimal("0.55")).quantize(Decimal("0.01")),
            weight_grams=random.randint(1, 40) * 50,
            position=position,
        )
        for position, value in enumerate(values)
    ]


def _ean13(body: int) -> str:
    digits = f"{body:012}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def _write(made: Sequence[_Made]) -> None:
    """Insert the products and variants, held against their models as the plan of an upload holds its rows."""
    products = [item.product for item in made]
    variants = [variant for item in made for variant in item.variants]
    for product in products:
        product.clean_fields(exclude=["seller", "category", "tax_class"])
    for variant, pk in zip(variants, reserve_ids(Variant, len(variants)), strict=True):
        variant.pk = pk
        variant.clean_fields(exclude=["product"])
    products_bulk_create(
        ids=[product.pk for product in products],
        columns=_PRODUCT_COLUMNS,
        rows=map(attrgetter(*_PRODUCT_COLUMNS), products),
    )
    variants_bulk_create(
        ids=[variant.pk for variant in variants],
        columns=_VARIANT_COLUMNS,
        rows=map(attrgetter(*_VARIANT_COLUMNS), variants),
    )
    options = {
        variant.pk: [(item.goods.option, variant.title)]
        for item in made
        for variant in item.variants
        if item.goods.option
    }
    options_bulk_create(options=options)
    tell_catalogue_changed(
        product_ids=[product.pk for product in products], variant_ids=[variant.pk for variant in variants]
    )


def _pictures_make(made: Iterable[_Made]) -> None:
    """Draw a picture of each product."""
    wanted = []
    with files_synced_together():
        for item in made:
            name = f"{item.product.handle}.jpg"
            checked = image_check(content=picture(shape=item.goods.shape, number=item.number), name=name)
            new = PictureItem(new=image_files_store(picture=checked, name=name), alt_text=item.product.name)
            wanted.append(ProductImages(item.product.pk, [new]))
    images_bulk_set(products=wanted)


def _stock_make(random: Random, variants: Sequence[Variant]) -> None:
    main, *others = Location.objects.filter(is_active=True)
    openings = []
    for number, variant in enumerate(variants):
        # A few run out soon, so that the lists have something to show.
        pieces = random.randint(1, 6) if number % 25 == 0 else random.randint(30, 220)
        openings.append((variant.pk, main.pk, pieces))
        if others and number % 5 == 0:
            openings.append((variant.pk, others[0].pk, random.randint(5, 40)))
    stock_bulk_open(openings=openings, reference="OPENING")

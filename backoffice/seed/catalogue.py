"""The demo shop's goods, with pictures and stock."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from accounts.models import SellerProfile
from backoffice.seed import words
from backoffice.seed.pictures import picture
from products.models import Category, Location, MovementReason, Product, TaxClass, Variant
from products.services.categories import category_create
from products.services.images import image_add
from products.services.products import product_archive, product_publish, product_save
from products.services.stock import StockMove, stock_move
from products.services.variants import variant_save

# Out of a hundred products, so many stay drafts and so many are archived later.
DRAFTS, ARCHIVED = 6, 4


def categories_make() -> dict[tuple[str, ...], Category]:
    """Make the category tree and return it by path."""
    tree: dict[tuple[str, ...], Category] = {}
    for goods in words.GOODS:
        for depth in range(1, len(goods.category) + 1):
            path = goods.category[:depth]
            if path not in tree:
                tree[path] = category_create(category=Category(name=path[-1]), parent=tree.get(path[:-1]))
    return tree


def products_make(random: Random, sellers: list[SellerProfile], count: int) -> list[Variant]:
    """Make products with variants, pictures and opening stock.

    Returns:
        The variants that are on sale.
    """
    tree = categories_make()
    tax = {code: TaxClass.objects.get(code=code) for code in ("standard", "reduced")}
    on_sale: list[Variant] = []
    for number in range(1, count + 1):
        goods = words.GOODS[number % len(words.GOODS)]
        name = f"{goods.noun} {words.MODELS[number // len(words.GOODS) % len(words.MODELS)]}"
        if number > len(words.GOODS) * len(words.MODELS):
            name = f"{name} {number // (len(words.GOODS) * len(words.MODELS)) + 1}"
        product = product_save(
            product=Product(
                seller=sellers[number % len(sellers)],
                category=tree[goods.category],
                tax_class=tax["reduced" if goods.reduced else "standard"],
                name=name,
                brand=words.MODELS[number % 7],
                short_description=f"{name}, made to be used every day.",
                description=f"<p>{name}. Made in small numbers, packed without plastic.</p>",
                tags=", ".join(part.lower() for part in goods.category),
            )
        )
        variants = _variants_make(random, product, goods, number)
        image_add(
            product=product,
            content=picture(shape=goods.shape, number=number),
            name=f"{product.handle}.png",
            alt_text=product.name,
        )
        rest = number % 100
        if rest >= DRAFTS:
            product_publish(product=product, reason="Ready for the shop")
        if DRAFTS <= rest < DRAFTS + ARCHIVED:
            product_archive(product=product, reason="No longer made")
        elif rest >= DRAFTS:
            on_sale += variants
    _stock_make(random, on_sale)
    return on_sale


def _variants_make(random: Random, product: Product, goods: words.Goods, number: int) -> list[Variant]:
    price = Decimal(random.randint(goods.lowest, goods.highest)) - Decimal("0.10")
    values = words.OPTIONS[goods.option][: random.randint(2, 4)] if goods.option else ("",)
    variants = []
    for position, value in enumerate(values):
        variant = Variant(
            product=product,
            sku=f"{goods.noun[:2].upper()}{number:04}" + (f"-{value[:2].upper()}" if value else ""),
            barcode=_ean13(4_000_000_000_00 + number * 10 + position),
            price=price + position,
            compare_at_price=price + 10 if number % 8 == 0 else None,
            cost=(price * Decimal("0.55")).quantize(Decimal("0.01")),
            weight_grams=random.randint(1, 40) * 50,
            position=position,
        )
        variants.append(variant_save(variant=variant, options=[(goods.option, value)] if value else []))
    return variants


def _ean13(body: int) -> str:
    digits = f"{body:012}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def _stock_make(random: Random, variants: list[Variant]) -> None:
    main, *others = Location.objects.filter(is_active=True)
    moves = []
    for number, variant in enumerate(variants):
        # A few run out soon, so that the lists have something to show.
        pieces = random.randint(1, 6) if number % 25 == 0 else random.randint(30, 220)
        moves.append(StockMove(variant_id=variant.pk, location_id=main.pk, quantity=pieces))
        if others and number % 5 == 0:
            moves.append(StockMove(variant_id=variant.pk, location_id=others[0].pk, quantity=random.randint(5, 40)))
    stock_move(moves=moves, reason=MovementReason.OPENING, reference="OPENING")

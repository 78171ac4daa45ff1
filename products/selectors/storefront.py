"""The catalogue as shoppers see it: what is on sale, and nothing that is the shop's own business."""

from __future__ import annotations

from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Length, Substr

from accounts.models import SellerStatus
from backoffice.kernel.shop.selectors import shop_settings
from products.models import Category, Product, ProductImage, Stock, Variant, VariantOption
from products.states import ProductStatus


def storefront_categories() -> QuerySet[Category]:
    """Return the categories that are shown: active ones all of whose ancestors are active."""
    hidden_above = Category.objects.filter(is_active=False, path=Substr(OuterRef("path"), 1, Length("path")))
    shown: QuerySet[Category] = Category.objects.filter(~Exists(hidden_above)).order_by("path")
    return shown


def storefront_products() -> QuerySet[Product]:
    """Return the products on sale, with the lowest price of their variants as ``price_from``."""
    on_sale = Variant.objects.filter(product=OuterRef("pk"), is_active=True).order_by()
    lowest = on_sale.values("product").annotate(lowest=Min("price")).values("lowest")
    return Product.objects.filter(
        Exists(on_sale), status=ProductStatus.ACTIVE, seller__status=SellerStatus.ACTIVE
    ).annotate(price_from=Subquery(lowest))


def storefront_joined(products: QuerySet[Product]) -> QuerySet[Product]:
    """Join what a page on products tells, in a number of queries that does not grow with the products.

    Adds ``shown_variants``, ``shown_images``; the category is None where it is not shown.
    """
    options = VariantOption.objects.select_related("attribute", "value").order_by("position")
    return products.select_related("seller").prefetch_related(
        Prefetch("category", storefront_categories()),
        Prefetch(
            "variants",
            storefront_variants().prefetch_related(Prefetch("options", options)),
            to_attr="shown_variants",
        ),
        Prefetch("images", ProductImage.objects.order_by("position", "pk"), to_attr="shown_images"),
    )


def storefront_variants() -> QuerySet[Variant]:
    """Return the variants on sale, with ``in_stock``."""
    return (
        Variant.objects.filter(is_active=True)
        .annotate(in_stock=Exists(_to_be_had().filter(variant=OuterRef("pk"))))
        .order_by("position", "pk")
    )


def products_in_stock(products: QuerySet[Product]) -> QuerySet[Product]:
    """Keep the products of which something on sale can be had."""
    in_stock = _to_be_had().filter(variant__product=OuterRef("pk"), variant__is_active=True)
    return products.filter(Exists(in_stock))


def storefront_images() -> QuerySet[ProductImage]:
    """Return the pictures of products on sale."""
    return ProductImage.objects.filter(product__in=storefront_products().order_by().values("pk"))


def _to_be_had() -> QuerySet[Stock]:
    free = Q(on_hand__gt=F("allocated"))
    if shop_settings().allow_backorder:
        free |= Q(backorder=True)
    return Stock.objects.filter(free, location__is_active=True).order_by()

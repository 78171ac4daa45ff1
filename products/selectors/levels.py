"""How well products and variants are stocked: one rule for the lists' colours and for their filters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from products.models import Product, ProductImage, Stock, Variant


class StockLevel(models.TextChoices):
    """How well something is stocked."""

    OUT = "out", "Out of stock"
    LOW = "low", "Low"
    OK = "ok", "In stock"
    NONE = "none", "Not stocked"


# A row of stock at or below the point where it should be ordered again.
IS_LOW = Q(reorder_point__gt=0, on_hand__lte=F("allocated") + F("reorder_point"))
AVAILABLE = F("on_hand") - F("allocated")


@dataclass(frozen=True, slots=True)
class Level:
    """The stock of something, over all locations.

    Attributes:
        on_hand: pieces that lie there.
        available: pieces that can still be promised.
        level: what that means.
        places: rows of stock (variant × location) that this sums up.
        low_places: how many of them are low by themselves.
    """

    on_hand: int
    available: int
    level: StockLevel
    places: int = 0
    low_places: int = 0


NOT_STOCKED = Level(0, 0, StockLevel.NONE)


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a list tells of a product beside its own columns. Prices are in the base currency."""

    variants: int = 0
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    stock: Level = NOT_STOCKED
    thumbnail_id: int | None = None


def level_of(*, available: int, low: bool) -> StockLevel:
    """Judge stock that is kept somewhere."""
    if available <= 0:
        return StockLevel.OUT
    return StockLevel.LOW if low else StockLevel.OK


def level_of_rows(rows: Collection[Stock]) -> Level:
    """Judge the stock of one variant by its rows at all locations, which are at hand already."""
    if not rows:
        return NOT_STOCKED
    available = sum(row.available for row in rows)
    low = sum(row.reorder_point > 0 and row.available <= row.reorder_point for row in rows)
    level = level_of(available=available, low=bool(low))
    return Level(sum(row.on_hand for row in rows), available, level, len(rows), low)


def variant_levels(variant_ids: Collection[int]) -> dict[int, Level]:
    """Return the levels of variants, in one query; variants without stock are left out."""
    return _levels("variant", Q(variant__in=variant_ids))


def product_facts(product_ids: Collection[int]) -> dict[int, ProductFacts]:
    """Return what lists tell of products, in three queries."""
    levels = _levels("variant__product", Q(variant__product__in=product_ids))
    prices = {
        row["product"]: row
        for row in Variant.objects.filter(product__in=product_ids)
        .order_by()
        .values("product")
        .annotate(count=Count("pk"), low=Min("price"), high=Max("price"))
    }
    # The last one written for a product is its first picture.
    images = ProductImage.objects.filter(product__in=product_ids).order_by("-position", "-pk")
    thumbnails = dict(images.values_list("product", "thumbnail"))
    return {
        pk: ProductFacts(
            variants=prices[pk]["count"] if pk in prices else 0,
            price_min=prices[pk]["low"] if pk in prices else None,
            price_max=prices[pk]["high"] if pk in prices else None,
            stock=levels.get(pk, NOT_STOCKED),
            thumbnail_id=thumbnails.get(pk),
        )
        for pk in product_ids
    }


def products_at_level(queryset: QuerySet[Product], level: StockLevel) -> QuerySet[Product]:
    """Keep the products at a level."""
    return _at_level(queryset, "variant__product", level)


def variants_at_level(queryset: QuerySet[Variant], level: StockLevel) -> QuerySet[Variant]:
    """Keep the variants at a level."""
    return _at_level(queryset, "variant", level)


def _levels(path: str, where: Q) -> dict[int, Level]:
    rows = Stock.objects.filter(where).order_by().values(path)
    rows = rows.annotate(total=Sum("on_hand"), free=Sum(AVAILABLE), places=Count("pk"), low=Count("pk", filter=IS_LOW))
    return {
        row[path]: Level(
            on_hand=row["total"],
            available=row["free"],
            level=level_of(available=row["free"], low=bool(row["low"])),
            places=row["places"],
            low_places=row["low"],
        )
        for row in rows
    }


def _at_level(queryset: QuerySet[Any], path: str, level: StockLevel) -> QuerySet[Any]:
    stocked = Stock.objects.order_by().values(path)
    if level == StockLevel.NONE:
        return queryset.exclude(pk__in=stocked)
    stocked = stocked.annotate(free=Sum(AVAILABLE), low=Count("pk", filter=IS_LOW))
    if level == StockLevel.OUT:
        stocked = stocked.filter(free__lte=0)
    else:
        stocked = stocked.filter(free__gt=0)
        stocked = stocked.filter(low__gt=0) if level == StockLevel.LOW else stocked.filter(low=0)
    return queryset.filter(pk__in=stocked.values(path))

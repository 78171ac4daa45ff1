"""List filters of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from backoffice.kernel.addresses import number_in
from products.models import Category, Variant
from products.selectors.levels import IS_LOW, StockLevel, products_at_level, variants_at_level


class CategoryFilter(admin.SimpleListFilter):
    """Products of a category and of all below it, chosen level by level."""

    title = "category"
    parameter_name = "category"
    path = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the roots, and around the chosen category its line upwards and its children."""
        key = number_in(self.value())
        chosen = Category.objects.filter(pk=key).first() if key is not None else None
        self.chosen: Category | None = chosen
        shown = Q(depth=1)
        if chosen is not None:
            steps = range(Category.steplen, len(chosen.path) + 1, Category.steplen)
            shown |= Q(path__in=[chosen.path[:step] for step in steps])
            shown |= Q(path__startswith=chosen.path, depth=chosen.depth + 1)
        rows = Category.objects.filter(shown).order_by("path").values_list("pk", "name", "depth")
        return [("none", "No category"), *((str(pk), "\u2003" * (depth - 1) + name) for pk, name, depth in rows)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the products of the branch."""
        if self.value() == "none":
            return queryset.filter(**{f"{self.path}__isnull": True})
        key = number_in(self.value())
        if key is None:
            return queryset
        if self.chosen is None:
            return queryset.none()
        # By their keys, of which the database knows how many products each has; by a path it can only guess.
        branch = Category.objects.filter(path__startswith=self.chosen.path).order_by().values_list("pk", flat=True)
        return queryset.filter(**{f"{self.path}__in": list(branch)})


class VariantCategoryFilter(CategoryFilter):
    """The same for rows that belong to a product."""

    path = "product__category"


class LevelFilter(admin.SimpleListFilter):
    """How well something is stocked."""

    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the levels."""
        return [(level.value, str(level.label)) for level in StockLevel]

    def level(self) -> StockLevel | None:
        """Return the chosen level."""
        value = self.value() or ""
        return StockLevel(value) if value in StockLevel.values else None


class ProductLevelFilter(LevelFilter):
    """How well products are stocked."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the products at the level."""
        level = self.level()
        return queryset if level is None else products_at_level(queryset, level)


class VariantLevelFilter(LevelFilter):
    """How well variants are stocked."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the variants at the level."""
        level = self.level()
        return queryset if level is None else variants_at_level(queryset, level)


class StockLevelFilter(LevelFilter):
    """The state of single rows of stock."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the states that a row can be in."""
        return [
            (StockLevel.OUT.value, "Out of stock"),
            (StockLevel.LOW.value, "Low"),
            (StockLevel.OK.value, "In stock"),
            ("promised", "Promised to orders"),
            ("oversold", "Oversold"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows in the state."""
        out = Q(on_hand__lte=F("allocated"))
        conditions = {
            "out": out,
            "low": IS_LOW & ~out,
            "ok": ~IS_LOW & ~out,
            "promised": Q(allocated__gt=0),
            "oversold": Q(allocated__gt=F("on_hand")),
        }
        condition = conditions.get(str(self.value()))
        return queryset if condition is None else queryset.filter(condition)


class MissingFilter(admin.SimpleListFilter):
    """What a product lacks before it can be sold."""

    title = "missing"
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what can be missing."""
        return [
            ("price", "Price is missing"),
            ("variants", "No variants"),
            ("pictures", "No pictures"),
            ("description", "No description"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the products that lack it."""
        value = self.value()
        if value == "price":
            return queryset.filter(pk__in=Variant.objects.filter(price=0).order_by().values("product"))
        if value == "variants":
            return queryset.filter(variants__isnull=True)
        if value == "pictures":
            return queryset.filter(images__isnull=True)
        if value == "description":
            return queryset.filter(description="")
        return queryset


class PriceFilter(admin.SimpleListFilter):
    """Variants without a price, reduced ones, and those sold below cost."""

    title = "price"
    parameter_name = "price"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """Offer the kinds of prices."""
        yield "missing", "Price is missing"
        yield "reduced", "Reduced"
        yield "below_cost", "Below cost"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the variants with such a price."""
        conditions = {
            "missing": Q(price=0),
            "reduced": Q(compare_at_price__gt=F("price")),
            "below_cost": Q(cost__gt=F("price")),
        }
        condition = conditions.get(str(self.value()))
        return queryset if condition is None else queryset.filter(condition)

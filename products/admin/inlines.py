"""Variants and pictures on the product page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeTabularInline
from products.admin.display import EMPTY, level_badge, thumbnail
from products.admin.forms import ImageForm, OptionsLineMixin, VariantForm, choose_only
from products.models import Product, ProductImage, Stock, Variant, VariantOption
from products.selectors.levels import level_of_rows

# A page with more rows of variants than this is no help; they have a list of their own.
MOST_INLINE = 100


class VariantInline(OptionsLineMixin, BackofficeTabularInline):
    """The variants of a product: numbers, options, prices and stock."""

    model = Variant
    form = VariantForm
    fields = ("sku", "options_line", "price", "is_active", "stock")
    verbose_name_plural = "variants"
    readonly_fields = ("stock",)
    show_change_link = True
    ordering = ("position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        """Fetch options and stock of all variants at once."""
        options = VariantOption.objects.select_related("attribute", "value")
        stocks = Stock.objects.select_related("location")
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("options", options), Prefetch("stocks", stocks))

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer an empty row on a new product."""
        return 0 if obj else 1

    @admin.display(description="Stock")
    def stock(self, variant: Variant) -> SafeString | str:
        """Show the level and lead to the movements."""
        if not variant.pk:
            return EMPTY
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:products_variant_stock", args=[variant.pk]),
            level_badge(level_of_rows(list(variant.stocks.all()))),
        )


class ImageFormSet(BaseInlineFormSet[ProductImage, Product, Any]):
    """The pictures of a product; all rows share one list of its variants."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        variants = Variant.objects.filter(product=self.instance.pk) if self.instance.pk else Variant.objects.none()
        self.variants = variants.order_by("position", "pk")
        self.variant_choices = [("", "all variants"), *((row.pk, str(row)) for row in self.variants)]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the product's own variants, without asking the database for each row."""
        super().add_fields(form, index)
        if "variant" in form.fields:
            field = form.fields["variant"]
            field.queryset = self.variants
            field.choices = self.variant_choices
            field.widget.choices = self.variant_choices


class ImageInline(BackofficeTabularInline):
    """The pictures of a product: thumbnail, place, description; new ones are added above."""

    model = ProductImage
    form = ImageForm
    formset = ImageFormSet
    fields = ("picture", "position", "alt_text", "variant", "size")
    readonly_fields = ("picture", "size")
    ordering = ("position", "pk")
    verbose_name_plural = "pictures"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Leave out the green plus beside the variants."""
        formset = super().get_formset(request, obj, **kwargs)
        choose_only(formset.form, "variant")
        return formset

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Pictures are added by the file field, several at a time."""
        return False

    @admin.display(description="Picture")
    def picture(self, image: ProductImage) -> SafeString:
        """Show the thumbnail, which leads to the whole picture."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("file", args=[image.file_id]),
            thumbnail(image.thumbnail_id, alt=image.alt_text or "Picture", size=72),
        )

    @admin.display(description="Size")
    def size(self, image: ProductImage) -> str:
        """Show the size in pixels."""
        return f"{image.width} × {image.height}"

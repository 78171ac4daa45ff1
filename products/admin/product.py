"""The product page and the list of products."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.scope.rules import audience_of
from products.admin.forms import ProductForm, choose_only
from products.admin.inlines import MOST_INLINE, ImageInline, VariantInline
from products.admin.product_list import ProductListMixin
from products.admin.refusals import RefusalMessageMixin
from products.models import Product, ProductImage, Stock, TaxClass, Variant
from products.services.images import image_add, image_change, image_remove, image_reorder
from products.services.products import product_archive, product_delete, product_publish, product_save, product_withdraw
from products.services.variants import variant_delete, variant_save
from products.states import PRODUCT_MACHINE


@admin.register(Product)
class ProductAdmin(RefusalMessageMixin, ProductListMixin):
    """What the shop sells: texts, variants with prices and stock, pictures, status."""

    form = ProductForm
    autocomplete_fields = ("seller", "category")
    inlines = (VariantInline, ImageInline)
    transitions = {
        PRODUCT_MACHINE: {
            "publish": lambda product, reason, _user: product_publish(product=product, reason=reason),
            "archive": lambda product, reason, _user: product_archive(product=product, reason=reason),
            "withdraw": lambda product, reason, _user: product_withdraw(product=product, reason=reason),
        }
    }
    timeline_children = ["variants", "variants__options", "variants__stocks", "images"]
    readonly_fields = ("status", "stock_table")
    fieldsets = (
        (None, {"fields": ("name", "seller", "status", "category", "brand", "tax_class", "pictures")}),
        ("Texts", {"fields": ("short_description", "description", "tags")}),
        ("Search engines", {"fields": ("handle", "meta_title", "meta_description"), "classes": ("collapse",)}),
        ("Stock", {"fields": ("stock_table",)}),
    )

    jazzmin_section_order = (None, "Variants", "Pictures", "Texts", "Stock", "Search engines")

    class Media:
        css = {"all": ("products/catalogue.css",)}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form a seller's own store."""
        form = super().get_form(request, obj, change, **kwargs)
        choose_only(form, "category", "tax_class", "seller")
        form.own_seller_id = None if is_house(request) else audience_of(request.user)[1]
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose the standard rate for a new product."""
        initial: dict[str, Any] = {**super().get_changeform_initial_data(request)}
        standard = TaxClass.objects.filter(code="standard").first()
        return {"tax_class": standard.pk, **initial} if standard else initial

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Keep a product with its seller."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "seller") if obj is not None else fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show no seller to sellers, no stock before there is a product, no file field to readers."""
        hidden = set() if is_house(request) else {"seller"}
        if obj is None:
            hidden |= {"stock_table", "status"}
        elif not self.has_change_permission(request, obj):
            hidden.add("pictures")
        sets = super().get_fieldsets(request, obj)
        kept = [(name, {**more, "fields": [f for f in more["fields"] if f not in hidden]}) for name, more in sets]
        return [(name, more) for name, more in kept if more["fields"]]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Leave out the variants where they are too many for one page, and pictures where there are none."""
        if obj is None:
            return [VariantInline]
        inlines: list[Any] = []
        if Variant.objects.filter(product=obj.pk).count() <= MOST_INLINE:
            inlines.append(VariantInline)
        if ProductImage.objects.filter(product=obj.pk).exists():
            inlines.append(ImageInline)
        return inlines

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A seller's log-in without a store has nothing to add to."""
        _audience, key = audience_of(request.user)
        return super().has_add_permission(request) and (is_house(request) or key is not None)

    @admin.display(description="")
    def stock_table(self, product: Product) -> SafeString | str:
        """Show the stock of each variant at each location, with ways to its movements."""
        stocks = Stock.objects.select_related("location").order_by("location__priority", "location__code")
        variants = product.variants.order_by("position", "pk").prefetch_related(Prefetch("stocks", stocks))
        shown = list(variants[:MOST_INLINE])
        return render_to_string(
            "admin/products/stock_table.html",
            {"variants": shown, "more": product.variants.count() - len(shown) if len(shown) == MOST_INLINE else 0},
        )

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Save through the service, pictures included."""
        product_save(product=obj)
        for name, content, checked in form.cleaned_data.get("pictures") or ():
            _, new = image_add(product=obj, content=content, name=name, checked=checked)
            if not new:
                messages.info(request, f"{name} is on this product already and was not added again.")

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Delete through the service."""
        product_delete(product=obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save variants and pictures through their services."""
        if formset.model is Variant:
            _save_variants(formset)
        elif formset.model is ProductImage:
            _save_images(form.instance, formset)
        else:
            super().save_formset(request, form, formset, change)


def _save_variants(formset: Any) -> None:
    changed = formset.save(commit=False)
    # New variants have no key yet to be told apart by.
    options = {id(form.instance): form.cleaned_data.get("options_line") for form in formset.forms if form.cleaned_data}
    last = max((form.instance.position for form in formset.initial_forms), default=-1)
    for variant in formset.deleted_objects:
        variant_delete(variant=variant)
    for variant in changed:
        if variant.pk is None:
            last += 1
            variant.position = last
        variant_save(variant=variant, options=options.get(id(variant)))
    formset.save_m2m()


def _save_images(product: Product, formset: Any) -> None:
    formset.save(commit=False)
    for image in formset.deleted_objects:
        image_remove(image=image)
    for image, names in formset.changed_objects:
        if {"alt_text", "variant"} & set(names):
            image_change(image=image)
    if any("position" in names for _, names in formset.changed_objects):
        # A forged row, of another product, has no instance here.
        kept = [
            form.instance for form in formset.initial_forms if form not in formset.deleted_forms and form.instance.pk
        ]
        kept.sort(key=lambda image: (image.position, image.pk))
        image_reorder(product=product, image_ids=[image.pk for image in kept])

"""The category tree."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.scope.rules import visible
from products.admin.display import FactsChangeList
from products.admin.refusals import RefusalMessageMixin
from products.exceptions import CatalogueRefused
from products.models import Category, Product
from products.services.categories import (
    Place,
    category_create,
    category_delete,
    category_move,
    category_refusal,
    category_save,
    category_shift,
)


class IndentedChoices(forms.ModelChoiceField[Category]):
    """Categories as a tree."""

    def label_from_instance(self, obj: Any) -> str:
        """Show the level by indentation."""
        indent = "\u2003" * (obj.depth - 1)
        return f"{indent}{obj.name}"


class CategoryForm(forms.ModelForm[Category]):
    """A category; a new one is put below its parent."""

    parent = IndentedChoices(
        Category.objects.order_by("path"), required=False, empty_label="(top level)", label="Below"
    )

    class Meta:
        model = Category
        fields = ("name", "slug", "description", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("parent", None)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Name in addresses. Empty: made from the name."

    def clean(self) -> dict[str, Any]:
        """Refuse a name that a sister has."""
        data = super().clean() or {}
        if data.get("name"):
            parent = Category.objects.get_parent(self.instance) if self.instance.pk else data.get("parent")
            refusal = category_refusal(name=data["name"], parent=parent, leave_out=self.instance.pk)
            if refusal:
                self.add_error("name", refusal)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # An empty slug is made by the service.
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude if self.cleaned_data.get("slug") else {*exclude, "slug"}


class MoveForm(forms.Form):
    """Where a category goes."""

    place = forms.ChoiceField(
        choices=[(Place.INTO, "into"), (Place.BEFORE, "before"), (Place.AFTER, "after")], label="Move it"
    )
    target = IndentedChoices(
        Category.objects.order_by("path"), required=False, empty_label="(end of the top level)", label="Category"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


@admin.register(Category)
class CategoryAdmin(RefusalMessageMixin, BackofficeModelAdmin):
    """The tree with its products, in the order in which the shop shows it."""

    form = CategoryForm
    list_display = ("indented", "own_products", "all_products", "is_active", "moves")
    list_filter = ("is_active",)
    search_fields = ("full_name", "slug")
    search_help_text = "Name"
    ordering = ("path",)
    sortable_by = ()
    list_per_page = 200
    fields = ("name", "parent", "slug", "description", "is_active")

    class Media:
        css = {"all": ("products/catalogue.css",)}

    # The list -----------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the list that counts products once per page."""
        return FactsChangeList

    def add_facts(self, request: HttpRequest, rows: list[Category]) -> None:
        """Count the products that the user may see, per category and per branch, in one query."""
        products = visible(Product.objects.exclude(category=None), request.user)
        counted = products.order_by().values_list("category__path").annotate(Count("pk"))
        own, branch = Counter(dict(counted)), Counter[str]()
        for tree_path, count in own.items():
            for step in range(Category.steplen, len(tree_path) + 1, Category.steplen):
                branch[tree_path[:step]] += count
        may_move = self.has_change_permission(request)
        for row in rows:
            row.own, row.branch, row.may_move = own[row.path], branch[row.path], may_move

    @admin.display(description="Category")
    def indented(self, category: Category) -> SafeString:
        """Show the level by indentation; screen readers hear the full name."""
        return format_html(
            '<span class="category-level" style="padding-inline-start:{}em" title="{}">{}</span>',
            (category.depth - 1) * 1.5,
            category.full_name,
            category.name,
        )

    @admin.display(description="Products")
    def own_products(self, category: Any) -> int:
        """Count the products in the category itself."""
        return int(category.own)

    @admin.display(description="With all below")
    def all_products(self, category: Any) -> SafeString:
        """Count the products of the branch and lead to them."""
        url = reverse("admin:products_product_changelist")
        return format_html('<a href="{}?category={}">{}</a>', url, category.pk, category.branch)

    @admin.display(description="Move")
    def moves(self, category: Any) -> SafeString | str:
        """Offer to move a category past its neighbours or elsewhere."""
        if not category.may_move:
            return ""
        shift = reverse("admin:products_category_shift", args=[category.pk])
        return format_html(
            '<span class="btn-group btn-group-sm">'
            '<button type="submit" class="btn btn-outline-secondary" formaction="{0}?up=1" title="Up" '
            'aria-label="Move {2} up"><i class="fas fa-arrow-up" aria-hidden="true"></i></button>'
            '<button type="submit" class="btn btn-outline-secondary" formaction="{0}?up=0" title="Down" '
            'aria-label="Move {2} down"><i class="fas fa-arrow-down" aria-hidden="true"></i></button>'
            '<a class="btn btn-outline-secondary" href="{1}" aria-label="Move {2} elsewhere">Move …</a></span>',
            shift,
            reverse("admin:products_category_move", args=[category.pk]),
            category.name,
        )

    # The pages ----------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        """Add the addresses that move categories."""
        view = self.admin_site.admin_view
        return [
            path("<int:category_id>/shift/", view(self.shift_view), name="products_category_shift"),
            path("<int:category_id>/move/", view(self.move_view), name="products_category_move"),
            *super().get_urls(),
        ]

    def shift_view(self, request: HttpRequest, category_id: int) -> HttpResponse:
        """Move a category past its neighbour."""
        category = self._changeable(request, category_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        up = request.GET.get("up") == "1"
        if not category_shift(category=category, up=up):
            messages.info(request, f"{category.name} is {'first' if up else 'last'} at its level already.")
        return HttpResponseRedirect(reverse("admin:products_category_changelist"))

    def move_view(self, request: HttpRequest, category_id: int) -> HttpResponse:
        """Ask where a category goes, and move it there."""
        category = self._changeable(request, category_id)
        form = MoveForm(request.POST if request.method == "POST" else None)
        done = reverse("admin:products_category_changelist")
        if request.method == "POST" and form.is_valid():
            target, place = form.cleaned_data["target"], Place(form.cleaned_data["place"])
            try:
                category_move(category=category, target=target, place=place)
            except CatalogueRefused as refusal:
                form.add_error("target", str(refusal))
            else:
                messages.success(request, f"{category.full_name} was moved.")
                return HttpResponseRedirect(done)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Move {category.name}",
            "opts": self.opts,
            "category": category,
            "form": form,
            "list_url": done,
        }
        return TemplateResponse(request, "admin/products/category_move.html", context)

    def _changeable(self, request: HttpRequest, category_id: int) -> Category:
        category: QuerySet[Category] = self.get_queryset(request).filter(pk=category_id)
        found = category.first()
        if found is None:
            raise Http404("There is no such category.")
        if not self.has_change_permission(request, found):
            raise PermissionDenied
        return found

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the parent of a new category only: an old one is moved on a page of its own."""
        fields = super().get_fields(request, obj)
        return [name for name in fields if name != "parent"] if obj is not None else fields

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Save through the services."""
        if change:
            category_save(category=obj)
        else:
            category_create(category=obj, parent=form.cleaned_data.get("parent"))

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        """Delete through the service."""
        category_delete(category=obj)

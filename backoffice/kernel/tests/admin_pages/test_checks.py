"""The system checks find pages that would leak, save unchecked or be slow."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter, RelatedOnlyFieldListFilter
from django.core.checks import run_checks

from backoffice.kernel.admin.actions import BulkAction
from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.checks import check_page, is_ours
from backoffice.kernel.admin.filters import ScopedRelatedFilter
from backoffice.kernel.tests.admin_pages.catalogue import PAGES, CutPrices, ProductAdmin, VariantAdmin
from products.models import Product, Variant


def found(page: type, model: type = Variant) -> list[str]:
    return [message.id for message in check_page(page(model, admin.site))]


@pytest.mark.parametrize(("model", "page"), PAGES.items())
def test_a_good_page_passes(model, page):
    assert found(page, model) == []


def test_the_whole_project_passes():
    assert [message for message in run_checks() if message.id.startswith("kernel.")] == []


def test_a_page_must_be_of_the_base():
    class Page(admin.ModelAdmin):
        pass

    assert found(Page) == ["kernel.E001"]


def test_a_listed_relation_must_be_joined():
    class Page(VariantAdmin):
        list_select_related = False

    class Half(VariantAdmin):
        list_display = ["sku", "product"]
        list_select_related = ["product__seller"]

    assert (found(Page), found(Half)) == (["kernel.E002"], [])


@pytest.mark.parametrize("unscoped", [RelatedFieldListFilter, RelatedOnlyFieldListFilter])
def test_a_filter_past_the_scope_is_found(unscoped):
    class Page(VariantAdmin):
        list_filter = [("product", unscoped)]

    class Good(VariantAdmin):
        list_filter = [("product", ScopedRelatedFilter), "product__seller"]

    assert (found(Page), found(Good)) == (["kernel.E003"], [])


def test_saving_from_the_list_is_found():
    class Page(VariantAdmin):
        list_editable = ["price"]

    assert found(Page) == ["kernel.E004"]


def test_raw_ids_are_found_in_pages_and_inlines():
    class Page(VariantAdmin):
        raw_id_fields = ["product"]

    class Inline(ProductAdmin.inlines[0]):
        raw_id_fields = ["product"]

    class Parent(ProductAdmin):
        inlines = [Inline]

    assert (found(Page), found(Parent, Product)) == (["kernel.E005"], ["kernel.E005"])


def test_an_inline_must_be_of_the_base():
    class Inline(admin.TabularInline):
        model = Variant

    class Page(ProductAdmin):
        inlines = [Inline]

    assert found(Page, Product) == ["kernel.E006"]


def test_two_actions_of_one_name_are_found():
    class Page(VariantAdmin):
        bulk_actions = [CutPrices, CutPrices]

    class Nameless(VariantAdmin):
        bulk_actions = [BulkAction]

    assert (found(Page), found(Nameless)) == (["kernel.E007", "kernel.E007"], ["kernel.E007"])


def test_a_plain_action_is_found():
    def do_it(page, request, queryset):
        pass

    class Page(VariantAdmin):
        actions = [do_it]

    assert found(Page) == ["kernel.E008"]


@pytest.mark.parametrize("relation", ["nothing", "name", "seller", "variants__nothing"])
def test_a_timeline_of_something_else_is_found(relation):
    class Page(ProductAdmin):
        timeline_children = [relation]

    assert found(Page, Product) == ["kernel.E009"]


def test_an_editable_status_is_found_on_a_page():
    class Page(ProductAdmin):
        readonly_fields = []

    class Everything(BackofficeModelAdmin):
        pass

    class Left(BackofficeModelAdmin):
        exclude = ["status"]

    assert found(Page, Product) == ["kernel.E010"]
    assert found(Everything, Product) == ["kernel.E010"]
    assert found(Left, Product) == []


def test_pages_of_libraries_are_not_judged():
    libraries = {page for page in admin.site._registry.values() if not is_ours(page)}

    assert {page.__class__.__module__.split(".")[0] for page in libraries} & {"backoffice", "products"} == set()

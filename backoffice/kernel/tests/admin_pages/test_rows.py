"""Cells of every sort that Django's lists know are written as Django writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import results
from django.core.exceptions import ObjectDoesNotExist
from django.utils.html import format_html

from accounts.tests.factories import UserFactory
from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.rows import result_rows
from products.models import Category, Product, Variant
from products.services.categories import category_create
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

VALUES: list[Any] = [
    *("", "  ", "<b>", format_html("<b>{}</b>", "&"), None, True, False, 0, 12_345, Decimal("1234.50"), 1.5),
    *((), [1, "<"], {"a": 1}, dt.date(2026, 2, 3), dt.time(4, 5), dt.datetime(2026, 2, 3, 4, 5, tzinfo=dt.UTC)),
]


class Odd(BackofficeModelAdmin):
    """Columns of every sort."""

    ordering = ("pk",)
    value: Any = None
    list_display = (
        *("id", "__str__", "sku", "product", "product_id", "product__name", "price", "weight_grams", "is_active"),
        *("barcode", "created_at", "said", "said_of_none", "told", "nothing", "missing", "spelt"),
    )

    def said(self, row: Any) -> Any:
        return self.value

    @admin.display(empty_value="<none>")
    def said_of_none(self, row: Any) -> Any:
        return self.value

    @admin.display(boolean=True)
    def told(self, row: Any) -> Any:
        return None if self.value is None else bool(self.value)

    def nothing(self, row: Any) -> Any:
        return None

    def missing(self, row: Any) -> Any:
        raise ObjectDoesNotExist

    def spelt(self, row: Any) -> Any:
        return row.sku


class FirstLinked(Odd):
    """The first column leads to the page, as it does where nothing is said."""

    list_display = ("product", "sku", lambda row: row.title)


class Unlinked(Odd):
    """No column leads to the page."""

    list_display_links = None


def change_list(page: type[BackofficeModelAdmin], model: Any, rf: Any, query: str = "") -> Any:
    request = rf.get(f"/{query}")
    request.user = UserFactory(is_superuser=True, is_staff=True, user_type="staff")
    cl = page(model, admin.site).get_changelist_instance(request)
    cl.formset = None
    return cl


def same(cl: Any) -> None:
    found = list(result_rows(cl))
    assert found == ["".join(cells) for cells in results(cl)]
    assert found


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_of_a_method_is_written_as_django_writes_it(rf, monkeypatch, value):
    VariantFactory(title="<i>", barcode=" ")
    monkeypatch.setattr(Odd, "value", value)

    same(change_list(Odd, Variant, rf))


@pytest.mark.parametrize("page", [Odd, FirstLinked, Unlinked])
@pytest.mark.parametrize("query", ["", "?sku__gte=&o=3", "?_popup=1", "?_popup=1&_to_field=id"])
def test_cells_lead_where_django_leads_them(rf, page, query):
    VariantFactory(sku='A&"<1')
    VariantFactory(product=ProductFactory(name="<b>"))

    same(change_list(page, Variant, rf, query))


def test_relations_that_are_not_there_and_choices_are_written_as_django_writes_them(rf):
    class Products(BackofficeModelAdmin):
        list_display = ("name", "category", "status", "handle", "tags", "variants")

        def variants(self, row: Any) -> Any:
            return row.variants.count()

    ProductFactory(category=None)
    ProductFactory(category=category_create(category=Category(name="A & B")))

    same(change_list(Products, Product, rf))

"""The category tree: full names, order and history stay true."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from products.events import catalogue_changed
from products.exceptions import CatalogueRefused
from products.models import Category
from products.services.categories import (
    Place,
    category_create,
    category_delete,
    category_move,
    category_save,
    category_shift,
)
from products.tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def shown() -> list[str]:
    return [f"{'. ' * (row.depth - 1)}{row.name}" for row in Category.objects.all()]


def full_names() -> set[str]:
    return set(Category.objects.values_list("full_name", flat=True))


def assert_history_is_true() -> None:
    for row in Category.objects.all():
        newest = row.history.first()
        assert (newest.name, newest.full_name, newest.slug) == (row.name, row.full_name, row.slug)


def test_children_come_last_and_know_their_place(tree):
    assert shown() == ["Kitchen", ". Mugs", ". . Big mugs", ". Plates", "Garden"]
    assert full_names() == {
        "Kitchen",
        "Kitchen > Mugs",
        "Kitchen > Mugs > Big mugs",
        "Kitchen > Plates",
        "Garden",
    }
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_slugs_are_made_and_numbered(tree):
    twin = category_create(category=Category(name="Mugs"), parent=tree["Garden"])

    assert (tree["Mugs"].slug, twin.slug) == ("mugs", "mugs-2")


def test_a_new_name_reaches_the_whole_branch(tree):
    heard = []
    product = ProductFactory(category=tree["Big mugs"])
    ProductFactory(category=tree["Garden"])
    catalogue_changed.connect(lambda product_ids, **_: heard.append(product_ids), weak=False, dispatch_uid="test")
    try:
        category = Category.objects.get(name="Kitchen")
        category.name = "  Kitchen   and table "
        category_save(category=category)
    finally:
        catalogue_changed.disconnect(dispatch_uid="test")

    assert full_names() == {
        "Kitchen and table",
        "Kitchen and table > Mugs",
        "Kitchen and table > Mugs > Big mugs",
        "Kitchen and table > Plates",
        "Garden",
    }
    assert heard == [[product.pk]]
    assert_history_is_true()


def test_sisters_have_different_names(tree):
    with pytest.raises(ValidationError, match="There is a category “Kitchen > Mugs” already"):
        category_create(category=Category(name="Mugs"), parent=tree["Kitchen"])
    with pytest.raises(ValidationError, match="separates the levels"):
        category_create(category=Category(name="A > B"))
    assert Category.objects.count() == 5


@pytest.mark.parametrize(
    ("what", "target", "place", "after"),
    [
        ("Mugs", "Garden", Place.INTO, ["Kitchen", ". Plates", "Garden", ". Mugs", ". . Big mugs"]),
        ("Mugs", "Plates", Place.AFTER, ["Kitchen", ". Plates", ". Mugs", ". . Big mugs", "Garden"]),
        ("Garden", "Kitchen", Place.BEFORE, ["Garden", "Kitchen", ". Mugs", ". . Big mugs", ". Plates"]),
        ("Garden", "Plates", Place.BEFORE, ["Kitchen", ". Mugs", ". . Big mugs", ". Garden", ". Plates"]),
        ("Big mugs", None, Place.INTO, ["Kitchen", ". Mugs", ". Plates", "Garden", "Big mugs"]),
        ("Mugs", "Kitchen", Place.INTO, ["Kitchen", ". Plates", ". Mugs", ". . Big mugs", "Garden"]),
    ],
)
def test_moving_takes_the_branch_along(tree, what, target, place, after):
    category_move(category=tree[what], target=tree.get(target), place=place)

    assert shown() == after
    for row in Category.objects.all():
        above = Category.objects.get_parent(row)
        assert row.full_name == (f"{above.full_name} > {row.name}" if above else row.name)
    assert Category.objects.find_problems() == ([], [], [], [], [])
    assert_history_is_true()


def test_a_category_cannot_move_into_its_own_branch(tree):
    before = shown()

    for target in ("Kitchen", "Mugs", "Big mugs"):
        with pytest.raises(CatalogueRefused, match="own branch"):
            category_move(category=tree["Kitchen"], target=tree[target])

    assert shown() == before


def test_a_category_cannot_move_beside_one_of_its_name(tree):
    category_create(category=Category(name="Mugs"), parent=tree["Garden"])
    before = shown()

    with pytest.raises(CatalogueRefused, match="“Garden > Mugs” already"):
        category_move(category=tree["Mugs"], target=tree["Garden"])

    assert shown() == before


def test_shifting_swaps_neighbours(tree):
    assert category_shift(category=tree["Plates"], up=True) is True
    assert category_shift(category=tree["Plates"], up=True) is False
    assert shown() == ["Kitchen", ". Plates", ". Mugs", ". . Big mugs", "Garden"]

    assert category_shift(category=tree["Plates"], up=False) is True
    assert shown() == ["Kitchen", ". Mugs", ". . Big mugs", ". Plates", "Garden"]


def test_only_an_empty_leaf_can_be_deleted(tree):
    ProductFactory(category=tree["Plates"])
    for name, reason in [("Kitchen", "2 categories below"), ("Plates", "holds 1 products")]:
        with pytest.raises(CatalogueRefused, match=reason):
            category_delete(category=tree[name])

    category_delete(category=tree["Big mugs"])

    assert shown() == ["Kitchen", ". Mugs", ". Plates", "Garden"]
    assert Category.history.filter(id=tree["Big mugs"].pk).first().history_type == "-"

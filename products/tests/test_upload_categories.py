"""Category files plant, change, rename and move categories, and the tree stays a tree."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from accounts.tests.factories import StaffFactory
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from products.events import catalogue_changed
from products.models import Category
from products.services.categories import category_create
from products.tests.factories import ProductFactory
from products.tests.uploads import exported, queries_of

pytestmark = pytest.mark.django_db

WHOLE = ([], [], [], [], [])


def shown() -> list[str]:
    """Return the tree as it is drawn, after proving that it is whole and that its history is true."""
    assert Category.objects.find_problems() == WHOLE
    for row in Category.objects.all():
        newest = row.history.first()
        assert (newest.name, newest.full_name, newest.slug, newest.is_active) == (
            row.name, row.full_name, row.slug, row.is_active,
        )  # fmt: skip
    return list(Category.objects.order_by("path").values_list("full_name", flat=True))


def test_categories_are_made_with_the_levels_above_them(tree):
    user = StaffFactory(is_superuser=True)

    upload = applied(
        """
        path,slug,description,shown
        Kitchen > Cups,,,
        Office>Paper > A4 ,a4-paper,"White, 80 g",no
        Office,,Everything for desks,
        """,
        kind="categories",
        owner=user,
    )

    assert counts(upload) == {"rows": 3, "created": 3}
    assert diffs(upload)[3] == {
        "path": "Office > Paper > A4", "slug": "a4-paper", "description": "White, 80 g", "is_active": False,
    }  # fmt: skip
    assert upload.warnings == ["4 new categories: Kitchen > Cups, Office, Office > Paper, Office > Paper > A4"]
    assert shown() == [
        "Kitchen", "Kitchen > Mugs", "Kitchen > Mugs > Big mugs", "Kitchen > Plates", "Kitchen > Cups", "Garden",
        "Office", "Office > Paper", "Office > Paper > A4",
    ]  # fmt: skip
    made = Category.objects.get(slug="a4-paper")
    assert (made.name, made.description, made.is_active) == ("A4", "White, 80 g", False)
    assert Category.objects.get(full_name="Office").description == "Everything for desks"
    history = Category.history.filter(history_job=upload.apply_job)
    assert set(history.values_list("history_type", "history_user")) == {("+", user.pk)}
    assert history.count() == 4
    assert set(upload.staged.values_list("object_id", flat=True)) <= set(Category.objects.values_list("pk", flat=True))


def test_only_what_differs_is_changed(tree):
    Category.objects.filter(name="Plates").update(description="Flat.")

    upload = applied(
        "path,description,is_active\nkitchen > PLATES,[clear],yes\nKitchen > Mugs,Deep.,no\nGarden,,\n",
        kind="categories",
    )

    assert counts(upload) == {"rows": 3, "updated": 2, "unchanged": 1}
    assert diffs(upload) == {
        2: {"description": ["Flat.", ""]},
        3: {"description": ["", "Deep."], "is_active": [True, False]},
    }
    assert upload.warnings == ["1 category is hidden: Kitchen > Mugs"]
    mugs = Category.objects.get(name="Mugs")
    assert (mugs.description, mugs.is_active, mugs.full_name) == ("Deep.", False, "Kitchen > Mugs")
    assert Category.history.filter(history_job=upload.apply_job).count() == 2
    assert len(shown()) == 5


def test_name_and_parent_may_stand_in_two_columns(tree):
    upload = applied(
        "Name *;Parent category;Active (0/1);URL rewritten\nCups;Kitchen;0;cups\nMugs;Kitchen;0;\n", kind="categories"
    )

    assert upload.unmapped_columns == []
    assert actions(upload) == {2: "create", 3: "update"}
    assert dict(Category.objects.filter(is_active=False).values_list("full_name", "slug")) == {
        "Kitchen > Cups": "cups", "Kitchen > Mugs": "mugs",
    }  # fmt: skip


def test_a_branch_is_renamed_and_moved_and_its_products_are_told(tree):
    product = ProductFactory(category=tree["Big mugs"])
    heard = []
    catalogue_changed.connect(lambda product_ids, **_: heard.append(product_ids), weak=False, dispatch_uid="test")
    try:
        upload = applied(
            "path,new path,description\nKitchen > Mugs,Garden > Tools > Pots,Clay\nGarden,Outdoors,\n",
            kind="categories",
        )
    finally:
        catalogue_changed.disconnect(dispatch_uid="test")

    assert diffs(upload) == {
        2: {"description": ["", "Clay"], "new_path": ["Kitchen > Mugs", "Garden > Tools > Pots"]},
        3: {"new_path": ["Garden", "Outdoors"]},
    }
    assert "2 categories are renamed or moved, with all below them: Kitchen > Mugs, Garden" in upload.warnings
    assert shown() == [
        "Kitchen", "Kitchen > Plates", "Outdoors", "Outdoors > Tools", "Outdoors > Tools > Pots",
        "Outdoors > Tools > Pots > Big mugs",
    ]  # fmt: skip
    assert Category.objects.get(pk=tree["Mugs"].pk).description == "Clay"
    assert [product.pk] in heard
    assert counts(planned("path,new path\nGarden,Outdoors\n", kind="categories")) == {"rows": 1, "unchanged": 1}


def test_a_category_takes_the_place_of_one_of_its_old_name(tree):
    category_create(category=Category(name="Mugs"), parent=tree["Garden"])

    applied("path,new_path\nKitchen > Mugs,Garden > Cups\n", kind="categories")

    assert shown()[-3:] == ["Garden > Mugs", "Garden > Cups", "Garden > Cups > Big mugs"]


def test_what_cannot_be_is_said_at_row_and_column(tree):
    long_name = "x" * 121
    text = f"""
        path,new_path,slug
        Kitchen > > Mugs,,
        ,,nameless
        {long_name},,
        Cellar,Attic,
        Kitchen,Kitchen > Mugs > Kitchen,
        Kitchen > Plates,garden,
        Garden,,
        Tiles,,mugs
        Roof,,not a slug
        Yard,,one
        Field,,one
    """

    upload = planned(text, kind="categories")

    assert counts(upload) == {"rows": 11, "failed": 11}
    assert errors(upload) == {
        2: [["path", "Kitchen > > Mugs", "A level of the category has no name. Write, for example, Kitchen > Coffee machines."]],
        3: [["path", "", "The row names no category."]],
        4: [["path", long_name, "A category's name may have at most 120 letters."]],
        5: [["new_path", "Attic", "There is no category “Cellar” that could become it."]],
        6: [["new_path", "Kitchen > Mugs > Kitchen", "A category cannot move into its own branch."]],
        7: [["new_path", "garden", "Row 8 would have the same path."]],
        8: [["new_path", "", "Row 7 would have the same path."]],
        9: [["slug", "mugs", "The category “Kitchen > Mugs” has this slug."]],
        10: [["slug", "not a slug", "A slug has letters, digits, hyphens and underscores only."]],
        11: [["slug", "one", "The slug is also in row 12."]],
        12: [["slug", "one", "The slug is also in row 11."]],
    }  # fmt: skip
    assert len(shown()) == 5


def test_a_path_may_stand_in_one_row_only(tree):
    upload = planned("path,is_active\nGarden,no\nRoof,no\ngarden,yes\n", kind="categories")

    assert errors(upload) == {
        2: [["path", "Garden", "“Garden” is also in row 4."]],
        4: [["path", "garden", "“garden” is also in row 2."]],
    }


def test_a_path_that_another_category_has_is_refused(tree):
    upload = planned("path,new_path\nKitchen > Plates,garden\n", kind="categories")

    assert errors(upload) == {2: [["new_path", "garden", "There is a category “Garden” already."]]}


def test_the_deepest_path_that_the_tree_can_hold(db):
    levels = [str(number) for number in range(63)]

    upload = planned(f"path\n{' > '.join(levels)}\n{' > '.join([*levels, 'x'])}\n", kind="categories")

    assert actions(upload) == {2: "create", 3: "error"}
    assert errors(upload)[3][0][2] == "A category may have at most 62 levels above it."
    applied(f"path\n{' > '.join(levels)}\n", kind="categories")
    assert len(shown()) == 63


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("upsert", {2: "update", 3: "create"}),
        ("create", {2: "skipped", 3: "create"}),
        ("update", {2: "update", 3: "skipped"}),
    ],
)
def test_modes_tell_known_categories_from_new_ones(tree, mode, expected):
    upload = planned("path,is_active\nGarden,no\nRoof > Tiles,no\n", kind="categories", mode=mode)

    assert actions(upload) == expected
    assert ("new categories" in "".join(upload.warnings)) == (mode != "update")


def test_rights_are_those_of_the_pages(tree, entered):
    adding = entered("Catalogue editor")
    adding.groups.clear()
    adding.user_permissions.add(Permission.objects.get(codename="add_category"))
    adding = type(adding).objects.get(pk=adding.pk)

    upload = planned("path,is_active\nGarden,no\nRoof,no\n", kind="categories", owner=adding)
    none = planned("path\nGarden\n", kind="categories", owner=StaffFactory())

    assert errors(upload) == {2: [["is_active", "", "You may not change categories."]]}
    assert actions(upload)[3] == "create"
    assert (none.state, none.error) == ("failed", "You may neither make nor change categories.")


def test_the_export_uploads_again_with_no_changes(tree):
    Category.objects.filter(name="Mugs").update(description="Deep.\n\nVery deep. ", is_active=False)
    content = exported("categories")

    upload = planned(content, kind="categories")

    assert content.decode("utf-8-sig").splitlines()[:2] == [
        "path,slug,description,is_active", "Kitchen,kitchen,,yes",
    ]  # fmt: skip
    assert counts(upload) == {"rows": 5, "unchanged": 5}
    assert upload.unmapped_columns == []


def test_many_new_and_changed_rows_cost_as_many_queries_as_few(tree):
    few = queries_of("path,is_active\nGarden,no\nA > B,no\nKitchen > C,no\n", kind="categories")
    lines = "".join(f"N {number} > M,no\n" for number in range(40))
    many = queries_of(f"path,is_active\nKitchen,no\nKitchen > Mugs,no\nA,no\nA > D,no\n{lines}", kind="categories")

    assert many == few
    assert len(shown()) == 5 + 3 + 1 + 80

"""Category files: what changed since the preview is a conflict, and an upload is undone as a whole."""

from __future__ import annotations

import pytest

from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.services import upload_apply
from backoffice.kernel.transfers.services.undoing import upload_undo_plan
from products.models import Category
from products.services.categories import category_create, category_move, category_save
from products.tests.factories import ProductFactory
from products.tests.test_upload_categories import shown
from products.tests.uploads import undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tree")]


def named(full_name: str) -> Category:
    return Category.objects.get(full_name=full_name)


def test_what_changed_since_the_preview_is_a_conflict():
    upload = planned(
        """
        path,new_path,slug,description
        Kitchen > Plates,,,Flat
        Kitchen > Mugs,,deep,
        Garden,Yard,,
        Roof,,roof,
        Cellar,,,Dark
        Kitchen,,kit,
        """,
        kind="categories",
        on_error="skip",
    )
    Category.objects.filter(name="Plates").update(description="Round")
    category_move(category=named("Kitchen > Mugs"), target=None)
    Category.objects.filter(name="Garden").update(slug="kit")
    category_create(category=Category(name="Roof"))
    Category.objects.filter(name="Big mugs").delete()

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert errors(upload) == {
        2: [["", "", "Changed by somebody since the preview: description."]],
        3: [["", "", "Renamed or moved since the preview: it is “Mugs” now."]],
        5: [["", "", "A category with this path was made since the preview."]],
        7: [["", "", "Another category has the slug “kit” by now."]],
    }
    assert counts(upload) == {"rows": 6, "created": 1, "updated": 1, "failed": 4}
    assert shown() == ["Kitchen", "Kitchen > Plates", "Yard", "Mugs", "Roof", "Cellar"]


@pytest.mark.parametrize(
    ("text", "meanwhile", "reason"),
    [
        ("path,description\nRoof,x\n", "Roof", "A category with this path was made since the preview."),
        ("path,new_path\nGarden,Roof\n", "Roof", "There is a category “Roof” already."),
    ],
)
def test_a_path_that_was_taken_since_is_a_conflict(text, meanwhile, reason):
    upload = planned(text, kind="categories", on_error="skip")
    category_create(category=Category(name=meanwhile))

    upload_apply(upload=upload, here=True)

    assert errors(upload) == {2: [["", "", reason]]}
    assert named("Garden").description == named("Roof").description == ""


def test_a_row_whose_move_fails_changes_nothing_else():
    upload = planned("path,new_path,description\nKitchen > Mugs,Mugs,Clay\n", kind="categories", on_error="skip")
    category_create(category=Category(name="Mugs"))

    upload_apply(upload=upload, here=True)

    assert actions(upload) == {2: "conflict"}
    assert named("Kitchen > Mugs").description == ""


def test_what_is_gone_is_a_conflict():
    upload = planned("path,is_active\nKitchen > Plates,no\n", kind="categories", on_error="skip")
    Category.objects.filter(name="Plates").delete()

    upload_apply(upload=upload, here=True)

    assert errors(upload) == {2: [["", "", "Deleted since the preview."]]}


def test_a_parent_that_an_earlier_chunk_made_gets_its_own_row(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)
    before = snapshot()

    upload = applied("path,description\nOffice > Paper,White\nOffice,Desks\nKitchen,Pots\n", kind="categories")

    assert counts(upload) == {"rows": 3, "created": 2, "updated": 1}
    assert (upload.error, named("Office").description) == ("", "Desks")
    assert set(upload.staged.values_list("object_id", flat=True)) <= set(Category.objects.values_list("pk", flat=True))
    undone(upload)
    assert differences(before, snapshot()) == {}


def test_everything_returns_to_its_old_place():
    before = snapshot()
    upload = applied(
        """
        path,new_path,slug,description,is_active
        Kitchen > Mugs,Garden > Tools > Pots,pots,Clay,no
        Kitchen > Mugs > Big mugs,,huge,,
        Kitchen > Cups > Small,,,,
        Garden,Outdoors,,,
        """,
        kind="categories",
    )
    assert "Outdoors > Tools > Pots > Big mugs" in shown()

    job = undone(upload)

    assert differences(before, snapshot()) == {}
    assert job.result["conflicts"] == 0
    assert shown() == ["Kitchen", "Kitchen > Mugs", "Kitchen > Mugs > Big mugs", "Kitchen > Plates", "Garden"]


def test_roots_and_branches_return_too():
    before = snapshot()
    upload = applied("path,new_path\nKitchen,Garden > Kitchen\nKitchen > Plates,Plates\n", kind="categories")
    assert shown() == [
        "Garden",
        "Garden > Kitchen",
        "Garden > Kitchen > Mugs",
        "Garden > Kitchen > Mugs > Big mugs",
        "Plates",
    ]

    undone(upload)

    assert differences(before, snapshot()) == {}


def test_what_was_touched_since_stays_and_is_named():
    upload = applied("path,new_path\nKitchen,Home\nGarden,Yard\n", kind="categories")
    with audit(reason="by hand"):
        mugs = named("Home > Mugs")
        mugs.description = "Deep"
        category_save(category=mugs)
        garden = named("Yard")
        garden.name = "Park"
        category_save(category=garden)

    job = undone(upload)

    assert sorted(entry["id"] for entry in job.result["conflict_list"]) == sorted([mugs.pk, garden.pk])
    # Its own change stays; its full name follows the tree.
    assert shown() == ["Kitchen", "Kitchen > Mugs", "Kitchen > Mugs > Big mugs", "Kitchen > Plates", "Park"]
    assert named("Kitchen > Mugs").description == "Deep"


def test_new_categories_in_use_stay():
    upload = applied("path\nOffice > Paper\nRoof\n", kind="categories")
    ProductFactory(category=named("Office > Paper"))
    plan = upload_undo_plan(upload=upload)

    job = undone(upload)

    assert shown()[-2:] == ["Office", "Office > Paper"]
    assert plan.conflict_total == job.result["conflicts"] == 2

"""Whatever file goes in over whatever catalogue: undone, every table is what it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Max, Sum
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.tests.transfers.random_catalogue import EDITS, edit, files
from backoffice.kernel.tests.transfers.snapshots import LEFT_OUT, business_models, differences, snapshot
from backoffice.kernel.tests.transfers.uploading import applied
from backoffice.kernel.transfers.services import upload_undo
from backoffice.kernel.transfers.services.undoing import upload_undo_plan
from products.models import Category, Stock, StockMovement

pytestmark = pytest.mark.django_db

# A multiple of them, say BACKOFFICE_EXAMPLES=10, looks further.
EXAMPLES = 50 * int(os.environ.get("BACKOFFICE_EXAMPLES", "1"))
TAKEN = "A value that it had is taken by another row."
# A row of a table: (label, key).
Row = tuple[str, Any]

thorough = settings(
    max_examples=EXAMPLES,
    # Shrinking takes minutes; an example that fails is small enough to be read as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Leave nothing of an example behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@thorough
@given(catalogue=files(), file=files())
def test_an_upload_that_is_undone_leaves_no_trace(shop, catalogue, file):
    with rolled_back():
        applied(catalogue, on_error="skip")
        before, movements = snapshot(), nets()
        upload = applied(file, on_error="skip")
        # Two files that say the same leave nothing to undo, and prove nothing.
        assume(upload.changes)
        plan = upload_undo_plan(upload=upload)
        upload, job = upload_undo(upload=upload, user=None, here=True)

        assert (job.state, job.error, upload.state) == ("succeeded", "", "undone")
        assert differences(before, snapshot()) == {}
        assert nets() == movements
        assert (plan.conflicts, job.result["conflicts"]) == ([], 0)
        assert written(plan) == told(job)
        assert_sound()


@thorough
@given(catalogue=files(), file=files(), between=files(), edits=EDITS)
def test_what_people_did_since_stays_and_all_else_returns(shop, catalogue, file, between, edits):
    with rolled_back():
        applied(catalogue, on_error="skip")
        before = snapshot()
        marks = newest()
        upload = applied(file, on_error="skip")
        uploaded, marks = since(marks), newest()
        moved = nets()
        for step in edits:
            edit(step, between)
        touched = since(marks)
        sold = {pk: net - moved.get(pk, 0) for pk, net in nets().items()}
        assume(upload.changes)
        plan = upload_undo_plan(upload=upload)
        # Whoever deleted all that the upload made leaves it nothing to take back.
        assume(not plan.refusal)
        upload, job = upload_undo(upload=upload, user=None, here=True)

        assert (job.state, job.error, upload.state) == ("succeeded", "", "undone")
        after = snapshot()
        named = conflicts(job.result["conflict_list"])
        event(f"conflicts: {min(len(named), 3)}")
        differing = {(label, pk) for label, pks in differences(rooted(before), rooted(after)).items() for pk in pks}
        unexplained = {row for row in differing & uploaded - named if not is_sold(row, before, after, sold)}
        assert unexplained == set()
        assert differing - uploaded <= touched
        assert named <= uploaded
        assert {row for row in named - touched if reasons(job)[row] == "Changed since."} == set()
        event(f"taken by then: {TAKEN in reasons(job).values()}")
        assert named == conflicts([vars(entry) | {"id": entry.object_id} for entry in plan.conflicts])
        assert (plan.conflict_total, written(plan)) == (job.result["conflicts"], told(job))
        assert_sound()


def assert_sound() -> None:
    """The newest history rows tell of the rows as they are, movements of the stock, and the tree is a tree."""
    for model in tracked():
        columns = [field.attname for field in model.history.model.tracked_fields]
        told = {row[0]: row for row in model.history.order_by("history_id").values_list(*columns, "history_type")}
        assert {row[:-1] for row in told.values() if row[-1] != "-"} == set(
            model._default_manager.values_list(*columns)
        )
    assert dict(Stock.objects.exclude(on_hand=0).values_list("pk", "on_hand")) == {
        pk: net for pk, net in nets().items() if net
    }
    assert Category.objects.find_problems() == ([], [], [], [], [])


def nets() -> dict[int, int]:
    """Return the sum of the movements of each stock."""
    return dict(StockMovement.objects.order_by().values_list("stock").annotate(Sum("quantity")))


def rooted(tables: dict[str, Any]) -> dict[str, Any]:
    """Leave out the columns of the tree, which follow from which categories there are."""
    names = [field.attname for field in Category._meta.concrete_fields if field.name not in LEFT_OUT]
    kept = [place for place, name in enumerate(names) if name not in {"path", "depth", "numchild"}]
    return {**tables, "products.Category": [tuple(row[place] for place in kept) for row in tables["products.Category"]]}


def newest() -> dict[Any, int]:
    """Return the newest history row of each tracked model."""
    return {model: model.history.aggregate(last=Max("history_id"))["last"] or 0 for model in tracked()}


def since(marks: dict[Any, int]) -> set[Row]:
    """Return the rows that were written since."""
    return {
        (model._meta.label, pk)
        for model, mark in marks.items()
        for pk in model.history.filter(history_id__gt=mark).values_list("id", flat=True)
    }


def tracked() -> list[Any]:
    return [model for model in business_models() if is_tracked(model)]


def conflicts(entries: list[dict[str, Any]]) -> set[Row]:
    """Return the rows that are named as conflicts; each must be called by its name."""
    labels = {str(model._meta.verbose_name): model for model in tracked()}
    for entry in entries:
        # By its name as it was at that moment; a row that is there is never just a number.
        there = labels[entry["model"]]._default_manager.filter(pk=entry["id"]).exists()
        assert entry["name"] != (f"{entry['model']} {entry['id']}" if there else ""), entry
    return {(labels[entry["model"]]._meta.label, entry["id"]) for entry in entries}


def reasons(job: Any) -> dict[Row, str]:
    labels = {str(model._meta.verbose_name): model._meta.label for model in tracked()}
    return {(labels[entry["model"]], entry["id"]): entry["reason"] for entry in job.result["conflict_list"]}


def is_sold(row: Row, before: dict[str, Any], after: dict[str, Any], sold: dict[int, int]) -> bool:
    """Say whether stock differs from what it was by exactly what people moved and promised themselves."""
    label, pk = row
    if label != "products.Stock":
        return False
    names = [field.attname for field in Stock._meta.concrete_fields if field.name not in LEFT_OUT]
    was, now = (
        next((dict(zip(names, entry, strict=True)) for entry in rows[label] if entry[0] == pk), None)
        for rows in (before, after)
    )
    if was is None or now is None or now["on_hand"] != was["on_hand"] + sold.get(pk, 0):
        return False
    return {**now, "on_hand": 0, "allocated": 0} == {**was, "on_hand": 0, "allocated": 0}


def written(plan: Any) -> tuple[int, int, int]:
    """Return what a plan would delete, restore and make again."""
    return tuple(sum(getattr(entry, name) for entry in plan.models) for name in ("deletes", "restores", "recreates"))


def told(job: Any) -> tuple[int, int, int]:
    """Return what an undo deleted, restored and made again."""
    return tuple(job.result[name] for name in ("deleted", "restored", "recreated"))

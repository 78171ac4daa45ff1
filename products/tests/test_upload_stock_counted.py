"""A stocktake allows for what was sold and received since; what moves between preview and applying is seen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.kernel.clock import clock_at
from backoffice.kernel.tests.transfers.uploading import applied, counts, diffs, errors, planned
from backoffice.kernel.transfers.services import upload_apply
from products.models import Location, MovementReason, Stock, StockMovement, Variant
from products.services.stock import StockCount, StockDemand, StockMove, stock_allocate, stock_count, stock_move
from products.tests.factories import LocationFactory, VariantFactory
from products.tests.uploads import undone

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 31, 20, 0, tzinfo=timezone.get_default_timezone())
COUNTED = {"choices": {"counted_at": "2026-03-31 18:00"}}
ADD = {"choices": {"quantities": "add"}}


@pytest.fixture(autouse=True)
def evening():
    """It is eight in the evening; the shelves were counted at six."""
    with clock_at(NOW):
        yield


@pytest.fixture
def main() -> Location:
    return LocationFactory()


@pytest.fixture
def mug(main: Location) -> Variant:
    """Ten pieces since noon; two were sold at seven."""
    variant = VariantFactory(sku="M-1")
    move(variant, main, 10, hour=12)
    move(variant, main, -2, hour=19, reason=MovementReason.SHIPMENT)
    return variant


def move(variant: Variant, location: Location, pieces: int, *, hour=None, reason=MovementReason.RECEIPT) -> None:
    happened = NOW.replace(hour=hour) if hour is not None else None
    with clock_at(happened or NOW):
        stock_move(
            moves=[StockMove(variant_id=variant.pk, location_id=location.pk, quantity=pieces, effective_at=happened)],
            reason=reason,
        )


def on_hand(sku: str = "M-1") -> int:
    return Stock.objects.get(variant__sku=sku).on_hand


def test_a_count_allows_for_what_moved_since(mug):
    upload = applied("sku,quantity\nM-1,9\n", kind="stock", **COUNTED)

    # Nine were there at six, two of them were sold at seven.
    assert diffs(upload) == {2: {"quantity": [8, 7]}}
    assert on_hand() == 7
    movement = StockMovement.objects.get(job=upload.apply_job)
    assert (movement.quantity, movement.reason, movement.effective_at, movement.note) == (
        -1, "count", NOW.replace(hour=18), "9 counted on 2026-03-31 18:00, -2 moved since",
    )  # fmt: skip
    assert upload.warnings == ["1 count allows for what moved since: M-1"]


def test_a_count_that_agrees_with_the_books_changes_nothing(mug):
    assert counts(planned("sku,quantity\nM-1,10\n", kind="stock", **COUNTED)) == {"rows": 1, "unchanged": 1}


def test_the_same_count_again_changes_nothing(mug):
    VariantFactory(sku="C-1")
    text = "sku,quantity\nM-1,9\nC-1,4\n"
    applied(text, kind="stock", **COUNTED)

    assert counts(planned(text, kind="stock", **COUNTED)) == {"rows": 2, "unchanged": 2}
    assert (on_hand(), on_hand("C-1")) == (7, 4)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-03-31 19:30", 9), ("2026-03-31T16:00:00Z", 7), ("2026-03-31", 17), ("[clear]", 7), ("", 7)],
)
def test_a_moment_in_the_row_wins_over_the_chosen_one(mug, moment, expected):
    upload = applied(f"sku,quantity,counted_at\nM-1,9,{moment}\n", kind="stock", **COUNTED)

    assert diffs(upload) == {2: {"quantity": [8, expected]}}
    assert on_hand() == expected


def test_a_moment_in_the_row_needs_no_chosen_one(mug):
    applied("SKU;Gezählt;Gezählt am\nM-1;9;31.03.2026 18:00\n", kind="stock")

    assert on_hand() == 7


def test_what_is_added_was_not_counted(mug):
    upload = planned("sku,quantity,counted_at\nM-1,9,2026-03-31 18:00\nM-1,1,\n", kind="stock", **ADD)

    assert errors(upload)[2][-1] == [
        "counted_at", "2026-03-31T18:00:00", "Quantities that are added were not counted.",
    ]  # fmt: skip


def test_a_count_older_than_one_in_the_books_is_refused(mug, main):
    with clock_at(NOW.replace(hour=19, minute=30)):
        stock_count(
            counts=[StockCount(variant_id=mug.pk, location_id=main.pk, quantity=5)],
            counted_at=NOW.replace(hour=19, minute=30),
        )

    upload = planned("sku,quantity\nM-1,9\n", kind="stock", **COUNTED)

    message = "It was counted again on 2026-03-31 19:30; the older count would overwrite it."
    assert errors(upload) == {2: [["quantity", "9", message]]}


def test_a_count_cannot_leave_less_than_is_promised_or_nothing_at_all(mug, main):
    stock_allocate(demands=[StockDemand(key=1, variant_id=mug.pk, quantity=4)])

    assert errors(planned("sku,quantity\nM-1,5\n", kind="stock", **COUNTED)) == {
        2: [["quantity", "5", "4 pieces are promised to orders; the stock cannot fall below that."]]
    }
    assert errors(planned("sku,quantity\nM-1,1\n", kind="stock", **COUNTED)) == {
        2: [["quantity", "1", "That would leave -1 pieces: -2 moved since the count."]]
    }


class TestStockThatMovesBetweenPreviewAndApplying:
    def test_a_set_quantity_is_a_conflict(self, mug, main):
        other = VariantFactory(sku="C-1")
        move(other, main, 3)
        upload = planned("sku,quantity\nM-1,9\nC-1,4\n", kind="stock", on_error="skip")
        move(mug, main, -1)

        upload_apply(upload=upload, here=True)

        upload.refresh_from_db()
        assert counts(upload) == {"rows": 2, "updated": 1, "failed": 1}
        assert errors(upload) == {2: [["", "", "Changed by somebody since the preview: quantity, now 7."]]}
        assert (on_hand(), on_hand("C-1")) == (7, 4)

    def test_a_quantity_that_was_reached_already_is_none(self, mug, main):
        upload = planned("sku,quantity\nM-1,9\n", kind="stock")
        move(mug, main, 1)
        movements = StockMovement.objects.count()

        upload_apply(upload=upload, here=True)

        assert (upload.state, on_hand(), StockMovement.objects.count()) == ("applied", 9, movements)

    def test_added_quantities_are_worked_out_again(self, mug, main):
        upload = planned("sku,quantity\nM-1,5\n", kind="stock", **ADD)
        move(mug, main, -3)

        upload_apply(upload=upload, here=True)

        assert (upload.state, on_hand()) == ("applied", 10)
        assert StockMovement.objects.get(job=upload.apply_job).quantity == 5

    def test_pieces_that_are_promised_by_now_are_not_taken_out(self, mug):
        upload = planned("sku,quantity\nM-1,-5\n", kind="stock", on_error="skip", **ADD)
        stock_allocate(demands=[StockDemand(key=1, variant_id=mug.pk, quantity=4)])

        upload_apply(upload=upload, here=True)

        message = "4 pieces are promised to orders; the stock cannot fall below that."
        assert errors(upload) == {2: [["", "", message]]}
        assert on_hand() == 8

    def test_counts_are_worked_out_again(self, mug, main):
        upload = planned("sku,quantity\nM-1,9\n", kind="stock", **COUNTED)
        move(mug, main, -3)

        upload_apply(upload=upload, here=True)

        assert (upload.state, on_hand()) == ("applied", 4)
        assert StockMovement.objects.get(job=upload.apply_job).note == "9 counted on 2026-03-31 18:00, -5 moved since"

    def test_a_count_that_was_taken_again_is_a_conflict(self, mug, main):
        upload = planned("sku,quantity\nM-1,9\n", kind="stock", on_error="skip", **COUNTED)
        stock_count(counts=[StockCount(variant_id=mug.pk, location_id=main.pk, quantity=1)])

        upload_apply(upload=upload, here=True)

        message = "It was counted again on 2026-03-31 20:00; the older count would overwrite it."
        assert errors(upload) == {2: [["", "", message]]}
        assert on_hand() == 1

    def test_a_place_that_has_stock_by_now(self, main):
        VariantFactory(sku="C-1"), VariantFactory(sku="P-1")
        text = "sku,quantity\nC-1,4\nP-1,5\n"
        fixed, added = planned(text, kind="stock", on_error="skip"), planned(text, kind="stock", **ADD)
        move(Variant.objects.get(sku="C-1"), main, 3)

        upload_apply(upload=added, here=True)
        upload_apply(upload=fixed, here=True)

        assert (on_hand("C-1"), on_hand("P-1")) == (7, 5)
        assert set(added.staged.values_list("object_id", flat=True)) == set(Stock.objects.values_list("pk", flat=True))
        assert (added.error, fixed.conflicts) == ("", 1)
        assert errors(fixed) == {2: [["", "", "Changed by somebody since the preview: quantity, now 7."]]}

    def test_a_reorder_point_that_somebody_set_is_a_conflict(self, mug):
        upload = planned("sku,reorder_point\nM-1,5\n", kind="stock", on_error="skip")
        Stock.objects.update(reorder_point=2)

        upload_apply(upload=upload, here=True)

        assert errors(upload) == {2: [["", "", "Changed by somebody since the preview: reorder point."]]}

    def test_what_is_gone_is_a_conflict(self, main):
        gone = VariantFactory(sku="C-1")
        upload = planned("sku,quantity\nC-1,4\n", kind="stock", on_error="skip")
        Variant.objects.filter(pk=gone.pk).delete()

        upload_apply(upload=upload, here=True)

        assert errors(upload) == {2: [["", "", "Deleted since the preview."]]}
        assert Stock.objects.count() == 0


def test_a_count_is_undone_with_sales_after_it(mug, main):
    upload = applied("sku,quantity\nM-1,12\n", kind="stock", **COUNTED)
    move(mug, main, -1)

    undone(upload)

    # Ten, two sold, counted as twelve at six (so two more), one more sold.
    assert on_hand() == 7
    assert list(StockMovement.objects.order_by("pk").values_list("quantity", "reason"))[2:] == [
        (2, "count"), (-1, "receipt"), (-2, "undo"),
    ]  # fmt: skip
    again = planned("sku,quantity\nM-1,12\n", kind="stock", **COUNTED)
    assert diffs(again) == {2: {"quantity": [7, 9]}}

"""Stock files at closed locations, in several chunks, and applied again and again."""

from __future__ import annotations

import pytest

from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.services import upload_apply
from products.models import Location, MovementReason, Stock, StockMovement
from products.services.stock import StockMove, stock_move
from products.tests.factories import LocationFactory, VariantFactory
from products.tests.uploads import exported

pytestmark = pytest.mark.django_db

ADD = {"choices": {"quantities": "add"}}


@pytest.fixture
def main() -> Location:
    """Three variants with ten pieces each."""
    location = LocationFactory(code="main", name="Main warehouse")
    stock_move(
        moves=[
            StockMove(variant_id=VariantFactory(sku=sku).pk, location_id=location.pk, quantity=10)
            for sku in ("A", "B", "C")
        ],
        reason=MovementReason.OPENING,
    )
    return location


def on_hand() -> dict[str, int]:
    return dict(Stock.objects.order_by("pk").values_list("variant__sku", "on_hand"))


def test_stock_at_a_closed_location_is_exported_and_can_be_counted_down(main):
    LocationFactory(code="shop", name="Shop")
    Location.objects.filter(pk=main.pk).update(is_active=False)

    again = planned(exported("stock"), kind="stock")
    applied("sku,location,quantity\nA,Main warehouse,0\nB,main,4\n", kind="stock")

    assert counts(again) == {"rows": 3, "unchanged": 3}
    assert on_hand() == {"A": 0, "B": 4, "C": 10}


def test_no_stock_is_opened_at_a_closed_location(main):
    LocationFactory(code="old", name="Old", is_active=False)

    upload = planned("sku,location,quantity\nA,old,1\nB,old,0\n", kind="stock")

    assert actions(upload) == {2: "error", 3: "unchanged"}
    assert errors(upload) == {2: [["location", "old", "The location “old” is closed."]]}


def test_of_two_locations_of_one_name_the_active_one_is_found(main):
    LocationFactory(code="aaa", name="Main warehouse", is_active=False, priority=0)

    applied("sku,location,quantity\nA,main WAREHOUSE,3\n", kind="stock")

    assert on_hand() == {"A": 3, "B": 10, "C": 10}


def test_without_a_location_there_is_nowhere_to_put_stock(main):
    Location.objects.update(is_active=False)

    upload = planned("sku,quantity\nA,3\n", kind="stock")

    assert (upload.state, upload.error) == ("failed", "There is no active location for stock. Add one first.")


def test_however_often_it_is_confirmed_a_delivery_is_added_once(main):
    upload = planned("sku,quantity\nA,5\n", kind="stock", **ADD)

    for _ in range(3):
        upload_apply(upload=upload, here=True)
        job_run(job_id=upload.apply_job_id)

    assert on_hand() == {"A": 15, "B": 10, "C": 10}


def test_all_or_nothing_takes_back_what_earlier_chunks_added(main, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)
    upload = planned("sku,quantity\nA,5\nB,-3\nC,-8\n", kind="stock", **ADD)
    stock = Stock.objects.get(variant__sku="C")
    stock_move(
        moves=[StockMove(variant_id=stock.variant_id, location_id=main.pk, quantity=-4)],
        reason=MovementReason.SHIPMENT,
    )

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, upload.error) == (
        "failed",
        "Nothing was applied. Row 4: That would leave -2 pieces: only 6 are there.",
    )
    assert on_hand() == {"A": 10, "B": 10, "C": 6}
    assert StockMovement.objects.filter(job=upload.apply_job, undone_by__isnull=True).count() == 0

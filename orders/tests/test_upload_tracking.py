"""Tracking numbers come in from a file, onto the one shipment that each row can mean."""

import pytest
from django.utils.timezone import localtime

from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from backoffice.kernel.transfers import staging
from orders.models import Order, Shipment
from orders.services.bulk_shipments import shipments_bulk_track
from orders.services.shipments import shipment_cancel, shipment_create, shipment_update
from orders.services.shipping import shipment_ship
from orders.tests.asserts import snapshot
from orders.tests.factories import placed_order
from orders.tests.parcels import parcel, tracked, two_sellers

pytestmark = pytest.mark.django_db


# Finding -------------------------------------------------------------------------


def test_a_shipment_is_found_by_its_number_or_by_the_order_s():
    first, second, third = parcel(), parcel(carrier="Post", tracking_number="1"), parcel()
    Order.objects.filter(pk=third.order_id).update(external_reference="SHOP-77")

    upload = applied(
        "Shipment number,Order number,Carrier,Tracking number\n"
        f"{first.number},{first.order.number},DHL,00340\n,{second.order.number},,2\n,SHOP-77,UPS,1Z\n",
        kind="tracking",
    )

    assert counts(upload) == {"rows": 3, "updated": 3}
    assert [tracked(one) for one in (first, second, third)] == [("DHL", "00340"), ("Post", "2"), ("UPS", "1Z")]
    assert diffs(upload)[3] == {"tracking_number": ["1", "2"]}
    assert upload.warnings == [f"1 shipment gets another tracking number than it has: {second.number}"]
    assert {one.status for one in Shipment.objects.all()} == {"draft"}


def test_several_shipments_of_an_order_are_told_apart_by_the_seller():
    north, south = two_sellers()

    applied(
        f"order,seller,tracking_number\n{north.order.number},NORTH,1\n{north.order.number},South Trade,2\n",
        kind="tracking",
    )

    assert [tracked(one)[1] for one in (north, south)] == ["1", "2"]


def test_the_shop_s_own_shipment_is_that_of_the_house():
    north, _ = two_sellers()
    other = shipment_create(order=placed_order())
    Shipment.objects.filter(pk=other.pk).update(order=north.order)

    applied(f"order,seller,tracking_number\n{north.order.number},house,7\n", kind="tracking")

    assert (tracked(other)[1], tracked(north)[1]) == ("7", "")


def test_where_several_can_be_meant_they_are_listed_and_none_is_taken():
    north, south = two_sellers()
    before = snapshot()

    upload = planned(f"order,tracking_number\n{north.order.number},1\n", kind="tracking")

    order = north.order.number
    assert errors(upload) == {
        2: [
            [
                "order",
                order,
                f"Order “{order}” has 2 shipments: {north.number} (north), {south.number} (south). Name the shipment.",
            ]
        ]
    }
    assert snapshot() == before


def test_a_tracking_number_that_one_of_them_has_tells_which_is_meant():
    north, south = two_sellers()
    shipment_update(shipment=south, tracking_number="S")

    upload = applied(f"order,carrier,tracking_number\n{north.order.number},DHL,S\n", kind="tracking")

    assert diffs(upload) == {2: {"carrier": ["", "DHL"]}}
    assert (tracked(north), tracked(south)) == (("", ""), ("DHL", "S"))


def test_a_cancelled_shipment_is_not_meant_by_its_order():
    gone = parcel()
    shipment_cancel(shipment=gone)
    there = shipment_create(order=gone.order)

    applied(f"order,tracking_number\n{gone.order.number},1\n", kind="tracking")

    assert (tracked(gone)[1], tracked(there)[1]) == ("", "1")


# Refusals ------------------------------------------------------------------------


def test_each_row_that_means_no_shipment_says_why():
    shipment = parcel()
    cancelled = parcel()
    shipment_cancel(shipment=cancelled)
    without = placed_order()
    before = snapshot()

    upload = planned(
        "shipment,order,seller,carrier,tracking_number\n"
        ",,,DHL,1\nNOPE,,,DHL,1\n,NOPE,,DHL,1\n"
        f",{without.number},,DHL,1\n{shipment.number},NOPE,,DHL,1\n{shipment.number},,north,DHL,1\n"
        f",{shipment.order.number},north,DHL,1\n{cancelled.number},,,DHL,1\n[clear],,,DHL,1\n"
        f"{shipment.number},,,{'x' * 61},1\n",
        kind="tracking",
    )

    assert {number: [found[0][0], found[0][2]] for number, found in errors(upload).items()} == {
        2: ["shipment", "A row needs the number of the shipment or of the order."],
        3: ["shipment", "There is no shipment “NOPE”."],
        4: ["order", "There is no shipment of order “NOPE”."],
        5: ["order", f"There is no shipment of order “{without.number}”."],
        6: ["order", f"Shipment {shipment.number} belongs to order {shipment.order.number}."],
        7: ["seller", f"Shipment {shipment.number} is sent by the shop itself."],
        8: ["order", f"There is no shipment of order “{shipment.order.number}” sent by “north”."],
        9: ["", f"Shipment {cancelled.number} is cancelled."],
        10: ["shipment", "This cannot be empty."],
        11: ["carrier", "The text has 61 characters; at most 60 fit. Shorten it."],
    }
    assert counts(upload) == {"rows": 10, "failed": 10}
    assert snapshot() == before


def test_rows_that_say_different_things_of_one_shipment_are_refused(monkeypatch):
    one, two = parcel(), parcel()
    text = f"shipment,order,tracking_number\n{one.number},,1\n,{one.order.number},2\n{two.number},,3\n,{two.order.number},3\n"

    upload = planned(text, kind="tracking")

    assert errors(upload) == {
        2: [["shipment", one.number, "Row 3 says something else of the same shipment."]],
        3: [["shipment", one.number, "Row 2 says something else of the same shipment."]],
        5: [["", "", "Row 4 says the same of this shipment."]],
    }
    assert actions(upload) == {2: "error", 3: "error", 4: "update", 5: "skipped"}
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)
    apart = errors(
        planned(f"shipment,tracking_number\n{one.number},1\n{two.number},3\n{one.number},2\n", kind="tracking")
    )
    assert apart == {
        2: [["", one.number, f"“{one.number}” is also in row 4."]],
        4: [["", one.number, f"“{one.number}” is also in row 2."]],
    }


def test_when_it_left_is_compared_and_stays():
    draft, shipped, same = parcel(), parcel(), parcel()
    for one in (shipped, same):
        shipment_ship(shipment=one)
    moment = shipped.shipped_at

    upload = applied(
        f"shipment,tracking_number,shipped_at\n{draft.number},1,2026-03-31 18:00\n{shipped.number},2,2020-01-01 12:00\n"
        f"{same.number},3,{localtime(same.shipped_at):%Y-%m-%d}\n",
        kind="tracking",
    )

    draft.refresh_from_db()
    shipped.refresh_from_db()
    assert (draft.status, draft.shipped_at, shipped.shipped_at) == ("draft", None, moment)
    assert upload.warnings == [
        f"1 shipment has not left here, though the file says when it did; ship it in the list of shipments: {draft.number}",
        f"1 shipment left at another moment than the file says; the moment stays as it is: {shipped.number}",
    ]


def test_one_tracking_number_for_several_shipments_is_said():
    one, two = parcel(), parcel()

    upload = planned(f"shipment,tracking_number\n{one.number},9\n{two.number},9\n", kind="tracking")

    assert upload.warnings == ["1 tracking number is given to several shipments: 9"]


def test_only_creating_makes_nothing_and_clearing_empties():
    shipment = parcel(carrier="DHL", tracking_number="1")
    text = f"shipment,carrier,tracking_number\n{shipment.number},[clear],[clear]\n"

    assert errors(applied(text, kind="tracking", mode="create")) == {
        2: [["", "", "This exists, and the upload only creates."]]
    }
    assert tracked(shipment) == ("DHL", "1")
    applied(text, kind="tracking", mode="update")
    assert tracked(shipment) == ("", "")


def test_status_and_moments_cannot_be_written_in_bulk():
    with pytest.raises(ValueError, match="Only carrier and tracking number"):
        shipments_bulk_track(columns=["status"], rows=[(parcel().pk, "shipped")])

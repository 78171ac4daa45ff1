"""Tracking numbers are written within the scope, as previewed, as single writes are, and can be taken back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.uploading import applied, counts, errors, planned
from backoffice.kernel.transfers.exports import export_kind, export_stream
from backoffice.kernel.transfers.exports.query import export_queryset
from backoffice.kernel.transfers.services import upload_apply, upload_undo
from orders.models import Shipment
from orders.services.shipments import shipment_cancel, shipment_update
from orders.services.shipping import shipment_ship
from orders.tests.asserts import assert_history_is_true
from orders.tests.parcels import parcel, tracked, two_sellers

pytestmark = pytest.mark.django_db


def exported(user=None):
    kind = export_kind("tracking")
    return b"".join(export_stream(kind=kind, rows=export_queryset(kind, user)))


def said():
    """Return what is written down of every shipment."""
    return {one.pk: (one.carrier, one.tracking_number) for one in Shipment.objects.all()}


# Scope ---------------------------------------------------------------------------


def test_a_seller_reaches_the_own_shipments_only():
    north, south = two_sellers()
    user = SellerUserFactory(seller=north.seller)
    shipment_update(shipment=south, carrier="Canary", tracking_number="C-1")
    before = south.history.count()

    upload = applied(
        f"shipment,order,tracking_number\n{south.number},,1\n,{north.order.number},2\n",
        kind="tracking",
        owner=user,
        on_error="skip",
    )

    assert errors(upload) == {2: [["shipment", south.number, f"There is no shipment “{south.number}”."]]}
    assert (tracked(north)[1], tracked(south), south.history.count()) == ("2", ("Canary", "C-1"), before)
    staged = "".join("".join(row) for row in upload.staged.values_list("diff", "payload", "errors"))
    assert "Canary" not in staged
    assert north.number in exported(user).decode()
    assert south.number not in exported(user).decode()


def test_a_seller_without_a_store_tracks_nothing():
    shipment = parcel()

    upload = planned(
        f"shipment,carrier\n{shipment.number},DHL\n", kind="tracking", owner=SellerUserFactory(seller=None)
    )

    assert (upload.state, upload.error) == (
        "failed",
        "Your log-in belongs to no store, so there are no shipments to track.",
    )
    assert tracked(shipment) == ("", "")


# Applying --------------------------------------------------------------------------


def test_what_somebody_did_since_the_preview_is_a_conflict():
    touched, cancelled, same, gone = parcel(), parcel(), parcel(), parcel()
    rows = "".join(f"{one.number},DHL,1\n" for one in (touched, cancelled, same, gone))
    upload = planned(f"shipment,carrier,tracking_number\n{rows}", kind="tracking", on_error="skip")
    shipment_update(shipment=touched, carrier="Hand", tracking_number="9")
    shipment_cancel(shipment=cancelled)
    shipment_update(shipment=same, carrier="DHL", tracking_number="1")
    gone.lines.all().delete()
    gone.delete()
    before = same.history.count()

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert errors(upload) == {
        2: [["", "", "Changed by somebody since the preview: carrier, tracking number."]],
        3: [["", "", "The shipment was cancelled since the preview."]],
        5: [["", "", "Deleted since the preview."]],
    }
    assert counts(upload) == {"rows": 4, "updated": 1, "failed": 3}
    assert (tracked(touched), tracked(cancelled), tracked(same)) == (("Hand", "9"), ("", ""), ("DHL", "1"))
    assert same.history.count() == before


def test_the_upload_writes_what_the_service_writes():
    boss = StaffFactory(is_superuser=True)
    single, bulk = parcel(carrier="Old"), parcel(carrier="Old")
    with audit(user=boss):
        shipment_update(shipment=single, carrier="DHL", tracking_number="0012")

    upload = applied(f"shipment,carrier,tracking_number\n{bulk.number},DHL,0012\n", kind="tracking", owner=boss)

    own = {"id", "history_id", "history_date", "history_job_id", "number", "order_id", "created_at", "updated_at"}
    rows = [
        [{key: value for key, value in row.items() if key not in own} for row in one.history.order_by("pk").values()]
        for one in (single, bulk)
    ]
    assert rows[0][1].pop("history_change_reason") == ""
    assert rows[1][1].pop("history_change_reason") == bulk.history.latest("pk").history_change_reason
    assert rows[0] == rows[1]
    assert bulk.history.latest("pk").history_job_id == upload.apply_job_id
    bulk.refresh_from_db()
    assert bulk.updated_at > bulk.created_at
    assert_history_is_true()


def test_the_round_trip_changes_nothing_and_undo_brings_back_what_was():
    north, south = two_sellers()
    shipped, gone = parcel(carrier="=Post"), parcel(carrier=" DHL\n")
    shipment_ship(shipment=shipped)
    Shipment.objects.filter(pk=gone.pk).update(carrier="D H\nL ", tracking_number="-5")
    shipment_cancel(shipment=gone)
    assert counts(applied(exported(), kind="tracking")) == {"rows": 4, "unchanged": 4}
    before = said()
    upload = applied(
        f"shipment,carrier,tracking_number\n{north.number},DHL,1\n{south.number},DHL,2\n{shipped.number},DHL,3\n",
        kind="tracking",
    )
    assert said() == before | {north.pk: ("DHL", "1"), south.pk: ("DHL", "2"), shipped.pk: ("DHL", "3")}
    assert counts(applied(exported(), kind="tracking")) == {"rows": 4, "unchanged": 4}
    shipment_update(shipment=south, tracking_number="by hand")

    _, job = upload_undo(upload=upload, user=None, here=True)

    assert job.state == "succeeded", job.error
    assert said() == before | {south.pk: ("DHL", "by hand")}
    assert [(entry["name"], entry["reason"]) for entry in job.result["conflict_list"]] == [
        (south.number, "Changed since.")
    ]


def test_a_chunk_takes_the_same_queries_however_many_rows_it_has():
    def queries(count):
        parcels = [parcel() for _ in range(2 * count)]
        rows = "".join(f"{one.number},,DHL,1\n" for one in parcels[:count])
        rows += "".join(f",{one.order.number},DHL,1\n" for one in parcels[count:])
        with CaptureQueriesContext(connection) as found:
            upload = applied(f"shipment,order,carrier,tracking_number\n{rows}", kind="tracking")
        assert upload.updated == 2 * count
        return len(found)

    queries(1)
    assert queries(2) == queries(15)

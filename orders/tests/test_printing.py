"""From the database to paper: what is picked, packed and sent, by button and in bulk."""

import io

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from pypdf import PdfReader

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.jobs.models import Job
from orders.models import Order, Shipment
from orders.selectors.printing import labels_of, packing_slips_of, pick_list_of
from orders.services.shipments import shipment_cancel, shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.conftest import logged_in, with_role
from orders.tests.factories import ADDRESS, draft_order, placed_order, stocked_variant
from products.models import MovementReason
from products.services.stock import StockMove, stock_move
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db


def text_of(response):
    assert response["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


def test_pick_list_holds_what_is_allocated_by_place():
    kettle, mug = stocked_variant(on_hand=2, name="Kettle"), stocked_variant(name="Mug")
    annex = LocationFactory(code="annex", name="Annex", priority=9)
    stock_move(moves=[StockMove(variant_id=kettle.pk, location_id=annex.pk, quantity=9)], reason=MovementReason.OPENING)
    first = placed_order(lines=[(kettle, 1), (mug, 1)])
    second = placed_order(lines=[(kettle, 3)])
    draft = draft_order(lines=[(mug, 1)])
    shipment_ship(shipment=shipment_create(order=first, lines=[(first.lines.get(sku=mug.sku), 1)]))

    snapshot = pick_list_of([first.pk, second.pk, draft.pk])

    assert [(row.place, row.sku, row.quantity, row.orders) for row in snapshot.rows] == [
        ("Main warehouse", kettle.sku, 2, ((first.number, 1), (second.number, 1))),
        ("Annex", kettle.sku, 2, ((second.number, 2),)),
    ]
    assert snapshot.orders == (first.number, second.number)


def test_packing_slip_tells_what_is_in_it_and_what_follows():
    order = placed_order(
        lines=[(stocked_variant(), 3), (stocked_variant(), 1)],
        language="de",
        shipping_address={**ADDRESS, "company": "Kim KG", "country": "FR"},
    )
    first = order.lines.first()
    parcel = shipment_create(order=order, lines=[(first, 2)], carrier="DHL", tracking_number="JD1")

    def counts():
        return [
            (line.sku, line.ordered, line.packed, line.to_follow) for line in packing_slips_of([parcel.pk])[0].lines
        ]

    assert counts() == [(first.sku, 3, 2, 1)]
    snapshot = packing_slips_of([parcel.pk])[0]
    assert (snapshot.language, snapshot.order, snapshot.tracking) == ("de", order.number, "JD1")
    assert snapshot.address == ("Kim KG", "Kim Example", "Musterweg 1", "01067 Dresden", "FRANCE")
    # The same slip printed again after the parcel has left says the same.
    shipment_ship(shipment=parcel)
    assert counts() == [(first.sku, 3, 2, 1)]


def test_sellers_parcel_names_the_seller():
    variant = stocked_variant()
    seller = variant.product.seller
    seller.line1, seller.postcode, seller.city = "Hafen 3", "20095", "Hamburg"
    seller.save()
    order = placed_order(lines=[(variant, 1)])

    parcel = shipment_create(order=order, seller=seller)

    assert packing_slips_of([parcel.pk])[0].sender == (seller.store_name, "Hafen 3", "20095 Hamburg", "DE")
    assert labels_of([parcel.pk])[0].sender == f"{seller.store_name} · Hafen 3 · 20095 Hamburg · DE"


def test_cancelled_parcels_are_not_printed():
    parcel = shipment_create(order=placed_order())
    shipment_cancel(shipment=parcel)

    assert packing_slips_of([parcel.pk]) == []
    assert labels_of([parcel.pk]) == []


@pytest.mark.parametrize("many", [2, 20])
def test_snapshots_cost_the_same_however_many(many, django_assert_num_queries):
    parcels = [shipment_create(order=placed_order(lines=[(stocked_variant(), 1)])).pk for _ in range(many)]

    with django_assert_num_queries(3 + 2 * many):
        # Two settings reads per slip for sender and country; rows come in three queries.
        packing_slips_of(parcels)


def test_buttons(warehouse):
    order = placed_order()
    parcel = shipment_create(order=order)
    page = warehouse.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "Pick list" in page

    picks = warehouse.get(reverse("admin:orders_order_print", args=[order.pk, "pick-list"]))
    slip = warehouse.get(reverse("admin:orders_shipment_print", args=[parcel.pk, "packing-slip"]))
    label = warehouse.get(reverse("admin:orders_shipment_print", args=[parcel.pk, "label"]))

    assert order.lines.get().sku in text_of(picks)
    assert f"Packing slip {parcel.number}" in text_of(slip)
    assert "Kim Example" in text_of(label)
    assert "no-store" in label["Cache-Control"]
    assert warehouse.get(reverse("admin:orders_shipment_print", args=[parcel.pk, "poster"])).status_code == 404


def test_sellers_print_nothing(seller_browser):
    order = placed_order()
    parcel = shipment_create(order=order, seller=order.lines.get().seller)
    browser = seller_browser(parcel.seller)

    assert browser.get(reverse("admin:orders_shipment_print", args=[parcel.pk, "label"])).status_code == 403
    assert browser.get(reverse("admin:orders_order_print", args=[order.pk, "pick-list"])).status_code == 403


def bulk(client, url, action, rows, **data):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    url = client.post(url, chosen).url
    page = client.post(url, {**data, "preview": "1"}) if data else client.get(url)
    client.post(url, {**data, "apply": "1", "previewed": page.context["previewed"]})
    return page, Job.objects.latest("pk")


def test_pick_list_in_bulk(warehouse):
    orders = [placed_order(), placed_order(), draft_order()]

    page, job = bulk(warehouse, "/admin/orders/order/", "pick_list", orders)

    assert page.context["plan"].refused == [(orders[2].number, "Nothing is allocated to it.")]
    assert job.state == "succeeded", job.error
    text = text_of(warehouse.get(job.result["download"]))
    assert all(order.number in text for order in orders[:2])
    assert not StoredFile.objects.exists()
    assert Order.objects.filter(status="draft").count() == 1
    # The link is the person's own.
    assert logged_in(with_role("Warehouse")).get(job.result["download"]).status_code == 404


def test_labels_in_bulk_leave_out_what_cannot_be_printed(warehouse):
    parcels = [shipment_create(order=placed_order()) for _ in range(2)]
    fox = placed_order(shipping_address={**ADDRESS, "name": "Kim 🦊"})
    parcels.append(shipment_create(order=fox))

    page, job = bulk(warehouse, "/admin/orders/shipment/", "labels", parcels, sheet="a4", skip="22")

    refused = page.context["plan"].refused
    assert [number for number, _ in refused] == [parcels[2].number]
    assert "FOX FACE" in refused[0][1]
    pdf = warehouse.get(job.result["download"])
    assert len(PdfReader(io.BytesIO(pdf.content)).pages) == 1
    assert parcels[1].number in text_of(pdf)


def test_packing_slips_in_bulk(warehouse):
    parcels = [shipment_create(order=placed_order()) for _ in range(3)]

    _, job = bulk(warehouse, "/admin/orders/shipment/", "packing_slips", parcels)

    assert len(PdfReader(io.BytesIO(warehouse.get(job.result["download"]).content)).pages) == 3
    assert set(Shipment.objects.values_list("status", flat=True)) == {"draft"}


def test_button_says_why_something_cannot_be_printed(warehouse):
    parcel = shipment_create(order=placed_order(shipping_address={**ADDRESS, "name": "Kim 🦊"}))

    response = warehouse.get(reverse("admin:orders_shipment_print", args=[parcel.pk, "label"]))

    assert response.status_code == 302
    assert "FOX FACE" in str(next(iter(get_messages(response.wsgi_request))))

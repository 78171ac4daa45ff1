"""Bulk actions of the catalogue: what would happen is shown, then done once, and can be undone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backoffice.kernel.history.undo import undo_request
from backoffice.kernel.jobs.models import Job, JobState
from products.models import MovementReason, Product, Variant
from products.services.stock import StockMove, stock_move
from products.tests.factories import ProductFactory, StockFactory, VariantFactory

pytestmark = pytest.mark.django_db

PRODUCTS, VARIANTS, STOCK = (f"/admin/products/{name}/" for name in ("product", "variant", "stock"))


@pytest.fixture
def lead(entered):
    return entered("Operations lead")


def choose(client, url: str, action: str, rows, **values):
    """Tick rows, choose an action, preview it."""
    chosen = client.post(url, {"action": action, "_selected_action": [row.pk for row in rows]})
    assert chosen.status_code == 302
    page = client.post(chosen["Location"], {**values, "preview": "1"})
    assert page.status_code == 200
    return chosen["Location"], page


def confirm(client, url: str, page, **values) -> Job:
    client.post(url, {**values, "previewed": page.context["previewed"], "apply": "1"})
    job = Job.objects.get(kind="bulk_action")
    assert (job.state, job.error) == (JobState.SUCCEEDED, "")
    return job


def test_publishing_tells_why_not_the_others(client, lead):
    ready = VariantFactory.create_batch(2, product__status="draft")
    bare = ProductFactory(name="Bare", status="draft")
    active = VariantFactory(product__status="active", product__name="Old").product
    rows = [*(variant.product for variant in ready), bare, active]

    url, page = choose(client, PRODUCTS, "product_publish", rows, reason="Spring")

    html = page.content.decode()
    assert "Applies to 2 of the 4 selected." in html
    assert "Has no variant on sale." in html
    assert "Is active; it would have to be archived or draft." in html

    job = confirm(client, url, page, reason="Spring")
    assert job.result["applied"] == 2
    assert sorted(Product.objects.values_list("status", flat=True)) == ["active", "active", "active", "draft"]
    newest = ready[0].product.history.first()
    assert (newest.status, newest.history_job_id, newest.history_change_reason) == ("active", job.pk, "Spring")


@pytest.mark.parametrize(
    ("action", "before", "after"), [("archive", "active", "archived"), ("withdraw", "active", "draft")]
)
def test_archiving_and_taking_back(client, lead, action, before, after):
    product = VariantFactory(product__status=before).product

    url, page = choose(client, PRODUCTS, f"product_{action}", [product], reason="")
    confirm(client, url, page, reason="")

    assert Product.objects.get().status == after


def test_planning_costs_the_same_for_many(client, lead, django_assert_max_num_queries):
    rows = [variant.product for variant in VariantFactory.create_batch(60, product__status="draft")]
    chosen = client.post(PRODUCTS, {"action": "product_publish", "_selected_action": [row.pk for row in rows]})

    with django_assert_max_num_queries(25):
        client.get(chosen["Location"])


def test_new_prices_are_shown_before_they_are_set_and_can_be_undone(client, lead):
    mug = ProductFactory(name="Mug")
    first, second = (VariantFactory(product=mug, sku=sku, price=Decimal("10.00")) for sku in ("M-1", "M-2"))
    free = VariantFactory(product__name="Free", price=Decimal("0.00"))
    ProductFactory(name="Bare")
    values = {"rule": "percent", "value": "-60", "ending": "0.99"}

    url, page = choose(client, PRODUCTS, "change_prices", Product.objects.all(), **values)

    html = page.content.decode()
    assert "Applies to 1 of the 3 selected." in html
    assert "M-1 €10.00 → €3.99, M-2 €10.00 → €3.99" in html
    assert "2 prices fall by more than half." in html
    assert "The price stays the same." in html
    assert "It has no variants." in html
    assert set(Variant.objects.values_list("price", flat=True)) == {Decimal("10.00"), Decimal("0.00")}

    job = confirm(client, url, page, **values)
    for variant in (first, second):
        variant.refresh_from_db()
        assert (variant.price, variant.history.first().history_job_id) == (Decimal("3.99"), job.pk)

    undo_request(job=job, owner=lead)
    assert list(Variant.objects.order_by("pk").values_list("price", flat=True)) == [
        Decimal("10.00"),
        Decimal("10.00"),
        Decimal("0.00"),
    ]
    assert free.history.count() == 1


def test_prices_of_single_variants(client, lead):
    rows = VariantFactory.create_batch(2, price=Decimal("10.00"))
    values = {"rule": "set", "value": "9.00", "ending": "", "former_as_compare_at": "on"}

    url, page = choose(client, VARIANTS, "change_prices", rows, **values)
    assert "€10.00 → €9.00" in page.content.decode()
    confirm(client, url, page, **values)

    assert set(Variant.objects.values_list("price", "compare_at_price")) == {(Decimal("9.00"), Decimal("10.00"))}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rule": "set", "value": "-1"}, "A price cannot be below 0."),
        ({"rule": "percent", "value": "-101"}, "A price can fall by 100 percent at most."),
        ({"rule": "percent", "value": ""}, "This field is required."),
    ],
)
def test_impossible_values_are_refused(client, lead, values, message):
    _, page = choose(client, VARIANTS, "change_prices", [VariantFactory()], **values)

    assert message in page.content.decode()
    assert page.context["plan"] is None


def test_variants_go_off_sale(client, lead):
    on, off = VariantFactory(), VariantFactory(is_active=False)

    url, page = choose(client, VARIANTS, "take_off_sale", [on, off])
    assert "It is off sale already." in page.content.decode()
    confirm(client, url, page)

    assert not Variant.objects.filter(is_active=True).exists()
    assert (on.history.count(), off.history.count()) == (2, 1)


def test_reorder_points_and_overselling(client, lead):
    row = StockFactory()
    move = StockMove(variant_id=row.variant_id, location_id=row.location_id, quantity=4)
    stock_move(moves=[move], reason=MovementReason.OPENING)
    url, page = choose(client, STOCK, "set_reorder_point", [row], reorder_point="6")
    confirm(client, url, page, reorder_point="6")
    row.refresh_from_db()
    assert (row.reorder_point, row.on_hand, row.history.first().reorder_point) == (6, 4, 6)

    for action, applicable in (("allow_backorder", [row.pk]), ("forbid_backorder", [])):
        _, page = choose(client, STOCK, action, [row])
        assert page.context["plan"].applicable == applicable


@pytest.mark.parametrize("role", ["Warehouse", "Order desk", "Auditor", "Finance"])
def test_actions_need_their_permission(client, entered, role):
    entered(role)
    product = VariantFactory(product__status="draft").product

    response = client.post(PRODUCTS, {"action": "product_publish", "_selected_action": [product.pk]}, follow=True)

    assert response.status_code == 200
    assert Job.objects.filter(kind="bulk_action").count() == 0
    assert Product.objects.get().status == "draft"

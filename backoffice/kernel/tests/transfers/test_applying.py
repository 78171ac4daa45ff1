"""A plan is applied exactly as previewed, once, or not at all."""

from decimal import Decimal

import pytest

from accounts.tests.factories import StaffFactory
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.states.machine import TransitionRefused
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.services import UploadRefused, upload_apply, upload_approve, upload_cancel
from products.events import catalogue_changed, stock_changed
from products.models import Category, Product, Stock, Variant

pytestmark = pytest.mark.django_db

START = "sku,name,price,stock\nA,Mug,10,5\nB,Cup,20,6\nC,Can,30,7\n"
CHANGED = "Changed by somebody since the preview: {}."


@pytest.fixture
def catalogue(shop):
    applied(START)


def test_a_row_changed_since_the_preview_is_a_conflict_not_an_overwrite(catalogue):
    upload = planned("sku,name,price,stock\nA,Mug,11,5\nB,Teacup,21,6\nC,Can,31,9\n", on_error="skip")
    Variant.objects.filter(sku="A").update(price="10.50")
    Product.objects.filter(variants__sku="B").update(name="Bowl")
    Stock.objects.filter(variant__sku="C").update(on_hand=4)

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, upload.conflicts) == ("applied", 3)
    assert counts(upload) == {"rows": 3, "failed": 3}
    assert errors(upload) == {
        2: [["", "", CHANGED.format("price")]],
        3: [["", "", CHANGED.format("name")]],
        4: [["", "", CHANGED.format("stock, now 4")]],
    }
    assert list(Variant.objects.order_by("sku").values_list("price", flat=True)) == [
        Decimal("10.50"), Decimal("20.00"), Decimal("30.00"),
    ]  # fmt: skip


def test_changes_of_other_fields_stay_beside_each_other(catalogue):
    upload = planned("sku,price\nA,11\n")
    Variant.objects.filter(sku="A").update(barcode="123")

    upload_apply(upload=upload, here=True)

    assert Variant.objects.values_list("price", "barcode").get(sku="A") == (Decimal("11.00"), "123")
    assert Variant.history.filter(sku="A").latest("history_id").barcode == "123"


def test_what_somebody_did_already_is_no_conflict(catalogue):
    upload = planned("sku,price\nA,11\n")
    Variant.objects.filter(sku="A").update(price="11")
    rows = Variant.history.count()

    upload_apply(upload=upload, here=True)

    assert upload.state == "applied"
    assert Variant.history.count() == rows


def test_new_rows_that_exist_by_now_are_conflicts(shop):
    upload = planned("handle,sku,name,price\nmug,A,Mug,1\ncup,B,Cup,2\ncan,C,Can,3\n", on_error="skip")
    applied("handle,sku,name,price\nmug,Z,Mug,1\nother,B,Other,2\n")

    upload_apply(upload=upload, here=True)

    assert errors(upload) == {
        2: [["", "", "A product with this handle was made since the preview."]],
        3: [["", "", "A variant with this SKU was made since the preview."]],
    }
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["B", "C", "Z"]


def test_all_or_nothing_takes_back_what_earlier_chunks_wrote(catalogue, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)
    upload = planned("sku,name,price,stock\nN,New,1,3\nA,Mug,11,8\nB,Cup,21,6\n")
    Variant.objects.filter(sku="B").update(price="5")

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert upload.state == "failed"
    assert upload.error == f"Nothing was applied. Row 4: {CHANGED.format('price')}"
    assert dict(Variant.objects.values_list("sku", "price")) == {
        "A": Decimal("10.00"), "B": Decimal("5.00"), "C": Decimal("30.00"),
    }  # fmt: skip
    assert dict(Stock.objects.values_list("variant__sku", "on_hand")) == {"A": 5, "B": 6, "C": 7}
    back = Job.objects.get(undoes=upload.apply_job)
    assert (back.state, back.title) == ("succeeded", "Take back file.csv")


def test_however_often_it_is_confirmed_it_is_applied_once(catalogue):
    upload = planned("sku,stock\nA,9\n")

    for _ in range(3):
        upload_apply(upload=upload, here=True)
        job_run(job_id=upload.apply_job_id)

    assert Stock.objects.get(variant__sku="A").movements.count() == 2
    assert Job.objects.filter(kind="upload_apply", params={"upload": upload.pk}).count() == 1


def test_news_is_told_once_per_chunk(shop, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    told = []
    for signal, name in ((catalogue_changed, "catalogue"), (stock_changed, "stock")):
        signal.connect(
            lambda name=name, **news: told.append((name, news["job_id"])), weak=False, dispatch_uid=f"test.{name}"
        )
    try:
        upload = applied("sku,name,price,stock\n" + "".join(f"A-{n},Thing {n},1,{n + 1}\n" for n in range(5)))
    finally:
        for signal, name in ((catalogue_changed, "catalogue"), (stock_changed, "stock")):
            signal.disconnect(dispatch_uid=f"test.{name}")

    job = upload.apply_job_id
    assert sorted(told) == [("catalogue", job)] * 3 + [("stock", job)] * 3


def test_rows_of_one_product_far_apart_in_the_file_join_it(shop, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    text = "handle,sku,name,price\nmug,A,Mug,1\ncup,B,Cup,1\ncan,C,Can,1\nmug,D,Mug,2\n"

    upload = applied(text)

    assert counts(upload) == {"rows": 4, "created": 4}
    assert list(Product.objects.get(handle="mug").variants.values_list("sku", flat=True)) == ["A", "D"]
    assert Product.objects.count() == 3
    assert counts(planned(text)) == {"rows": 4, "unchanged": 4}


def test_above_a_threshold_a_second_person_approves(catalogue):
    ShopSettings.objects.create(pk=1, approval_price_change_percent=20)
    owner, other = StaffFactory(is_superuser=True), StaffFactory(is_superuser=True)
    upload = planned("sku,price\nA,10.50\nB,30\n", owner=owner)

    upload_apply(upload=upload, here=True)
    assert upload.state == "awaiting_approval"
    assert Variant.objects.get(sku="B").price == Decimal("20.00")
    with pytest.raises(UploadRefused, match="Somebody else has to approve it"):
        upload_approve(upload=upload, approver=owner, here=True)
    upload_approve(upload=upload, approver=other, here=True)

    assert (upload.state, upload.approver) == ("applied", other)
    assert Variant.objects.get(sku="B").price == Decimal("30.00")


@pytest.mark.parametrize(
    ("setting", "text", "reason"),
    [
        ({"approval_rows": 1}, "sku,price\nA,11\nB,21\n", "It changes 2 rows; more than 1 need a second person."),
        (
            {"approval_stock_value": 50},
            "sku,stock\nA,11\n",
            "Stock worth 60.00 is moved; more than 50.00 EUR needs a second person.",
        ),
    ],
)
def test_thresholds_are_measured_while_planning(catalogue, setting, text, reason):
    from backoffice.kernel.transfers.runs import measures_exceeded

    ShopSettings.objects.create(pk=1, **setting)
    ShopSettings.objects.get().refresh_from_db()

    assert measures_exceeded(planned(text)) == [reason]


def test_a_discarded_upload_cannot_be_applied(catalogue):
    upload = planned("sku,price\nA,11\n")
    upload_cancel(upload=upload)

    with pytest.raises(TransitionRefused):
        upload_apply(upload=upload, here=True)
    assert Variant.objects.get(sku="A").price == Decimal("10.00")


def test_a_category_renamed_since_the_preview_is_a_conflict(shop):
    applied("sku,name,price,category\nA,Mug,1,Home\n")
    upload = planned("sku,category\nA,Garden\n", on_error="skip")
    Category.objects.filter(full_name="Home").update(name="House", full_name="House")

    upload_apply(upload=upload, here=True)

    assert actions(upload) == {2: "conflict"}
    assert errors(upload)[2] == [["", "", CHANGED.format("category")]]

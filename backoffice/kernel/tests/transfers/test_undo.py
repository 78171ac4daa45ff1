"""An upload is taken back as a whole; what somebody touched since stays and is named."""

import pytest

from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import applied, counts
from backoffice.kernel.transfers.services import UploadRefused, upload_undo
from backoffice.kernel.transfers.services.undoing import upload_undo_plan
from products.models import Category, Product, Stock, StockMovement, Variant
from products.services.stock import StockMove, stock_move

pytestmark = pytest.mark.django_db

START = """
    handle,sku,name,category,option1_name,option1_value,price,stock
    mug,M-1,Mug,Home,Colour,Red,10,5
    mug,M-2,,,Colour,Blue,11,6
    cup,C-1,Cup,Home,,,3,4
"""
CHANGES = """
    handle,sku,name,category,option1_name,option1_value,price,stock
    mug,M-1,Big mug,Home > New,Colour,Green,12,9
    mug,M-3,Big mug,Home > New,Size,L,13,2
    cup,C-1,Cup,Home,,,3,0
    can,N-1,Can,Garden,,,7,8
"""


def undo(upload):
    upload, job = upload_undo(upload=upload, user=None, here=True)
    assert job.state == "succeeded", job.error
    return upload, job


def test_new_and_changed_rows_return_to_what_they_were(shop):
    applied(START)
    before = snapshot()
    upload = applied(CHANGES)
    assert differences(before, snapshot()) != {}

    upload, job = undo(upload)

    assert differences(before, snapshot()) == {}
    assert upload.state == "undone"
    assert upload.undo_job == job
    assert job.result["conflicts"] == 0
    assert Variant.history.filter(sku="M-3").order_by("history_id").values_list("history_type", flat=True)[1] == "-"


def test_stock_returns_by_counter_movements_with_sales_between(shop, main):
    applied(START)
    upload = applied("sku,stock\nM-1,9\nM-2,8\n")
    variant = Variant.objects.get(sku="M-1")
    with audit(reason="sold"):
        stock_move(moves=[StockMove(variant_id=variant.pk, location_id=main.pk, quantity=-2)], reason="shipment")

    undo(upload)

    # 5, set to 9, two sold: 7. The four that the file brought go back: 3.
    assert dict(Stock.objects.values_list("variant__sku", "on_hand")) == {"M-1": 3, "M-2": 6, "C-1": 4}
    moved = StockMovement.objects.filter(stock__variant=variant).order_by("pk").values_list("quantity", "reason")
    assert list(moved) == [(5, "opening"), (4, "upload"), (-2, "shipment"), (-4, "undo")]


def test_the_bar_counts_what_is_taken_back_and_not_the_rows_of_the_file(shop):
    upload = applied(START)
    assert upload.created == 3

    _, job = undo(upload)

    assert (job.done, job.total) == (job.result["deleted"], job.result["deleted"])
    assert job.done > upload.created


def test_what_was_touched_since_stays_and_is_named(shop):
    applied(START)
    before = snapshot()
    upload = applied("sku,price\nM-1,20\nM-2,21\n")
    touched = Variant.objects.get(sku="M-1")
    with audit(reason="by hand"):
        touched.barcode = "4006381333931"
        touched.save()

    plan = upload_undo_plan(upload=upload)
    upload, job = undo(upload)

    assert (plan.conflict_total, plan.conflicts[0].reason) == (1, "Changed since.")
    assert differences(before, snapshot()) == {"products.Variant": {touched.pk}}
    assert [(entry["model"], entry["id"], entry["reason"]) for entry in job.result["conflict_list"]] == [
        ("variant", touched.pk, "Changed since.")
    ]


def test_a_new_product_that_is_in_use_stays(shop):
    upload = applied(START)
    applied("handle,sku,name,price,option1_name,option1_value\nmug,M-9,Mug,1,Colour,Black\n")

    _, job = undo(upload)

    assert sorted(Product.objects.values_list("handle", flat=True)) == ["mug"]
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["M-9"]
    assert "product" in {entry["model"] for entry in job.result["conflict_list"]}


def test_it_is_undone_once_and_can_be_uploaded_again(shop):
    before = snapshot()
    upload = applied(START)
    undo(upload)

    with pytest.raises(UploadRefused, match="The upload is undone; there is nothing to undo"):
        upload_undo(upload=upload, user=None, here=True)
    assert differences(before, snapshot()) == {}
    assert counts(applied(START)) == {"rows": 3, "created": 3}


def test_a_plan_that_was_not_applied_has_nothing_to_undo(shop):
    from backoffice.kernel.tests.transfers.uploading import planned

    with pytest.raises(UploadRefused, match="The upload is ready to apply"):
        upload_undo_plan(upload=planned(START))


def test_a_category_in_use_stays_with_those_above_it(shop):
    upload = applied("sku,name,price,category\nA,Mug,1,Home > Kitchen\nB,Lamp,1,Home > Living\nC,Can,1,Garden\n")
    applied("sku,name,price,category\nD,Cup,1,Home > Kitchen\n")
    planned = upload_undo_plan(upload=upload)

    _, job = undo(upload)

    assert Product.objects.get().category.full_name == "Home > Kitchen"
    assert list(Category.objects.values_list("full_name", "depth", "numchild")) == [
        ("Home", 1, 1),
        ("Home > Kitchen", 2, 0),
    ]
    reasons = {entry["reason"] for entry in job.result["conflict_list"] if entry["model"] == "category"}
    assert reasons == {"Still used by products.", "Still used by categories below it."}
    assert planned.conflict_total == job.result["conflicts"] == 2


def test_an_option_that_returns_to_its_old_value_keeps_nobody_from_taking_the_new_one_away(shop):
    applied("handle,sku,name,option1_name,option1_value,price\nmug,M-1,Mug,Size,L,10\n")
    before = snapshot()
    upload = applied("sku,option1_name,option1_value\nM-1,Size,S\n")

    plan = upload_undo_plan(upload=upload)
    _, job = undo(upload)

    assert (plan.conflicts, job.result["conflicts"]) == ([], 0)
    assert differences(before, snapshot()) == {}


def test_two_uploads_are_undone_one_after_the_other_the_later_one_first(shop):
    before = snapshot()
    first = applied(START)
    between = snapshot()
    second = applied(CHANGES)

    _, later = undo(second)
    assert (differences(between, snapshot()), later.result["conflicts"]) == ({}, 0)
    _, earlier = undo(first)

    assert (differences(before, snapshot()), earlier.result["conflict_list"]) == ({}, [])
    assert StockMovement.objects.count() == 0


def test_a_handle_that_somebody_took_meanwhile_stays_away_and_is_named(shop):
    applied("handle,sku,name,price\ncan,A-2,Cup,9.99\n")
    upload = applied("sku,handle,price\nA-2,mug,10\n")
    applied("handle,sku,name,price\ncan,A-1,Can,1\n")

    _, job = undo(upload)

    assert dict(Product.objects.values_list("name", "handle")) == {"Cup": "mug", "Can": "can"}
    assert str(Variant.objects.get(sku="A-2").price) == "9.99"
    assert [(entry["model"], entry["name"], entry["reason"]) for entry in job.result["conflict_list"]] == [
        ("product", "Cup", "A value that it had is taken by another row.")
    ]

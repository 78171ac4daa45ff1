"""A seller has each handle once: said in the preview, and held again when the plan is applied."""

import pytest

from backoffice.kernel.tests.transfers.uploading import actions, applied, diffs, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.services import upload_apply
from products.models import Product

pytestmark = pytest.mark.django_db

START = """
    handle,sku,name,price
    can,C-1,Can,1
    mug,M-1,Mug,1
    mug,M-2,Mug,1
"""


def handles():
    return dict(Product.objects.order_by("pk").values_list("name", "handle"))


def test_two_products_cannot_both_be_renamed_to_one_handle(shop):
    applied(START)

    upload = planned("sku,handle\nC-1,cup\nM-1,cup\n", on_error="skip")

    assert errors(upload) == {
        2: [["handle", "cup", "Row 3 gives the handle “cup” to another product."]],
        3: [["handle", "cup", "Row 2 gives the handle “cup” to another product."]],
    }


def test_a_new_product_keeps_the_handle_that_another_would_be_renamed_to(shop):
    applied(START)

    upload = applied("sku,handle,name,price\nM-1,cup,Mug,2\nM-2,cup,Mug,2\nN-1,cup,Cup,1\n", on_error="skip")

    assert actions(upload) == {2: "error", 3: "error", 4: "create"}
    assert handles() == {"Can": "can", "Mug": "mug", "Cup": "cup"}


def test_a_handle_made_of_a_name_that_another_row_gives_is_refused(shop):
    upload = planned("handle,sku,name,price\nmug-a,B,Cup,1\n,A,Mug,1\n", on_error="skip")

    assert errors(upload) == {3: [["handle", "mug-a", "Row 2 gives the handle “mug-a” to another product."]]}


def test_a_handle_that_somebody_took_since_the_preview_is_a_conflict(shop):
    applied(START)
    upload = planned("sku,handle,price\nM-1,cup,5\n", on_error="skip")
    Product.objects.filter(handle="can").update(handle="cup")

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert upload.state == "applied"
    assert errors(upload) == {2: [["", "", "Another product has the handle “cup” by now."]]}
    assert handles() == {"Can": "cup", "Mug": "mug"}


def test_a_handle_that_an_earlier_chunk_gave_away_is_a_conflict(shop, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)
    applied(START)
    upload = planned("sku,handle,name,price\nC-1,cup,,1\nN-1,new,New,1\nM-1,cup,,1\n", on_error="skip")

    upload_apply(upload=upload, here=True)

    assert actions(upload) == {2: "update", 3: "create", 4: "conflict"}
    assert handles() == {"Can": "cup", "Mug": "mug", "New": "new"}


def test_a_status_that_cannot_be_is_not_carried_by_the_next_row(shop):
    applied("handle,sku,name,price,status\nmug,M-1,Mug,1,archived\nmug,M-2,,1,\n")

    upload = applied("sku,price,status\nM-1,2,draft\nM-2,2,draft\n", on_error="skip")

    assert {number: entry[0][0] for number, entry in errors(upload).items()} == {2: "status", 3: "status"}
    assert diffs(upload) == {}
    assert Product.objects.get().status == "archived"

"""A seller's upload touches and shows the seller's own rows only."""

import pytest

from accounts.tests.factories import SellerFactory, SellerUserFactory, StaffFactory
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from products.models import Product, Variant

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a"
UPLOADING = ("products.import_product", "products.publish_product", "products.move_stock", "products.add_category")


@pytest.fixture
def seller_user(shop, grant):
    return grant(SellerUserFactory(seller=shop), *UPLOADING)


@pytest.fixture
def foreign(shop):
    """Another seller's product, with a string of its own in every text."""
    other = SellerFactory(code="other", store_name="Other Store")
    applied(
        f"handle,sku,name,brand,description,price,stock,seller\n{CANARY},X-1,{CANARY},{CANARY},{CANARY},77,5,other\n"
    )
    return Product.objects.get(seller=other)


def test_new_products_are_the_sellers_own(seller_user, shop):
    upload = applied("sku,name,price\nA,Mug,1\n", owner=seller_user)

    assert upload.owner == seller_user
    assert Product.objects.get().seller == shop
    assert Product.history.get().history_user == seller_user


def test_a_foreign_sku_cannot_be_used_and_shows_nothing(seller_user, foreign):
    before = Product.history.count(), Variant.history.count()

    upload = planned("sku,name,price,brand\nX-1,Mine now,1,Mine\nA,Mug,1,Mine\n", owner=seller_user)

    assert actions(upload) == {2: "error", 3: "create"}
    assert errors(upload) == {2: [["sku", "X-1", "This SKU cannot be used."]]}
    staged = "".join("".join(row) for row in upload.staged.values_list("diff", "payload", "errors"))
    assert CANARY not in staged
    assert "77" not in staged
    assert (Product.history.count(), Variant.history.count()) == before


def test_the_same_handle_is_another_product(seller_user, foreign, shop):
    upload = applied(f"handle,sku,name,price\n{CANARY},A,Mug,1\n", owner=seller_user)

    assert counts(upload) == {"rows": 1, "created": 1}
    assert Product.objects.filter(handle=CANARY).count() == 2
    assert Product.objects.get(seller=shop).name == "Mug"
    foreign.refresh_from_db()
    assert foreign.name == CANARY


def test_the_seller_cannot_be_set(seller_user, foreign):
    upload = planned("sku,name,price,seller\nA,Mug,1,other\nB,Cup,1,north\nC,Can,1,nobody\n", owner=seller_user)

    assert actions(upload) == {2: "error", 3: "create", 4: "error"}
    assert errors(upload) == {
        2: [["seller", "other", "The seller cannot be set."]],
        4: [["seller", "nobody", "The seller cannot be set."]],
    }


def test_a_made_up_sku_does_not_tell_of_foreign_ones(seller_user, foreign):
    Variant.objects.update(sku="LAMP")

    upload = applied("handle,name,price\nlamp,Lamp,2\n", owner=seller_user)

    assert Variant.objects.get(product__handle="lamp").sku == f"LAMP-{upload.pk}-2"


def test_what_a_user_may_not_do_is_left_out_or_refused(shop, grant):
    user = grant(StaffFactory(), "products.import_product")
    applied("sku,name,price,status\nB,Cup,1,draft\n")

    upload = planned(
        "sku,name,price,status,stock,category\nA,Mug,1,active,5,\nB,Cup,1,active,5,\nC,Can,1,,,New\n", owner=user
    )

    assert actions(upload) == {2: "create", 3: "error", 4: "error"}
    assert errors(upload) == {
        3: [["status", "active", "You may not change the status of products."]],
        4: [["category", "New", "There is no such category, and you may not make new ones."]],
    }
    assert diffs(upload)[2]["status"] == "draft"
    assert "stock" not in diffs(upload)[2]
    assert sorted(upload.warnings) == [
        "1 new product names no seller and goes to “north”.",
        "1 new product stays a draft: you may not publish.",
        "2 rows' stock is left out: you may not move stock.",
    ]


def test_a_seller_without_a_store_is_refused(shop):
    upload = planned("sku,name,price\nA,Mug,1\n", owner=SellerUserFactory(seller=None))

    assert upload.state == "failed"
    assert upload.error == "Your log-in belongs to no store, so there is nobody to sell the products."


def test_the_house_must_name_the_seller_where_a_handle_is_not_enough(shop, foreign):
    SellerFactory(code="third", store_name="Third")
    applied(f"handle,sku,name,price,seller\n{CANARY},T-1,T,1,third\n")

    upload = planned(f"handle,sku,name,price\n{CANARY},N-1,N,1\n")

    assert errors(upload) == {
        2: [["handle", CANARY, "Several sellers have a product of this handle. Name the seller."]]
    }


def test_a_product_is_not_given_to_another_seller(shop, foreign):
    upload = planned("sku,seller\nX-1,north\n")

    assert errors(upload) == {2: [["seller", "north", "A product cannot be given to another seller."]]}

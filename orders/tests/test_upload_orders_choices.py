"""What the uploader decides: unknown SKUs, past orders or drafts, prices with or without tax, new or known."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accounts.tests.factories import SellerFactory, SellerUserFactory, StaffFactory, UserFactory
from backoffice.kernel.tests.transfers.uploading import counts, errors
from backoffice.kernel.transfers.services import UploadRefused
from finance.models import Payment
from orders.models import Allocation, Order
from orders.services.placing import order_place
from orders.tests.conftest import with_role
from orders.tests.order_files import RETAIL, mugs, order, plan, upload
from products.models import Product, Variant

pytestmark = pytest.mark.django_db

PLAIN = """
    Order number,Ordered at,Status,Customer email,Customer name,Street,Postcode,City,Country,SKU,Quantity,Unit price
    W-1,2024-05-01 10:00,completed,kim@example.org,Kim Example,Musterweg 1,01067,Dresden,Germany,MUG-BLUE,2,9.90
    W-1,,,,,,,,,MUG-RED,1,10.90
    W-2,2024-05-02 10:00,open,kim@example.org,Kim Example,Musterweg 1,01067,Dresden,Germany,MUG-BLUE,3,9.90
"""


def test_unknown_skus_become_archived_products_of_the_house():
    mugs()

    done = upload(RETAIL.replace("MUG-RED,RED MUG", "TIN-1,A TIN"), unknown_sku="create")

    assert counts(done) == {"rows": 6, "created": 6}
    made = Variant.objects.get(sku="TIN-1")
    product = made.product
    assert (product.name, product.status, product.seller.code) == ("A TIN", "archived", "house")
    # A price in sterling says nothing of the price in euros.
    assert made.price == Decimal("0.00")
    assert product.history.get().history_job == done.apply_job
    assert list(order("700002").lines.values_list("variant", "seller")) == [(made.pk, product.seller_id)]
    assert done.warnings[0] == "1 unknown SKU becomes an archived product of the house: TIN-1"


def test_they_keep_the_price_where_the_currency_is_the_shops():
    mugs()

    upload(PLAIN.replace("MUG-RED", "TIN-1"), unknown_sku="create")

    assert Variant.objects.get(sku="TIN-1").price == Decimal("10.90")


def test_unknown_skus_are_refused_unless_chosen_otherwise():
    mugs()

    refused = plan(PLAIN.replace("MUG-RED", "TIN-1"))

    assert counts(refused) == {"rows": 3, "failed": 2, "skipped": 1}
    assert not Product.objects.filter(status="archived").exists()


def test_open_orders_wait_for_being_uploaded_as_drafts():
    mugs()

    past = upload(PLAIN)

    assert counts(past) == {"rows": 3, "created": 2, "skipped": 1}
    assert errors(past) == {4: [["", "", "This order is open still. Upload open orders as drafts."]]}


def test_drafts_are_placed_here_like_any_other():
    blue, _ = mugs()

    done = upload(PLAIN, orders_are="draft")

    assert counts(done) == {"rows": 3, "created": 1, "skipped": 2}
    assert errors(done)[2] == [["", "", "This order is closed. Upload closed orders as past orders."]]
    draft = order("W-2")
    assert (draft.status, draft.placed_at, draft.settled_elsewhere) == ("draft", None, False)
    assert draft.total == Decimal("29.70")
    assert Allocation.objects.count() == 0

    order_place(order=draft)

    assert (draft.status, draft.total) == ("open", Decimal("29.70"))
    assert Allocation.objects.get().quantity == 3
    assert Payment.objects.get().order == draft
    assert counts(upload(PLAIN, orders_are="draft")) == {"rows": 3, "unchanged": 1, "skipped": 2}
    assert blue.stocks.get().on_hand == 100


@pytest.mark.parametrize(
    ("prices", "total", "tax"), [("gross", "30.70", "4.90"), ("net", "36.53", "5.83"), ("shop", "30.70", "4.90")]
)
def test_prices_are_with_or_without_tax(prices, total, tax):
    mugs()

    upload(PLAIN, prices=prices)

    found = order("W-1")
    assert (found.total, found.tax_total) == (Decimal(total), Decimal(tax))
    assert found.prices_include_tax is (prices != "net")


def test_only_new_or_only_known_orders():
    mugs()
    upload(PLAIN)

    added = upload(PLAIN, mode="create")
    updated = upload(PLAIN.replace("W-1", "W-9"), mode="update")

    assert errors(added)[2] == [["", "", "This order is here already, and the upload only adds."]]
    assert errors(updated)[2] == [["", "", "This order is new, and the upload only updates."]]
    assert Order.objects.count() == 1


def test_a_customer_with_the_email_gets_the_order():
    mugs()
    customer = UserFactory(email="kim@example.org")

    upload(PLAIN)

    assert order("W-1").customer == customer
    assert order("W-1").buyer_search_surname == "example kim"


def test_answers_are_checked():
    with pytest.raises(UploadRefused, match="“maybe” does not answer “What these orders are”"):
        plan(PLAIN, orders_are="maybe")


def test_sellers_upload_no_orders():
    mugs()
    seller = SellerUserFactory(seller=SellerFactory())

    refused = plan(PLAIN, owner=seller)

    assert (refused.state, refused.error) == ("failed", "Orders are uploaded by the house, not by sellers.")
    assert Order.objects.count() == 0


def test_who_may_not_make_products_makes_none_by_uploading_orders():
    mugs()
    before = Product.objects.count()

    refused = plan(PLAIN.replace("MUG-RED", "TIN-1"), owner=with_role("Order desk"), unknown_sku="create")

    assert refused.state == "failed"
    assert refused.error == "You may not make products. Choose to refuse orders with unknown SKUs."
    assert (Order.objects.count(), Product.objects.count()) == (0, before)


def test_it_takes_the_permission(tmp_path):
    mugs()
    file = tmp_path / "orders.csv"
    file.write_text(PLAIN)

    with pytest.raises(CommandError, match="may not upload orders"):
        call_command("import_file", "orders", str(file), user=StaffFactory().email)

    assert Order.objects.count() == 0


def test_history_names_the_job_and_the_user():
    mugs()
    clerk = with_role("Order desk")

    done = upload(PLAIN, owner=clerk)

    for row in (order("W-1"), *order("W-1").lines.all()):
        entry = row.history.get()
        assert (entry.history_job, entry.history_user, entry.history_type) == (done.apply_job, clerk, "+")

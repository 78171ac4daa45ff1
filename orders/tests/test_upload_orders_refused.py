"""What cannot be an order is refused at row and column, in plain words."""

import textwrap

import pytest

from backoffice.kernel.tests.transfers.uploading import counts, errors
from orders.models import Order
from orders.tests.asserts import snapshot
from orders.tests.order_files import mugs, plan, upload
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

HEAD = "Order number,Ordered at,Customer email,Country,Currency,SKU,Quantity,Unit price,Line discount,Shipping,Order discount,Seller"
GOOD = "W-1,2024-05-01 10:00,kim@example.org,DE,EUR,MUG-BLUE,2,9.90,0.00,0.00,0.00,"


def changed(**values):
    """Return a file of one row in which some columns say something else."""
    names = [name.lower().replace(" ", "_") for name in HEAD.split(",")]
    cells = dict(zip(names, GOOD.split(","), strict=True)) | values
    return f"{HEAD}\n{','.join(cells[name] for name in names)}\n"


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"ordered_at": ""}, "ordered_at", "Say when it was ordered."),
        ({"ordered_at": "2124-05-01"}, "ordered_at", "A past order cannot lie in the future."),
        ({"customer_email": "kim at home"}, "email", "This is no email address."),
        ({"country": "Atlantis"}, "shipping_country",
         "This names no country. Write its code, such as DE, or its name."),
        ({"currency": "EU"}, "currency", "A currency has three letters, such as EUR."),
        ({"sku": ""}, "sku", "Say which article was ordered."),
        ({"quantity": ""}, "quantity", "Say how many pieces were ordered."),
        ({"quantity": "0"}, "quantity", "Order at least one piece."),
        ({"unit_price": ""}, "unit_price", "Say what one piece cost."),
        ({"line_discount": "20.00"}, "discount", "This cannot be taken off 2 × 9.90."),
        ({"order_discount": "30.00"}, "order_discount",
         "A discount of 30.00 cannot be taken off goods for 19.80 EUR."),
        ({"currency": "JPY", "shipping": "4.90"}, "shipping_price", "JPY has no smaller unit than 1."),
        ({"seller": "nobody"}, "seller", "There is no seller with this code or store name."),
        ({"order_number": ""}, "external_reference", "The row names no order."),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be(values, field, message):
    mugs()
    before = snapshot()

    refused = plan(changed(**values))

    assert [error[::2] for error in errors(refused)[2]] == [[field, message]]
    assert snapshot() == before


def test_goods_of_another_seller():
    mugs()
    other = VariantFactory(sku="CUP-1", product=ProductFactory())

    refused = plan(changed(sku="MUG-BLUE", seller=other.product.seller.code))

    assert errors(refused)[2][0][::2] == ["seller", "MUG-BLUE is sold by somebody else."]


def test_rows_that_contradict_each_other():
    mugs()

    refused = plan(f"{HEAD}\n{GOOD}\n{GOOD.replace('kim@', 'sam@')}\n")

    assert errors(refused)[3] == [["email", "sam@example.org", "Row 2 says something else about the same order."]]
    assert counts(refused) == {"rows": 2, "failed": 2}


def test_an_order_does_not_take_goods_back_too():
    mugs()

    refused = plan(f"{HEAD}\n{GOOD}\n{GOOD.replace(',2,9.90', ',-1,9.90')}\n")

    assert errors(refused)[3][0][2] == (
        "An order cannot take goods back too. Give what comes back an order number of its own."
    )


def test_our_own_number_makes_no_order():
    mugs()

    refused = plan("Our number,Ordered at,SKU,Quantity,Unit price\nO-1,2024-05-01,MUG-BLUE,1,9.90\n")

    assert errors(refused)[2] == [
        ["number", "O-1", "There is no order with this number here. Leave our number out for new orders."]
    ]


def test_an_order_that_was_taken_in_since_the_preview_is_a_conflict():
    from backoffice.kernel.transfers.services import upload_apply

    mugs()
    late = plan(changed(), on_error="skip")
    upload(changed(unit_price="8.00"))

    upload_apply(upload=late, here=True)

    late.refresh_from_db()
    assert (late.failed, late.conflicts, late.created) == (1, 1, 0)
    assert errors(late)[2] == [["", "", "W-1 was taken in since the preview."]]
    assert Order.objects.count() == 1


def test_rows_without_goods_make_no_order():
    mugs()

    refused = plan(textwrap.dedent("""\
        Order number,Ordered at,Customer email
        W-1,2024-05-01,kim@example.org
    """))  # fmt: skip

    assert errors(refused)[2] == [["sku", "", "This order is not here, and no row says what was ordered."]]

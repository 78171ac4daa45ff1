"""Lines of drafts."""

from decimal import Decimal

import pytest

from accounts.models import SellerStatus
from backoffice.kernel.shop.models import ShopSettings
from orders.exceptions import AmountRefused, NotOnSale, OrderNotDraft, OrderRefused
from orders.models import OrderLine
from orders.services.lines import NewLine, order_line_add, order_line_remove, order_line_update, order_lines_add
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import OrderFactory, draft_order, placed_order, stocked_variant
from products.states import ProductStatus

pytestmark = pytest.mark.django_db
D = Decimal


def test_line_copies_what_the_goods_are_called_and_cost():
    variant = stocked_variant(price="79.20", name="Kettle")
    variant.title, variant.unit_code = "Red", "SET"
    variant.save()
    order = OrderFactory()

    line = order_line_add(order=order, variant=variant)

    assert (line.sku, line.name, line.unit_code) == (variant.sku, "Kettle, Red", "SET")
    assert line.seller == variant.product.seller
    assert (line.unit_price, line.net_unit_price, line.net) == (D("79.20"), D("66.5546"), D("66.55"))
    assert (line.tax_rate, line.tax_category, line.included_tax_rate) == (D("19.00"), "S", D("19.00"))
    assert (order.lines_net, order.tax_total, order.rounding, order.total) == (
        D("66.55"),
        D("12.64"),
        D("0.01"),
        D("79.20"),
    )
    variant.price = D("99.00")
    variant.save()
    assert OrderLine.objects.get().unit_price == D("79.20")


def test_lines_keep_their_order():
    order = draft_order(lines=[(stocked_variant(), 1), (stocked_variant(), 1)])
    order_line_add(order=order, variant=stocked_variant())

    assert list(order.lines.values_list("position", flat=True)) == [1, 2, 3]


def test_two_rates_and_discounts():
    order = OrderFactory(discount=D("22.60"), shipping_price=D("5.95"))
    standard, reduced = stocked_variant(price="119.00"), stocked_variant(price="53.50", rate="7.00")
    with pytest.raises(AmountRefused):
        order_line_remove(line=order_line_add(order=order, variant=standard))

    order_line_add(order=order, variant=reduced, quantity=2)

    assert (order.lines_net, order.discount_net, order.shipping_net) == (D("200.00"), D("20.00"), D("5.00"))
    assert (order.tax_total, order.total) == (D("24.35"), D("209.35"))
    assert order.shipping_tax_rate == D("19.00")
    assert_books_tie()
    assert_history_is_true()


def test_one_history_row_per_new_line():
    order = OrderFactory()
    order_lines_add(order=order, new=[NewLine(variant=stocked_variant()), NewLine(variant=stocked_variant())])

    assert OrderLine.history.count() == 2
    assert order.history.count() == 2


def test_update_prices_anew():
    order = draft_order()
    line = order.lines.get()

    order_line_update(line=line, quantity=3, unit_price=D("9.00"), discount=D("2.00"))

    order.refresh_from_db()
    assert (line.quantity, line.unit_price, line.discount) == (3, D("9.00"), D("2.00"))
    assert order.total == D("25.00")
    assert_books_tie()
    assert_history_is_true()


def test_other_variant_brings_its_price_and_seller():
    order = draft_order()
    other = stocked_variant(price="7.50", rate="7.00")

    line = order_line_update(line=order.lines.get(), variant=other)

    assert (line.sku, line.unit_price, line.seller, line.tax_rate) == (
        other.sku,
        D("7.50"),
        other.product.seller,
        D("7.00"),
    )
    order.refresh_from_db()
    assert order.total == D("15.00")


def test_update_without_change_writes_nothing():
    order = draft_order()
    before = snapshot()

    order_line_update(line=order.lines.get(), quantity=2, unit_price=D("10.00"))

    assert snapshot() == before


def test_remove_leaves_a_deletion_in_history():
    order = draft_order()

    order_line_remove(line=order.lines.get())

    order.refresh_from_db()
    assert order.total == D("0.00")
    assert OrderLine.history.latest().history_type == "-"
    assert_history_is_true()


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"quantity": 0}, "quantity", "Order at least one piece."),
        ({"unit_price": D("-1.00")}, "unit_price", "A price cannot be negative."),
        ({"discount": D("20.01")}, "discount", "A discount of 20.01 cannot be taken off 2 × 10.00."),
        ({"discount": D("-0.01")}, "discount", "A discount of -0.01 cannot be taken off 2 × 10.00."),
    ],
)
def test_impossible_values_are_refused(values, field, message):
    order = draft_order()
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        order_line_update(line=order.lines.get(), **values)
    assert (refusal.value.field, str(refusal.value)) == (field, message)
    with pytest.raises(OrderRefused):
        order_line_add(order=order, variant=stocked_variant(on_hand=0), **{"quantity": 2, **values})

    after = snapshot()
    assert (after["Order"], after["OrderLine"]) == (before["Order"], before["OrderLine"])


def _withdraw(variant):
    variant.is_active = False
    variant.save()
    return f"{variant.sku} is not on sale."


def _archive(variant):
    variant.product.status = ProductStatus.ARCHIVED
    variant.product.save()
    return f"{variant.sku} is not on sale: {variant.product} is archived."


def _suspend(variant):
    seller = variant.product.seller
    seller.status = SellerStatus.SUSPENDED
    seller.save()
    return f"{variant.sku} is not on sale: {seller} is suspended."


@pytest.mark.parametrize("stop", [_withdraw, _archive, _suspend])
def test_what_is_not_on_sale_cannot_be_added(stop):
    order, variant = OrderFactory(), stocked_variant()
    message = stop(variant)

    with pytest.raises(NotOnSale) as refusal:
        order_line_add(order=order, variant=variant)

    assert (refusal.value.field, str(refusal.value)) == ("variant", message)
    assert not OrderLine.objects.exists()
    # An order that was made elsewhere is recorded all the same.
    assert order_line_add(order=order, variant=variant, on_sale_only=False).sku == variant.sku


def test_placed_lines_are_read_only():
    order = placed_order()
    line = order.lines.get()
    before = snapshot()

    for change in (
        lambda: order_line_add(order=order, variant=line.variant),
        lambda: order_line_update(line=line, quantity=5),
        lambda: order_line_remove(line=line),
    ):
        with pytest.raises(OrderNotDraft):
            change()

    assert snapshot() == before


def test_price_must_be_said_where_the_catalogue_has_another_currency():
    order = OrderFactory(currency="USD")

    with pytest.raises(AmountRefused) as refusal:
        order_line_add(order=order, variant=stocked_variant())

    assert refusal.value.field == "unit_price"
    assert order_line_add(order=order, variant=stocked_variant(), unit_price=D("12.00")).unit_price == D("12.00")


def test_net_shop_adds_tax_on_top():
    ShopSettings.objects.create(pk=1, prices_include_tax=False)

    order = draft_order()

    assert (order.lines_net, order.tax_total, order.rounding, order.total) == (
        D("20.00"),
        D("3.80"),
        D("0.00"),
        D("23.80"),
    )
    assert_books_tie()

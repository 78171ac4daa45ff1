"""Stock that does not follow from its movements and promises, and rows that join two sellers, are found."""

from __future__ import annotations

import pytest

from accounts.tests.factories import SellerFactory
from backoffice.tests.breaking import change, delete, found, relax
from finance.models import Payout, PayoutLine
from finance.services.refunds import refund_create
from finance.tests.factories import settled_payment
from orders.models import Allocation, Order, ReturnLine, Shipment, ShipmentLine
from orders.services.delivering import shipment_deliver
from orders.services.returns import return_create
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.factories import ReturnReasonFactory, placed_order, stocked_variant
from products.models import Stock, StockMovement
from products.services.images import image_add
from products.tests.pictures import picture

pytestmark = pytest.mark.usefixtures("breakable")


def stock_of(order: Order) -> Stock:
    return Stock.objects.select_related("variant", "location").get(allocations__line__order=order)


def shipped(order: Order) -> Shipment:
    """Return the parcel, sent by the goods' seller, that everything of the order left in."""
    return shipment_ship(shipment=shipment_create(order=order, seller=order.lines.get().seller))


# Stock -------------------------------------------------------------------------


def test_more_allocated_than_is_there():
    order = placed_order()
    stock = stock_of(order)
    relax(Stock)
    change(stock, on_hand=1)

    assert found(3) == [(f"stock {stock}", "2 allocated of 1 on hand.")]


def test_less_than_nothing_allocated():
    order = placed_order()
    stock = stock_of(order)
    relax(Stock)
    change(stock, allocated=-1)

    assert found(3) == [
        (f"stock {stock}", "-1 allocated of 100 on hand."),
        (f"stock {stock}", "-1 allocated, but order lines were promised 2."),
    ]


def test_stock_allocated_to_nobody():
    order = placed_order()
    stock = stock_of(order)
    change(stock, allocated=5)

    assert found(3) == [(f"stock {stock}", "5 allocated, but order lines were promised 2.")]


def test_a_line_whose_allocation_is_gone():
    order = placed_order()
    stock, line = stock_of(order), order.lines.get()
    delete(Allocation.objects.get(line=line))

    assert found(3) == [
        (f"stock {stock}", "2 allocated, but order lines were promised 0."),
        (f"order {order.number}", f"Line {line.sku} says 2 allocated, its allocations say 0."),
    ]


def test_a_cancelled_order_that_holds_stock():
    order = placed_order()
    change(order, status="cancelled")

    assert found(3) == [
        (f"order {order.number}", f"It is cancelled, but line {order.lines.get().sku} still holds stock.")
    ]


def test_stock_that_no_movement_brought():
    order = placed_order()
    stock = stock_of(order)
    change(stock, on_hand=101)

    assert found(4) == [(f"stock {stock}", "101 on hand, but the movements add up to 100.")]


def test_a_movement_that_was_deleted():
    stock = stock_of(placed_order())
    relax(StockMovement)
    delete(stock.movements.get())

    assert found(4) == [(f"stock {stock}", "100 on hand, but the movements add up to 0.")]


# Sellers -----------------------------------------------------------------------


def test_a_line_that_names_another_seller():
    order = placed_order()
    line, other = order.lines.get(), SellerFactory()
    change(line, seller_id=other.pk)

    assert found(10) == [
        (
            f"order {order.number}",
            f"Line {line.sku} names seller {other.pk}, but the product was seller {line.seller_id}'s when it was sold.",
        )
    ]


def test_goods_that_changed_hands_after_the_sale_are_still_the_first_seller_s():
    order = placed_order()
    product = order.lines.get().variant.product
    product.seller = SellerFactory()
    product.save()

    assert found(10) == []


def test_a_parcel_of_one_seller_with_goods_of_another():
    order = placed_order()
    parcel = shipped(order)
    other = SellerFactory()
    change(parcel, seller_id=other.pk)

    assert found(10) == [(f"shipment {parcel.number}", f"Line {order.lines.get().sku} belongs to another seller.")]


def test_a_parcel_with_goods_of_another_order():
    order, other = placed_order(), placed_order()
    parcel = shipped(order)
    change(ShipmentLine.objects.get(shipment=parcel), order_line_id=other.lines.get().pk)
    change(parcel, seller_id=None)

    assert found(10) == [(f"shipment {parcel.number}", f"Line {other.lines.get().sku} belongs to another order.")]


def test_a_return_with_goods_of_another_order():
    order, other = placed_order(), placed_order()
    shipment_deliver(shipment=shipped(order))
    order.refresh_from_db()
    document = return_create(order=order, lines=[(order.lines.get(), 1)], reason=ReturnReasonFactory())
    change(ReturnLine.objects.get(document=document), order_line_id=other.lines.get().pk)

    assert found(10) == [(f"return {document.number}", f"Line {other.lines.get().sku} belongs to another order.")]


def test_a_promise_of_other_goods():
    order = placed_order()
    other = Stock.objects.get(variant=stocked_variant())
    change(Allocation.objects.get(line__order=order), stock_id=other.pk)

    assert found(10) == [
        (f"order {order.number}", f"Line {order.lines.get().sku} was promised the stock of other goods.")
    ]


def test_a_payout_for_goods_of_another_seller():
    line = placed_order().lines.get()
    payout = Payout.objects.create(seller=SellerFactory(), period_from="2026-01-01", period_to="2026-01-31")
    PayoutLine.objects.create(payout=payout, order_line=line, kind="sale", amount="10.00")

    assert found(10) == [(f"payout {payout.pk}", f"Line {line.sku} belongs to another seller.")]


def test_a_refund_for_a_return_of_another_order():
    payment, other = settled_payment(), placed_order()
    shipment_deliver(shipment=shipped(other))
    other.refresh_from_db()
    document = return_create(order=other, lines=[(other.lines.get(), 1)], reason=ReturnReasonFactory())
    refund = refund_create(payment=payment, amount=payment.amount, reason="Mixed up")
    change(refund, document_id=document.pk)

    assert found(10) == [
        (f"refund {refund.pk}", f"It is for return {document.number}, which is of another order than the payment.")
    ]


def test_a_picture_of_another_product():
    first, second = stocked_variant(), stocked_variant()
    image, _ = image_add(product=first.product, content=picture(), name="red.png", variant=first)
    change(image, variant_id=second.pk)

    assert found(10) == [(f"image {image.pk}", f"It shows {second.sku}, which belongs to another product.")]

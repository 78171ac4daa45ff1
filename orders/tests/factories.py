"""Made-up orders for tests; what can happen to an order only happens to them through services."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import factory

from accounts.models import User
from accounts.tests.factories import UserFactory
from orders.models import Order, ReturnReason
from orders.services.drafts import order_create
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place
from products.models import MovementReason, Variant
from products.services.stock import StockMove, stock_move
from products.tests.factories import LocationFactory, ProductFactory, TaxRateFactory, VariantFactory

ADDRESS = {
    "name": "Kim Example",
    "company": "",
    "line1": "Musterweg 1",
    "line2": "",
    "postcode": "01067",
    "city": "Dresden",
    "region": "",
    "country": "DE",
    "phone": "",
}


class ReturnReasonFactory(factory.django.DjangoModelFactory):
    """Does not fit."""

    class Meta:
        model = ReturnReason
        django_get_or_create = ("code",)

    code = "does-not-fit"
    name = "Does not fit"


class OrderFactory(factory.django.DjangoModelFactory):
    """A draft of a customer in Germany, without lines; made by the service."""

    class Meta:
        model = Order

    customer = factory.SubFactory(UserFactory)
    billing_address = factory.LazyFunction(lambda: dict(ADDRESS))
    shipping_address = factory.LazyFunction(lambda: dict(ADDRESS))

    @classmethod
    def _create(cls, model_class: type[Order], *args: Any, **kwargs: Any) -> Order:  # noqa: ARG003
        return order_create(**kwargs)


def stocked_variant(*, on_hand: int = 100, price: str = "10.00", rate: str = "19.00", **product: Any) -> Variant:
    """Return a variant on sale, with stock at the main warehouse, taxed at a German rate.

    Args:
        on_hand: pieces.
        price: catalogue price.
        rate: 19.00 is the standard class; any other rate gets a class of its own.
        product: values for its product (``seller``, ``name``).
    """
    if Decimal(rate) == Decimal("19.00"):
        tax_class = TaxRateFactory().tax_class
    else:
        tax_class = TaxRateFactory(
            tax_class__code=f"at-{rate.replace('.', '-')}", tax_class__name=f"At {rate} %", rate=Decimal(rate)
        ).tax_class
    variant = VariantFactory(product=ProductFactory(tax_class=tax_class, **product), price=Decimal(price))
    if on_hand:
        move = StockMove(variant_id=variant.pk, location_id=LocationFactory().pk, quantity=on_hand)
        stock_move(moves=[move], reason=MovementReason.OPENING)
    return variant


def draft_order(*, lines: Sequence[tuple[Variant, int]] | None = None, **order: Any) -> Order:
    """Return a draft with lines.

    Args:
        lines: (variant, quantity); by default two pieces at 10.00 of something in stock.
        order: values for ``order_create``.
    """
    draft = OrderFactory(**order)
    wanted = [(stocked_variant(), 2)] if lines is None else lines
    order_lines_add(order=draft, new=[NewLine(variant=variant, quantity=quantity) for variant, quantity in wanted])
    return draft


def placed_order(*, lines: Sequence[tuple[Variant, int]] | None = None, **order: Any) -> Order:
    """Return an open order whose stock is allocated; arguments as for ``draft_order``."""
    return order_place(order=draft_order(lines=lines, **order))[0]


def customer_with_profile(**profile: Any) -> User:
    """Return a customer who has a profile and one German default address."""
    from accounts.tests.factories import AddressFactory, CustomerProfileFactory

    customer = CustomerProfileFactory(**profile).user
    AddressFactory(user=customer, is_default_billing=True, is_default_shipping=True)
    return customer

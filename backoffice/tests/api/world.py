"""A small shop with two sellers, whose rows carry words that occur nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from accounts.models import SellerProfile, User
from accounts.tests.factories import SellerFactory, SellerUserFactory, StaffFactory, UserFactory
from finance.models import Payment
from invoices.models import Invoice
from invoices.tests.factories import issued_invoice
from orders.models import Order, OrderNote
from orders.services.drafts import order_create
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place
from orders.services.shipments import shipment_create
from orders.tests.factories import ADDRESS, stocked_variant
from products.models import Stock, Variant
from products.states import ProductStatus


@dataclass
class Party:
    """A seller with a product, a draft product, and an order of their own.

    Attributes:
        word: occurs in every text of the party's rows.
    """

    word: str
    seller: SellerProfile
    user: User
    customer: User
    variant: Variant
    unpublished: Variant
    order: Order
    invoice: Invoice
    payment: Payment
    stock: Stock


def client_of(user: User | None = None) -> APIClient:
    """Return a client, logged in where a user is given."""
    client = APIClient()
    if user is not None:
        client.force_login(user)
    return client


def staff(role: str) -> User:
    """Return a member of staff with a role; a seller for the role of sellers."""
    user = SellerUserFactory() if role == "Seller" else StaffFactory()
    user.groups.add(Group.objects.get(name=role))
    return user


def party(word: str) -> Party:
    """Make a party, all of whose rows carry the word."""
    seller = SellerFactory(store_name=f"{word} store", code=word.lower())
    user = SellerUserFactory(seller=seller, email=f"{word}@sellers.example")
    user.groups.add(Group.objects.get(name="Seller"))
    customer = UserFactory(email=f"{word.lower()}@customers.example", first_name=word)
    variant = _variant(seller, word)
    unpublished = _variant(seller, f"{word}-draft", status=ProductStatus.DRAFT)
    order = draft(word, customer, (variant, 2))
    order_place(order=order)
    OrderNote.objects.create(order=order, text=f"{word} note among staff")
    OrderNote.objects.create(order=order, text=f"{word} note for the customer", visible_to_customer=True)
    shipment_create(order=order, seller=seller, carrier=word, tracking_number=f"{word}-track")
    return Party(
        word=word,
        seller=seller,
        user=user,
        customer=customer,
        variant=variant,
        unpublished=unpublished,
        order=order,
        invoice=issued_invoice(order=order),
        payment=Payment.objects.get(order=order),
        stock=Stock.objects.get(variant=variant),
    )


def draft(word: str, customer: User | None, *lines: tuple[Variant, int]) -> Order:
    """Return a draft whose texts carry the word."""
    address = {**ADDRESS, "name": f"{word} buyer", "line1": f"{word} street"}
    order = order_create(
        customer=customer,
        email=f"{word.lower()}@orders.example",
        billing_address=address,
        shipping_address=address,
        external_reference=f"{word}-elsewhere",
        customer_note=f"{word} please",
    )
    order_lines_add(order=order, new=[NewLine(variant=variant, quantity=count) for variant, count in lines])
    return order


def _variant(seller: SellerProfile, word: str, **product: object) -> Variant:
    variant = stocked_variant(
        seller=seller,
        name=f"{word} thing",
        brand=f"{word} brand",
        description=f"{word} description",
        tags=word,
        handle=f"{word}-thing",
        **product,
    )
    variant.sku, variant.barcode, variant.title = f"{word}-SKU", f"{word}-BAR", f"{word} title"
    variant.cost = Decimal("3.21")
    variant.save()
    return variant

"""Carts and checkout as the API takes and shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.serializers import AddressSerializer, AddressSnapshotField
from cart.models import CartLine
from cart.services.rows import QUANTITY_MAX
from orders.models import Order
from orders.selectors.on_sale import not_on_sale
from orders.serializers import AMOUNTS, STANDING, CustomerLineSerializer


class CartLineSerializer(serializers.ModelSerializer[CartLine]):
    """A line of a cart, with the price last shown and the one of now."""

    sku = serializers.CharField(source="variant.sku")
    product = serializers.IntegerField(source="variant.product_id")
    name = serializers.CharField(source="variant.product.name")
    title = serializers.CharField(source="variant.title")
    shown_price = serializers.DecimalField(source="unit_price", max_digits=12, decimal_places=2)
    unit_price = serializers.DecimalField(
        source="variant.price", max_digits=12, decimal_places=2, help_text="Price of now, which checkout takes."
    )
    total = serializers.SerializerMethodField()
    available = serializers.SerializerMethodField()

    class Meta:
        model = CartLine
        fields = (
            "id",
            "variant",
            "sku",
            "product",
            "name",
            "title",
            "quantity",
            "shown_price",
            "unit_price",
            "total",
            "available",
        )

    def get_total(self, line: CartLine) -> str:
        """Return what the line comes to now."""
        return str(line.quantity * line.variant.price)

    def get_available(self, line: CartLine) -> bool:
        """Say whether the thing is still on sale."""
        return not not_on_sale(line.variant)


class CartSerializer(serializers.Serializer[Any]):
    """The cart of whoever asks; empty where there is none yet."""

    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    subtotal = serializers.DecimalField(
        max_digits=16, decimal_places=2, help_text="What can be ordered, at the prices of now; tax as the prices."
    )
    lines = CartLineSerializer(many=True)


class NewCartLineSerializer(serializers.Serializer[Any]):
    """Something for the cart."""

    variant = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX, default=1)


class QuantitySerializer(serializers.Serializer[Any]):
    """How many pieces a line shall hold."""

    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)


class CheckoutSerializer(serializers.Serializer[Any]):
    """What is said at checkout beside the cart. Prices, owner and numbers are the shop's to say."""

    email = serializers.EmailField(max_length=254, required=False, default="", help_text="Needed from guests.")
    billing_address = AddressSerializer(required=False, allow_null=True, default=None)
    shipping_address = AddressSerializer(
        required=False, allow_null=True, default=None, help_text="Customers' own default address where it is missing."
    )
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=2_000, required=False, default="", allow_blank=True)
    accepted_total = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        allow_null=True,
        default=None,
        help_text="Total that the shopper agreed to; needed when prices changed since the cart was shown.",
    )


class ReceiptSerializer(serializers.ModelSerializer[Order]):
    """The order that a checkout has made."""

    billing_address = AddressSnapshotField()
    shipping_address = AddressSnapshotField()
    lines = CustomerLineSerializer(many=True)

    class Meta:
        model = Order
        fields = (*STANDING, *AMOUNTS, "email", "billing_address", "shipping_address", "customer_note", "lines")

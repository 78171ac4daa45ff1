"""Orders as the API shows them: to the house whole, to sellers their part, to customers theirs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import AddressSnapshotField, CustomerNameSerializer
from orders.models import Order, OrderLine, OrderNote, Shipment, ShipmentLine
from products.serializers import StoreSerializer

# What all audiences learn of an order.
STANDING = ("number", "status", "fulfilment_status", "payment_status", "placed_at", "currency")
AMOUNTS = (
    "prices_include_tax",
    "lines_net",
    "shipping_net",
    "discount_net",
    "tax_total",
    "rounding",
    "total",
    "paid_total",
)
# What all audiences learn of a line that they see.
LINE = (
    "id",
    "position",
    "sku",
    "name",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "net",
    "shipped",
    "delivered",
    "cancelled",
    "returned",
)


class ShipmentLineSerializer(serializers.ModelSerializer[ShipmentLine]):
    """Pieces in a parcel."""

    sku = serializers.CharField(source="order_line.sku")

    class Meta:
        model = ShipmentLine
        fields = ("order_line", "sku", "quantity")


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """A parcel."""

    lines = ShipmentLineSerializer(many=True)

    class Meta:
        model = Shipment
        fields = ("number", "status", "carrier", "tracking_number", "shipped_at", "delivered_at", "lines")


class OrderNoteSerializer(serializers.ModelSerializer[OrderNote]):
    """A note."""

    class Meta:
        model = OrderNote
        fields = ("text", "visible_to_customer", "created_at")


class CustomerNoteSerializer(serializers.ModelSerializer[OrderNote]):
    """A note for the customer."""

    class Meta:
        model = OrderNote
        fields = ("text", "created_at")


class HouseLineSerializer(serializers.ModelSerializer[OrderLine]):
    """A line for staff."""

    seller = StoreSerializer()

    class Meta:
        model = OrderLine
        fields = (*LINE, "variant", "seller", "tax_category", "net_unit_price", "allocated")


class SellerLineSerializer(serializers.ModelSerializer[OrderLine]):
    """A seller's line."""

    class Meta:
        model = OrderLine
        fields = (*LINE, "variant", "allocated")


class CustomerLineSerializer(serializers.ModelSerializer[OrderLine]):
    """A line for whoever ordered it."""

    class Meta:
        model = OrderLine
        fields = (*LINE, "variant")


class HouseOrderSerializer(serializers.ModelSerializer[Order]):
    """An order in the list of the staff."""

    customer = CustomerNameSerializer(allow_null=True)

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            "id",
            *STANDING,
            *AMOUNTS,
            "customer",
            "email",
            "buyer_name",
            "channel",
            "external_reference",
            "created_at",
            "updated_at",
        )


class HouseOrderDetailSerializer(HouseOrderSerializer):
    """A whole order for staff."""

    billing_address = AddressSnapshotField()
    shipping_address = AddressSnapshotField()
    lines = HouseLineSerializer(many=True)
    shipments = ShipmentSerializer(many=True)
    notes = OrderNoteSerializer(many=True)

    class Meta(HouseOrderSerializer.Meta):
        fields = (
            *HouseOrderSerializer.Meta.fields,
            "billing_address",
            "shipping_address",
            "vat_id",
            "language",
            "customer_note",
            "completed_at",
            "cancelled_at",
            "lines",
            "shipments",
            "notes",
        )


class SellerOrderSerializer(serializers.ModelSerializer[Order]):
    """What a seller learns of an order: how it stands, where it goes, the own lines and parcels.

    Not who ordered, what else was ordered, or what the order comes to as a whole.
    """

    country = serializers.CharField(source="shipping_address.country", default="")
    lines = SellerLineSerializer(many=True)
    shipments = ShipmentSerializer(many=True)

    class Meta:
        model = Order
        fields = ("id", *STANDING, "country", "lines", "shipments")


class CustomerOrderSerializer(serializers.ModelSerializer[Order]):
    """A customer's order in their list."""

    class Meta:
        model = Order
        fields: tuple[str, ...] = (*STANDING, *AMOUNTS)


class CustomerOrderDetailSerializer(CustomerOrderSerializer):
    """A customer's whole order."""

    billing_address = AddressSnapshotField()
    shipping_address = AddressSnapshotField()
    lines = CustomerLineSerializer(many=True)
    shipments = ShipmentSerializer(many=True)
    notes = CustomerNoteSerializer(many=True, source="shown_notes")

    class Meta(CustomerOrderSerializer.Meta):
        fields = (
            *CustomerOrderSerializer.Meta.fields,
            "email",
            "billing_address",
            "shipping_address",
            "vat_id",
            "customer_note",
            "lines",
            "shipments",
            "notes",
        )


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """A line on its own, with how its order stands."""

    order = serializers.CharField(source="order.number")
    order_status = serializers.CharField(source="order.status")
    placed_at = serializers.DateTimeField(source="order.placed_at", allow_null=True)
    currency = serializers.CharField(source="order.currency")
    seller = StoreSerializer()

    class Meta:
        model = OrderLine
        fields = ("order", "order_status", "placed_at", "currency", "seller", *LINE, "variant", "allocated")


class ReasonSerializer(serializers.Serializer[Any]):
    """Why something is done."""

    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class ParcelSerializer(serializers.Serializer[Any]):
    """A parcel with everything that is allocated and not packed yet."""

    carrier = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    tracking_number = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)

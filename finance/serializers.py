"""Payments as the API shows them."""

from __future__ import annotations

from rest_framework import serializers

from finance.models import Payment, Refund


class RefundSerializer(serializers.ModelSerializer[Refund]):
    """Money given back, in the payment's currency."""

    class Meta:
        model = Refund
        fields = ("id", "amount", "status", "reason", "provider_reference", "created_at", "succeeded_at")


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """A payment with its refunds."""

    order = serializers.CharField(source="order.number")
    method = serializers.CharField(source="method.code")
    refunds = RefundSerializer(many=True)

    class Meta:
        model = Payment
        fields = (
            "id",
            "order",
            "method",
            "amount",
            "currency",
            "captured_amount",
            "refunded_amount",
            "status",
            "provider_reference",
            "due_on",
            "settled_at",
            "refunds",
            "created_at",
            "updated_at",
        )

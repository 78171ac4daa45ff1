"""Invoices and credit notes as the API shows them. Amounts are in the document's currency."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.reverse import reverse

from invoices.models import Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown


class InvoiceLineSerializer(serializers.ModelSerializer[InvoiceLine]):
    """A line."""

    class Meta:
        model = InvoiceLine
        fields = (
            "position",
            "sku",
            "name",
            "quantity",
            "unit_code",
            "unit_price_net",
            "allowance_net",
            "net",
            "tax_category",
            "tax_rate",
        )


class AdjustmentSerializer(serializers.ModelSerializer[InvoiceAdjustment]):
    """An allowance or charge of the whole document."""

    class Meta:
        model = InvoiceAdjustment
        fields = ("position", "kind", "is_charge", "reason", "net", "tax_category", "tax_rate")


class TaxSerializer(serializers.ModelSerializer[TaxBreakdown]):
    """The tax of one rate."""

    class Meta:
        model = TaxBreakdown
        fields = ("category", "rate", "taxable", "tax", "exemption_reason")


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    """A document in a list."""

    order = serializers.CharField(source="order.number", default=None, allow_null=True)
    corrects = serializers.CharField(source="corrects.number", default=None, allow_null=True)
    pdf_url = serializers.SerializerMethodField()

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = (
            "id",
            "number",
            "kind",
            "status",
            "order",
            "corrects",
            "issued_on",
            "due_on",
            "currency",
            "net",
            "tax",
            "gross",
            "prepaid",
            "rounding",
            "due",
            "pdf_url",
        )

    def get_pdf_url(self, invoice: Invoice) -> str | None:
        """Return the address of the PDF; None while it is not made."""
        if invoice.pdf_id is None:
            return None
        return reverse("file", args=[invoice.pdf_id], request=self.context["request"])


class InvoiceDetailSerializer(InvoiceSerializer):
    """A whole document."""

    lines = InvoiceLineSerializer(many=True)
    adjustments = AdjustmentSerializer(many=True)
    tax_breakdown = TaxSerializer(many=True)

    class Meta(InvoiceSerializer.Meta):
        fields = (
            *InvoiceSerializer.Meta.fields,
            "order_number",
            "ordered_on",
            "delivered_on",
            "language",
            "payment_method",
            "seller_snapshot",
            "buyer_snapshot",
            "delivery_snapshot",
            "note",
            "lines_net",
            "allowances_net",
            "charges_net",
            "lines",
            "adjustments",
            "tax_breakdown",
            "content_hash",
        )

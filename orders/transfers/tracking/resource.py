"""The columns of files with tracking numbers."""

from __future__ import annotations

from backoffice.kernel.transfers.fields import TransferField, TransferResource
from orders.models import Shipment


class TrackingResource(TransferResource):
    """Parcels with carrier and tracking number: a row per parcel."""

    shipment = TransferField(
        Shipment,
        "number",
        label="Shipment",
        synonyms=(
            "shipment number", "shipment no", "shipment id", "parcel", "parcel number", "packing slip", "delivery note",
            "fulfillment", "sendung", "sendungsnummer intern", "lieferschein", "lieferscheinnummer", "expédition",
            "numéro d'expédition", "bon de livraison",
        ),
        example="S-1001",
        help="Number of the shipment. Where it is left out, the order must have one shipment only.",
    )  # fmt: skip
    order = TransferField(
        None,
        "order",
        attribute="order__number",
        max_length=80,
        label="Order",
        synonyms=(
            "order number", "order no", "order id", "order reference", "reference", "customer reference",
            "bestellung", "bestellnummer", "auftrag", "auftragsnummer", "referenz", "commande", "numéro de commande",
        ),
        example="1001",
        help="Number of the order, here or in the system that it came from.",
    )  # fmt: skip
    seller = TransferField(
        None,
        "seller",
        attribute="seller__code",
        max_length=120,
        synonyms=("seller code", "store", "sender", "merchant", "verkäufer", "vendeur"),
        example="north-trade",
        help="Code of the seller who sent it, “house” for the shop itself; tells the shipments of one order apart.",
    )
    carrier = TransferField(
        Shipment,
        "carrier",
        synonyms=(
            "carrier name", "shipping carrier", "tracking company", "courier", "shipping company", "versanddienst",
            "versanddienstleister", "spediteur", "transporteur",
        ),
        example="DHL",
    )  # fmt: skip
    tracking_number = TransferField(
        Shipment,
        "tracking_number",
        code=True,
        synonyms=(
            "tracking", "tracking no", "tracking code", "tracking id", "consignment number", "waybill", "awb",
            "sendungsnummer", "sendungsverfolgungsnummer", "paketnummer", "numéro de suivi", "n° de suivi",
        ),
        example="00340434161094042557",
        help="As the carrier gave it; kept as text, leading zeros included.",
    )  # fmt: skip
    shipped_at = TransferField(
        Shipment,
        "shipped_at",
        label="Shipped at",
        synonyms=("ship date", "shipping date", "shipped", "dispatched at", "versanddatum", "versendet am", "date d'expédition"),
        example="2026-03-31 18:00",
        help="Only compared: when a shipment left is written by shipping it, for stock and invoices hang on it.",
    )  # fmt: skip

"""The columns of the files of orders."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import Address
from backoffice.kernel.transfers.fields import TransferField, TransferResource
from orders.models import Order, OrderLine
from orders.transfers.sales.words import ROW_TYPES, STATUSES

_MOST_PIECES = Decimal(1_000_000_000)


class OrderResource(TransferResource):
    """Orders with their lines: a row per line; what belongs to the order may stand in its first row only."""

    number = TransferField(
        None,
        "number",
        label="Our number",
        synonyms=("our order number",),
        max_length=30,
        help="Only to find an order that is here already; new orders get theirs from the shop.",
    )
    external_reference = TransferField(
        Order,
        "external_reference",
        label="Order number",
        synonyms=(
            "order no", "order id", "order", "order name", "order reference", "invoice no", "invoice number",
            "invoiceno", "receipt number", "bestellnummer", "auftragsnummer", "numéro de commande",
        ),
        example="1001",
        help="The order's number in the system that it comes from. Rows with the same number are one order.",
    )  # fmt: skip
    ordered_at = TransferField(
        Order,
        "placed_at",
        label="Ordered at",
        synonyms=("order date", "placed at", "purchase date", "invoice date", "date", "created at", "bestelldatum"),
        example="2024-03-31 18:05",
        help="When the order was made. Needed for past orders.",
    )
    status = TransferField(
        None,
        "status",
        synonyms=("order status", "bestellstatus"),
        choices=STATUSES,
        example="completed",
        help="completed, cancelled, open or draft. Past orders are completed where it is left out.",
    )
    email = TransferField(
        Order,
        "email",
        label="Customer email",
        synonyms=("e-mail", "mail", "email address", "billing email", "kunden-e-mail"),
        shape="email",
        example="kim@example.org",
        help="A customer with this log-in gets the order into the account.",
    )
    external_customer = TransferField(
        Order,
        "external_customer",
        label="Customer number",
        synonyms=("customer id", "customer no", "client number", "kundennummer"),
        example="17850",
        help="The customer's number in the other system. Without it and without an email it is a guest order.",
    )
    billing_name = TransferField(
        Address,
        "name",
        label="Customer name",
        synonyms=("customer", "billing full name", "bill to name", "kunde"),
        example="Kim Example",
    )
    billing_company = TransferField(Address, "company", label="Company", synonyms=("bill to company", "firma"))
    billing_line1 = TransferField(
        Address, "line1", label="Billing street", synonyms=("billing address", "billing address 1")
    )
    billing_line2 = TransferField(Address, "line2", label="Billing additional line", synonyms=("billing address 2",))
    billing_postcode = TransferField(Address, "postcode", label="Billing postcode", synonyms=("billing zip",))
    billing_city = TransferField(Address, "city", label="Billing city")
    billing_region = TransferField(Address, "region", label="Billing region", synonyms=("billing state",))
    billing_country = TransferField(None, "billing_country", label="Billing country", max_length=80)
    billing_phone = TransferField(Address, "phone", label="Billing phone", synonyms=("phone",))
    shipping_name = TransferField(Address, "name", label="Recipient", synonyms=("ship to name", "shipping full name"))
    shipping_company = TransferField(Address, "company", label="Shipping company")
    shipping_line1 = TransferField(
        Address,
        "line1",
        label="Street",
        synonyms=(
            "shipping street",
            "shipping address",
            "shipping address1",
            "shipping address 1",
            "address",
            "straße",
        ),
        example="Musterweg 1",
    )
    shipping_line2 = TransferField(Address, "line2", label="Additional line", synonyms=("shipping address 2",))
    shipping_postcode = TransferField(
        Address,
        "postcode",
        label="Postcode",
        synonyms=("shipping zip", "shipping postal code", "shipping postcode", "zip", "postal code", "plz"),
        example="01067",
        help="Kept as text, leading zeros included.",
    )
    shipping_city = TransferField(
        Address, "city", label="City", synonyms=("shipping city", "ship to city", "town", "ort"), example="Dresden"
    )
    shipping_region = TransferField(
        Address, "region", label="Region", synonyms=("shipping state", "shipping province", "shipping region", "state")
    )
    shipping_country = TransferField(
        None,
        "shipping_country",
        label="Country",
        synonyms=("shipping country", "ship to country", "delivery country", "land", "pays"),
        max_length=80,
        example="DE",
        help="Of delivery: code or name. It decides on the tax; the shop's own country where it is left out.",
    )
    shipping_phone = TransferField(Address, "phone", label="Shipping phone")
    vat_id = TransferField(Order, "vat_id", label="VAT id", synonyms=("vat number", "customer vat id", "ust-id"))
    currency = TransferField(
        Order,
        "currency",
        synonyms=("order currency", "currency code", "währung"),
        example="EUR",
        help="Three letters; the shop's own where it is left out.",
    )
    prices_include_tax = TransferField(
        Order,
        "prices_include_tax",
        label="Prices include tax",
        synonyms=("taxes included", "tax included", "gross prices"),
        example="yes",
        help="Wins over the answer given for the whole file.",
    )
    row_type = TransferField(
        None,
        "row_type",
        label="Row type",
        synonyms=("line type", "item type"),
        choices=ROW_TYPES,
        example="goods",
        help="goods, shipping or discount. A row of shipping or discount goes into the order's own amounts.",
    )
    sku = TransferField(
        OrderLine,
        "sku",
        code=True,
        label="SKU",
        synonyms=(
            "item sku", "product sku", "lineitem sku", "stock code", "stockcode", "article number", "item number",
            "variant sku", "artikelnummer", "référence",
        ),
        example="ESP-100-RED",
        help="What was ordered.",
    )  # fmt: skip
    name = TransferField(
        OrderLine,
        "name",
        label="Item name",
        synonyms=("description", "product name", "item description", "lineitem name", "title", "artikel"),
        example="Espresso machine",
        help="As it was called then; the catalogue's name where it is left out.",
    )
    quantity = TransferField(
        None,
        "quantity",
        kind="integer",
        minimum=-_MOST_PIECES,
        maximum=_MOST_PIECES,
        label="Quantity",
        synonyms=("qty", "pieces", "ordered quantity", "lineitem quantity", "menge", "anzahl", "quantité"),
        example="2",
        help="A document of negative quantities only takes goods back.",
    )
    unit_price = TransferField(
        OrderLine,
        "unit_price",
        label="Unit price",
        synonyms=("price", "item price", "item cost", "lineitem price", "einzelpreis", "prix unitaire"),
        example="249.00",
        help="Of one piece, as charged.",
    )
    discount = TransferField(
        OrderLine,
        "discount",
        label="Line discount",
        synonyms=("item discount", "lineitem discount", "positionsrabatt"),
        example="0.00",
        help="Taken off the whole line, as charged.",
    )
    tax_rate = TransferField(
        OrderLine,
        "tax_rate",
        label="Tax rate",
        synonyms=("tax percent", "vat rate", "vat percent", "steuersatz"),
        percent=True,
        minimum=Decimal(0),
        maximum=Decimal(100),
        example="19",
        help="In percent, where the file knows it better than the shop's own table of rates.",
    )
    seller = TransferField(
        None,
        "seller",
        synonyms=("seller code", "store", "merchant"),
        max_length=120,
        example="north-trade",
        help="Code or store name; must be the seller of the goods.",
    )
    shipping_price = TransferField(
        Order,
        "shipping_price",
        label="Shipping",
        synonyms=("shipping cost", "shipping amount", "order shipping amount", "postage", "versandkosten"),
        example="4.90",
    )
    order_discount = TransferField(
        Order,
        "discount",
        label="Order discount",
        synonyms=("discount amount", "cart discount amount", "total discount", "rabatt"),
        example="0.00",
        help="Taken off the goods as a whole, as charged.",
    )
    discount_reason = TransferField(
        Order, "discount_reason", label="Discount reason", synonyms=("discount code", "coupon code", "coupon")
    )
    total = TransferField(
        Order,
        "total",
        label="Order total",
        synonyms=("total", "grand total", "order total amount", "gesamtbetrag"),
        minimum=Decimal(0),
        help="Only compared with what the shop computes; differences are reported.",
    )
    note = TransferField(
        Order,
        "customer_note",
        label="Note",
        synonyms=("notes", "customer note", "order notes", "comment", "bemerkung"),
    )

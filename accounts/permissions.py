"""The roles manifest and the row scope: who may do what, and on whose rows.

The groups of the database are made from this file after each migrate (``accounts.services.roles``);
a group that differs from it is reported by the system check ``accounts.W001``. Permissions are
written here as ``app.model: actions``; ``*`` stands for Django's four and every permission of the
model's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.kernel.scope.rules import ScopeRule

ALL = "*"
EDIT = "view add change"
EDIT_DELETE = "view add change delete"


@dataclass(frozen=True)
class Role:
    """A group of the back office.

    Attributes:
        name: name of the group.
        purpose: what its members do, for the people who assign it.
        grants: per model label, the actions that the role may take.
    """

    name: str
    purpose: str
    grants: dict[str, str]


# Every model that the back office knows by name; a model that is not listed here is nobody's.
CATALOGUE = (
    "products.category",
    "products.attribute",
    "products.attributevalue",
    "products.product",
    "products.variant",
    "products.variantoption",
    "products.productimage",
)
TAX = ("products.taxclass", "products.taxrate")
STOCK = ("products.location", "products.stock", "products.stockmovement")
ORDERS = (
    "orders.order",
    "orders.orderline",
    "orders.allocation",
    "orders.ordernote",
    "orders.shipment",
    "orders.shipmentline",
    "orders.return",
    "orders.returnline",
    "orders.returnreason",
)
CARTS = ("cart.cart", "cart.cartline")
PAYMENTS = ("finance.paymentmethod", "finance.payment", "finance.refund", "finance.paymentevent")
BANK = (
    "finance.bankaccount",
    "finance.bankstatement",
    "finance.statementline",
    "finance.match",
    "finance.periodlock",
)
PAYOUTS = ("finance.payout", "finance.payoutline")
INVOICES = (
    "invoices.issuer",
    "invoices.series",
    "invoices.invoice",
    "invoices.invoiceline",
    "invoices.invoiceadjustment",
    "invoices.taxbreakdown",
)
PEOPLE = ("accounts.user", "accounts.customerprofile", "accounts.sellerprofile", "accounts.address")
TRANSFERS = ("kernel.upload", "kernel.stagedrow", "kernel.savedmapping", "kernel.export", "kernel.savedcolumns")
OPERATIONS = ("kernel.job", "kernel.joblogentry", "kernel.storedfile", "kernel.fileaccess", "kernel.shopsettings")

EVERYTHING = (
    *CATALOGUE,
    *TAX,
    *STOCK,
    *ORDERS,
    *CARTS,
    *PAYMENTS,
    *BANK,
    *PAYOUTS,
    *INVOICES,
    *PEOPLE,
    *TRANSFERS,
    *OPERATIONS,
)

# Rows that are only ever written by services, or for ever: nobody adds, changes or deletes them by hand.
READ_ONLY = frozenset(
    {
        "products.stockmovement",
        "orders.allocation",
        "finance.paymentevent",
        "kernel.job",
        "kernel.joblogentry",
        "kernel.storedfile",
        "kernel.fileaccess",
        "kernel.stagedrow",
        "kernel.export",
    }
)


def _views(*labels: str) -> dict[str, str]:
    return dict.fromkeys(labels, "view")


def _edits(*labels: str) -> dict[str, str]:
    return {label: "view" if label in READ_ONLY else EDIT for label in labels}


_FILES_IN_AND_OUT = {"kernel.upload": EDIT, "kernel.stagedrow": "view", "kernel.savedmapping": EDIT_DELETE}
_FILES_OUT = {"kernel.export": "view", "kernel.savedcolumns": EDIT_DELETE}
_JOBS = {"kernel.job": "view", "kernel.joblogentry": "view"}

ADMINISTRATOR = Role(
    "Administrator",
    "Runs the shop: people, roles, settings, and everything else.",
    {label: "view" if label in READ_ONLY else ALL for label in EVERYTHING}
    | {"auth.group": "view", "kernel.job": "view viewall manage"},
)

OPERATIONS_LEAD = Role(
    "Operations lead",
    "Answers for catalogue, stock and orders; approves large uploads.",
    {
        **_edits(*CATALOGUE, *STOCK, *ORDERS, *CARTS),
        **_views(*TAX, *PAYMENTS, *INVOICES, "accounts.sellerprofile"),
        "accounts.user": "view",
        "accounts.customerprofile": "view add change import export",
        "accounts.address": EDIT_DELETE,
        "products.category": "view add change delete import export",
        "products.product": "view add change delete publish import export reprice",
        "products.variant": "view add change delete import export",
        "products.variantoption": EDIT_DELETE,
        "products.productimage": EDIT_DELETE,
        "products.stock": "view add change move import export",
        "orders.order": "view add change place cancel ship import export",
        "orders.orderline": EDIT_DELETE,
        "orders.shipment": "view add change import export",
        "orders.shipmentline": EDIT_DELETE,
        "orders.return": "view add change handle",
        "orders.returnline": EDIT_DELETE,
        **_FILES_IN_AND_OUT,
        **_FILES_OUT,
        **_JOBS,
        "kernel.job": "view viewall manage",
        "kernel.upload": "view add change approve",
        "kernel.shopsettings": "view",
    },
)

CATALOGUE_EDITOR = Role(
    "Catalogue editor",
    "Keeps products, prices, pictures and categories, mostly from spreadsheets.",
    {
        **_edits(*CATALOGUE),
        **_views(*TAX, *STOCK, "accounts.sellerprofile"),
        "products.category": "view add change import export",
        "products.product": "view add change publish import export reprice",
        "products.variant": "view add change import export",
        "products.variantoption": EDIT_DELETE,
        "products.productimage": EDIT_DELETE,
        "products.stock": "view export",
        **_FILES_IN_AND_OUT,
        **_FILES_OUT,
        **_JOBS,
    },
)

ORDER_DESK = Role(
    "Order desk",
    "Enters and changes orders, looks after customers, starts returns.",
    {
        **_edits(*ORDERS, "cart.cart", "cart.cartline"),
        **_views(*CATALOGUE, *STOCK, *PAYMENTS, *INVOICES, "accounts.sellerprofile"),
        "accounts.user": "view add",
        "accounts.customerprofile": "view add change import export",
        "accounts.address": EDIT_DELETE,
        "orders.order": "view add change place cancel import export",
        "orders.orderline": EDIT_DELETE,
        "orders.shipment": "view",
        "orders.shipmentline": "view",
        "orders.return": "view add change handle",
        "orders.returnline": EDIT_DELETE,
        "orders.returnreason": "view",
        **_FILES_IN_AND_OUT,
        **_FILES_OUT,
        **_JOBS,
    },
)

WAREHOUSE = Role(
    "Warehouse",
    "Picks, packs, ships, counts stock and inspects returns.",
    {
        **_views(*CATALOGUE, *STOCK, *ORDERS),
        "products.stock": "view add change move import export",
        "orders.order": "view ship export",
        "orders.shipment": "view add change import export",
        "orders.shipmentline": EDIT_DELETE,
        "orders.return": "view change handle",
        "orders.returnline": "view change",
        "orders.ordernote": "view add",
        **_FILES_IN_AND_OUT,
        **_FILES_OUT,
        **_JOBS,
    },
)

FINANCE = Role(
    "Finance",
    "Watches payments, issues invoices, matches the bank, closes the month.",
    {
        **_views(*CATALOGUE, *STOCK, *ORDERS, *PEOPLE),
        **_edits(*TAX, *PAYMENTS, *BANK, *PAYOUTS, *INVOICES),
        "orders.order": "view export",
        "orders.ordernote": "view add",
        "products.product": "view export",
        "products.stock": "view export",
        "finance.payment": "view add change settle refund export",
        "finance.payout": "view add change approve",
        "finance.periodlock": "view add change close",
        "finance.match": EDIT,
        "invoices.invoice": "view add change issue export",
        "invoices.invoiceline": "view",
        "invoices.invoiceadjustment": "view",
        "invoices.taxbreakdown": "view",
        **_FILES_IN_AND_OUT,
        **_FILES_OUT,
        **_JOBS,
        "kernel.storedfile": "view",
        "kernel.fileaccess": "view",
    },
)

AUDITOR = Role(
    "Auditor",
    "Reads and exports everything, changes nothing.",
    {
        **_views(*EVERYTHING, "auth.group"),
        "kernel.job": "view viewall",
        "products.product": "view export",
        "products.variant": "view export",
        "products.category": "view export",
        "products.stock": "view export",
        "orders.order": "view export",
        "orders.shipment": "view export",
        "finance.payment": "view export",
        "invoices.invoice": "view export",
        "accounts.customerprofile": "view export",
    },
)

SELLER = Role(
    "Seller",
    "Keeps the own goods and stock, and sees the own order lines, parcels and payouts.",
    {
        **_views(
            "products.category", "products.attribute", "products.attributevalue", "products.location", *TAX, *ORDERS
        ),
        "products.product": "view add change publish import export reprice",
        "products.variant": "view add change import export",
        "products.variantoption": EDIT_DELETE,
        "products.productimage": EDIT_DELETE,
        "products.stock": "view move import export",
        "products.stockmovement": "view",
        "orders.order": "view",
        "orders.ordernote": "",
        "orders.allocation": "",
        "orders.shipment": "view export",
        "accounts.sellerprofile": "view",
        **_views(*PAYOUTS),
        **_FILES_IN_AND_OUT,
        **_FILES_OUT,
        **_JOBS,
    },
)

ROLES: tuple[Role, ...] = (
    ADMINISTRATOR,
    OPERATIONS_LEAD,
    CATALOGUE_EDITOR,
    ORDER_DESK,
    WAREHOUSE,
    FINANCE,
    AUDITOR,
    SELLER,
)

# The seller's path leads to a SellerProfile's key, the customer's to a User's key. House staff see
# every row. "*" shows every row of shared reference data. What is missing shows nothing.
SCOPE: dict[str, ScopeRule] = {
    "accounts.User": ScopeRule(customer="pk"),
    "accounts.CustomerProfile": ScopeRule(customer="user"),
    "accounts.SellerProfile": ScopeRule(seller="pk"),
    "accounts.Address": ScopeRule(customer="user"),
    "products.Category": ScopeRule(seller="*", customer="*"),
    "products.Attribute": ScopeRule(seller="values__variant_options__variant__product__seller", customer="*"),
    "products.AttributeValue": ScopeRule(seller="variant_options__variant__product__seller", customer="*"),
    "products.TaxClass": ScopeRule(seller="*"),
    "products.TaxRate": ScopeRule(seller="*"),
    "products.Product": ScopeRule(seller="seller", customer="*"),
    "products.Variant": ScopeRule(seller="product__seller", customer="*"),
    "products.VariantOption": ScopeRule(seller="variant__product__seller", customer="*"),
    "products.ProductImage": ScopeRule(seller="product__seller", customer="*"),
    "products.Location": ScopeRule(seller="*"),
    "products.Stock": ScopeRule(seller="variant__product__seller"),
    "products.StockMovement": ScopeRule(seller="stock__variant__product__seller"),
    "orders.Order": ScopeRule(seller="lines__seller", customer="customer"),
    "orders.OrderLine": ScopeRule(seller="seller", customer="order__customer"),
    "orders.Shipment": ScopeRule(seller="seller", customer="order__customer"),
    "orders.ShipmentLine": ScopeRule(seller="shipment__seller", customer="shipment__order__customer"),
    "orders.Return": ScopeRule(seller="lines__order_line__seller", customer="order__customer"),
    "orders.ReturnLine": ScopeRule(seller="order_line__seller", customer="document__order__customer"),
    "orders.ReturnReason": ScopeRule(seller="*", customer="*"),
    "cart.Cart": ScopeRule(customer="customer"),
    "cart.CartLine": ScopeRule(customer="cart__customer"),
    "finance.PaymentMethod": ScopeRule(customer="*"),
    "finance.Payment": ScopeRule(customer="order__customer"),
    "finance.Refund": ScopeRule(customer="payment__order__customer"),
    "finance.Payout": ScopeRule(seller="seller"),
    "finance.PayoutLine": ScopeRule(seller="payout__seller"),
    "invoices.Invoice": ScopeRule(customer="order__customer"),
    "invoices.InvoiceLine": ScopeRule(customer="invoice__order__customer"),
    "invoices.InvoiceAdjustment": ScopeRule(customer="invoice__order__customer"),
    "kernel.Job": ScopeRule(seller="owner__seller"),
    "kernel.JobLogEntry": ScopeRule(seller="job__owner__seller"),
    "kernel.Upload": ScopeRule(seller="owner__seller"),
    "kernel.StagedRow": ScopeRule(seller="upload__owner__seller"),
    "kernel.SavedMapping": ScopeRule(seller="owner__seller"),
    "kernel.Export": ScopeRule(seller="owner__seller"),
    "kernel.SavedColumns": ScopeRule(seller="owner__seller"),
}

"""Orders."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q, Value

from backoffice.kernel.history.models import TrackedModel
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus

_NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


# SQLite keeps decimals as floating point: the sum is compared to within half a cent.
_PARTS = F("lines_net") + F("shipping_net") - F("discount_net") + F("tax_total") + F("rounding")
_HALF_A_CENT = Value(Decimal("0.005"))


class OrderChannel(models.TextChoices):
    """Where an order came from."""

    STOREFRONT = "storefront", "Storefront"
    STAFF = "staff", "Entered by staff"
    API = "api", "API"
    UPLOAD = "upload", "Upload"


def _money(verbose_name: str) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(verbose_name, max_digits=14, decimal_places=2, default=Decimal("0.00"), editable=False)


class Order(TrackedModel):
    """What a customer ordered. Amounts are in the order's currency.

    ``total = lines_net + shipping_net - discount_net + tax_total + rounding``. Where prices include
    tax, ``rounding`` is the cent that the net computation lost (EN 16931, BT-114).
    """

    number = models.CharField(max_length=30, unique=True, editable=False)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        limit_choices_to={"user_type": "customer"},
        help_text="Empty for a guest.",
    )
    email = models.EmailField(blank=True)
    buyer_name = models.CharField(
        "buyer", max_length=160, blank=True, editable=False, help_text="Company or person on the invoice address."
    )
    # Lower-case copies that the search reads by their beginnings: as written, and the person surname first.
    buyer_search = models.CharField(max_length=160, blank=True, editable=False)
    buyer_search_surname = models.CharField(max_length=160, blank=True, editable=False)
    channel = models.CharField(max_length=12, choices=OrderChannel.choices, default=OrderChannel.STAFF)
    external_reference = models.CharField(max_length=80, blank=True, help_text="The order's number in another system.")
    external_customer = models.CharField(
        "customer's number elsewhere",
        max_length=80,
        blank=True,
        editable=False,
        help_text="Who ordered, in the system that the order was uploaded from.",
    )
    settled_elsewhere = models.BooleanField(
        default=False,
        editable=False,
        help_text="Delivered, paid and invoiced in another system; here it only tells what happened.",
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    currency = models.CharField(
        max_length=3, default="EUR", validators=[RegexValidator(r"^[A-Z]{3}$", "Three capital letters, such as EUR.")]
    )
    prices_include_tax = models.BooleanField(default=True)
    billing_address = models.JSONField(default=dict, blank=True)
    shipping_address = models.JSONField(default=dict, blank=True)
    vat_id = models.CharField("customer's VAT id", max_length=20, blank=True)

    status = models.CharField(max_length=12, choices=OrderStatus.choices, default=OrderStatus.DRAFT, editable=False)
    fulfilment_status = models.CharField(
        max_length=20, choices=FulfilmentStatus.choices, default=FulfilmentStatus.UNFULFILLED, editable=False
    )
    payment_status = models.CharField(
        max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID, editable=False
    )

    shipping_price = models.DecimalField(
        "shipping",
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=_NOT_NEGATIVE,
        help_text="As charged: with tax where the order's prices include tax.",
    )
    shipping_tax_class = models.ForeignKey(
        "products.TaxClass", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shipping_tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("0.00"), editable=False)
    shipping_tax_category = models.CharField(max_length=2, default="S", editable=False)
    shipping_included_tax_rate = models.DecimalField(
        max_digits=5, decimal_places=2, default=Decimal("0.00"), editable=False
    )
    discount = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=_NOT_NEGATIVE,
        help_text="Taken off the goods; with tax where the order's prices include tax.",
    )
    discount_reason = models.CharField(max_length=120, blank=True)

    lines_net = _money("goods, net")
    shipping_net = _money("shipping, net")
    discount_net = _money("discount, net")
    tax_total = _money("tax")
    rounding = _money("rounding")
    total = _money("total")
    paid_total = _money("paid")

    placed_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    idempotency_key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)
    customer_note = models.TextField("note from the customer", blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="orders_order_newest"),
            models.Index(fields=["status", "-id"], name="orders_order_by_status"),
            models.Index(fields=["fulfilment_status", "-id"], name="orders_order_by_fulfilment"),
            models.Index(fields=["payment_status", "-id"], name="orders_order_by_payment"),
            models.Index(
                fields=["status", "fulfilment_status", "payment_status", "placed_at"], name="orders_order_by_queue"
            ),
            # The operator class lets PostgreSQL find beginnings whatever the collation; SQLite ignores it.
            models.Index(fields=["email"], opclasses=["varchar_pattern_ops"], name="orders_order_by_email"),
            models.Index(fields=["buyer_search"], opclasses=["varchar_pattern_ops"], name="orders_order_by_buyer"),
            models.Index(
                fields=["buyer_search_surname"], opclasses=["varchar_pattern_ops"], name="orders_order_by_surname"
            ),
            # Of all rows: SQLite does not see that a value it is given fits a partial index.
            models.Index(
                fields=["external_reference"], opclasses=["varchar_pattern_ops"], name="orders_order_by_external"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=_PARTS - _HALF_A_CENT) & Q(total__lt=_PARTS + _HALF_A_CENT),
                name="orders_order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(shipping_price__gte=0) & Q(discount__gte=0), name="orders_order_amounts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(status="cancelled") | Q(placed_at__isnull=False),
                name="orders_order_placed_has_date",
            ),
            models.UniqueConstraint(
                fields=["external_reference"],
                condition=Q(channel="upload") & ~Q(external_reference=""),
                name="orders_order_uploaded_once",
                violation_error_message="An uploaded order with this number elsewhere is there already.",
            ),
        ]
        permissions = [
            ("place_order", "Can place orders"),
            ("cancel_order", "Can cancel orders"),
            ("ship_order", "Can ship and deliver orders"),
            ("import_order", "Can upload orders and tracking numbers from files"),
            ("export_order", "Can export orders to files"),
        ]

    def __str__(self) -> str:
        return self.number

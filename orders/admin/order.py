"""The page of an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.money import ZERO
from backoffice.kernel.shop.selectors import shop_settings
from orders.admin.display import EMPTY, address_block, address_lines, money, order_badges, stacked
from orders.admin.inlines import DraftLineInline, NoteInline, PlacedLineInline
from orders.admin.line_form import order_enter
from orders.admin.order_form import OrderForm, address_rows
from orders.admin.order_list import OrderListMixin
from orders.admin.order_work import OrderWorkMixin
from orders.admin.panels import panels_for
from orders.admin.widgets import VariantSearchMixin, without_detours
from orders.models import Order, OrderNote
from orders.selectors.explaining import order_explain
from orders.services.notes import order_note_add
from orders.services.rows import take_over
from orders.states import OrderStatus
from products.admin.refusals import RefusalMessageMixin

# What is only ever shown, and what is typed into a draft.
_SHOWN = (
    "number",
    "states",
    "channel",
    "placed_at",
    "ship_to_short",
    "customer_name",
    "external_customer",
    "settled_elsewhere",
    "shipping_block",
    "billing_block",
)
_TYPED = ("email", "vat_id", "language", "external_reference", "customer_note")
_AMOUNTS = ("shipping_price", "shipping_tax_class", "discount", "discount_reason")


@admin.register(Order)
class OrderAdmin(OrderListMixin, OrderWorkMixin, VariantSearchMixin, RefusalMessageMixin, BackofficeModelAdmin):
    """Orders: entered as drafts, placed, shipped, delivered, taken back."""

    form = OrderForm
    change_form_template = "admin/orders/order/change_form.html"
    autocomplete_fields = ("customer",)
    timeline_children = ["lines", "shipments", "returns", "notes"]
    list_select_related = ()
    # Lines stand where they are typed: right below whoever orders them.
    jazzmin_section_order = (
        None,
        "Customer",
        "Lines",
        "Amounts",
        "Delivery address",
        "Invoice address",
        "Addresses",
        "Note from the customer",
    )

    class Media:
        css = {"all": ("orders/orders.css",)}

    # The form -----------------------------------------------------------------

    def is_editable(self, request: HttpRequest, obj: Order | None) -> bool:
        """Say whether the user gets a form: a new order, or a draft that the user may change."""
        if obj is None:
            return True
        return obj.status == OrderStatus.DRAFT and self.has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer the form of a draft, or nothing to edit."""
        if not self.is_editable(request, obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show a draft as a form, a placed order as a document, and to sellers what concerns their part."""
        if not is_house(request):
            return [(None, {"fields": ("number", "states", "placed_at", "ship_to_short")})]
        if self.is_editable(request, obj):
            return [
                *([] if obj is None else [(None, {"fields": (("number", "states", "channel"),)})]),
                ("Customer", {"fields": (("customer", "email"), ("vat_id", "language"), ("external_reference",))}),
                (
                    "Delivery address",
                    {"fields": address_rows("shipping"), "description": "Empty: the customer's default address."},
                ),
                (
                    "Invoice address",
                    {"fields": address_rows("billing"), "description": "Empty: the customer's default address."},
                ),
                ("Amounts", {"fields": (_AMOUNTS[:2], _AMOUNTS[2:]), "description": self._price_note(obj)}),
                ("Note from the customer", {"fields": ("customer_note",)}),
            ]
        return _document(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Whatever is not a form field is only shown."""
        shown = [*_SHOWN]
        if not self.is_editable(request, obj):
            shown += _TYPED
        return (*super().get_readonly_fields(request, obj), *shown)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Show lines, and to the house notes."""
        lines = DraftLineInline if self.is_editable(request, obj) else PlacedLineInline
        return [lines, NoteInline] if obj is not None and is_house(request) else [lines]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Keep to the order: of what it names only customers are made from here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_detours(field, may_add=db_field.name == "customer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Join what the page names."""
        return super().get_queryset(request).select_related("shipping_tax_class")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Orders are cancelled, not deleted: their numbers and history stay."""
        return False

    def _price_note(self, obj: Order | None) -> str:
        shop = shop_settings()
        currency = obj.currency if obj else shop.base_currency
        with_tax = obj.prices_include_tax if obj else shop.prices_include_tax
        return f"In {currency}, {'with' if with_tax else 'without'} tax, as the prices of the lines."

    # Saving -------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave it to ``save_related``: an order is saved together with its lines, by a service."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Make or change the order with its lines, then add notes."""
        notes = next((found for found in formsets if found.model is OrderNote), None)
        lines = next((found for found in formsets if hasattr(found, "enter")), None)
        obj = form.instance
        entered = getattr(obj, "entered", None)
        if entered is not None:
            take_over(obj, lines.enter() if lines is not None else order_enter(obj, entered))
            obj._state.adding = False
        for entry in notes.extra_forms if notes is not None else ():
            if entry.has_changed():
                data = entry.cleaned_data
                order_note_add(
                    order=obj,
                    text=data["text"],
                    author=request.user,
                    visible_to_customer=data["visible_to_customer"],
                )

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Say nothing: history says it."""
        return ""

    # The page -----------------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Hand totals and panels to the page."""
        obj = kwargs.get("obj")
        if obj is not None and is_house(request):
            context["show_save_and_add_another"] = self.is_editable(request, obj)
            context["explanation"] = order_explain(obj)
            context["panels"] = panels_for(request, obj)
            elsewhere = obj.settled_elsewhere and obj.status != OrderStatus.CANCELLED
            due = ZERO if elsewhere else obj.total - obj.paid_total
            context["summary"] = {
                "total": money(obj.total, obj.currency),
                "paid": "elsewhere" if elsewhere else money(obj.paid_total, obj.currency),
                "due": money(due, obj.currency) if due and obj.status != OrderStatus.CANCELLED else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="status")
    def states(self, order: Order) -> SafeString:
        """Show the three axes."""
        return order_badges(order) if order.pk else format_html("{}", EMPTY)

    @admin.display(description="customer")
    def customer_name(self, order: Order) -> str:
        """Show who ordered."""
        return order.customer.get_full_name() if order.customer else "Guest"

    @admin.display(description="deliver to")
    def shipping_block(self, order: Order) -> SafeString:
        """Show where the goods go."""
        return address_block(order.shipping_address)

    @admin.display(description="invoice to")
    def billing_block(self, order: Order) -> SafeString:
        """Show who is invoiced."""
        if order.billing_address == order.shipping_address:
            return format_html("{}", "the same")
        return address_block(order.billing_address)

    @admin.display(description="deliver to")
    def ship_to_short(self, order: Order) -> SafeString:
        """Show sellers who gets the goods, without phone and street."""
        address = {
            key: order.shipping_address.get(key, "") for key in ("company", "name", "postcode", "city", "country")
        }
        return stacked(address_lines(address))


def _document(order: Order) -> list[Any]:
    """Return what is shown of an order that is not edited, without lines that would be empty."""
    rows: list[tuple[str, ...]] = [("customer_name", "email")]
    rows += [("vat_id", "language")] if order.vat_id else [("language",)]
    elsewhere = tuple(name for name in ("external_reference", "external_customer") if getattr(order, name))
    rows += [elsewhere] if elsewhere else []
    states = ("placed_at", "channel", "settled_elsewhere") if order.settled_elsewhere else ("placed_at", "channel")
    note = [("Note from the customer", {"fields": ("customer_note",)})] if order.customer_note else []
    return [
        (None, {"fields": (("number", "states"), states)}),
        ("Customer", {"fields": tuple(rows)}),
        ("Addresses", {"fields": (("shipping_block", "billing_block"),)}),
        *note,
    ]

"""Parcels: their list and page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin, BackofficeTabularInline
from backoffice.kernel.admin.paging import LongListPaginator
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.scope.rules import visible
from orders.admin.display import address_lines, shipment_badge, stacked
from orders.admin.printing import PrintButtonsMixin
from orders.admin.shipment_actions import SHIPMENT_ACTIONS
from orders.documents import render_labels, render_packing_slips
from orders.models import Shipment, ShipmentLine
from orders.selectors.printing import labels_of, packing_slips_of
from orders.selectors.searching import shipment_search
from orders.services.delivering import shipment_deliver
from orders.services.shipments import shipment_cancel, shipment_update
from orders.services.shipping import shipment_ship
from orders.states import SHIPMENT_MACHINE, ShipmentStatus
from products.admin.refusals import RefusalMessageMixin


class ShipmentForm(forms.ModelForm[Shipment]):
    """What may be written down about a parcel."""

    class Meta:
        model = Shipment
        fields = ("carrier", "tracking_number")


class ShipmentLineInline(BackofficeTabularInline):
    """What a parcel holds."""

    model = ShipmentLine
    fields = ("goods", "quantity")
    readonly_fields = fields
    can_delete = False
    verbose_name_plural = "content"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentLine]:
        """Join what names the goods."""
        return super().get_queryset(request).select_related("order_line")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Parcels are packed on the order's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Parcels are packed on the order's page."""
        return False

    @admin.display(description="goods")
    def goods(self, line: ShipmentLine) -> SafeString:
        """Show SKU and name."""
        return stacked([line.order_line.sku, line.order_line.name])


@admin.register(Shipment)
class ShipmentAdmin(PrintButtonsMixin, RefusalMessageMixin, BackofficeModelAdmin):
    """Parcels in preparation, under way and arrived."""

    form = ShipmentForm
    list_display = ("number", "order_link", "state", "content", "ship_to", "carrier", "tracking_number", "shipped_at")
    list_filter = ("status", ("shipped_at", admin.DateFieldListFilter), "seller")
    list_select_related = ("order",)
    search_fields = ("number",)
    search_help_text = "Parcel, order or tracking number"
    ordering = ("-pk",)
    paginator = LongListPaginator
    inlines = (ShipmentLineInline,)
    timeline_children = ["lines"]
    bulk_actions = SHIPMENT_ACTIONS
    fieldsets = (
        (None, {"fields": (("number", "state"), ("order_link", "sender"))}),
        ("Carrier", {"fields": (("carrier", "tracking_number"), ("shipped_at", "delivered_at"))}),
        ("Deliver to", {"fields": ("address",)}),
    )
    readonly_fields = ("number", "state", "order_link", "sender", "shipped_at", "delivered_at", "address")
    transitions = {
        SHIPMENT_MACHINE: {
            "ship": lambda parcel, reason, _user: shipment_ship(shipment=parcel, reason=reason),
            "deliver": lambda parcel, reason, _user: shipment_deliver(shipment=parcel, reason=reason),
            "cancel": lambda parcel, reason, _user: shipment_cancel(shipment=parcel, reason=reason),
        }
    }
    transition_reasons = frozenset({"shipment.cancel"})
    change_form_template = "admin/orders/change_form_links.html"
    print_buttons = {
        "packing-slip": ("Packing slip", lambda pk: render_packing_slips(packing_slips_of([pk]))),
        "label": ("Label", lambda pk: render_labels(labels_of([pk]))),
    }

    class Media:
        css = {"all": ("orders/orders.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        """Fetch what a page of parcels holds at once."""
        content = visible(ShipmentLine.objects.select_related("order_line").order_by("pk"), request.user)
        return super().get_queryset(request).prefetch_related(Prefetch("lines", queryset=content))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Offer to print slip and label."""
        obj = kwargs.get("obj")
        if obj is not None and obj.status != ShipmentStatus.CANCELLED:
            context["work_links"] = self.print_links(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Shipment], search_term: str
    ) -> tuple[QuerySet[Shipment], bool]:
        """Search through indexes."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__among=shipment_search(search_term, user=request.user)), False

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave out the seller for sellers, who have only one."""
        filters = super().get_list_filter(request)
        return filters if is_house(request) else [entry for entry in filters if entry != "seller"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Leave a cancelled parcel as it is."""
        fields = super().get_readonly_fields(request, obj)
        cancelled = obj is not None and obj.status == ShipmentStatus.CANCELLED
        return (*fields, "carrier", "tracking_number") if cancelled else fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Parcels are packed on the order's page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Parcels are cancelled, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the service write down carrier and tracking number."""
        given = {name: form.cleaned_data[name] for name in form.changed_data if name in {"carrier", "tracking_number"}}
        shipment_update(shipment=obj, **given)

    @admin.display(description="order", ordering="order")
    def order_link(self, parcel: Shipment) -> SafeString:
        """Lead to the order."""
        url = reverse("admin:orders_order_change", args=[parcel.order_id])
        return format_html('<a href="{}">{}</a>', url, parcel.order)

    @admin.display(description="status", ordering="status")
    def state(self, parcel: Shipment) -> SafeString:
        """Show where the parcel is."""
        return shipment_badge(parcel.status)

    @admin.display(description="content")
    def content(self, parcel: Shipment) -> SafeString:
        """Show what the parcel holds."""
        return stacked(f"{item.quantity} × {item.order_line.sku}" for item in parcel.lines.all())

    @admin.display(description="ship to")
    def ship_to(self, parcel: Shipment) -> SafeString:
        """Show who gets it and where."""
        address = parcel.order.shipping_address
        place = ", ".join(filter(None, (address.get("city"), address.get("country"))))
        return stacked(filter(None, (address.get("company") or address.get("name", ""), place)))

    @admin.display(description="sent by")
    def sender(self, parcel: Shipment) -> str:
        """Show who sends the parcel."""
        return str(parcel.seller or "The house")

    @admin.display(description="address")
    def address(self, parcel: Shipment) -> SafeString:
        """Show where the parcel goes, as the label says; the phone is on the order, for the house."""
        return stacked(address_lines(parcel.order.shipping_address))

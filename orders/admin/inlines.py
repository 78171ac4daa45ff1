"""What stands below an order: its lines and notes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeStackedInline, BackofficeTabularInline
from backoffice.kernel.admin.scoped import is_house
from orders.admin.display import EMPTY, money, stacked
from orders.admin.line_form import LineForm, LineFormSet
from orders.admin.widgets import VariantSelect, without_detours
from orders.models import OrderLine, OrderNote


class DraftLineInline(BackofficeTabularInline):
    """The lines of a draft: SKU, quantity, price, discount."""

    model = OrderLine
    form = LineForm
    formset: Any = LineFormSet
    fields = ("variant", "quantity", "unit_price", "discount", "net_shown")
    readonly_fields = ("net_shown",)
    verbose_name_plural = "lines"

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer an empty row or two to begin with."""
        return 1 if obj else 3

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose variants by typing."""
        if db_field.name == "variant":
            kwargs["widget"] = VariantSelect(self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Keep to the order."""
        return without_detours(super().formfield_for_dbfield(db_field, request, **kwargs))

    @admin.display(description="net")
    def net_shown(self, line: OrderLine) -> str:
        """Show what the line comes to without tax."""
        return f"{line.net:,.2f}" if line.pk else EMPTY

    class Media:
        js = ("orders/lines.js",)


class PlacedLineInline(BackofficeTabularInline):
    """The lines of an order that was placed, with how far their goods have come; nothing to edit."""

    model = OrderLine
    fields = (
        "goods",
        "seller",
        "price",
        "ordered",
        "allocated",
        "shipped",
        "delivered",
        "cancelled",
        "returned",
        "net",
    )
    readonly_fields = fields
    can_delete = False
    verbose_name_plural = "lines"

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        """Join what names a line."""
        return super().get_queryset(request).select_related("order", "seller")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out columns in which nothing stands, and for sellers their own name."""
        hidden = set() if is_house(request) else {"seller"}
        if obj is not None:
            rows = self.get_queryset(request).filter(order=obj).values("cancelled", "returned")
            hidden |= {name for name in ("cancelled", "returned") if not any(row[name] for row in rows)}
        return [name for name in self.fields if name not in hidden]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was placed is what was agreed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was placed is what was agreed."""
        return False

    @admin.display(description="goods")
    def goods(self, line: OrderLine) -> SafeString:
        """Show SKU and name."""
        return stacked([line.sku, line.name])

    @admin.display(description="price")
    def price(self, line: OrderLine) -> str:
        """Show the price of one piece, and what was taken off the line."""
        price = money(line.unit_price, line.order.currency)
        return f"{price} less {money(line.discount, line.order.currency)}" if line.discount else price

    @admin.display(description="ordered")
    def ordered(self, line: OrderLine) -> int:
        """Show how many pieces were ordered."""
        return line.quantity


class NoteInline(BackofficeStackedInline):
    """Notes: written once, then only read."""

    model = OrderNote
    fields = ("text", "visible_to_customer", "written")
    readonly_fields = ("written",)
    verbose_name_plural = "notes"
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderNote]:
        """Join who wrote them."""
        return super().get_queryset(request).select_related("author")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever has more to say writes another note."""
        return False

    @admin.display(description="written")
    def written(self, note: OrderNote) -> str:
        """Tell who wrote the note, and when."""
        if not note.pk:
            return EMPTY
        return f"{note.created_at:%Y-%m-%d %H:%M} by {note.author or 'a program'}"

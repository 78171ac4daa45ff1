"""Returns: their list and page, on which goods are inspected."""

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
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.scope.rules import visible
from orders.admin.display import age, badge, stacked
from orders.models import Return, ReturnLine, ReturnReason
from orders.selectors.searching import return_search
from orders.services.returns import (
    return_approve,
    return_complete,
    return_inspect,
    return_receive,
    return_reject,
)
from orders.states import RETURN_MACHINE, ReturnStatus
from products.admin.refusals import RefusalMessageMixin


class ReturnLineForm(forms.ModelForm[ReturnLine]):
    """The outcome of the inspection of one line."""

    restock = forms.NullBooleanField(
        required=False,
        label="inspection",
        widget=forms.Select(
            choices=[("unknown", "not inspected yet"), ("true", "back into stock"), ("false", "write off")]
        ),
    )

    class Meta:
        model = ReturnLine
        fields = ("restock",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {None: "unknown", True: "true", False: "false"}
        self.initial["restock"] = words[self.instance.restock]


class ReturnLineInline(BackofficeTabularInline):
    """What comes back; once it is here, whether it can be sold again."""

    model = ReturnLine
    form = ReturnLineForm
    fields = ("goods", "quantity", "restock")
    readonly_fields = ("goods", "quantity")
    can_delete = False
    verbose_name_plural = "goods"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        """Join what names the goods."""
        return super().get_queryset(request).select_related("order_line")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns are announced on the order's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Inspect what is here."""
        is_here = obj is not None and obj.status == ReturnStatus.RECEIVED
        return is_here and is_house(request) and request.user.has_perm("orders.handle_return")

    @admin.display(description="goods")
    def goods(self, line: ReturnLine) -> SafeString:
        """Show SKU and name."""
        return stacked([line.order_line.sku, line.order_line.name])


@admin.register(Return)
class ReturnAdmin(RefusalMessageMixin, BackofficeModelAdmin):
    """Returns, from announced to restocked or written off."""

    list_display = ("number", "order_link", "state", "content", "reason", "created_at", "received")
    list_filter = ("status", "reason")
    list_select_related = ("order", "reason")
    search_fields = ("number",)
    search_help_text = "Return or order number"
    ordering = ("-pk",)
    inlines = (ReturnLineInline,)
    timeline_children = ["lines"]
    fields = (("number", "state"), ("order_link", "reason"), "note", ("received_at", "completed_at"))
    readonly_fields = ("number", "state", "order_link", "reason", "received_at", "completed_at")
    transitions = {
        RETURN_MACHINE: {
            "approve": lambda document, reason, _user: return_approve(document=document, reason=reason),
            "reject": lambda document, reason, _user: return_reject(document=document, reason=reason),
            "receive": lambda document, reason, _user: return_receive(document=document, reason=reason),
            "complete": lambda document, reason, _user: return_complete(document=document, reason=reason),
        }
    }
    transition_reasons = frozenset({"return.reject"})

    class Media:
        css = {"all": ("orders/orders.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        """Fetch what a page of returns holds at once."""
        content = visible(ReturnLine.objects.select_related("order_line").order_by("pk"), request.user)
        return super().get_queryset(request).prefetch_related(Prefetch("lines", queryset=content))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Return], search_term: str
    ) -> tuple[QuerySet[Return], bool]:
        """Search through indexes."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__among=return_search(search_term, user=request.user)), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the customer's words from sellers: a return may hold goods of several."""
        fields = super().get_fields(request, obj)
        return fields if is_house(request) else [entry for entry in fields if entry != "note"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Returns are announced on the order's page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns are rejected, not deleted."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let the service write down the inspection."""
        for formset in formsets:
            decided = {
                entry.instance.pk: entry.cleaned_data["restock"]
                for entry in formset.initial_forms
                if entry.has_changed()
            }
            if decided:
                return_inspect(document=form.instance, restock=decided)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Say nothing: history says it."""
        return ""

    @admin.display(description="order", ordering="order")
    def order_link(self, document: Return) -> SafeString:
        """Lead to the order."""
        url = reverse("admin:orders_order_change", args=[document.order_id])
        return format_html('<a href="{}">{}</a>', url, document.order)

    @admin.display(description="status", ordering="status")
    def state(self, document: Return) -> SafeString:
        """Show where the return stands."""
        return badge(document.status, document.get_status_display())

    @admin.display(description="goods")
    def content(self, document: Return) -> SafeString:
        """Show what comes back."""
        return stacked(f"{item.quantity} × {item.order_line.sku}" for item in document.lines.all())

    @admin.display(description="here since", ordering="received_at")
    def received(self, document: Return) -> SafeString:
        """Show how long the goods wait."""
        return age(document.received_at)


@admin.register(ReturnReason)
class ReturnReasonAdmin(BackofficeModelAdmin):
    """Why goods come back: reference data."""

    list_display = ("name", "code", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    fields = ("name", "code", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Keep the code, which files use, once it is given."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "code") if obj else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Reasons are switched off, not deleted."""
        return False

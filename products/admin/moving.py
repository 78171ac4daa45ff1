"""The page on which stock of a variant is received, taken out, counted and carried elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from backoffice.kernel import clock
from backoffice.kernel.scope.rules import visible
from products.admin.people import moved_by
from products.exceptions import StockRefused
from products.models import Location, MovementReason, Stock, Variant
from products.selectors.explained import stock_explain
from products.services.stock import StockCount, StockMove, stock_count, stock_move, stock_transfer

PERMISSION = "products.move_stock"


class Happening(models.TextChoices):
    """What happened to the goods."""

    RECEIVED = "received", "Goods came in"
    TAKEN = "taken", "Goods were taken out (broken, lost, used)"
    COUNTED = "counted", "Goods were counted"
    CARRIED = "carried", "Goods were carried to another location"


class MoveForm(forms.Form):
    """One movement of stock."""

    happening = forms.ChoiceField(choices=Happening.choices, label="What happened")
    location = forms.ModelChoiceField(Location.objects.none(), label="Where", empty_label=None)
    target = forms.ModelChoiceField(
        Location.objects.none(), required=False, label="Where to", help_text="Only where goods were carried."
    )
    quantity = forms.IntegerField(
        min_value=0,
        max_value=1_000_000,
        label="Pieces",
        help_text="For a count: all that lie there, promised ones too.",
    )
    counted_at = forms.DateTimeField(
        required=False,
        label="Counted at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Only for a count that was taken earlier: what moved since is allowed for.",
    )
    reference = forms.CharField(required=False, max_length=80, help_text="Delivery note, count list or the like.")
    note = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, locations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("location", "target"):
            self.fields[name].queryset = locations  # type: ignore[attr-defined]
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = kind

    def clean(self) -> dict[str, Any]:
        """Ask for what the kind of movement needs."""
        data = super().clean() or {}
        kind, quantity = data.get("happening"), data.get("quantity")
        if kind == Happening.CARRIED and not data.get("target"):
            self.add_error("target", "Say where the goods were carried.")
        if kind != Happening.COUNTED and quantity == 0:
            self.add_error("quantity", "Move at least one piece.")
        if kind != Happening.COUNTED and data.get("counted_at"):
            self.add_error("counted_at", "Only a count has a time of counting.")
        if data.get("counted_at") and data["counted_at"] > clock.now():
            self.add_error("counted_at", "The time of the count lies in the future.")
        return data


def apply_move(variant: Variant, data: dict[str, Any]) -> None:
    """Do what the form says.

    Raises:
        StockRefused: it is not possible.
    """
    kind, quantity = data["happening"], data["quantity"]
    papers = {"reference": data["reference"], "note": data["note"]}
    place = {"variant_id": variant.pk, "location_id": data["location"].pk}
    if kind == Happening.COUNTED:
        stock_count(counts=[StockCount(quantity=quantity, **place)], counted_at=data["counted_at"], **papers)
    elif kind == Happening.CARRIED:
        stock_transfer(
            variant_id=variant.pk,
            source_id=data["location"].pk,
            target_id=data["target"].pk,
            quantity=quantity,
            **papers,
        )
    elif kind == Happening.RECEIVED:
        stock_move(moves=[StockMove(quantity=quantity, **place)], reason=MovementReason.RECEIPT, **papers)
    else:
        stock_move(moves=[StockMove(quantity=-quantity, **place)], reason=MovementReason.ADJUSTMENT, **papers)


class StockMovingMixin:
    """Adds the page to the admin of variants."""

    def get_urls(self) -> list[Any]:
        """Add the page's address."""
        view = self.admin_site.admin_view(self.stock_view)  # type: ignore[attr-defined]
        return [
            path("<int:variant_id>/stock/", view, name="products_variant_stock"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def stock_view(self, request: HttpRequest, variant_id: int) -> HttpResponse:
        """Explain the stock of a variant, and move it (POST)."""
        variant = self.get_queryset(request).select_related("product").filter(pk=variant_id).first()  # type: ignore[attr-defined]
        if variant is None:
            raise Http404("There is no such variant.")
        may_move = request.user.has_perm(PERMISSION)
        if not request.user.has_perm("products.view_stock") or (request.method == "POST" and not may_move):
            raise PermissionDenied
        locations = visible(Location.objects.filter(is_active=True), request.user)
        form = MoveForm(request.POST if request.method == "POST" else None, locations=locations)
        if request.method == "POST" and form.is_valid() and _applied(variant, form):
            messages.success(request, f"{variant.sku}: the stock was written.")
            return HttpResponseRedirect(reverse("admin:products_variant_stock", args=[variant.pk]))
        stocks = visible(Stock.objects.filter(variant=variant).select_related("location", "variant"), request.user)
        explanations = [stock_explain(stock=stock) for stock in stocks.order_by("location__priority")]
        for movement in (movement for entry in explanations for movement in entry.movements):
            movement.by = moved_by(movement, request.user)  # type: ignore[attr-defined]
        site: admin.AdminSite = self.admin_site  # type: ignore[attr-defined]
        context = {
            **site.each_context(request),
            "title": f"Stock of {variant}",
            "opts": Variant._meta,
            "variant": variant,
            "explanations": explanations,
            "form": form if may_move else None,
        }
        return TemplateResponse(request, "admin/products/variant_stock.html", context)


def _applied(variant: Variant, form: MoveForm) -> bool:
    try:
        apply_move(variant, form.cleaned_data)
    except StockRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True

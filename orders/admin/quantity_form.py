"""Forms that ask for pieces per line: what goes into a parcel, what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import SellerProfile
from orders.models import OrderLine, ReturnReason


class QuantityForm(forms.Form):
    """One number per line, with what is possible as its limit.

    Args:
        free: (line, pieces possible).
        preset: whether the numbers begin with what is possible, or with nothing.
    """

    def __init__(self, *args: Any, free: Sequence[tuple[OrderLine, int]], preset: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = list(free)
        for line, count in self.free:
            field = forms.IntegerField(
                label=f"{line.sku} · {line.name}",
                min_value=0,
                max_value=count,
                required=False,
                initial=count if preset else 0,
                help_text=f"of {count}",
            )
            field.widget.attrs["class"] = "form-control"
            self.fields[self._name(line)] = field

    def rows(self) -> list[forms.BoundField]:
        """Return the numbers' fields, for the template."""
        return [self[self._name(line)] for line, _ in self.free]

    def others(self) -> list[forms.BoundField]:
        """Return the other fields, for the template."""
        names = {self._name(line) for line, _ in self.free}
        return [field for field in self if field.name not in names]

    def chosen(self) -> list[tuple[OrderLine, int]]:
        """Return the lines with the pieces that were asked for."""
        return [(line, count) for line, _ in self.free if (count := self.cleaned_data.get(self._name(line)) or 0)]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one piece."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.chosen():
            self.add_error(None, "Choose at least one piece.")
        return data

    @staticmethod
    def _name(line: OrderLine) -> str:
        return f"line_{line.pk}"


class ShipForm(QuantityForm):
    """What goes into a parcel, who sends it, and by whom it is carried."""

    seller = forms.ModelChoiceField(
        SellerProfile.objects.none(),
        required=False,
        empty_label="The house",
        label="sent by",
        help_text="A seller's parcel holds that seller's lines alone.",
    )
    carrier = forms.CharField(max_length=60, required=False)
    tracking_number = forms.CharField(max_length=80, required=False)
    hand_over = forms.BooleanField(
        required=False,
        initial=True,
        label="It leaves now",
        help_text="Takes the goods out of stock. Otherwise the parcel is only prepared.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sellers = {line.seller_id for line, _ in self.free}
        self.fields["seller"].queryset = SellerProfile.objects.filter(pk__in=sellers)  # type: ignore[attr-defined]
        for name in ("seller", "carrier", "tracking_number"):
            self.fields[name].widget.attrs["class"] = "form-control"


class ReturnForm(QuantityForm):
    """What comes back, and why."""

    reason = forms.ModelChoiceField(ReturnReason.objects.filter(is_active=True))
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("reason", "note"):
            self.fields[name].widget.attrs["class"] = "form-control"

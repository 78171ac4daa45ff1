"""The lines of a draft, as a table to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import BaseInlineFormSet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.refusals import Refused
from orders.models import Order, OrderLine
from orders.services.drafts import order_create
from orders.services.editing import draft_edit
from orders.services.line_editing import LineChange, NewLine
from products.models import Variant


class ChosenVariant(forms.HiddenInput):
    """What a line that exists already is of: to order something else, remove the line and add another."""

    input_type = "hidden"

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    @property
    def is_hidden(self) -> bool:
        """Keep the column: the label is shown."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Show the label beside the hidden key."""
        return format_html("{}{}", self.label, super().render(name, value, attrs, renderer))


class LineForm(forms.ModelForm[OrderLine]):
    """One position."""

    class Meta:
        model = OrderLine
        fields = ("variant", "quantity", "unit_price", "discount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["variant"].label = "SKU or name"
        self.fields["unit_price"].required = False
        self.fields["unit_price"].widget.attrs["placeholder"] = "catalogue"
        self.fields["discount"].required = False
        if self.instance.pk:
            self.fields["variant"].disabled = True
            self.fields["variant"].widget = ChosenVariant(f"{self.instance.sku} · {self.instance.name}")
        else:
            variants = Variant.objects.select_related("product")
            self.fields["variant"].queryset = variants  # type: ignore[attr-defined]

    def clean_discount(self) -> Any:
        """Take an empty discount for none."""
        discount = self.cleaned_data["discount"]
        return OrderLine._meta.get_field("discount").get_default() if discount is None else discount


def order_enter(
    order: Order,
    entered: dict[str, Any],
    *,
    add: Sequence[NewLine] = (),
    change: Sequence[LineChange] = (),
    remove: Sequence[OrderLine] = (),
) -> Order:
    """Make an order that has no key yet, or change the draft, as its form says.

    Raises:
        Refused: the services do not agree; nothing was changed.
    """
    with transaction.atomic():
        if order._state.adding:
            made = order_create(**entered)
            draft_edit(order=made, add=add)
            return made
        draft = Order.objects.get(pk=order.pk)
        draft_edit(order=draft, values=entered, add=add, change=change, remove=remove)
        return draft


class LineFormSet(BaseInlineFormSet[OrderLine, Order, LineForm]):
    """All lines of a draft. Before anything is saved the whole draft is tried out and rolled back."""

    # What the admin asks for after saving; the services have saved, and history has it.
    new_objects: list[Any] = []
    changed_objects: list[Any] = []
    deleted_objects: list[Any] = []

    def clean(self) -> None:
        """Let the services say what they would refuse, while the form can still be mended."""
        super().clean()
        if any(self.errors) or getattr(self.instance, "entered", None) is None:
            return
        try:
            with transaction.atomic():
                self.enter()
                transaction.set_rollback(True)
        except Refused as error:
            raise ValidationError(str(error)) from error

    def enter(self) -> Order:
        """Make the order, or change it, as the form and its lines say.

        Raises:
            Refused: the services do not agree.
        """
        return order_enter(
            self.instance,
            self.instance.entered,  # type: ignore[attr-defined]
            add=self._added(),
            change=self._changes(),
            remove=self._removed(),
        )

    def _added(self) -> list[NewLine]:
        forms_ = [form for form in self.extra_forms if form.has_changed() and not self._is_removed(form)]
        return [
            NewLine(
                variant=form.cleaned_data["variant"],
                quantity=form.cleaned_data["quantity"],
                unit_price=form.cleaned_data["unit_price"],
                discount=form.cleaned_data["discount"],
            )
            for form in forms_
        ]

    def _changes(self) -> list[LineChange]:
        return [
            LineChange(
                line=OrderLine(pk=form.instance.pk),
                quantity=form.cleaned_data["quantity"],
                unit_price=form.cleaned_data["unit_price"],
                discount=form.cleaned_data["discount"],
            )
            for form in self.initial_forms
            if form.has_changed() and not self._is_removed(form)
        ]

    def _removed(self) -> list[OrderLine]:
        return [OrderLine(pk=form.instance.pk) for form in self.initial_forms if self._is_removed(form)]

    def _is_removed(self, form: LineForm) -> bool:
        return bool(self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]

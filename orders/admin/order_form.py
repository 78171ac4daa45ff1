"""The form of a draft: customer, addresses, amounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError

from accounts.models import UserType
from accounts.validators import validate_country, validate_vat_id
from orders.models import Order
from orders.services.editing import EDITABLE

ADDRESS_FIELDS: dict[str, tuple[str, int]] = {
    "name": ("Recipient", 160),
    "company": ("Company", 160),
    "line1": ("Street", 160),
    "line2": ("Additional line", 160),
    "postcode": ("Postcode", 20),
    "city": ("City", 80),
    "region": ("Region", 80),
    "country": ("Country", 2),
    "phone": ("Phone", 40),
}
_NEEDED = ("name", "line1", "city", "country")
ADDRESSES = ("billing", "shipping")
# As rows of the page: what stands on one line.
ADDRESS_ROWS = (("name", "company"), ("line1", "line2"), ("postcode", "city"), ("region", "country"), ("phone",))


def address_rows(kind: str) -> tuple[tuple[str, ...], ...]:
    """Return the names of an address's form fields, row by row."""
    return tuple(tuple(f"{kind}_{key}" for key in row) for row in ADDRESS_ROWS)


def _text_field(label: str, length: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, widget=AdminTextInputWidget())


def _amount_field(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        widget=AdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )


class OrderForm(forms.ModelForm[Order]):
    """What staff enter of an order; the services fill in the rest.

    Attributes:
        entered: after a successful ``clean``, what ``order_create`` or ``draft_edit`` is to be told.
    """

    for _kind in ADDRESSES:
        for _key, (_label, _length) in ADDRESS_FIELDS.items():
            vars()[f"{_kind}_{_key}"] = _text_field(_label, _length)
    del _kind, _key, _label, _length

    language = forms.ChoiceField(
        choices=[("", "The customer's"), *settings.LANGUAGES], required=False, help_text="Of documents and mails."
    )
    shipping_price = _amount_field("shipping", "As charged; empty for none.")
    discount = _amount_field("discount", "Taken off the goods as a whole.")

    class Meta:
        model = Order
        fields = (
            "customer",
            "email",
            "language",
            "vat_id",
            "external_reference",
            "shipping_price",
            "shipping_tax_class",
            "discount",
            "discount_reason",
            "customer_note",
        )
        widgets = {"customer_note": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "customer": "Brings email, addresses, VAT id and language along. Empty for a guest.",
            "shipping_tax_class": "Empty: taxed as most of the goods.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entered: dict[str, Any] | None = None
        for kind in ADDRESSES:
            address = getattr(self.instance, f"{kind}_address")
            for key in ADDRESS_FIELDS:
                self.initial.setdefault(f"{kind}_{key}", address.get(key, ""))
        if self.instance._state.adding:
            self.initial["language"] = ""

    def clean_customer(self) -> Any:
        """Accept customers alone."""
        customer = self.cleaned_data["customer"]
        if customer is not None and customer.user_type != UserType.CUSTOMER:
            raise ValidationError(f"{customer} is no customer.")
        return customer

    def clean_vat_id(self) -> str:
        """Hold the VAT id against its country's rule."""
        vat_id: str = self.cleaned_data["vat_id"].replace(" ", "").upper()
        if vat_id:
            validate_vat_id(vat_id)
        return vat_id

    def clean(self) -> dict[str, Any]:
        """Put the addresses together, and keep what differs from what was shown."""
        data = super().clean() or self.cleaned_data
        for name in ("shipping_price", "discount"):
            if data.get(name) is None and name not in self.errors:
                data[name] = Decimal("0.00")
        for kind in ADDRESSES:
            data[f"{kind}_address"] = self._address(kind, data)
        if not self.errors:
            self.entered = self._entered(data)
            # The formset of the lines only sees the order, and tries out the whole of it.
            self.instance.entered = self.entered  # type: ignore[attr-defined]
        return data

    def _entered(self, data: dict[str, Any]) -> dict[str, Any]:
        changed = set(self.changed_data) & EDITABLE
        changed |= {f"{kind}_address" for kind in ADDRESSES if self._touched(kind)}
        if self.instance._state.adding:
            changed |= {name for name in ("shipping_price", "discount") if data[name]}
        if not data.get("language"):
            changed.discard("language")
        return {name: data[name] for name in sorted(changed)}

    def _touched(self, kind: str) -> bool:
        return any(f"{kind}_{key}" in self.changed_data for key in ADDRESS_FIELDS)

    def _address(self, kind: str, data: dict[str, Any]) -> dict[str, str]:
        address = {key: data.get(f"{kind}_{key}", "").strip() for key in ADDRESS_FIELDS}
        address["country"] = address["country"].upper()
        if not any(address.values()):
            return {}
        if self._touched(kind) or self.instance.pk is None:
            self._check_address(kind, address)
        return address

    def _check_address(self, kind: str, address: dict[str, str]) -> None:
        for key in _NEEDED:
            if not address[key]:
                self.add_error(f"{kind}_{key}", "An address needs this.")
        if address["country"]:
            try:
                validate_country(address["country"])
            except ValidationError as error:
                self.add_error(f"{kind}_country", error)

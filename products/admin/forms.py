"""Forms of the product page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from backoffice.kernel.documents.images import MAX_BYTES, SanitisedImage
from products.exceptions import CatalogueRefused
from products.models import Product, ProductImage, Variant
from products.services.images import image_check
from products.services.products import handle_refusal
from products.services.variants import Option, options_read, options_text

# A picture as uploaded, with its name and what the check made of it.
Picture = tuple[str, bytes, SanitisedImage]
MOST_AT_ONCE = 20


class PicturesInput(forms.FileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "accept": "image/png,image/jpeg", "class": "form-control"})


class PicturesField(forms.FileField):
    """Pictures, each checked before it is decoded; one refusal per bad file, by its name."""

    widget = PicturesInput

    def clean(self, data: Any, initial: Any = None) -> list[Picture]:
        """Return the acceptable pictures.

        Raises:
            ValidationError: one message per file that is not acceptable.
        """
        files: list[UploadedFile[Any]] = [file for file in (data or []) if file]
        if len(files) > MOST_AT_ONCE:
            raise ValidationError(f"Add at most {MOST_AT_ONCE} pictures at a time.")
        pictures: list[Picture] = []
        refusals: list[str] = []
        for file in files:
            name = file.name or "picture"
            if (file.size or 0) > MAX_BYTES:
                refusals.append(f"{name}: the file is larger than {MAX_BYTES // 1024 // 1024} MB.")
                continue
            content = file.read()
            try:
                pictures.append((name, content, image_check(content=content, name=name)))
            except CatalogueRefused as refusal:
                refusals.append(str(refusal))
        if refusals:
            raise ValidationError(refusals)
        return pictures


class ProductForm(forms.ModelForm[Product]):
    """A product; the ModelAdmin sets ``seller`` for sellers, who have only their own store."""

    pictures = PicturesField(required=False, label="Add pictures", help_text="PNG or JPEG, several at a time.")
    own_seller_id: int | None = None

    class Meta:
        model = Product
        fields = "__all__"  # noqa: DJ007 - the ModelAdmin names the fields
        widgets = {
            "description": forms.Textarea(attrs={"rows": 8}),
            "short_description": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.own_seller_id is not None and not self.instance.pk:
            self.instance.seller_id = self.own_seller_id
        if "handle" in self.fields:
            self.fields["handle"].required = False
            self.fields["handle"].help_text = "Short name in addresses and files. Empty: made from the name."

    def clean(self) -> dict[str, Any]:
        """Refuse a handle that the seller uses already, by the other product's name."""
        data = super().clean() or {}
        seller = data.get("seller")
        seller_id = seller.pk if seller is not None else self.instance.seller_id
        handle = (data.get("handle") or "").strip()
        refusal = handle_refusal(seller_id=seller_id, handle=handle, leave_out=self.instance.pk) if handle else ""
        if refusal:
            self.add_error("handle", refusal)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # An empty handle is made by the service; a used one was named above.
        return {*super()._get_validation_exclusions(), "handle"}  # type: ignore[misc]


def choose_only(form: Any, *names: str) -> None:
    """Leave out the signs beside a choice that would add, change or delete what is chosen.

    Args:
        form: the form's class.
        names: fields whose widgets the admin has wrapped.
    """
    for name in names:
        if name in form.base_fields:
            widget = form.base_fields[name].widget
            for action in ("add", "change", "delete", "view"):
                setattr(widget, f"can_{action}_related", False)


def _price() -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "vTextField price", "min": "0", "step": "0.01"})


class VariantForm(forms.ModelForm[Variant]):
    """A variant with its option values as one line of text."""

    options_line = forms.CharField(
        required=False,
        label="Options",
        help_text="For example Colour: Red; Size: M",
        widget=forms.TextInput(attrs={"placeholder": "Colour: Red; Size: M", "class": "vTextField", "size": 24}),
    )

    class Meta:
        model = Variant
        fields = "__all__"  # noqa: DJ007 - the ModelAdmin names the fields
        widgets = {"price": _price(), "compare_at_price": _price(), "cost": _price()}
        labels = {"compare_at_price": "Former price"}
        error_messages = {"sku": {"unique": "This SKU is already in use. SKUs are unique in the whole shop."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "options_line" in self.fields:
            self.fields["options_line"].initial = options_line(self.instance)

    def clean_options_line(self) -> list[Option]:
        """Read the option values."""
        return options_read(self.cleaned_data["options_line"])

    def clean_sku(self) -> str:
        """Leave out blanks around the SKU, before it is compared with others."""
        return str(self.cleaned_data["sku"]).strip()


class OptionsLineMixin:
    """Shows the line of options to readers, for whom there is no form."""

    def options_line(self, variant: Variant) -> str:
        """Return the option values as they would be typed."""
        return options_line(variant)


def options_line(variant: Variant) -> str:
    """Return a variant's option values as they are typed; they are at hand already, or fetched."""
    rows = sorted(variant.options.all(), key=lambda row: (row.position, row.pk))
    return options_text([(row.attribute.name, row.value.value) for row in rows])


class ImageForm(forms.ModelForm[ProductImage]):
    """A picture's place, description and variant."""

    class Meta:
        model = ProductImage
        fields = ("position", "alt_text", "variant")
        widgets = {
            "position": forms.NumberInput(attrs={"class": "vTextField", "min": 0, "style": "width: 5em"}),
            "alt_text": forms.TextInput(attrs={"class": "vTextField"}),
        }

"""Making and changing variants and their option values."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from backoffice.kernel.history.bulk import bulk_update
from products.models import Attribute, AttributeValue, Variant, VariantOption
from products.services.news import tell_catalogue_changed

# An attribute's name and a value, as people write them.
Option = tuple[str, str]


def variant_save(*, variant: Variant, options: Sequence[Option] | None = None) -> Variant:
    """Check and save a variant, new or changed, with its option values.

    A variant without a title is called by its option values.

    Args:
        variant: the variant with its new values; its product is saved.
        options: (attribute, value) in the order in which they are shown; None leaves them as they are.

    Raises:
        ValidationError: a value is not acceptable, or another variant has the SKU; per field.
            Nothing was changed.
    """
    variant.sku = variant.sku.strip()
    variant.barcode = variant.barcode.strip()
    with transaction.atomic():
        if options is not None and variant.title in {"", _title(_options_of(variant))}:
            variant.title = _title(options)
        _refuse_used_sku(variant)
        variant.full_clean()
        try:
            with transaction.atomic():
                variant.save()
        except IntegrityError:  # somebody took the SKU between the check and the write
            _refuse_used_sku(variant)
            raise
        if options is not None:
            _options_write(variant, options)
        tell_catalogue_changed(product_ids=[variant.product_id], variant_ids=[variant.pk])
    return variant


def options_read(text: str) -> list[Option]:
    """Read option values as people type them: “Colour: Red; Size: M”.

    Raises:
        ValidationError: a part without a colon, an empty name or value, or a name twice.
    """
    options: list[Option] = []
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if not (name and colon and value):
            raise ValidationError(f"“{part}” is not understood. Write, for example, Colour: Red; Size: M.")
        if name.casefold() in {known.casefold() for known, _ in options}:
            raise ValidationError(f"“{name}” is there twice.")
        options.append((name, value))
    return options


def options_text(options: Sequence[Option]) -> str:
    """Write option values as ``options_read`` reads them."""
    return "; ".join(f"{name}: {value}" for name, value in options)


def variants_set_active(*, variant_ids: Collection[int], active: bool) -> int:
    """Put variants on sale or take them off, as one set-based write with its history.

    Args:
        variant_ids: primary keys; those that are so already are left alone.
        active: whether they are on sale.

    Returns:
        How many changed.
    """
    with transaction.atomic():
        rows = Variant.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=variant_ids)
        changed = dict(rows.exclude(is_active=active).order_by("pk").values_list("pk", "product"))
        bulk_update(Variant, ["is_active"], [(pk, active) for pk in changed])
        tell_catalogue_changed(product_ids=set(changed.values()), variant_ids=list(changed))
    return len(changed)


def variant_delete(*, variant: Variant) -> None:
    """Delete a variant that nothing refers to yet, with its option values.

    Raises:
        ProtectedError: it has stock, pictures or orders; take it off sale instead.
    """
    product_id, pk = variant.product_id, variant.pk
    with transaction.atomic():
        variant.delete()
        tell_catalogue_changed(product_ids=[product_id], variant_ids=[pk])


def _title(options: Sequence[Option]) -> str:
    return " / ".join(value.strip() for _, value in options)[:255]


def _options_of(variant: Variant) -> list[Option]:
    if not variant.pk:
        return []
    rows = variant.options.select_related("attribute", "value").order_by("position", "pk")
    return [(row.attribute.name, row.value.value) for row in rows]


def _options_write(variant: Variant, options: Sequence[Option]) -> None:
    """Make the variant's rows of options equal to the wanted ones; touch only those that differ."""
    present = {row.attribute_id: row for row in variant.options.all()}
    for position, (name, value) in enumerate(options):
        attribute = attribute_named(name)
        wanted = attribute_value(attribute, value)
        row = present.pop(attribute.pk, VariantOption(variant=variant, attribute=attribute))
        if row._state.adding or (row.value_id, row.position) != (wanted.pk, position):
            row.value, row.position = wanted, position
            row.save()
    for row in present.values():
        row.delete()


def attribute_named(name: str) -> Attribute:
    """Return the attribute of a name, whatever its case; make it where there is none."""
    return Attribute.objects.get_or_create(name__iexact=name.strip(), defaults={"name": name.strip()})[0]


def attribute_value(attribute: Attribute, value: str) -> AttributeValue:
    """Return an attribute's value, the same case preferred; make it where there is none."""
    text = value.strip()
    known = list(AttributeValue.objects.filter(attribute=attribute, value__iexact=text).order_by("pk"))
    if known:
        return next((row for row in known if row.value == text), known[0])
    return AttributeValue.objects.get_or_create(attribute=attribute, value=text)[0]


def _refuse_used_sku(variant: Variant) -> None:
    # All sellers share one number space; which seller has the SKU is none of another's business.
    if Variant.objects.filter(sku=variant.sku).exclude(pk=variant.pk).exists():
        raise ValidationError({"sku": f"The SKU “{variant.sku}” is already in use. SKUs are unique in the whole shop."})

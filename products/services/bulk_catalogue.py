"""Writing thousands of products and variants at once.

These services write what has been checked: the plan of an upload has held every value against the
model's bounds and constraints. What single writes leave (history, timestamps, option values,
movements, domain signals) they leave too; a test holds both ways against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backoffice.kernel.history.bulk import bulk_insert, bulk_update
from products.models import Attribute, AttributeValue, Product, Variant, VariantOption

# An attribute's name and a value.
Option = tuple[str, str]


def products_bulk_create(*, ids: Sequence[int], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Insert products with their history.

    Args:
        ids: reserved primary keys, one per row.
        columns: columns that the rows give; the others get their defaults.
        rows: values in the order of the columns, checked.
    """
    return bulk_insert(Product, columns, rows, ids=ids)


def variants_bulk_create(*, ids: Sequence[int], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Insert variants with their history; arguments as for ``products_bulk_create``."""
    return bulk_insert(Variant, columns, rows, ids=ids)


def products_bulk_update(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Update products, each to its own values.

    Args:
        columns: columns to set.
        rows: primary key, then the values, checked.

    Returns:
        How many were updated.
    """
    return bulk_update(Product, columns, rows)


def variants_bulk_update(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Update variants; arguments as for ``products_bulk_update``."""
    return bulk_update(Variant, columns, rows)


def options_bulk_create(*, options: Mapping[int, Sequence[Option]]) -> None:
    """Give new variants their option values, making attributes and values that are missing.

    Args:
        options: variant's key → (attribute, value) in the order in which they are shown.
    """
    rows = []
    attributes, values = _ensure([option for chosen in options.values() for option in chosen])
    for variant_id, chosen in options.items():
        for position, (name, value) in enumerate(chosen):
            attribute_id = attributes[name.casefold()]
            rows.append((variant_id, attribute_id, values[attribute_id, value.casefold()], position))
    bulk_insert(VariantOption, ["variant", "attribute", "value", "position"], rows)


def options_bulk_set(*, options: Mapping[int, Sequence[Option]]) -> None:
    """Set option values of variants that have some; attributes that are not named stay as they are.

    Args:
        options: variant's key → (attribute, value).
    """
    attributes, values = _ensure([option for chosen in options.values() for option in chosen])
    present: dict[tuple[int, int], tuple[int, int]] = {}
    count: dict[int, int] = {}
    rows = VariantOption.objects.filter(variant_id__among=sorted(options)).values_list(
        "variant_id", "attribute_id", "pk", "value_id"
    )
    for variant_id, attribute_id, pk, value_id in rows:
        present[variant_id, attribute_id] = (pk, value_id)
        count[variant_id] = count.get(variant_id, 0) + 1
    fresh, changed = [], []
    for variant_id, chosen in options.items():
        for name, value in chosen:
            attribute_id = attributes[name.casefold()]
            value_id = values[attribute_id, value.casefold()]
            known = present.get((variant_id, attribute_id))
            if known is None:
                position = count[variant_id] = count.get(variant_id, 0) + 1
                fresh.append((variant_id, attribute_id, value_id, position - 1))
            elif known[1] != value_id:
                changed.append((known[0], value_id))
    bulk_insert(VariantOption, ["variant", "attribute", "value", "position"], fresh)
    bulk_update(VariantOption, ["value"], changed)


def _ensure(options: Sequence[Option]) -> tuple[dict[str, int], dict[tuple[int, str], int]]:
    """Return keys of attributes by lower-case name and of values by attribute and lower-case value."""
    names: dict[str, str] = {}
    for name, _ in options:
        names.setdefault(name.casefold(), name)
    attributes = _known_attributes(names)
    missing = [name for key, name in names.items() if key not in attributes]
    if missing:
        bulk_insert(Attribute, ["name"], [(name,) for name in missing])
        attributes = _known_attributes(names)
    wanted: dict[tuple[int, str], str] = {}
    for name, value in options:
        wanted.setdefault((attributes[name.casefold()], value.casefold()), value)
    values = _known_values(wanted)
    absent = [
        (attribute_id, value) for (attribute_id, key), value in wanted.items() if (attribute_id, key) not in values
    ]
    if absent:
        bulk_insert(AttributeValue, ["attribute", "value"], absent)
        values = _known_values(wanted)
    return attributes, values


def _known_attributes(names: Iterable[str]) -> dict[str, int]:
    wanted = set(names)
    rows = Attribute.objects.order_by("-pk").values_list("name", "pk")
    return {name.casefold(): pk for name, pk in rows if name.casefold() in wanted}


def _known_values(wanted: Mapping[tuple[int, str], str]) -> dict[tuple[int, str], int]:
    """Return the values of the wanted attributes; of several that differ in case only, the wanted spelling or the oldest."""
    rows = AttributeValue.objects.filter(attribute_id__among=sorted({key for key, _ in wanted}))
    found: dict[tuple[int, str], int] = {}
    exact: dict[tuple[int, str], int] = {}
    for attribute_id, value, pk in rows.order_by("-pk").values_list("attribute_id", "value", "pk"):
        key = (attribute_id, value.casefold())
        if key in wanted:
            found[key] = pk
            if wanted[key] == value:
                exact[key] = pk
    return found | exact

"""What the shapes of several systems have in common."""

from __future__ import annotations

import csv
from decimal import Decimal, InvalidOperation

from django.utils.text import slugify

# Grams per unit of weight.
_GRAMS = {
    "g": Decimal(1), "gram": Decimal(1), "grams": Decimal(1), "kg": Decimal(1000), "kgs": Decimal(1000),
    "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125"),
}  # fmt: skip
ZEROS = frozenset({"0", "0.0", "0.00", "0,00", "0.000", "0.0000", "0.000000"})
NULLS = frozenset({"NULL", "null", "None", "\\N"})
NOTHING = "The row adds nothing that is loaded."
OPTIONS = (
    ("option1_name", "option1_value"),
    ("option2_name", "option2_value"),
    ("option3_name", "option3_value"),
)
OPTION_FIELDS = tuple(name for pair in OPTIONS for name in pair)
# What the row of a parent says for all its variants, and what only a variant has.
PRODUCT_TEXTS = (
    "name", "status", "category", "tax_class", "brand", "short_description", "description", "tags", "meta_title",
    "meta_description",
)  # fmt: skip
VARIANT_ONLY = ("price", "compare_at_price", "cost", "stock", "barcode", "weight_grams", *OPTION_FIELDS)


def grams(weight: str, unit: str) -> tuple[str]:
    """Return a weight in whole grams; a weight of nothing is an unknown one."""
    try:
        found = Decimal(weight.strip().replace(",", ".")) * _GRAMS.get(unit.strip().lower(), Decimal(1000))
    except InvalidOperation:
        return (weight,)
    return (str(found.quantize(Decimal(1))) if found else "",)


def kilograms(weight: str) -> tuple[str]:
    """Return a weight that is given in kilograms in whole grams."""
    return grams(weight, "kg")


def slug(text: str) -> str:
    """Return a handle made from a name that other rows refer to."""
    return slugify(text, allow_unicode=True)[:200] or text[:200]


def arrow_path(text: str) -> str:
    """Write a path of categories the way it is written here."""
    return " > ".join(part.strip() for part in text.split("->"))


def slash_path(text: str) -> str:
    """Return the first of several paths whose levels are parted by slashes."""
    return " > ".join(part.strip() for part in text.split(",", maxsplit=1)[0].split("/") if part.strip())


def rooted_path(text: str) -> str:
    """Return a path without the root “All” under which every category of that system stands."""
    levels = [part.strip() for part in text.split("/") if part.strip()]
    return " > ".join(levels[1:] if len(levels) > 1 and levels[0] == "All" else levels)


def deepest_path(text: str) -> str:
    """Return the deepest of several paths, without the root that every shop of that system has."""
    paths = [[part.strip() for part in path.split("/") if part.strip()] for path in text.split(",")]
    deepest = max(paths, key=len, default=[])
    return " > ".join(deepest[1:] if len(deepest) > 1 and deepest[0] == "Default Category" else deepest)


def first_path(text: str) -> str:
    """Return the first of several paths that are parted by commas."""
    return text.split(",", maxsplit=1)[0].strip()


def sale_price(regular: str, sale: str) -> tuple[str, str]:
    """Return what is asked now, and what was asked before where that is more."""
    return (sale, regular) if sale.strip() and sale.strip() not in ZEROS else (regular, "")


def variation_image(images: str, kind: str) -> tuple[str]:
    """Return the picture that shows a variant: the first one of a row that describes a variation."""
    return (images.split(",", maxsplit=1)[0].strip() if kind.strip().casefold() == "variation" else "",)


def option_image(image: str, option: str) -> tuple[str]:
    """Return the picture that shows a variant: that of a row with an option's value."""
    return (image if option.strip() else "",)


def bars(text: str) -> str:
    """Separate by bars what is separated by commas."""
    return "|".join(part.strip() for part in text.split(","))


def quoted_start(text: str) -> tuple[str, str]:
    """Return category and barcode from the start of a row whose first cells are parted by commas all the same."""
    cells = next(csv.reader([text]), [])
    return (cells[1].strip(), cells[2].strip()) if len(cells) == len(("class", "category", "barcode")) else ("", "")

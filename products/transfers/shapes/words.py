"""What the shapes of several systems have in common."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.text import slugify

from backoffice.kernel.transfers.reading.values.dates import parse_date
from backoffice.kernel.transfers.shapes import Shorten

# Grams per unit of weight.
_GRAMS = {
    "g": Decimal(1), "gram": Decimal(1), "grams": Decimal(1), "kg": Decimal(1000), "kgs": Decimal(1000),
    "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125"),
}  # fmt: skip
ZEROS = frozenset({"0", "0.0", "0.00", "0,00", "0.000", "0.0000", "0.000000"})
NULLS = frozenset({"NULL", "null", "None", "\\N"})
# A comma ends a value only where another name and a colon follow.
_NAMED_OPTION = re.compile(r"([^:,]+):([^:]*?)(?=,[^:,]+:|$)")
_SHORT_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")
NOTHING = "The row adds nothing that is loaded."
OPTIONS = (
    ("option1_name", "option1_value"),
    ("option2_name", "option2_value"),
    ("option3_name", "option3_value"),
)
BUNDLES = {
    "grouped": "Groups of products are not products of their own here.",
    "bundle": "Bundles of products are not sold here.",
    "booking": "Bookings are not sold here.",
    "external": "Products of other shops are not sold here.",
    "giftcard": "Gift cards are not sold here.",
}
TEASERS = (
    Shorten("short_description", 500, "short description"),
    Shorten("meta_description", 500, "description for search engines"),
)
# The columns of a price and of what it is lowered to for a while.
SALE = ("price", "~sale", "~sale_from", "~sale_to")
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


def own_handle(handle: str, name: str) -> tuple[str]:
    """Return a row's handle: a row with a name and none is another product, and not one more variant."""
    return (handle if handle.strip() or not name.strip() else slug(name.strip()),)


def named_options(text: str) -> tuple[str, ...]:
    """Return the names and values of options from a text such as “Legs: Steel, Colour: White”; blanks where it has none."""
    found = [part for pair in _NAMED_OPTION.findall(text) for part in map(str.strip, pair)]
    return (*found, *[""] * len(OPTION_FIELDS))[: len(OPTION_FIELDS)]


def family_handle(name: str, option: str) -> tuple[str]:
    """Return what the rows of one product share where only its name and their options tell that they are one."""
    return (slug(name.strip()) if option.strip() else "",)


def unnamed_title(text: str, option: str) -> tuple[str]:
    """Return a variant's title where its values have no names, so that no options can be made of them."""
    return ("" if option.strip() else text,)


def weight_of(kilograms_text: str, grams_text: str, pounds: str, ounces: str) -> tuple[str]:
    """Return a weight that stands in the column of one of several units in whole grams."""
    units = (("kg", kilograms_text), ("g", grams_text), ("lb", pounds), ("oz", ounces))
    return next((grams(text, unit) for unit, text in units if text.strip()), ("",))


def whole(text: str) -> str:
    """Return a number without decimals that are nothing; those that are something stay, to be refused."""
    return re.sub(r"\.0+$", "", text.strip())


def unquoted(text: str) -> str:
    """Take away the apostrophe that keeps spreadsheets from reading a code as a number."""
    bare = text.strip()
    return bare[1:] if bare[:1] == "'" and bare[1:2].isdecimal() else text


def arrow_path(text: str) -> str:
    """Write a path of categories the way it is written here."""
    return " > ".join(part.strip() for part in text.split("->"))


def slash_paths(text: str, roots: frozenset[str]) -> list[str]:
    """Return paths that are parted by commas or bars, and their levels by slashes, without the root of all categories.

    Args:
        text: the cell.
        roots: what the root is called; alone it is no category.
    """
    paths = [[level.strip() for level in path.split("/") if level.strip()] for path in re.split(r"[,|]", text)]
    return [" > ".join(levels[1:] if levels and levels[0] in roots else levels) for levels in paths]


def rooted_path(text: str) -> str:
    """Return a path without the root “All” under which every category of that system stands."""
    levels = [part.strip() for part in text.split("/") if part.strip()]
    return " > ".join(levels[1:] if levels[:1] == ["All"] else levels)


def first_word(text: str) -> str:
    """Return the first of several words that are parted by commas, in small letters."""
    return text.split(",", maxsplit=1)[0].strip().casefold()


def sale_price(regular: str, sale: str, start: str = "", end: str = "") -> tuple[str, str]:
    """Return what is asked now, and what was asked before where that is more.

    Args:
        regular: the price without a sale.
        sale: the price of the sale, if there is one.
        start: its first day; blank where it has begun.
        end: its last day; blank where it has none.
    """
    if not sale.strip() or sale.strip() in ZEROS or not _begun(start) or _over(end):
        return (regular, "")
    return (sale, regular)


def _begun(start: str) -> bool:
    day = _day(start)
    return day is None or day <= timezone.localdate()


def _over(end: str) -> bool:
    day = _day(end)
    return day is not None and day < timezone.localdate()


def _day(text: str) -> date | None:
    """Return the day of a moment such as 2024-03-31T00:00:00 or, as Magento writes it, 3/31/24, 8:02 PM."""
    day = re.split(r"[T ,]", text.strip(), maxsplit=1)[0]
    short = _SHORT_DAY.fullmatch(day)
    found = parse_date(f"{short[1]}/{short[2]}/20{short[3]}" if short else day, "mdy")
    return found if isinstance(found, date) else None


def variation_image(images: str, kind: str) -> tuple[str]:
    """Return the picture that shows a variant: the first one of a row that describes a variation."""
    return (images.split(",", maxsplit=1)[0].strip() if first_word(kind) == "variation" else "",)


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

"""What product files refer to by name: sellers, categories, tax classes, the location of stock."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import SellerProfile
from backoffice.kernel.transfers.service import Run
from products.models import Category, Location, TaxClass

SEPARATOR = ">"
HOUSE_CODE = "house"
# New categories that a plan knows again when it goes on after an interruption.
_REMEMBERED = 2_000


def category_levels(path: str) -> tuple[list[str], str]:
    """Return the names of a category's path from the top down, and why it cannot be one; "" where it can."""
    names = [" ".join(part.split()) for part in path.split(SEPARATOR)]
    longest = Category._meta.get_field("name").max_length or 0
    in_all = Category._meta.get_field("full_name").max_length or 0
    deepest = (Category._meta.get_field("path").max_length or 0) // Category.steplen
    error = ""
    if not all(names):
        error = "A level of the category has no name. Write, for example, Kitchen > Coffee machines."
    elif max(map(len, names)) > longest:
        error = f"A category's name may have at most {longest} letters."
    elif len(Category.SEPARATOR.join(names)) > in_all:
        error = f"With the names of all levels above it, the name is longer than {in_all} letters."
    elif len(names) > deepest:
        error = f"A category may have at most {deepest - 1} levels above it."
    return names, error


class References:
    """Names of the file turned into keys and spellings of the database, each name once.

    Look-ups return (key, spelling, error): the key is None where the row must first be made.

    Args:
        run: for whom and how.
        closed_locations: find locations that are not active too, where stock may still lie.
    """

    def __init__(self, run: Run, *, closed_locations: bool = False) -> None:
        self.run = run
        self.seller_codes: dict[int, str] = {}
        self._sellers: dict[str, int] = {}
        for pk, code, name in SellerProfile.objects.values_list("pk", "code", "store_name").order_by("-pk"):
            self.seller_codes[pk] = code
            self._sellers[name.casefold()] = pk
            self._sellers[code.casefold()] = pk
        self.tax_codes = dict(TaxClass.objects.values_list("pk", "code").order_by("pk"))
        self._tax = {name.casefold(): pk for pk, name in TaxClass.objects.values_list("pk", "name")}
        self._tax |= {code.casefold(): pk for pk, code in self.tax_codes.items()}
        self._categories: dict[str, tuple[int | None, str]] | None = None
        self._category_names: dict[int, str] | None = None
        self._told_categories = {name.casefold() for name in run.tallies.get("new_categories", [])}
        self._read_locations(closed_too=closed_locations)

    def _read_locations(self, *, closed_too: bool) -> None:
        """Read the locations; of two with one name, the active one and then the one of higher priority is found."""
        rows = Location.objects.order_by("is_active", "-priority", "-pk").values_list("pk", "code", "name", "is_active")
        known = [row for row in rows if row[3] or closed_too]
        self.location_codes = {pk: code for pk, code, _, _ in known}
        self.closed_locations = {pk for pk, _, _, is_active in known if not is_active}
        self._location_names = {name.casefold(): pk for pk, _, name, _ in known}
        self._location_names |= {code.casefold(): pk for pk, code, _, _ in known}
        first = Location.objects.filter(is_active=True).order_by("priority", "code").first()
        self.default_location_id = first.pk if first is not None else None

    @property
    def categories(self) -> dict[str, tuple[int | None, str]]:
        """Return the category paths, whatever their case → (key, spelling); read at the first need."""
        if self._categories is None:
            rows = Category.objects.order_by("-pk").values_list("pk", "full_name")
            planned: list[str] = self.run.tallies.get("new_categories", [])
            self._categories = {name.casefold(): (None, name) for name in planned}
            self._categories |= {name.casefold(): (pk, name) for pk, name in rows}
        return self._categories

    def category_name(self, pk: int) -> str:
        """Return the path of a category by its key."""
        if self._category_names is None:
            self._category_names = {key: name for key, name in self.categories.values() if key is not None}
        return self._category_names.get(pk, "")

    @property
    def default_tax_id(self) -> int | None:
        """Return the tax class of new products that name none."""
        return self._tax.get("standard") or next(iter(self.tax_codes), None)

    def default_seller(self) -> tuple[int | None, str]:
        """Return whose the new products are that name no seller: the uploading seller's, else the house's.

        Returns:
            Key and code; key None where the house has to be made a seller first.
        """
        if self.run.seller_id is not None:
            return self.run.seller_id, self.seller_codes.get(self.run.seller_id, "")
        known = self._sellers.get(HOUSE_CODE)
        if known is not None:
            return known, HOUSE_CODE
        if len(self.seller_codes) == 1:
            return next(iter(self.seller_codes.items()))
        return None, HOUSE_CODE

    def seller_key(self, code: str) -> int | None:
        """Return a seller's key by code, whoever asks."""
        return self._sellers.get(code.casefold())

    def learn_seller(self, pk: int, code: str) -> None:
        """Remember a seller that was just made."""
        self.seller_codes[pk] = code
        self._sellers[code.casefold()] = pk

    def seller(self, name: str) -> tuple[int | None, str, str]:
        """Find a seller by code or store name. Sellers find nobody but themselves, and learn nothing of others."""
        pk = self._sellers.get(name.casefold())
        own = self.run.seller_id
        if own is not None and pk != own:
            return None, "", "The seller cannot be set."
        return (
            (pk, self.seller_codes[pk], "")
            if pk is not None
            else (None, "", "There is no seller with this code or store name.")
        )

    def tax_class(self, name: str) -> tuple[int | None, str, str]:
        """Find a tax class by code or name."""
        pk = self._tax.get(name.casefold())
        if pk is not None:
            return pk, self.tax_codes[pk], ""
        known = ", ".join(self.tax_codes.values())
        return None, "", f"There is no tax class “{name}”. Known: {known}."

    def category(self, path: str) -> tuple[int | None, str, str]:
        """Find a category by its path, or say how it will be spelled once it is made."""
        names, error = category_levels(path)
        found = self.categories.get(Category.SEPARATOR.join(names).casefold())
        if found is not None:
            return found[0], found[1], ""
        if error:
            return None, "", error
        if not self.run.may("products.add_category"):
            return None, "", "There is no such category, and you may not make new ones."
        return None, self._planned(names), ""

    def _planned(self, names: list[str]) -> str:
        """Plan a path's missing levels and return its spelling; levels that exist keep theirs."""
        spelled = ""
        for depth in range(1, len(names) + 1):
            key = Category.SEPARATOR.join(names[:depth]).casefold()
            known = self.categories.get(key)
            if known is None:
                above = f"{spelled}{Category.SEPARATOR}" if spelled else ""
                known = self.categories[key] = (None, f"{above}{names[depth - 1]}")
            spelled = known[1]
        return spelled

    def tell_category(self, path: str) -> None:
        """Say which levels of a path are new, each once, for a row that will be written."""
        names = path.split(Category.SEPARATOR)
        for depth in range(1, len(names) + 1):
            key = Category.SEPARATOR.join(names[:depth]).casefold()
            pk, spelled = self.categories.get(key, (0, ""))
            if pk is not None or key in self._told_categories:
                continue
            self._told_categories.add(key)
            self.run.warn("new category.", "new categories.", examples=[spelled])
            planned: list[str] = self.run.tallies.setdefault("new_categories", [])
            if len(planned) < _REMEMBERED:
                planned.append(spelled)

    def location(self, name: str) -> tuple[int | None, str, str]:
        """Find a location by code or name."""
        pk = self._location_names.get(name.casefold())
        return (pk, self.location_codes[pk], "") if pk is not None else (None, "", f"There is no location “{name}”.")


Lookup = Callable[[str], tuple[int | None, str, str]]

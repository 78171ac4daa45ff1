"""First look at a chunk: cells that cannot be cleared, names that must be found, markup that must be cleaned."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from backoffice.kernel.transfers.table import CLEAR, Batch
from products.services.descriptions import description_clean
from products.transfers.columns import NEEDED, OPTION_PAIRS
from products.transfers.planning.work import Work
from products.transfers.references import Lookup


def check_cells(work: Work) -> None:
    """Refuse what cannot be, and put names into the spelling of the database."""
    refuse_cleared(work.batch, NEEDED)
    find_names(work, "seller", work.references.seller)
    find_names(work, "category", work.references.category)
    find_names(work, "location", work.references.location)
    _find_tax_class(work)
    _clean_markup(work)
    _read_options(work)
    start_live(work)


def refuse_cleared(batch: Batch, names: Collection[str]) -> None:
    """Refuse the clearing token where a value cannot be done without."""
    for name in batch.values.keys() & set(names):
        column = batch.values[name]
        if CLEAR in column:
            for place, value in enumerate(column):
                if value is CLEAR:
                    batch.refuse(place, name, None, "This cannot be empty.")
                    column[place] = None


def start_live(work: Work) -> None:
    """Begin with the places that are neither skipped nor wrong already."""
    work.live = [place for place in range(len(work.batch)) if place not in work.batch.skipped]
    work.keep_sound()


def find_names(work: Work, name: str, lookup: Lookup) -> None:
    """Replace names by their spelling in the database; each different name is looked up once."""
    column = work.batch.values.get(name)
    if column is None:
        return
    known: dict[Any, tuple[str, str]] = {}
    for place, value in enumerate(column):
        if value is None or value is CLEAR or place in work.batch.skipped:
            continue
        if value not in known:
            known[value] = lookup(value)[1:]
        spelled, error = known[value]
        if error:
            work.batch.refuse(place, name, value, error)
        column[place] = spelled or None


def _find_tax_class(work: Work) -> None:
    """Find tax classes. Another system's words for them are not ours to refuse: they are reported and left out."""
    if not work.run.shape:
        find_names(work, "tax_class", work.references.tax_class)
        return
    column = work.batch.values.get("tax_class", [])
    for place, value in enumerate(column):
        if value is None:
            continue
        _, spelled, error = work.references.tax_class(value)
        column[place] = spelled or None
        if error and place not in work.batch.skipped:
            work.run.warn(
                "row names a tax class that is not known here; new products get the standard class.",
                "rows name tax classes that are not known here; new products get the standard class.",
                examples=[value],
            )


def _clean_markup(work: Work) -> None:
    column = work.batch.values.get("description")
    if column is None:
        return
    for place, value in enumerate(column):
        # Text without these characters comes out of the cleaning as it went in.
        if value is not None and value is not CLEAR and ("<" in value or "&" in value or ">" in value):
            column[place] = description_clean(value)


def _read_options(work: Work) -> None:
    """Collect each row's option values; a name left out is that of the row above in the same product."""
    batch = work.batch
    pairs = [(batch.column(name), value, batch.values[value]) for name, value in OPTION_PAIRS if value in batch.values]
    if not pairs:
        return
    handles = batch.column("handle")
    for names, field_name, values in pairs:
        last_handle, last_name = None, None
        for place, value in enumerate(values):
            name = names[place]
            if handles[place] != last_handle or last_handle is None:
                last_handle, last_name = handles[place], None
            last_name = name = name or last_name
            if value is None or value is CLEAR or place in batch.skipped:
                continue
            if name is None or name is CLEAR:
                batch.refuse(place, field_name, value, "The option has a value but no name.")
                continue
            options = work.options.setdefault(place, [])
            if any(name.casefold() == known.casefold() for known, _ in options):
                batch.refuse(place, field_name, value, f"The option “{name}” is there twice.")
            options.append((name, value))

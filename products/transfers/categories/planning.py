"""Planning a chunk of category rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.db import transaction

from backoffice.kernel.history.bulk import reserve_ids
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import Run, Staged, as_json, skipped_row
from backoffice.kernel.transfers.table import CLEAR, Batch
from backoffice.kernel.transfers.values import as_read
from products.models import Category
from products.transfers.categories.known import KnownCategories, KnownCategory
from products.transfers.categories.resource import CategoryResource
from products.transfers.planning.cells import refuse_cleared
from products.transfers.planning.keys import doubles, rows_named
from products.transfers.planning.known import left_out_row
from products.transfers.references import References, category_levels

_LONGEST_KEY = 255
_COLUMNS = ("slug", "description", "is_active")


@dataclass(slots=True)
class Line:
    """A row that speaks of a category.

    Attributes:
        path: full name; of a new one, as it will be spelled.
        known: the category; None for a new one.
        new_path: full name that it is to have; "" where it keeps its own.
        diff: field → [old, new] of a known category, field → value of a new one.
    """

    path: str
    known: KnownCategory | None
    new_path: str = ""
    diff: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Work:
    """A chunk while it is planned.

    Attributes:
        batch: the rows.
        run: for whom and how.
        references: spellings of categories that are to be made.
        known: the categories that there are.
        lines: place → what the row speaks of; places that are skipped or wrong have none.
    """

    batch: Batch
    run: Run
    references: References
    known: KnownCategories
    lines: dict[int, Line] = field(default_factory=dict)


def plan_categories(work: Work) -> list[Staged]:
    """Plan a chunk."""
    batch = work.batch
    refuse_cleared(batch, {"path", "new_path", "slug", "is_active"})
    paths = _full_paths(batch)
    for place, path in paths.items():
        work.lines[place] = Line(path, work.known.find(path))
    _refuse_doubles(work)
    _check_slugs(work)
    for place in _sound(work):
        _read_new_path(work, place)
        if place not in batch.errors:
            _resolve(work, place)
    ids = _reserve(work)
    planned = {place: _planned(work, place, ids.get(place)) for place in _sound(work)}
    return [planned.get(place) or left_out_row(batch, place, _key(paths.get(place, ""))) for place in range(len(batch))]


def _sound(work: Work) -> list[int]:
    return [place for place in work.lines if place not in work.batch.errors]


def _full_paths(batch: Batch) -> dict[int, str]:
    """Return the full name that each usable row gives, its parent's before its own."""
    names, parents = batch.column("path"), batch.column("parent")
    found = {}
    for place, name in enumerate(names):
        if place in batch.skipped or place in batch.errors:
            continue
        if name is None:
            batch.refuse(place, "path", None, "The row names no category.")
            continue
        parent = parents[place]
        levels, error = category_levels(name if parent is None or parent is CLEAR else f"{parent} > {name}")
        if error:
            batch.refuse(place, "path", name, error)
        else:
            found[place] = Category.SEPARATOR.join(levels)
    return found


def _refuse_doubles(work: Work) -> None:
    for place, others in doubles(work.batch, {place: line.path.casefold() for place, line in work.lines.items()}):
        path = work.lines[place].path
        work.batch.refuse(place, "path", path, f"“{path}” is also in {rows_named(others)}.")
    targets = work.batch.column("new_path")
    ends = {
        place: line.path if targets[place] is None else Category.SEPARATOR.join(category_levels(targets[place])[0])
        for place, line in work.lines.items()
    }
    ends = {place: path.casefold() for place, path in ends.items()}
    for place, others in doubles(work.batch, ends if any(targets) else {}):
        if place not in work.batch.errors:
            message = f"{rows_named(others).capitalize()} would have the same path."
            work.batch.refuse(place, "new_path", targets[place], message)


def _check_slugs(work: Work) -> None:
    """Refuse slugs that are none, or that another category has."""
    slugs = work.batch.column("slug")
    given = {place: slugs[place] for place in _sound(work) if slugs[place] is not None}
    for place, others in doubles(work.batch, given):
        work.batch.refuse(place, "slug", slugs[place], f"The slug is also in {rows_named(others)}.")
    for place, slug in given.items():
        owner, line = work.known.by_slug.get(slug), work.lines[place]
        try:
            validate_unicode_slug(slug)
        except ValidationError:
            message = "A slug has letters, digits, hyphens and underscores only."
            work.batch.refuse(place, "slug", slug, message)
        if owner is not None and (line.known is None or owner.pk != line.known.pk):
            work.batch.refuse(place, "slug", slug, f"The category “{owner.full_name}” has this slug.")


def _read_new_path(work: Work, place: int) -> None:
    """Note where a category goes, or that it has gone there already."""
    text, line = work.batch.column("new_path")[place], work.lines[place]
    if text is None:
        return
    levels, error = category_levels(text)
    target = Category.SEPARATOR.join(levels)
    there = work.known.find(target)
    if line.known is None and there is not None:
        # The file was applied before: the row speaks of the category under its new name.
        line.known, line.path = there, there.full_name
        return
    if line.known is None:
        error = error or f"There is no category “{line.path}” that could become it."
    elif there is not None and there.pk != line.known.pk:
        error = error or f"There is a category “{there.full_name}” already."
    elif target.casefold().startswith(f"{line.path}{Category.SEPARATOR}".casefold()):
        error = error or "A category cannot move into its own branch."
    if error:
        work.batch.refuse(place, "new_path", text, error)
        return
    above, separator, name = target.rpartition(Category.SEPARATOR)
    if above and work.run.mode != "create":
        _, above, error = work.references.category(above)
        if error:
            work.batch.refuse(place, "new_path", text, error)
    line.new_path = f"{above}{separator}{name}"


def _resolve(work: Work, place: int) -> None:
    """Work out what a sound row makes or changes."""
    line, run = work.lines[place], work.run
    values = {name: work.batch.column(name)[place] for name in _COLUMNS}
    given = {name: "" if value is CLEAR else value for name, value in values.items() if value is not None}
    if line.known is None:
        if run.mode == "update":
            return
        _, line.path, error = work.references.category(line.path)
        if error:
            work.batch.refuse(place, "path", work.batch.column("path")[place], error)
        line.diff = {"path": line.path, **given}
        return
    line.path = line.known.full_name
    for name, value in given.items():
        old = getattr(line.known, name)
        if old != value and not (name == "description" and _reads_alike(old, value)):
            line.diff[name] = [old, value]
    if line.new_path and line.new_path != line.path:
        line.diff["new_path"] = [line.path, line.new_path]
    if line.diff and run.mode != "create" and not run.may("products.change_category"):
        work.batch.refuse(place, next(iter(line.diff)), None, "You may not change categories.")


def _reads_alike(old: str, new: str) -> bool:
    return as_read(CategoryResource.by_field()["description"], old) == new


def _reserve(work: Work) -> dict[int, int]:
    places = [place for place in _sound(work) if work.lines[place].known is None and work.lines[place].diff]
    with transaction.atomic():
        return dict(zip(places, reserve_ids(Category, len(places)), strict=True))


def _planned(work: Work, place: int, new_id: int | None) -> Staged:
    line, number, run = work.lines[place], work.batch.numbers[place], work.run
    key = _key(line.path)
    if line.known is None:
        if run.mode == "update":
            return skipped_row(number, "This is new, and the upload only updates.", key)
        work.references.tell_category(line.path)
        return Staged(number, RowAction.CREATE.value, key, 0, new_id, "", as_json(line.diff))
    if run.mode == "create":
        return skipped_row(number, "This exists, and the upload only creates.", key)
    if not line.diff:
        return Staged(number, RowAction.UNCHANGED.value, key, 0, line.known.pk)
    if "new_path" in line.diff:
        run.warn(
            "category is renamed or moved, with all below it.",
            "categories are renamed or moved, with all below them.",
            examples=[line.path],
        )
    if line.diff.get("is_active") == [True, False]:
        run.warn("category is hidden.", "categories are hidden.", examples=[line.path])
    payload = as_json({"path": line.path})
    return Staged(number, RowAction.UPDATE.value, key, 0, line.known.pk, payload, as_json(line.diff))


def _key(path: str) -> str:
    """Return a path that fits a staged row's key, and stays distinct where it had to be cut."""
    if len(path) <= _LONGEST_KEY:
        return path
    mark = hashlib.sha256(path.encode()).hexdigest()[:16]
    return f"{path[: _LONGEST_KEY - 18]}… {mark}"

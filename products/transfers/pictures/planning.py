"""Planning the pictures of a chunk's products: all of them in two queries, none where no row names any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_path
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.pictures.archive import PictureArchive, PictureMissing, picture_archive
from backoffice.kernel.transfers.pictures.hosts import AllowedHosts
from backoffice.kernel.transfers.runs import upload_limits
from backoffice.kernel.transfers.service import Run, Staged, as_json
from backoffice.kernel.transfers.table import CLEAR
from products.exceptions import CatalogueRefused
from products.models import ProductImage
from products.transfers.pictures.cells import BETWEEN, entries_of, is_address, stored_stem
from products.transfers.pictures.present import PresentPicture, kept_digests, present_pictures
from products.transfers.pictures.resolving import CheckedPictures, Resolver, Sources
from products.transfers.pictures.wanted import ProductPictures
from products.transfers.planning.work import Group, Work

NAMING = ("images", "variant_image")
_PERMISSION = "products.add_productimage"
_LONGEST_ALT = ProductImage._meta.get_field("alt_text").max_length or 0
_WRITTEN = frozenset({RowAction.CREATE.value, RowAction.UPDATE.value})


class PicturePlanner:
    """Plan pictures, chunk by chunk.

    Args:
        run: for whom and how.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.checked = CheckedPictures(run)
        self.allowed = AllowedHosts.of(run.settings.image_url_hosts)

    def plan(self, work: Work) -> None:
        """Put what becomes of their pictures on the products, among their changes; refuse rows that name wrong ones."""
        named = self._naming(work)
        if not named:
            return
        if not self.run.may(_PERMISSION):
            self.run.warn(
                "row's images are left out: you may not add any.", "rows' images are left out: you may not add any.",
                sum(map(len, named.values())),
            )  # fmt: skip
            return
        groups = [(group, places) for places in named.values() if (group := work.group_of[places[0]]) is not None]
        present = present_pictures([group.product.pk for group, _ in groups if group.product is not None])
        with archive_of(self.run) as archive:
            entries = _entries(work, groups, present, archive)
            addresses = {entry for found in entries.values() for entry in found if is_address(entry)}
            sources = Sources(archive, self.checked, kept_digests(map(stored_stem, addresses)), self.allowed)
            for group, places in groups:
                pictures = ProductPictures(present.get(group.product.pk, []) if group.product else [])
                finder = Resolver(self.run, pictures, sources)
                for place in places:
                    _read_row(work, finder, place, entries)
                _book(work, group, pictures)
        work.keep_sound()

    def attach(self, work: Work, planned: list[Staged | None], variant_ids: Mapping[int, int]) -> None:
        """Put what applying has to know of the pictures on the rows that carry their products.

        Args:
            work: the chunk.
            planned: the plan of each row.
            variant_ids: places → keys of new variants.
        """
        for group in work.groups:
            if group.pictures is None or (group.product is not None and self.run.mode == "create"):
                continue
            place = work.carrier_of(group)
            staged = planned[place] if place >= 0 else None
            if staged is not None and staged.action in _WRITTEN:
                payload = orjson.loads(staged.payload) if staged.payload else {}
                payload["pictures"] = group.pictures.payload(variant_ids)
                planned[place] = staged._replace(payload=as_json(payload))
                self.run.tallies["pictures"] = self.run.tallies.get("pictures", 0) + 1

    def ended(self) -> None:
        """Tell of pictures in the ZIP that no row has named."""
        if not self.run.pictures or not self.run.may(_PERMISSION):
            return
        with archive_of(self.run) as archive:
            names = self.checked.unnamed(archive) if archive is not None else []
        self.run.warn(
            "picture in the ZIP is named by no sound row.", "pictures in the ZIP are named by no sound row.", len(names),
            examples=names,
        )  # fmt: skip

    def _naming(self, work: Work) -> dict[int, list[int]]:
        """Return the places of rows that name pictures, by product."""
        columns = [work.batch.values[name] for name in NAMING if name in work.batch.values]
        columns = [column for column in columns if any(value is not None for value in column)]
        found: dict[int, list[int]] = {}
        for place in work.live if columns else ():
            if any(column[place] is not None for column in columns):
                found.setdefault(id(work.group_of[place]), []).append(place)
        return found


@contextmanager
def archive_of(run: Run) -> Iterator[PictureArchive | None]:
    """Open the ZIP of pictures that came with an upload; None where none did."""
    if not run.pictures:
        yield None
        return
    with picture_archive(file_path(StoredFile.objects.get(pk=run.pictures)), upload_limits()) as archive:
        yield archive


Entries = dict[tuple[int, str], list[str]]


def _entries(
    work: Work,
    groups: Sequence[tuple[Group, list[int]]],
    present: Mapping[int, list[PresentPicture]],
    archive: PictureArchive | None,
) -> Entries:
    """Return the entries of every cell, by place and column."""
    found: Entries = {}
    for group, places in groups:
        names = {picture.name for picture in present.get(group.product.pk, ())} if group.product else set()

        def is_known(name: str, names: set[str] = names) -> bool:
            return name in names or (archive is not None and archive.has(name))

        for place in places:
            for column in NAMING:
                value = work.batch.column(column)[place]
                if value is not None and value is not CLEAR:
                    found[place, column] = entries_of(value, is_known)
    return found


def _read_row(work: Work, finder: Resolver, place: int, entries: Entries) -> None:
    """Find the pictures of a row; what it names is forgotten again where the row cannot be used."""
    before = list(finder.pictures.wanted)
    if work.batch.column("images")[place] is CLEAR:
        finder.pictures.cleared = True
    found = []
    alts = _alts(work, place, len(entries.get((place, "images"), ())))
    for number, entry in enumerate(entries.get((place, "images"), ())):
        found.append(_find(work, finder, place, "images", entry))
        item = found[-1]
        if item is not None and number < len(alts) and alts[number] is not None:
            item.alt = alts[number]
    variant = work.variants[place]
    key = variant.pk if variant is not None else 0
    for entry in entries.get((place, "variant_image"), ()) if place in work.own_rows else ():
        item = _find(work, finder, place, "variant_image", entry, variant_id=key)
        if item is not None:
            group = work.group_of[place]
            sku = variant.sku if variant is not None else work.batch.column("sku")[place]
            item.shows[place] = (sku or (group.handle if group is not None else ""), key)
    if place in work.batch.errors:
        finder.pictures.wanted[:] = before


def _find(work: Work, finder: Resolver, place: int, column: str, entry: str, *, variant_id: int = 0) -> Any:
    try:
        return finder.find(entry, again=column == "variant_image", variant_id=variant_id)
    except (PictureMissing, CatalogueRefused) as refusal:
        work.batch.refuse(place, column, entry, str(refusal))
        return None


def _alts(work: Work, place: int, count: int) -> list[str | None]:
    """Return the descriptions of a row's images; None keeps what is stored."""
    cell = work.batch.column("image_alt")[place]
    if cell is None:
        return []
    if cell is CLEAR:
        return [""] * count
    alts = [part.strip() or None for part in cell.split(BETWEEN)]
    if len(alts) > count:
        work.batch.refuse(place, "image_alt", cell, "There are more descriptions than images.")
    if any(len(alt) > _LONGEST_ALT for alt in alts if alt is not None):
        work.batch.refuse(place, "image_alt", cell, f"A description may have at most {_LONGEST_ALT} letters.")
    return alts


def _book(work: Work, group: Group, pictures: ProductPictures) -> None:
    """Count the pictures among the changes of their product."""
    if group.product is None and group.carrier in work.batch.errors:
        group.failed = group.failed or work.batch.numbers[group.carrier]
        for place in group.places:
            if place not in work.batch.errors:
                work.batch.refuse(
                    place, "", None, f"The product cannot be made, because row {group.failed} has errors."
                )
        return
    changes = pictures.changes()
    if not changes:
        return
    group.pictures = pictures
    if group.product is None:
        group.values |= {name: new for name, (_, new) in changes.items()}
    else:
        group.diff |= changes

"""Loading the pictures of an upload once its rows are in: unpacked or fetched outside of any transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet

from backoffice.kernel.documents.images import MAX_BYTES
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.transfers.models import RowAction, StagedRow
from backoffice.kernel.transfers.pictures.archive import PictureArchive
from backoffice.kernel.transfers.pictures.fetching import HostSilent, fetch
from backoffice.kernel.transfers.pictures.hosts import AllowedHosts, FetchRefused, place_of
from backoffice.kernel.transfers.pictures.names import base_name
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.service import Run
from backoffice.kernel.transfers.services.noting import upload_note
from products.exceptions import CatalogueRefused
from products.models import Variant
from products.services.bulk_images import (
    PictureItem,
    ProductImages,
    StoredPicture,
    image_files_store,
    images_bulk_set,
)
from products.services.images import image_check
from products.transfers.pictures.cells import stored_stem
from products.transfers.pictures.planning import archive_of

# Products whose pictures are written in one transaction.
AT_ONCE = 25
# A host that does not answer so many times in a row is not asked again by this upload.
PATIENCE = 3
VARIANT = 0
_CURSOR = "pictures"
# Number, target, key and pictures of a row of the plan.
Row = tuple[int, int, int, dict[str, Any]]


class NotLoaded(Exception):
    """A picture is not to be had; the message goes on after “because”."""


class PictureLoader:
    """Load the pictures that the plan of an upload wants.

    Args:
        run: for whom and how.
        context: the running job.
        archive: the ZIP that came with the file.
    """

    def __init__(self, run: Run, context: JobContext, archive: PictureArchive | None) -> None:
        self.run = run
        self.context = context
        self.archive = archive
        self.allowed = AllowedHosts.of(run.settings.image_url_hosts)
        self._stored: dict[str, StoredPicture] = {}
        self._refused: dict[str, str] = {}
        self._silences: Counter[str] = Counter()

    def load(self) -> None:
        """Go through the rows that want pictures, from the job's cursor on."""
        done = int(self.context.cursor.get("loaded", 0))
        for rows in self._batches():
            self._load_batch(rows, done)
            done += len(rows)

    def _load_batch(self, rows: Sequence[Row], done: int) -> None:
        """Load the pictures of some rows, then write them together."""
        total = self.run.tallies["pictures"]
        notes: dict[int, list[list[str]]] = {number: [] for number, *_ in rows}
        owners = _product_ids(rows)
        products = []
        for count, (number, _, _, pictures) in enumerate(rows):
            phase = f"Pictures: {done + count:,} of {total:,} products"
            self.context.progress(done=self.context.job.done, phase=phase)
            items = [item for entry in pictures["items"] if (item := self._item(entry, notes[number])) is not None]
            products.append(ProductImages(owners.get(number, 0), items, pictures["remove"]))
        with transaction.atomic():
            problems = images_bulk_set(products=products)
            for number, product_id in owners.items():
                for reason in problems.pop(product_id, ()):
                    self._note(notes[number], "", reason)
            self.context.checkpoint(cursor={**self.context.cursor, _CURSOR: rows[-1][0], "loaded": done + len(rows)})
            upload_note(run=self.run, notes={number: said for number, said in notes.items() if said})

    def _batches(self) -> Iterator[list[Row]]:
        """Yield number, target, key and pictures of the rows that want some."""
        while True:
            rows = _wanting(self.run, self.context.cursor).order_by("number")
            found = list(rows.values_list("number", "target", "object_id", "payload")[:AT_ONCE])
            if not found:
                return
            yield [(number, target, key or 0, orjson.loads(text)["pictures"]) for number, target, key, text in found]

    def _item(self, entry: dict[str, Any], said: list[list[str]]) -> PictureItem | None:
        new = None
        if "have" not in entry:
            try:
                new = self._new(entry)
            except NotLoaded as refusal:
                self._note(said, entry["text"], str(refusal))
                return None
        replaces = entry.get("replaces")
        return PictureItem(
            image_id=entry.get("have", 0),
            new=new,
            replaces=(replaces[0], replaces[1]) if replaces else None,
            alt_text=entry.get("alt"),
            variant_id=entry.get("variant", 0),
        )

    def _new(self, entry: dict[str, Any]) -> StoredPicture:
        source = entry.get("url") or entry["zip"]
        if source in self._refused:
            raise NotLoaded(self._refused[source])
        if source not in self._stored:
            try:
                self._stored[source] = self._fetched(source) if "url" in entry else self._unpacked(source)
            except NotLoaded as refusal:
                self._refused[source] = str(refusal)
                raise
        return self._stored[source]

    def _unpacked(self, path: str) -> StoredPicture:
        if self.archive is None:
            raise NotLoaded("the ZIP of pictures is not there any more")
        name = base_name(path)
        try:
            return image_files_store(picture=image_check(content=self.archive.read(path), name=name), name=name)
        except (CatalogueRefused, ReadError) as refusal:
            raise NotLoaded(str(refusal).rstrip(".")) from refusal

    def _fetched(self, url: str) -> StoredPicture:
        name = stored_stem(url)
        try:
            host = place_of(url, self.allowed).host
            if self._silences[host] >= PATIENCE:
                raise NotLoaded(f"{host} did not answer {PATIENCE} times in a row")
            content = fetch(url, self.allowed, max_bytes=MAX_BYTES)
            self._silences[host] = 0
            return image_files_store(picture=image_check(content=content, name=name), name=f"{name}.picture")
        except HostSilent as refusal:
            self._silences[host] += 1
            raise NotLoaded(str(refusal)) from refusal
        except (FetchRefused, CatalogueRefused) as refusal:
            raise NotLoaded(str(refusal).rstrip(".")) from refusal

    def _note(self, said: list[list[str]], entry: str, reason: str) -> None:
        said.append(["images", entry[:200], f"Not loaded, because {reason}."])
        self.run.warn(
            f"picture is not loaded, because {reason}.",
            f"pictures are not loaded, because {reason}.",
            examples=[entry] if entry else (),
        )


def load_pictures(run: Run, context: JobContext) -> None:
    """Load the pictures of an upload; a plan that wants none costs nothing.

    Args:
        run: for whom and how.
        context: the running job.
    """
    if not run.tallies.get("pictures"):
        return
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(archive_of(run))
        except (FileNotFoundError, ReadError):
            # Each picture of it is reported as not there; those by address are loaded all the same.
            archive = None
        PictureLoader(run, context, archive).load()


def tell_unloaded(run: Run, cursor: Mapping[str, Any]) -> None:
    """Warn of the products whose pictures are not loaded, because the upload was stopped.

    Args:
        run: for whom and how.
        cursor: how far its job had come.
    """
    if not run.tallies.get("pictures"):
        return
    run.warn(
        "product has none of its new pictures, because the upload was stopped.",
        "products have none of their new pictures, because the upload was stopped.",
        _wanting(run, cursor).count(),
    )


def _wanting(run: Run, cursor: Mapping[str, Any]) -> QuerySet[StagedRow]:
    """Return the rows that want pictures and do not have them yet."""
    return StagedRow.objects.filter(
        upload=run.upload_id,
        number__gt=int(cursor.get(_CURSOR, 0)),
        action__in=[RowAction.CREATE, RowAction.UPDATE],
        payload__contains='"pictures":',
    )


def _product_ids(rows: Sequence[Row]) -> dict[int, int]:
    """Return the product of each row: that of the variant that it stands for, or itself."""
    variants = {key for _, target, key, _ in rows if target == VARIANT}
    owners = dict(Variant.objects.filter(pk__among=sorted(variants)).values_list("pk", "product_id"))
    return {number: owners.get(key, 0) if target == VARIANT else key for number, target, key, _ in rows}

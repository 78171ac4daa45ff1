"""The pictures of one product, as its rows want them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.kernel.transfers.pictures.names import base_name, name_key
from products.transfers.pictures.present import PresentPicture

BETWEEN = " | "


@dataclass(slots=True)
class Wanted:
    """A picture that rows name.

    Attributes:
        text: the entry of the file.
        present: the picture that the product has already.
        path: where it lies in the ZIP.
        url: where it is to be fetched.
        digest: of the picture in the ZIP.
        replaces: the picture of the same name whose place it takes.
        alt: what is to be seen; None keeps what is stored.
        shows: SKUs and keys of the variants that rows of the file show with it, by the rows' places.
    """

    text: str
    present: PresentPicture | None = None
    path: str = ""
    url: str = ""
    digest: str = ""
    replaces: PresentPicture | None = None
    alt: str | None = None
    shows: dict[int, tuple[str, int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what people read."""
        if self.present is not None:
            return self.present.name
        if self.url:
            return self.url
        return base_name(self.path) + (" (new)" if self.replaces is not None else "")

    @property
    def key(self) -> str:
        """Return what another row would name it by."""
        return self.url or (self.present.key if self.present is not None else name_key(self.path))

    @property
    def was(self) -> PresentPicture | None:
        """Return the stored picture that stands for it: itself, or the one that it replaces."""
        return self.present or self.replaces

    def new_alt(self) -> str | None:
        """Return the description where it changes. A bar in a stored one is a stroke in files."""
        old = self.was.alt_text if self.was is not None else ""
        return self.alt if self.alt is not None and self.alt != old.replace("|", "/") else None

    def shown_by(self) -> int | None:
        """Return the place of the row whose variant it is to show, where that is one and a change."""
        known = {key for _, key in self.shows.values()}
        if len(self.shows) != 1 or (self.was is not None and self.was.variant_id in known - {0}):
            return None
        return next(iter(self.shows))


@dataclass(slots=True)
class ProductPictures:
    """What becomes of a product's pictures: the named ones in their order, then the others.

    Attributes:
        present: the pictures as they are.
        wanted: the named ones.
        cleared: whether the others go.
    """

    present: list[PresentPicture]
    wanted: list[Wanted] = field(default_factory=list)
    cleared: bool = False

    def others(self) -> list[PresentPicture]:
        """Return the pictures that no row names."""
        named = {item.was.pk for item in self.wanted if item.was is not None}
        return [picture for picture in self.present if picture.pk not in named]

    def changes(self) -> dict[str, list[str]]:
        """Return field → [old, new]; empty where nothing changes."""
        found: dict[str, list[str]] = {}
        stay = [] if self.cleared else self.others()
        before = [picture.pk for picture in self.present]
        after = [item.present.pk if item.present else 0 for item in self.wanted] + [picture.pk for picture in stay]
        if before != after:
            names = [item.name for item in self.wanted] + [picture.name for picture in stay]
            found["images"] = [BETWEEN.join(picture.name for picture in self.present), BETWEEN.join(names)]
        told = [item for item in self.wanted if item.new_alt() is not None]
        if told:
            old = [item.was.alt_text if item.was is not None else "" for item in told]
            found["image_alt"] = [BETWEEN.join(filter(None, old)), BETWEEN.join(item.alt or "–" for item in told)]
        shown = [(item, place) for item in self.wanted if (place := item.shown_by()) is not None]
        if shown:
            found["variant_image"] = [
                "",
                BETWEEN.join(f"{item.name} → {item.shows[place][0]}" for item, place in shown),
            ]
        return found

    def payload(self, variant_ids: Mapping[int, int]) -> dict[str, Any]:
        """Return what applying has to know.

        Args:
            variant_ids: places of rows → keys of their new variants.
        """
        items: list[dict[str, Any]] = []
        for item in self.wanted:
            entry: dict[str, Any] = {"text": item.text}
            if item.present is not None:
                entry["have"] = item.present.pk
            else:
                entry |= {"url": item.url} if item.url else {"zip": item.path, "digest": item.digest}
            if item.replaces is not None:
                entry["replaces"] = [item.replaces.pk, item.replaces.digest]
            if (alt := item.new_alt()) is not None:
                entry["alt"] = alt
            if (place := item.shown_by()) is not None:
                entry["variant"] = item.shows[place][1] or variant_ids.get(place, 0)
            items.append(entry)
        gone = [picture.pk for picture in self.others()] if self.cleared else []
        return {"items": items, "remove": gone}

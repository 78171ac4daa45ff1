"""The pictures that products have already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.lookups import raw_rows
from backoffice.kernel.transfers.pictures.names import name_key
from products.models import ProductImage
from products.services.images import PURPOSE

ENDINGS = (".png", ".jpg")


@dataclass(slots=True)
class PresentPicture:
    """A picture of a product as it is."""

    pk: int
    name: str
    digest: str
    alt_text: str
    variant_id: int | None
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = name_key(self.name)


def present_pictures(product_ids: Collection[int]) -> dict[int, list[PresentPicture]]:
    """Return the pictures of products, in their order; one query."""
    found: dict[int, list[PresentPicture]] = defaultdict(list)
    if product_ids:
        rows = (
            ProductImage.objects.filter(product_id__among=sorted(product_ids))
            .order_by("product_id", "position", "pk")
            .values_list("product_id", "pk", "file__name", "digest", "alt_text", "variant_id")
        )
        for product_id, *values in raw_rows(rows):
            found[product_id].append(PresentPicture(*values))
    return found


def kept_digests(stems: Iterable[str]) -> dict[str, set[str]]:
    """Return, per name without ending, the digests of the pictures that were ever kept under it; one query."""
    wanted = set(stems)
    if not wanted:
        return {}
    names = [f"{stem}{ending}" for stem in sorted(wanted) for ending in ENDINGS]
    found: dict[str, set[str]] = defaultdict(set)
    rows = StoredFile.objects.filter(purpose=PURPOSE, name__among=names).values_list("name", "digest")
    for name, digest in rows:
        found[name.rpartition(".")[0]].add(digest)
    return found

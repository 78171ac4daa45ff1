"""Setting the pictures of many products at once.

What it leaves is what the services for one picture leave: the rows in their order, their history,
one signal. The files are stored before, as decoding pictures and writing files takes longer than a
transaction should.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice.kernel.documents.images import SanitisedImage, thumbnail
from backoffice.kernel.history.bulk import bulk_delete, bulk_insert, bulk_update
from products.models import Product, ProductImage, Variant
from products.services.images import MOST_IMAGES, THUMBNAIL_BOX, picture_store
from products.services.news import tell_catalogue_changed

_COLUMNS = ("file_id", "thumbnail_id", "digest", "width", "height", "alt_text", "variant_id", "position")


@dataclass(frozen=True)
class StoredPicture:
    """A picture whose files are kept already."""

    file_id: int
    thumbnail_id: int
    digest: str
    width: int
    height: int


@dataclass(frozen=True)
class PictureItem:
    """One of a product's pictures, as it is to be.

    Attributes:
        image_id: a picture that the product has; 0 for another one.
        new: the picture that is added where the product does not have it.
        replaces: key and digest of the picture whose place a new one takes, where it is still that.
        alt_text: None keeps it.
        variant_id: the variant that it shows; 0 keeps it.
    """

    image_id: int = 0
    new: StoredPicture | None = None
    replaces: tuple[int, str] | None = None
    alt_text: str | None = None
    variant_id: int = 0


@dataclass(frozen=True)
class ProductImages:
    """The pictures of a product: those named, in their order, before the others; some go."""

    product_id: int
    items: Sequence[PictureItem]
    remove: Collection[int] = field(default_factory=tuple)


def image_files_store(*, picture: SanitisedImage, name: str) -> StoredPicture:
    """Keep a checked picture and its small form.

    Args:
        picture: what ``image_check`` returned.
        name: its name, offered at download.
    """
    small = thumbnail(picture.bytes, THUMBNAIL_BOX)
    return StoredPicture(
        file_id=picture_store(picture, name).pk,
        thumbnail_id=picture_store(small, f"small-{name}").pk,
        digest=picture.sha256,
        width=picture.width,
        height=picture.height,
    )


def images_bulk_set(*, products: Sequence[ProductImages]) -> dict[int, list[str]]:
    """Add, replace, describe, order and remove pictures; call inside a transaction.

    Args:
        products: what becomes of the pictures of which product.

    Returns:
        Product → what could not be done, in plain words. Doing the same again does nothing.
    """
    ids = sorted({entry.product_id for entry in products})
    there = set(
        Product.objects.filter(pk__among=ids).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
    )
    present: dict[int, list[ProductImage]] = defaultdict(list)
    for image in ProductImage.objects.filter(product_id__among=ids).order_by("product_id", "position", "pk"):
        present[image.product_id].append(image)
    wanted = {item.variant_id for entry in products for item in entry.items if item.variant_id}
    owners = dict(Variant.objects.filter(pk__among=sorted(wanted)).values_list("pk", "product_id")) if wanted else {}
    problems: dict[int, list[str]] = defaultdict(list)
    work = _Work(owners, problems)
    for entry in products:
        if entry.product_id in there:
            work.set(entry, present[entry.product_id])
        else:
            problems[entry.product_id].append("the product is not there any more")
    work.write()
    return dict(problems)


class _Work:
    """What is to be written."""

    def __init__(self, owners: dict[int, int], problems: dict[int, list[str]]) -> None:
        self.owners = owners
        self.problems = problems
        self.fresh: list[ProductImage] = []
        self.changed: list[ProductImage] = []
        self.gone: list[int] = []
        self.products: set[int] = set()

    def set(self, entry: ProductImages, present: list[ProductImage]) -> None:
        """Work out what becomes of one product's pictures."""
        before = {image.pk: _values(image) for image in present}
        gone = [image for image in present if image.pk in set(entry.remove)]
        images = [image for image in present if image not in gone]
        named: list[ProductImage] = []
        for item in entry.items:
            image = self._image(entry.product_id, item, images)
            if image is None or image in named:
                continue
            named.append(image)
            if item.alt_text is not None:
                image.alt_text = item.alt_text
            if item.variant_id and self.owners.get(item.variant_id) == entry.product_id:
                image.variant_id = item.variant_id
        ordered = [*named, *(image for image in images if image not in named)]
        for position, image in enumerate(ordered):
            image.position = position
        fresh = [image for image in ordered if image._state.adding]
        changed = [image for image in ordered if not image._state.adding and before[image.pk] != _values(image)]
        if fresh or changed or gone:
            self.products.add(entry.product_id)
        self.fresh += fresh
        self.changed += changed
        self.gone += [image.pk for image in gone]

    def _image(self, product_id: int, item: PictureItem, images: list[ProductImage]) -> ProductImage | None:
        """Return the row that stands for an item, made or changed where it has to be."""
        if item.image_id:
            return next((image for image in images if image.pk == item.image_id), None)
        if item.new is None:
            return None
        found = next((image for image in images if image.digest == item.new.digest), None)
        if found is not None:
            return found
        for image in images:
            if item.replaces == (image.pk, image.digest):
                return _filled(image, item.new)
        if len(images) >= MOST_IMAGES:
            self.problems[product_id].append(f"a product can have {MOST_IMAGES} pictures")
            return None
        images.append(_filled(ProductImage(product_id=product_id), item.new))
        return images[-1]

    def write(self) -> None:
        """Write everything, with its history, and tell of it."""
        bulk_delete(ProductImage, sorted(self.gone))
        bulk_update(ProductImage, _COLUMNS, [(image.pk, *_values(image)) for image in self.changed])
        bulk_insert(
            ProductImage, ("product_id", *_COLUMNS), [(image.product_id, *_values(image)) for image in self.fresh]
        )
        tell_catalogue_changed(product_ids=self.products)


def _values(image: ProductImage) -> tuple[Any, ...]:
    return tuple(getattr(image, column) for column in _COLUMNS)


def _filled(image: ProductImage, picture: StoredPicture) -> ProductImage:
    image.file_id, image.thumbnail_id = picture.file_id, picture.thumbnail_id
    image.digest, image.width, image.height = picture.digest, picture.width, picture.height
    return image

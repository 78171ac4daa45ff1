"""Which picture an entry of a file stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.kernel.transfers.pictures.archive import NOT_THERE, PictureArchive, PictureMissing
from backoffice.kernel.transfers.pictures.hosts import AllowedHosts, FetchRefused, place_of
from backoffice.kernel.transfers.pictures.names import name_key
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.service import Run
from products.exceptions import CatalogueRefused
from products.services.images import image_check
from products.transfers.pictures.cells import is_address, stored_stem
from products.transfers.pictures.present import PresentPicture
from products.transfers.pictures.wanted import ProductPictures, Wanted

_NO_HOSTS = "the shop's settings allow no host for pictures by address"


class CheckedPictures:
    """The pictures of the ZIP that rows name, each looked at once.

    Args:
        run: for whom and how; its tallies keep which pictures were named.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._digests: dict[str, str] = {}
        self._refusals: dict[str, str] = {}

    def digest(self, archive: PictureArchive, name: str) -> tuple[str, str]:
        """Return path and digest of the picture that a name stands for.

        Raises:
            PictureMissing: there is no such picture.
            CatalogueRefused: it is none that can be used.
        """
        member = archive.find(name)
        path = member.path
        self._remember(archive.places[path])
        if path not in self._digests and path not in self._refusals:
            try:
                self._digests[path] = image_check(content=archive.read(path), name=member.name).sha256
            except (CatalogueRefused, ReadError) as refusal:
                self._refusals[path] = str(refusal)
        if path in self._refusals:
            raise CatalogueRefused(self._refusals[path], field="pictures")
        return path, self._digests[path]

    def unnamed(self, archive: PictureArchive) -> list[str]:
        """Return the pictures of the ZIP that no row has named."""
        named = self._named()
        return [member.path for place, member in enumerate(archive.pictures) if not named >> place & 1]

    def _named(self) -> int:
        return int(self.run.tallies.get("named_pictures", "0"), 16)

    def _remember(self, place: int) -> None:
        # A bit for each picture: a plan that was cut off goes on with those of the chunks before.
        self.run.tallies["named_pictures"] = f"{self._named() | 1 << place:x}"


@dataclass(frozen=True)
class Sources:
    """Where the pictures of a chunk come from.

    Attributes:
        archive: the ZIP that came with the file.
        checked: its pictures that were looked at.
        kept: names without ending of pictures by address → digests.
        allowed: hosts that pictures are fetched from.
    """

    archive: PictureArchive | None
    checked: CheckedPictures
    kept: Mapping[str, set[str]]
    allowed: AllowedHosts

    def refusal(self, url: str) -> str:
        """Return why an address is not fetched, or ""."""
        if not self.allowed.entries:
            return _NO_HOSTS
        try:
            place_of(url, self.allowed)
        except FetchRefused as refusal:
            return str(refusal)
        return ""


class Resolver:
    """Find the pictures of one product's entries.

    Args:
        run: for whom and how.
        pictures: what is wanted so far, with what the product has.
        sources: where pictures come from.
    """

    def __init__(self, run: Run, pictures: ProductPictures, sources: Sources) -> None:
        self.run = run
        self.pictures = pictures
        self.sources = sources
        self._left_out: set[str] = set()

    def find(self, entry: str, *, again: bool = False, variant_id: int = 0) -> Wanted | None:
        """Return the picture of an entry, among the wanted ones from now on; None where it is not loaded.

        Args:
            entry: a name or an address.
            again: whether a picture that is wanted already comes first, as where a variant shows it.
            variant_id: the variant, for which of several of one name to prefer.

        Raises:
            PictureMissing, CatalogueRefused: it is not in the ZIP, or is none that can be used.
        """
        if is_address(entry):
            return self._by_address(entry)
        key = name_key(entry)
        named = [item for item in self.pictures.wanted if item.key == key]
        if again and named:
            return next(
                (item for item in named if item.was is not None and item.was.variant_id == variant_id), named[0]
            )
        archive = self.sources.archive
        if archive is not None and archive.has(entry):
            return self._in_archive(archive, entry, key)
        free = self._unnamed_of(key)
        if free is not None:
            return self._want(Wanted(entry, present=free))
        if named:
            return named[0]
        if archive is not None:
            raise PictureMissing(NOT_THERE)
        self._leave_out(
            "picture is named, but there is no ZIP of pictures with the file; it is left out.",
            "pictures are named, but there is no ZIP of pictures with the file; they are left out.",
            entry,
        )
        return None

    def _in_archive(self, archive: PictureArchive, entry: str, key: str) -> Wanted:
        path, digest = self.sources.checked.digest(archive, entry)
        same = self._wanted_or_present({digest})
        if same is not None:
            return same if isinstance(same, Wanted) else self._want(Wanted(entry, present=same))
        return self._want(Wanted(entry, path=path, digest=digest, replaces=self._unnamed_of(key)))

    def _by_address(self, entry: str) -> Wanted | None:
        wanted = next((item for item in self.pictures.wanted if item.text == entry), None)
        if wanted is not None:
            return wanted
        same = self._wanted_or_present(self.sources.kept.get(stored_stem(entry), set()))
        if same is not None:
            return same if isinstance(same, Wanted) else self._want(Wanted(entry, present=same))
        reason = self.sources.refusal(entry)
        if reason:
            one, many = f"picture is not loaded, because {reason}.", f"pictures are not loaded, because {reason}."
            self._leave_out(one, many, entry)
            return None
        return self._want(Wanted(entry, url=entry))

    def _wanted_or_present(self, digests: set[str]) -> Wanted | PresentPicture | None:
        for item in self.pictures.wanted:
            if (item.present.digest if item.present is not None else item.digest) in digests:
                return item
        return next((picture for picture in self.pictures.present if picture.digest in digests), None)

    def _unnamed_of(self, key: str) -> PresentPicture | None:
        """Return the product's first picture of a name that no row has named yet."""
        return next((picture for picture in self.pictures.others() if picture.key == key), None)

    def _leave_out(self, one: str, many: str, entry: str) -> None:
        """Count a picture that is not loaded, once for its product."""
        if entry not in self._left_out:
            self._left_out.add(entry)
            self.run.warn(one, many, examples=[entry])

    def _want(self, item: Wanted) -> Wanted:
        self.pictures.wanted.append(item)
        return item

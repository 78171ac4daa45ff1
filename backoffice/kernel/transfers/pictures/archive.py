"""The pictures of a ZIP, found by their names; the ZIP is checked before anything of it is unpacked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from backoffice.kernel.documents.images import MAX_BYTES
from backoffice.kernel.transfers.pictures.names import base_name, name_key
from backoffice.kernel.transfers.reading.archives import SafeZip, ZipMember, safe_zip
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.limits import Limits, in_megabytes
from backoffice.kernel.transfers.reading.source import Source, opened

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm"})
# A table too, but only where there is no other: a ZIP's “read me” is none.
PLAIN_TEXT = ".txt"
_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".cab", ".iso", ".jar"})
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
# What packages of office programs hold, whose readers say more of them.
_OFFICE = ("[Content_Types].xml", "mimetype", "Index/Document.iwa")
NOT_THERE = "There is no picture of this name in the ZIP."


class PictureMissing(LookupError):
    """A name stands for no picture of the ZIP, or for several; the message says which."""


def is_zip(content: IO[bytes]) -> bool:
    """Say whether a file begins as a ZIP does; it is left at its start."""
    content.seek(0)
    head = content.read(4)
    content.seek(0)
    return head in _ZIP_STARTS


class PictureArchive:
    """Look pictures of a checked ZIP up and unpack them one by one.

    Args:
        archive: the ZIP.

    Attributes:
        pictures: what is in it beside tables.
        places: path → place among them.
    """

    def __init__(self, archive: SafeZip) -> None:
        self._archive = archive
        self.pictures = [member for member in archive.members() if suffix_of(member) not in TABLES | {PLAIN_TEXT}]
        self.places = {member.path: place for place, member in enumerate(self.pictures)}
        self._by_key: dict[str, list[ZipMember]] = defaultdict(list)
        for member in self.pictures:
            self._by_key[name_key(member.name)].append(member)

    def has(self, name: str) -> bool:
        """Say whether a name stands for anything in the ZIP."""
        return name_key(name) in self._by_key

    def find(self, name: str) -> ZipMember:
        """Return the picture of a name; folders count only where they tell pictures of one name apart.

        Raises:
            PictureMissing: there is none, or there are several.
        """
        found = self._by_key.get(name_key(name), [])
        if len(found) > 1:
            wanted = name.replace("\\", "/").strip().lstrip("/").casefold()
            same = [member for member in found if f"/{member.path}".casefold().endswith(f"/{wanted}")]
            found = same if len(same) == 1 else found
        if not found:
            raise PictureMissing(NOT_THERE)
        if len(found) > 1:
            paths = ", ".join(member.path for member in found[:3])
            raise PictureMissing(f"Several pictures in the ZIP have this name: {paths}.")
        return found[0]

    def read(self, path: str) -> bytes:
        """Unpack a picture.

        Raises:
            ReadError: it is larger than a picture may be, or the ZIP is damaged.
        """
        size = self._archive.size(path)
        if size > MAX_BYTES:
            most = in_megabytes(MAX_BYTES)
            raise ReadError("too_large", f"The picture holds {in_megabytes(size)}; the most is {most}.")
        return self._archive.read(path)


@contextmanager
def picture_archive(source: Source, limits: Limits) -> Iterator[PictureArchive]:
    """Open a ZIP of pictures.

    Raises:
        ReadError: it is no ZIP, or not one that may be unpacked.
    """
    with opened(source) as file:
        if not is_zip(file):
            raise ReadError("wrong_format", "The pictures are not packed as a ZIP.", hint="Pack them into one ZIP.")
        with safe_zip(file, limits) as archive:
            refuse_nested(archive)
            yield PictureArchive(archive)


def is_office_file(archive: SafeZip) -> bool:
    """Say whether a ZIP is an office program's file: a workbook, or what is taken for one."""
    return any(map(archive.has, _OFFICE))


def refuse_nested(archive: SafeZip) -> None:
    """Refuse archives inside an archive: nobody can say what they unpack to.

    Raises:
        ReadError: there is one.
    """
    for member in archive.members():
        if suffix_of(member) in _ARCHIVES:
            raise ReadError(
                "zip_nested",
                f"The ZIP holds another archive, “{base_name(member.path)[:80]}”, which is not opened.",
                hint="Pack the pictures themselves.",
            )


def suffix_of(member: ZipMember) -> str:
    """Return the ending of a file's name, in lower case."""
    return PurePosixPath(member.name).suffix.lower()

"""Open ZIP files that strangers made: every promise in them is checked before and while unpacking."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from .errors import ReadError
from .limits import MEGABYTE, Limits, in_megabytes
from .source import Source, opened, size_of

END = b"PK\x05\x06"
END64 = b"PK\x06\x06"
LOCATOR64 = b"PK\x06\x07"
LONGEST_COMMENT = 65_535 + 22
BYTES_PER_ENTRY = 512  # generous for a directory entry: 46 bytes, the name and extra fields
SMALL = 4 * MEGABYTE  # a member that cannot hurt, whatever its ratio
ENCRYPTED = 0x1
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What zipfile raises on a file that is not as it should be.
BROKEN = (
    zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError, IndexError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class ZipMember:
    """Name one file of a ZIP: its path with forward slashes, its last part, and its size unpacked."""

    path: str
    name: str
    size: int


@contextmanager
def safe_zip(source: Source, limits: Limits) -> Iterator[SafeZip]:
    """Open a ZIP after checking its directory against the limits.

    Raises:
        ReadError: `too_large`, `zip_damaged`, `zip_bomb`, `zip_entries`, `zip_encrypted` or `zip_path`.
    """
    with opened(source) as file:
        size = size_of(file)
        limits.check_bytes(size)
        _check_directory_size(file, size, limits)
        file.seek(0)
        try:
            archive = zipfile.ZipFile(file)
        except BROKEN as error:
            raise _damaged() from error
        with archive:
            yield SafeZip(archive, limits)


def safe_zip_members(source: Source, limits: Limits | None = None) -> list[ZipMember]:
    """Return the files of a ZIP that may be unpacked, in the order of the archive.

    Folders and what operating systems leave behind (`__MACOSX`, `.DS_Store`) are left out.

    Raises:
        ReadError: as `safe_zip`.
    """
    with safe_zip(source, limits or Limits()) as archive:
        return archive.members()


class SafeZip:
    """Read members of a checked ZIP, never more bytes than the limits allow for all of them together."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._left = limits.max_unpacked_bytes
        self._check()

    def members(self) -> list[ZipMember]:
        """Return the files, without folders and litter."""
        return [
            ZipMember(path, PurePosixPath(path).name, info.file_size)
            for path, info in self._infos.items()
            if not info.is_dir() and not path.startswith(LITTER[0]) and PurePosixPath(path).name not in LITTER
        ]

    def has(self, path: str) -> bool:
        """Say whether the archive holds a file of that path."""
        return path in self._infos

    def size(self, path: str) -> int:
        """Return the declared unpacked size of a file."""
        return self._infos[path].file_size

    def chunks(self, path: str, size: int = 65_536) -> Iterator[bytes]:
        """Unpack a file piece by piece.

        Raises:
            ReadError: `zip_damaged`, or `zip_bomb` if it unpacks to more than allowed.
        """
        try:
            with self._archive.open(self._infos[path]) as stream:
                while chunk := stream.read(size):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise _bomb(self._limits)
                    yield chunk
        except BROKEN as error:
            raise _damaged() from error

    def read(self, path: str) -> bytes:
        """Unpack a whole file.

        Raises:
            ReadError: as `chunks`.
        """
        return b"".join(self.chunks(path))

    def _check(self) -> None:
        infos = self._archive.infolist()
        if len(infos) > self._limits.max_members:
            raise _too_many(self._limits)
        if sum(info.file_size for info in infos) > self._limits.max_unpacked_bytes:
            raise _bomb(self._limits)
        for info in infos:
            self._check_entry(info)
            path = info.filename.replace("\\", "/")
            if path in self._infos:
                raise ReadError("zip_path", f"The archive holds “{_short(path)}” twice.", hint="Pack it again.")
            self._infos[path] = info

    def _check_entry(self, info: zipfile.ZipInfo) -> None:
        name = _short(info.filename)
        if info.flag_bits & ENCRYPTED:
            raise ReadError("zip_encrypted", f"“{name}” is protected by a password.", hint="Pack it without one.")
        if info.compress_type not in METHODS:
            raise ReadError(
                "zip_damaged", f"“{name}” is packed in an unusual way.", hint="Pack it again as an ordinary ZIP."
            )
        if info.file_size > SMALL and info.file_size > info.compress_size * self._limits.max_ratio:
            raise _bomb(self._limits)
        path = PurePosixPath(info.filename.replace("\\", "/"))
        mode = info.external_attr >> 16
        outside = not path.parts or path.is_absolute() or ".." in path.parts or path.parts[0].endswith(":")
        if (
            outside or "\0" in info.filename or (stat.S_IFMT(mode) == stat.S_IFLNK and info.create_system == 3)
        ):  # 3 is Unix
            raise ReadError(
                "zip_path", f"“{name}” points out of the archive.", hint="Pack the files themselves, without links."
            )


def _check_directory_size(file: IO[bytes], size: int, limits: Limits) -> None:
    """Refuse a directory too large to be held in memory, before anything parses it.

    Source: PKWARE APPNOTE 4.3.14 to 4.3.16 (end of central directory records).
    """
    file.seek(max(0, size - LONGEST_COMMENT - 76))
    tail = file.read()
    place = tail.rfind(END)
    if place < 0 or len(tail) - place < 22:  # length of the record
        raise _damaged()
    count, length = struct.unpack_from("<HI", tail, place + 10)
    # Where zipfile looks for the 64-bit record: right before its locator, which is right before the other record.
    if (
        place >= 76 and tail.startswith(LOCATOR64, place - 20) and tail.startswith(END64, place - 76)
    ):  # lengths of the records
        count64, length64 = struct.unpack_from("<QQ", tail, place - 76 + 32)
        count, length = max(count, count64), max(length, length64)
    if count > limits.max_members or length > limits.max_members * BYTES_PER_ENTRY:
        raise _too_many(limits)


def _short(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name[:80])


def _damaged() -> ReadError:
    return ReadError("zip_damaged", "The file is damaged or incomplete.", hint="Save or pack it again, then upload it.")


def _bomb(limits: Limits) -> ReadError:
    return ReadError(
        "zip_bomb",
        f"The file unpacks to far more than it seems; the most is {in_megabytes(limits.max_unpacked_bytes)}.",
        hint="Save the table as CSV, or split it into several files.",
    )


def _too_many(limits: Limits) -> ReadError:
    return ReadError("zip_entries", f"The archive holds more than {limits.max_members:,} files.", hint="Split it.")

"""Keeping files by the hash of their content, and opening them again."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from backoffice.kernel.files.models import StoredFile

CHUNK = 1024 * 1024
# Control characters, marks of reading direction, halves of letters.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# Files that wait to be written through to the disk together; None where each is at once.
_unsynced: ContextVar[list[Path] | None] = ContextVar("backoffice_unsynced_files", default=None)


class FileDamaged(Exception):
    """A stored file's bytes do not match its hash."""


@contextmanager
def files_synced_together() -> Iterator[None]:
    """Write the files that are kept inside through to the disk at the end, all at once.

    The disk is waited for a few times instead of twice per file. Leave it before the transaction
    that records the files is committed: until then a power cut could lose them.
    """
    waiting: list[Path] = []
    token = _unsynced.set(waiting)
    try:
        yield
    finally:
        _unsynced.reset(token)
    for path in [*waiting, *sorted({file.parent for file in waiting})]:
        _sync(path)


def file_store(
    *, content: bytes | IO[bytes], name: str, content_type: str, purpose: str, owner: Any = None
) -> StoredFile:
    """Keep a content under MEDIA_ROOT and record it; equal contents share one file on disk.

    Args:
        content, name, content_type, purpose, owner: as for ``file_keep``.
    """
    kept = file_keep(content=content, name=name, content_type=content_type, purpose=purpose, owner=owner)
    kept.save(force_insert=True)
    return kept


def file_keep(
    *, content: bytes | IO[bytes], name: str, content_type: str, purpose: str, owner: Any = None
) -> StoredFile:
    """Keep a content under MEDIA_ROOT and return the row that records it, which the caller saves.

    Who locks rows keeps the content before: no lock is held while the disk writes.

    The bytes are on disk, whole, before the row exists: a crash leaves at most a file that no row
    names.

    A file that is there under the right name but with other bytes (a disk's fault) is replaced.

    Args:
        content: the bytes, or a binary file read from its start.
        name: name offered at download; only its last part is kept.
        content_type: MIME type.
        purpose: what the file is, for example ``upload``; also the folder.
        owner: user whose file it is, or None.
    """
    root = Path(settings.MEDIA_ROOT)
    folder = root / purpose
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{secrets.token_hex(8)}.part"
    try:
        digest, size = _write(partial, _chunks(content))
        path = Path(purpose) / digest[:2] / digest
        target = root / path
        if target.exists() and _digest(target) == digest:
            partial.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(target)
            _sync_now_or_later(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return StoredFile(
        digest=digest,
        path=path.as_posix(),
        name=_name(name) or digest[:12],
        content_type=content_type,
        size=size,
        purpose=purpose,
        owner_id=getattr(owner, "pk", None),
    )


def _name(given: str) -> str:
    """Return the last part of a name, as far as it can be shown and stored.

    Names from archives and of files on the machine's disk may hold line breaks, marks that turn the
    reading direction round, and bytes that are no text. Browsers' names come without them.
    """
    return _UNSHOWN.sub("", Path(given.replace("\\", "/")).name).strip()[:255]


def file_path(stored: StoredFile) -> Path:
    """Return where a stored file lies on disk.

    Raises:
        FileNotFoundError: it is gone.
    """
    path = Path(settings.MEDIA_ROOT) / stored.path
    if not path.is_file():
        raise FileNotFoundError(f"{stored.name} is not on disk any more.")
    return path


def file_open(stored: StoredFile) -> IO[bytes]:
    """Open a stored file for reading, after its content was held against its SHA-256.

    Raises:
        FileNotFoundError: it is gone.
        FileDamaged: the bytes are not those that were stored.
    """
    path = file_path(stored)
    if _digest(path) != stored.digest:
        raise FileDamaged(f"{stored.name} is not what was stored: its content has changed on disk.")
    return path.open("rb")


def file_remove(stored: StoredFile) -> None:
    """Delete a stored file's content for good; its row stays, and tells whoever asks that it is gone.

    Rows of the same content share one file: it is gone for all of them. Call it after the commit,
    as no rollback brings it back.
    """
    (Path(settings.MEDIA_ROOT) / stored.path).unlink(missing_ok=True)


def _write(path: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        path.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        if _unsynced.get() is None:
            os.fsync(file.fileno())
    return digest.hexdigest(), size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_now_or_later(target: Path) -> None:
    waiting = _unsynced.get()
    if waiting is None:
        _sync_folder(target.parent)
    else:
        waiting.append(target)


def _sync_folder(folder: Path) -> None:
    """Have the folder's entry on disk too, or a power cut could lose the name of a file that is there."""
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _chunks(content: bytes | IO[bytes]) -> Iterable[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    content.seek(0)
    while chunk := content.read(CHUNK):
        yield chunk

"""Where the bytes come from: a path, or an open binary file such as an upload."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Source = str | os.PathLike[str] | IO[bytes]


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """Yield a seekable binary file at its start; close it afterwards only if it was opened here."""
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            yield file
    else:
        source.seek(0)
        yield source


def size_of(file: IO[bytes]) -> int:
    """Return the size in bytes and leave the file at its start."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


@contextmanager
def text_of(file: IO[bytes], *, encoding: str, errors: str, newline: str, start: int) -> Iterator[io.TextIOWrapper]:
    """Yield the decoded text from byte `start` on, and leave the binary file open afterwards."""
    file.seek(start)
    stream = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline=newline)
    try:
        yield stream
    finally:
        stream.detach()

"""Find the parts of a workbook: its sheets, texts and formats, wherever the package keeps them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backoffice.kernel.transfers.reading.archives import SafeZip, safe_zip
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.reading.limits import MEGABYTE, Limits
from backoffice.kernel.transfers.reading.source import Source

from .strings import SharedStrings
from .styles import CellStyle, read_styles
from .xml import damaged, elements

MAX_SHEETS = 1000
# Workbook, relations and styles are small in any real file.
MAX_PART = 32 * MEGABYTE
AS_XLSX = "Open it in a spreadsheet program and save it as XLSX or CSV."


@dataclass(frozen=True, slots=True)
class Sheet:
    """Name a sheet, its part in the package, and whether people see it."""

    name: str
    part: str
    visible: bool


@dataclass(slots=True)
class Workbook:
    """Hold an opened workbook."""

    archive: SafeZip
    sheets: list[Sheet]
    from_1904: bool
    limits: Limits
    styles: list[CellStyle] = field(default_factory=list)
    texts_part: str = ""

    def sheet(self, name: str = "") -> Sheet:
        """Return a sheet by its name, or the first that people see.

        Raises:
            ReadError: `sheet_missing`.
        """
        for sheet in self.sheets:
            if sheet.name == name or (not name and sheet.visible):
                return sheet
        names = ", ".join(f"“{sheet.name}”" for sheet in self.sheets if sheet.visible) or "none"
        raise ReadError("sheet_missing", f"There is no sheet “{name}”.", hint=f"Choose one of these: {names}.")

    def texts(self) -> SharedStrings:
        """Return the common text table, unread so far."""
        pieces = self.archive.chunks(self.texts_part) if self.texts_part else iter(())
        return SharedStrings(pieces, self.limits) if self.texts_part else SharedStrings([b"<sst/>"], self.limits)


@contextmanager
def open_workbook(source: Source, limits: Limits) -> Iterator[Workbook]:
    """Open an XLSX after checking its package.

    Raises:
        ReadError: as `archives.safe_zip`; `not_a_workbook`; `xlsx_damaged`; `xlsx_unsafe`.
    """
    with safe_zip(source, limits) as archive:
        yield _read_workbook(archive, limits)


def _read_workbook(archive: SafeZip, limits: Limits) -> Workbook:
    main = _main_part(archive)
    relations = _relations(archive, main)
    from_1904 = False
    listed: list[dict[str, str]] = []
    for name, attributes in _elements(archive, main):
        if name == "workbookPr":
            from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet" and len(listed) < MAX_SHEETS:
            listed.append(attributes)
    sheets = []
    for attributes in listed:
        kind, part = relations.get(attributes.get("id", ""), ("", ""))
        if kind == "worksheet" and archive.has(part):
            sheets.append(Sheet(attributes.get("name", ""), part, attributes.get("state", "visible") == "visible"))
    if not sheets:
        raise damaged("it has no sheet with cells")
    book = Workbook(archive, sheets, from_1904, limits)
    for kind, part in relations.values():
        if kind == "styles" and archive.has(part):
            book.styles = read_styles(_checked(archive, part))
        elif kind == "sharedStrings" and archive.has(part):
            book.texts_part = part
    return book


def _main_part(archive: SafeZip) -> str:
    """Return the path of the workbook part.

    Raises:
        ReadError: `not_a_workbook`, saying what the ZIP is instead.
    """
    if archive.has("_rels/.rels"):
        for kind, part in _relations(archive, "").values():
            if kind == "officeDocument" and part.endswith(".xml") and archive.has(part):
                if "worksheets" in " ".join(member.path for member in archive.members()) or part.startswith("xl/"):
                    return part
                raise ReadError("not_a_workbook", "The file is a document, not a workbook.", hint=AS_XLSX)
    if archive.has("xl/workbook.bin"):
        raise ReadError("not_a_workbook", "The file is a binary workbook (XLSB).", hint=AS_XLSX)
    if archive.has("mimetype") and archive.has("content.xml"):
        raise ReadError("not_a_workbook", "The file is an OpenDocument file (ODS).", hint=AS_XLSX)
    if archive.has("Index/Document.iwa") or archive.has("Index.zip"):
        raise ReadError("not_a_workbook", "The file is an Apple Numbers file.", hint="Export it as Excel or CSV.")
    raise ReadError("not_a_workbook", "The file is a ZIP archive, not a table.", hint="Unpack it and upload the table.")


def _relations(archive: SafeZip, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part points to: id → (last word of the relation's type, path in the package)."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if not archive.has(path):
        return found
    for element, attributes in _elements(archive, path):
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], whole)
    return found


def _elements(archive: SafeZip, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    return elements(_checked(archive, part))


def _checked(archive: SafeZip, part: str) -> Iterator[bytes]:
    if archive.size(part) > MAX_PART:
        raise damaged("one of its inner files is far too large")
    return archive.chunks(part)

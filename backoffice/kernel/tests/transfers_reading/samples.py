"""Make files to read: CSV in any dialect, and XLSX packages part by part."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

ROWS = [
    ["sku", "name", "price", "stock", "note"],
    ["00123", "Teapot, blue", "12.50", "5", 'He said "now"'],
    ["00124", "Cup; large", "3.99", "0", "two\nlines"],
    ["00125", "Pipe|fitting", "1200.00", "17", "tab\there"],
    ["00126", "Café crème", "7.25", "1", ""],
]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def csv_bytes(rows=ROWS, *, encoding="utf-8", mark=b"", line_end="\r\n", **fmt) -> bytes:
    """Return rows as a CSV file."""
    # The writer quotes a cell only for the line end that it writes itself, so a LF would stand bare between CRs.
    fmt.setdefault("quoting", csv.QUOTE_ALL if line_end == "\r" else csv.QUOTE_MINIMAL)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end, **fmt).writerows(rows)
    return mark + text.getvalue().encode(encoding)


def saved(folder: Path, data: bytes, name: str = "file.csv") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path


def sheet_xml(body: str) -> str:
    """Return a sheet around some rows."""
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def xlsx_parts(
    sheet: str, *, texts: str | None = None, styles: str | None = None, workbook_pr: str = ""
) -> dict[str, str]:
    """Return the parts of a workbook of one sheet."""
    types = f"{RELATION}/"
    links = f'<Relationship Id="rId1" Type="{types}worksheet" Target="worksheets/sheet1.xml"/>'
    parts = {"xl/worksheets/sheet1.xml": sheet}
    if texts is not None:
        links += f'<Relationship Id="rId2" Type="{types}sharedStrings" Target="sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = texts
    if styles is not None:
        links += f'<Relationship Id="rId3" Type="{types}styles" Target="styles.xml"/>'
        parts["xl/styles.xml"] = styles
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{types}officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}">{workbook_pr}'
        '<sheets><sheet name="Table" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
        **parts,
    }


def packed(folder: Path, parts: dict[str, str | bytes], name: str = "file.xlsx") -> Path:
    """Pack parts into a ZIP and return its path."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path

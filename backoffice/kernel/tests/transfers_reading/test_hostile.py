"""Files made to do harm are refused at once, within little memory; each runs in a process of its own under a limit."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .samples import MAIN, packed, sheet_xml, xlsx_parts

# The interpreter with the imports takes some 60 MB of address space; a bomb wants hundreds.
MEMORY = 256 * 1024 * 1024
SECONDS = 1.0
ROOT = Path(__file__).resolve().parents[4]
SCRIPT = """
import json, resource, sys
from time import process_time
from backoffice.kernel.transfers.reading import ReadError, open_rows, sniff
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
start, rows, code, flaws = process_time(), 0, "", []
try:
    dialect = sniff(sys.argv[1], "file")
    for row in open_rows(sys.argv[1], dialect):
        rows += 1
        flaws += [row.flaw.code] if row.flaw else []
except ReadError as error:
    code = error.code
print(json.dumps({"code": code, "rows": rows, "flaws": flaws, "seconds": process_time() - start}))
"""
ONE_CELL = sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')


def outcome_of(path: Path) -> dict:
    """Read a file in a process with little memory."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), str(MEMORY)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def refused(path: Path, code: str) -> None:
    """Assert that a file is refused for a reason, quickly, before a row is read."""
    outcome = outcome_of(path)
    assert (outcome["code"], outcome["rows"]) == (code, 0)
    assert outcome["seconds"] < SECONDS


def test_a_sheet_that_unpacks_to_gigabytes(tmp_path):
    path = tmp_path / "bomb.xlsx"
    parts = xlsx_parts(ONE_CELL)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, content in parts.items():
            if part != "xl/worksheets/sheet1.xml":
                archive.writestr(part, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(40):
                sheet.write(b"<c/>" * 8_000_000)
    refused(path, "zip_bomb")


def test_a_sheet_whose_directory_lies_about_its_size(tmp_path):
    path = packed(tmp_path, xlsx_parts(sheet_xml("<row>" + "<c/>" * 4_000_000 + "</row>")))
    data = bytearray(path.read_bytes())
    size = len(sheet_xml("<row>" + "<c/>" * 4_000_000 + "</row>"))
    place = data.rfind(size.to_bytes(4, "little"))
    data[place : place + 4] = (3000).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    refused(path, "zip_damaged")


def test_a_directory_of_a_million_files(tmp_path):
    path = tmp_path / "many.xlsx"
    name = b"x"
    entry = b"PK\x01\x02" + b"\x00" * 24 + len(name).to_bytes(2, "little") + b"\x00" * 16 + name
    count = 1_000_000
    directory = entry * count
    end = (
        b"PK\x05\x06"
        + b"\x00" * 4
        + (0xFFFF).to_bytes(2, "little") * 2
        + len(directory).to_bytes(4, "little")
        + b"\x04\x00\x00\x00\x00\x00"
    )
    path.write_bytes(b"PK\x03\x04" + directory + end)
    refused(path, "zip_entries")


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"]
)
@pytest.mark.parametrize("kind", ["laughs", "external"])
def test_entities_in_any_part(tmp_path, part, kind):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    entity = (
        "<!ENTITY a 'ha'>"
        + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghij", "bcdefghijk", strict=True))
        if kind == "laughs"
        else f"<!ENTITY k SYSTEM 'file://{secret}'>"
    )
    parts = xlsx_parts(
        ONE_CELL, texts=f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>', styles=f'<styleSheet xmlns="{MAIN}"/>'
    )
    body = parts[part].split("?>")[-1]
    parts[part] = f'<?xml version="1.0"?><!DOCTYPE x [{entity}]>{body.replace("<v>0</v>", "<v>&k;</v>")}'
    refused(packed(tmp_path, parts), "xlsx_unsafe")


def test_a_text_table_that_announces_millions(tmp_path):
    texts = f'<sst xmlns="{MAIN}" uniqueCount="99999999999"><si><t>x</t></si></sst>'
    refused(packed(tmp_path, xlsx_parts(ONE_CELL, texts=texts)), "too_many_texts")


def test_a_text_table_of_millions_that_announces_nothing(tmp_path):
    body = sheet_xml('<row r="1"><c r="A1" t="s"><v>2500000</v></c></row>')
    texts = f'<sst xmlns="{MAIN}">' + "<si/>" * 3_000_000 + "</sst>"
    outcome = outcome_of(packed(tmp_path, xlsx_parts(body, texts=texts)))
    assert outcome["code"] == "zip_bomb"


def test_a_cell_that_points_beyond_the_text_table(tmp_path):
    body = sheet_xml('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')
    refused(packed(tmp_path, xlsx_parts(body, texts=f'<sst xmlns="{MAIN}"/>')), "xlsx_damaged")


def test_an_attribute_of_a_hundred_megabytes(tmp_path):
    path = tmp_path / "long.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for part, content in xlsx_parts(sheet_xml(f'<row r="{"1" * 100_000_000}"/>')).items():
            archive.writestr(part, content)
    refused(path, "xlsx_unsafe")


def test_a_text_of_a_hundred_megabytes_is_not_kept(tmp_path):
    path = tmp_path / "text.xlsx"
    rows = f'<row r="1"><c t="str"><v>sku</v></c></row><row r="2"><c t="str"><v>{"x" * 100_000_000}</v></c></row>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for part, content in xlsx_parts(sheet_xml(rows)).items():
            archive.writestr(part, content)
    outcome = outcome_of(path)
    assert (outcome["code"], outcome["rows"], outcome["flaws"]) == ("", 1, ["cell_too_long"])


def test_gigantic_announced_dimensions_cost_nothing(tmp_path):
    sheet = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>')
    sheet = sheet.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    outcome = outcome_of(packed(tmp_path, xlsx_parts(sheet)))
    assert (outcome["code"], outcome["rows"]) == ("", 2)
    assert outcome["seconds"] < SECONDS


@pytest.mark.parametrize("row", ["1048577", "99999999", "2147483648"])
def test_rows_beyond_the_last_that_a_sheet_can_have(tmp_path, row):
    path = packed(tmp_path, xlsx_parts(sheet_xml(f'<row r="{row}"><c t="str"><v>x</v></c></row>')))
    outcome = outcome_of(path)
    assert outcome["code"] in {"too_many_rows", ""}
    assert outcome["seconds"] < SECONDS


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"/>', "xlsx_damaged"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "xlsx_damaged"),
        ('<row r="1"><c r="1"><v>1</v></c><c r="é1"><v>1</v></c></row>', "xlsx_damaged"),
        ('<row r="1"><c r="A1" t="s"><v>x</v></c></row>', "xlsx_damaged"),
        ('<row r="1"><c r="A1"><v>1</v>', "xlsx_damaged"),
    ],
)
def test_sheets_that_contradict_themselves(tmp_path, body, code):
    refused(packed(tmp_path, xlsx_parts(sheet_xml(body))), code)


def test_a_line_without_end(tmp_path):
    path = tmp_path / "line.csv"
    path.write_bytes(b"a," * 60_000_000)
    refused(path, "line_too_long")


def test_a_wide_line_within_the_cap(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_bytes(b"a,b\n" + b"," * 3_000_000 + b"x\n")
    outcome = outcome_of(path)
    assert (outcome["code"], outcome["flaws"]) == ("", ["too_many_cells"])


def test_a_huge_quoted_cell(tmp_path):
    path = tmp_path / "quoted.csv"
    path.write_bytes(b'a,b\n1,"' + b"x\n" * 60_000_000)
    outcome = outcome_of(path)
    assert outcome["code"] == "quote_open"
    assert outcome["seconds"] < SECONDS


def test_a_stream_that_does_not_inflate(tmp_path):
    path = packed(tmp_path, xlsx_parts(ONE_CELL, texts=f'<sst xmlns="{MAIN}"><si><t>{"x" * 5000}</t></si></sst>'))
    data = bytearray(path.read_bytes())
    start = data.find(b"xl/sharedStrings.xml") + len("xl/sharedStrings.xml")
    data[start : start + 8] = b"\xff" * 8
    path.write_bytes(bytes(data))
    refused(path, "zip_damaged")

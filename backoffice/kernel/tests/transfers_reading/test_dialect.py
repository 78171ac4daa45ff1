"""The dialect as data: saved, read back, corrected by hand, never nonsense."""

from __future__ import annotations

import json

import pytest

from backoffice.kernel.transfers.reading import Dialect, ReadError, sniff
from backoffice.kernel.transfers.reading.dialect import Note

from .samples import csv_bytes, saved

GOOD = Dialect(
    delimiter=";",
    encoding="cp1252",
    line_terminator="\r\n",
    width=3,
    skip=2,
    notes=(Note("encoding", "Seen.", sure=False),),
)


def test_a_dialect_survives_json():
    assert Dialect.from_json(json.loads(json.dumps(GOOD.to_json()))) == GOOD


def test_a_sniffed_dialect_survives_json(tmp_path):
    path = saved(tmp_path, csv_bytes(delimiter="\t", encoding="utf-16"))
    dialect = sniff(path, path.name)
    assert Dialect.from_json(json.loads(json.dumps(dialect.to_json()))) == dialect


def test_a_part_chosen_by_hand_is_certain():
    assert GOOD.sure is False
    chosen = GOOD.corrected(encoding="Latin-1", delimiter="\t")
    assert (chosen.encoding, chosen.delimiter, chosen.skip, chosen.sure) == ("iso8859-1", "\t", 2, True)
    assert chosen.notes == (Note("encoding", "Chosen by hand."), Note("delimiter", "Chosen by hand."))


@pytest.mark.parametrize(
    "change",
    [
        {"delimiter": ""}, {"delimiter": ";;"}, {"delimiter": "\n"}, {"delimiter": '"'}, {"quotechar": ";"}, {"escapechar": '"'},
        {"line_terminator": "\t"}, {"skip": -1}, {"skip": True}, {"width": "3"}, {"has_header": "yes"}, {"format": "ods"},
        {"encoding": None}, {"nonsense": 1}, {"sheet": 5}, {"doublequote": 1},
    ],
)  # fmt: skip
def test_nonsense_is_refused(change):
    with pytest.raises(ReadError) as refusal:
        Dialect.from_json({**GOOD.to_json(), **change})
    assert refusal.value.code == "dialect"


def test_a_dialect_is_shown_in_one_line():
    assert GOOD.label() == "CSV, delimiter “;”, Western European (Windows-1252), CRLF (Windows)"
    assert Dialect(delimiter="\t").label() == "CSV, delimiter “tab”, Unicode (UTF-8), LF (Unix, macOS)"
    assert Dialect(format="xlsx", sheet="Stock").label() == "XLSX, sheet “Stock”"


def test_an_error_is_data_too():
    error = ReadError("quote_open", "A quote is open.", 3, 2, "Close it.", line=7)
    assert str(error) == "Row 3, column 2: A quote is open. Close it."
    assert error.to_json() == {
        "code": "quote_open", "message": "A quote is open.", "row": 3, "line": 7, "column": 2, "hint": "Close it.",
    }  # fmt: skip
    assert str(ReadError("empty", "The file is empty.")) == "The file is empty."

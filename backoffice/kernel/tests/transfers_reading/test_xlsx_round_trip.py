"""Whatever openpyxl writes as a value is read as a person sees it."""

from __future__ import annotations

import datetime as dt

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.kernel.transfers.reading import Dialect, open_rows

PLAIN = Dialect(format="xlsx", encoding="", delimiter="", quotechar="", has_header=False, width=5)
FIRST = dt.datetime(1901, 1, 1)  # noqa: DTZ001  # a spreadsheet's dates know no zone
LAST = dt.datetime(2199, 1, 1)  # noqa: DTZ001  # likewise


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.none()
            | st.text(
                st.characters(min_codepoint=32, exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"),
                min_size=1,
                max_size=10,
            )
            | st.integers(-(10**15) + 1, 10**15 - 1)
            | st.decimals(-10000, 10000, places=2).map(float)
            | st.booleans()
            | st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0)),
            min_size=1,
            max_size=5,
        ).filter(lambda row: any(str(value).strip() for value in row if value is not None)),
        min_size=1,
        max_size=6,
    )
)
def test_values_written_by_openpyxl_read_back(tmp_path_factory, rows):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    for row in rows:
        sheet.append([openpyxl.cell.WriteOnlyCell(sheet, value) for value in row])
    # A text that begins with "=" would be stored as a formula.
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    book.save(path)
    texts = [[_shown(value) for value in row] for row in rows]
    found = [row.cells for row in open_rows(path, PLAIN)]
    assert [_trimmed(row) for row in found] == [_trimmed(row) for row in texts]


def _shown(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return str(value).removesuffix(" 00:00:00")
    if isinstance(value, float):
        return (
            f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0", 1)
            if value == 0
            else f"{value:.2f}".rstrip("0").rstrip(".")
        )
    if isinstance(value, str) and value.startswith("=") and len(value) > 1:
        return "#UNCALCULATED!"
    return str(value)


def _trimmed(row: list[str]) -> list[str]:
    return row[: max((place for place, cell in enumerate(row, start=1) if cell), default=0)]

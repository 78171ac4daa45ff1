"""Dates: one order of day and month per column, ambiguity asked about, never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.transfers.reading import (
    CellError,
    date_column,
    datetime_column,
    decide_date_order,
    parse_date,
    parse_datetime,
)


@pytest.mark.parametrize(
    ("value", "order", "day"),
    [
        ("2024-01-31", "", (2024, 1, 31)), ("2024/1/31", "", (2024, 1, 31)), ("2024.01.31", "", (2024, 1, 31)), ("20240131", "", (2024, 1, 31)),
        ("31/01/2024", "", (2024, 1, 31)), ("01/31/2024", "", (2024, 1, 31)), ("03/04/2024", "dmy", (2024, 4, 3)),
        ("03/04/2024", "mdy", (2024, 3, 4)), ("03.04.2024", "", (2024, 4, 3)), ("3. 4. 2024", "", (2024, 4, 3)), ("4-4-2024", "", (2024, 4, 4)),
        ("3 Mar 2024", "", (2024, 3, 3)), ("3rd March 2024", "", (2024, 3, 3)), ("March 3, 2024", "", (2024, 3, 3)),
        ("03-Mar-2024", "", (2024, 3, 3)), ("1. März 2024", "", (2024, 3, 1)), ("31 août 2024", "", (2024, 8, 31)),
        ("14 juillet 2024", "", (2024, 7, 14)), ("1 juin 2024", "", (2024, 6, 1)), ("5 ene 2024", "", (2024, 1, 5)),
        ("2024-01-31 00:00:00", "", (2024, 1, 31)), ("2024-01-31T00:00:00Z", "", (2024, 1, 31)), (" 2024-01-31 ", "", (2024, 1, 31)),
        ("29.02.2024", "", (2024, 2, 29)),
    ],
)  # fmt: skip
def test_days(value, order, day):
    assert parse_date(value, order) == date(*day)


@pytest.mark.parametrize(
    ("value", "order", "code"),
    [
        ("03/04/2024", "", "date_ambiguous"), ("31.02.2024", "", "no_such_day"), ("2023-02-29", "", "no_such_day"),
        ("31/01/2024", "mdy", "no_such_day"), ("2024-13-01", "", "no_such_day"), ("1/2/24", "dmy", "short_year"),
        ("45322", "", "not_a_date"), ("soon", "", "not_a_date"), ("3 Foo 2024", "", "not_a_date"), ("0001-01-01", "", "year_out_of_range"),
        ("2999-01-01", "", "year_out_of_range"), ("2024-01-31 08:26", "", "has_time"), ("#VALUE!", "", "sheet_error"),
        ("2024-01-31 25:00", "", "not_a_time"), ("2024-01", "", "not_a_date"), ("1/2-2024", "dmy", "not_a_date"),
    ],
)  # fmt: skip
def test_what_is_no_day(value, order, code):
    found = parse_date(value, order)
    assert (type(found), found.code) == (CellError, code)


def test_ambiguity_is_explained():
    assert parse_date("03/04/2024") == CellError(
        "date_ambiguous",
        "“03/04/2024” may be the 3. day of month 4 or the 4. day of month 3.",
        "Choose for the whole column whether the day or the month comes first.",
    )


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2010-12-01 08:26:00", datetime(2010, 12, 1, 8, 26)),  # noqa: DTZ001  # the cell names no zone
        ("2010-12-01", datetime(2010, 12, 1)),  # noqa: DTZ001  # likewise
        ("13/12/2010 5:30 PM", datetime(2010, 12, 13, 17, 30)),  # noqa: DTZ001  # likewise
        ("12/13/2010, 12:05 a.m.", datetime(2010, 12, 13, 0, 5)),  # noqa: DTZ001  # likewise
        ("2010-12-01T08:26:00.125Z", datetime(2010, 12, 1, 8, 26, 0, 125_000, tzinfo=UTC)),
        ("2010-12-01 08:26:00 UTC", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("2010-12-01 08:26:00 +0530", datetime(2010, 12, 1, 8, 26, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
        ("2010-12-01T08:26:00-05:00", datetime(2010, 12, 1, 8, 26, tzinfo=timezone(-timedelta(hours=5)))),
    ],
)
def test_moments(value, moment):
    found = parse_datetime(value)
    assert (found, found.utcoffset()) == (moment, moment.utcoffset())


@pytest.mark.parametrize("value", ["2010-12-01 13:00 PM", "2010-12-01 08:61", "2010-12-01 08:26:00 +2500"])
def test_what_is_no_time(value):
    assert parse_datetime(value).code == "not_a_time"


def test_columns_give_values_and_errors_by_place():
    values, errors = date_column(["2024-01-31", "", "x", "03/04/2024"], "mdy")
    assert values == [date(2024, 1, 31), None, None, date(2024, 3, 4)]
    assert {place: error.code for place, error in errors.items()} == {2: "not_a_date"}
    assert datetime_column(["", "2024-01-31T10:00Z"])[0] == [None, datetime(2024, 1, 31, 10, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("values", "order", "sure"),
    [
        (["03/04/2024", "25/04/2024"], "dmy", True), (["03/04/2024", "04/25/2024"], "mdy", True), (["03/04/2024"], "", False),
        (["13/04/2024", "04/13/2024"], "", False), (["2024-01-31", ""], "", True), (["03.04.2024"], "dmy", True), (["4/4/2024"], "", True),
        (["25/04/2024 10:00"], "dmy", True), (["04/25/2024T10:00"], "mdy", True), ([], "", True),
    ],
)  # fmt: skip
def test_the_order_of_a_column(values, order, sure):
    guess = decide_date_order(values)
    assert (guess.order, guess.sure) == (order, sure)


def test_other_columns_settle_a_doubtful_one_but_no_contradiction():
    assert decide_date_order(["03/04/2024"], hint="mdy")[:2] == ("mdy", True)
    assert decide_date_order(["13/04/2024", "04/13/2024"], hint="mdy")[:2] == ("", False)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d %m %Y"]))
def test_numeric_dates_read_back_in_their_order(day, form):
    assert parse_date(day.strftime(form), "dmy") == day
    assert parse_date(day.strftime(form.replace("%d", "?").replace("%m", "%d").replace("?", "%m")), "mdy") == day


@given(st.text(max_size=20))
def test_any_text_gives_a_day_nothing_or_an_error(text):
    assert isinstance(parse_date(text), date | CellError | None)

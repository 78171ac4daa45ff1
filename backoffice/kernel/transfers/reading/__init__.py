"""Read and map: the first two steps of each upload, without a database.

    dialect = sniff(path, name, known_names=...)      how the file is written, each part with its reason
    header = read_header(path, dialect)               its columns, each with a distinct name
    mapping = suggest_mapping(header.names, columns, [row.cells for row in read_samples(path, dialect)])
    for row in open_rows(path, dialect): ...          row numbers and texts, streamed
    values, errors = read_column(column, texts, match.written)

Whatever is wrong with a file is a `ReadError`, with a row one is a `RawRow.flaw`, with a cell one is
a `CellError`; each says in plain words what it is and what to do.
"""

from .archives import SafeZip, ZipMember, safe_zip, safe_zip_members
from .dialect import Dialect, Note
from .encodings import LABELS as ENCODINGS
from .errors import CellError, ReadError
from .estimates import check_rows, estimate_rows
from .header import Header, name_key, normal_name
from .limits import Limits
from .mapping.columns import Column, ValueFormat
from .mapping.mapping import Mapping, Match
from .mapping.reading_columns import Question, decide_format, read_column
from .mapping.suggest import suggest_mapping
from .rows import RawRow, open_rows, read_header, read_samples
from .sniffing import sniff
from .values.dates import date_column, datetime_column, parse_date, parse_datetime
from .values.marks import decide_decimal_mark
from .values.numbers import DecimalRule, decimal_column, integer_column, parse_decimal, parse_integer
from .values.orders import decide_date_order
from .values.text import TextRule, clean_text, neutralise_formula, restore_formula, text_column
from .values.words import (
    bool_column,
    choice_column,
    choice_table,
    list_column,
    parse_bool,
    parse_choice,
    parse_list,
)

__all__ = [
    "ENCODINGS",
    "CellError",
    "Column",
    "DecimalRule",
    "Dialect",
    "Header",
    "Limits",
    "Mapping",
    "Match",
    "Note",
    "Question",
    "RawRow",
    "ReadError",
    "SafeZip",
    "TextRule",
    "ValueFormat",
    "ZipMember",
    "bool_column",
    "check_rows",
    "choice_column",
    "choice_table",
    "clean_text",
    "date_column",
    "datetime_column",
    "decide_date_order",
    "decide_decimal_mark",
    "decide_format",
    "decimal_column",
    "estimate_rows",
    "integer_column",
    "list_column",
    "name_key",
    "neutralise_formula",
    "normal_name",
    "open_rows",
    "parse_bool",
    "parse_choice",
    "parse_date",
    "parse_datetime",
    "parse_decimal",
    "parse_integer",
    "parse_list",
    "read_column",
    "read_header",
    "read_samples",
    "restore_formula",
    "safe_zip",
    "safe_zip_members",
    "sniff",
    "suggest_mapping",
    "text_column",
]

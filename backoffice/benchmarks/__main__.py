"""Run the benchmarks and print one Markdown table; with ``--write`` it goes into the README as well.

``python -m backoffice.benchmarks uploads --write`` measures one of them anew; rows of the same day stay beside it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import django

from backoffice import benchmarks
from backoffice.benchmarks.fresh_databases import ONLY

_PREFIX = "bench_"
_WRITE = "--write"
_README = Path(__file__).parents[2] / "README.md"
_BEGIN, _END = "<!-- benchmarks -->", "<!-- end of benchmarks -->"
Row = dict[str, str]


def names() -> list[str]:
    """Return the names of all benchmarks, sorted."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name.removeprefix(_PREFIX) for name in found if name.startswith(_PREFIX))


def run(name: str) -> list[Row]:
    """Run one benchmark and return its rows: column → text, columns in the order of the table."""
    module = importlib.import_module(f"{benchmarks.__name__}.{_PREFIX}{name}")
    rows: list[Row] = module.main()
    return rows


def markdown(rows: Sequence[Row]) -> str:
    """Write rows as one table; it has every column that any row has."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [_line(columns), _line("---" for _ in columns)]
    lines += [_line(row.get(column, "") for column in columns) for row in rows]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks named, or all; return the exit code."""
    known = names()
    chosen = [name for name in arguments if name != _WRITE]
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        print(f"No benchmark named {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    os.environ.setdefault("DEBUG", "true")
    django.setup()
    rows: list[Row] = []
    for name in chosen or known:
        print(f"Measuring {name} ...", file=sys.stderr)
        rows += run(name)
    print(markdown(rows))
    if _WRITE in arguments:
        write_readme(_README, rows, whole=not chosen and not ONLY)
    return 0


def write_readme(path: Path, rows: Sequence[Row], *, whole: bool = True) -> None:
    """Put the rows into the README's table, between its two marks, with the day and the machine.

    Args:
        path: the README.
        rows: what was measured.
        whole: they are all there is; else those of other work stay, where they are of the same day and machine.

    Raises:
        ValueError: the marks are not there, or other rows are of another day or machine.
    """
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    stands, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"{path.name} lacks the marks {_BEGIN} and {_END}.")
    when = (
        f"Measured on {datetime.now(tz=UTC):%Y-%m-%d} with {os.cpu_count()} cores, Python {platform.python_version()}."
    )
    if not whole:
        if when not in stands:
            raise ValueError(f"The other rows of {path.name} are of another day or machine: measure all of them.")
        rows = _put_among(_rows_in(stands), rows)
    path.write_text(f"{before}{_BEGIN}\n{markdown(rows)}\n\n{when}\n{_END}{after}", encoding="utf-8")


def _rows_in(table: str) -> list[Row]:
    """Read the rows of a table that ``markdown`` has written."""
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line] for line in lines]
    return [dict(zip(cells[0], row, strict=False)) for row in cells[2:]]


def _put_among(known: Sequence[Row], measured: Sequence[Row]) -> list[Row]:
    """Replace rows of the same work, and add the others at the end."""
    fresh = {row["Work"]: row for row in measured}
    return [fresh.pop(row["Work"], row) for row in known] + list(fresh.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the benchmarks and print one Markdown table; with ``--write`` it goes into the README as well."""

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
    table = markdown(rows)
    print(table)
    if _WRITE in arguments:
        write_readme(_README, table)
    return 0


def write_readme(path: Path, table: str) -> None:
    """Put the table into the README, between its two marks, with the day and the machine.

    Raises:
        ValueError: the marks are not there.
    """
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"{path.name} lacks the marks {_BEGIN} and {_END}.")
    when = (
        f"Measured on {datetime.now(tz=UTC):%Y-%m-%d} with {os.cpu_count()} cores, Python {platform.python_version()}."
    )
    path.write_text(f"{before}{_BEGIN}\n{table}\n\n{when}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

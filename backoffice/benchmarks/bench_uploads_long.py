"""An upload of very many SKUs beside short ones, per row: time and memory must not grow with the file.

The short file is measured before and after each long one, on databases of their own.
``BENCH_ROWS``, ``BENCH_MANY_ROWS`` and ``BENCH_ROUNDS`` make a quicker run.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from backoffice.benchmarks.bench_uploads import ROUNDS, ROWS, Row, step
from backoffice.benchmarks.fresh_databases import Engine, engines
from backoffice.benchmarks.upload_files import write_file

MANY_ROWS = int(os.environ.get("BENCH_MANY_ROWS", "1000000"))


def main() -> list[Row]:
    """Measure, and return the rows of the table."""
    with tempfile.TemporaryDirectory(prefix="backoffice-bench-files-") as made, engines() as measured:
        short = write_file(Path(made) / "short.csv", ROWS)
        many = write_file(Path(made) / "many.csv", MANY_ROWS)
        return [_row(engine, short, many) for engine in measured]


def _row(engine: Engine, short: Path, many: Path) -> Row:
    shorts, longs = [_created(engine, short)], []
    for _ in range(ROUNDS):
        longs.append(_created(engine, many))
        shorts.append(_created(engine, short))
    per_row = [statistics.mean(pair) / ROWS for pair in pairwise(figures["seconds"] for figures in shorts)]
    ratio = statistics.median(
        figures["seconds"] / MANY_ROWS / base for figures, base in zip(longs, per_row, strict=True)
    )
    return {
        "Work": f"{engine.name}: upload {MANY_ROWS:,} new SKUs, per row",
        "Reached": f"{statistics.median(figures['seconds'] for figures in longs):.1f} s",
        "Compared with": f"per row of {ROWS:,}, before and after: {statistics.median(per_row) * 1000:.3f} ms",
        "Ratio": f"{ratio:.2f}",
        "Goal": "≤ 1.3, ≤ 300 MB",
        "Peak memory": f"{statistics.median(figures['peak_mb'] for figures in longs):.0f} MB",
    }


def _created(engine: Engine, path: Path) -> dict[str, Any]:
    with engine.fresh() as url:
        return step(engine, url, "load", path)

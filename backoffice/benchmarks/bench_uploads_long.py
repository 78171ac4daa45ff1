"""An upload of very many SKUs beside short ones, per row: time and memory must not grow with the file.

The short file is measured before and after the long one, on databases of their own.
``BENCH_ROWS`` and ``BENCH_MANY_ROWS`` make a quicker run.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from backoffice.benchmarks.bench_uploads import ROWS, Row, step
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
    created = []
    for path in (short, many, short):
        with engine.fresh() as url:
            created.append(step(engine, url, "load", path))
    before, long, after = created
    per_row = statistics.mean((before["seconds"], after["seconds"])) / ROWS
    return {
        "Work": f"{engine.name}: upload {MANY_ROWS:,} new SKUs, per row",
        "Reached": f"{long['seconds']:.1f} s",
        "Compared with": f"per row of {ROWS:,}, before and after: {per_row * 1000:.3f} ms",
        "Ratio": f"{long['seconds'] / MANY_ROWS / per_row:.2f}",
        "Goal": "≤ 1.3, ≤ 300 MB",
        "Peak memory": f"{long['peak_mb']:.0f} MB",
    }

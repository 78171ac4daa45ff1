"""What people see while a file is uploaded: the first page of its preview, and everybody else's pages.

The preview is looked for from outside, in the database, while another process plans the file. The list of
products is asked for as its staff do, first with nothing else going on and then while another process
checks and applies files of ``BENCH_SMALL_ROWS`` rows; the 95th percentile of each is compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from backoffice.benchmarks.bench_uploads import ROUNDS, ROWS, Row, step
from backoffice.benchmarks.fresh_databases import Engine, engines, environment
from backoffice.benchmarks.upload_files import write_file
from backoffice.benchmarks.upload_floor import connected

SMALL_ROWS = int(os.environ.get("BENCH_SMALL_ROWS", "10000"))
# Rows of the preview's first page.
_PAGE = 50
_LOOK_EVERY = 0.02


def main() -> list[Row]:
    """Measure, and return the rows of the table."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="backoffice-bench-files-") as made, engines() as measured:
        files = Path(made)
        large = write_file(files / "large.csv", ROWS)
        small = [write_file(files / f"small-{number}.csv", SMALL_ROWS, revision=number) for number in range(2)]
        for engine in measured:
            previews = [_preview(engine, large) for _ in range(ROUNDS)]
            visits = [_visits(engine, small) for _ in range(ROUNDS)]
            found += _table(engine, previews, visits)
    return found


def _preview(engine: Engine, path: Path) -> tuple[float, float]:
    """Return the seconds until the first page can be shown, and until the whole plan stands."""
    with engine.fresh() as url:
        command = [sys.executable, "-m", "backoffice.benchmarks.upload_steps", "plan", str(path)]
        root = Path(__file__).parents[2]
        with (
            closing(connected(url)) as connection,
            subprocess.Popen(
                command, cwd=root, env=environment(url, engine.folder), stdout=subprocess.PIPE
            ) as planning,
        ):
            began = _wait(connection, "SELECT COUNT(*) FROM kernel_upload WHERE state = 'staging'", 1, planning)
            first = _wait(
                connection, f"SELECT COUNT(*) FROM (SELECT 1 FROM kernel_stagedrow LIMIT {_PAGE}) x", _PAGE, planning
            )
            done = _wait(connection, "SELECT COUNT(*) FROM kernel_upload WHERE state = 'planned'", 1, planning)
            if planning.wait() != 0:
                raise RuntimeError("The file could not be planned.")
        return first - began, done - began


def _wait(connection: Any, query: str, wanted: int, planning: subprocess.Popen[bytes]) -> float:
    """Ask until there are so many, and return the moment."""
    while True:
        ended = planning.poll() is not None
        cursor = connection.cursor()
        cursor.execute(query)
        count = cursor.fetchone()[0]
        connection.commit()
        if count >= wanted:
            return time.perf_counter()
        if ended:
            raise RuntimeError("The file could not be planned.")
        time.sleep(_LOOK_EVERY)


def _visits(engine: Engine, paths: list[Path]) -> tuple[float, float]:
    """Return the 95th percentile of a list page in seconds, idle and while files are uploaded."""
    with engine.fresh() as url:
        step(engine, url, "load", paths[0])
        figures = step(engine, url, "visit", paths[1])
    return figures["idle"], figures["busy"]


def _table(engine: Engine, previews: list[tuple[float, float]], visits: list[tuple[float, float]]) -> list[Row]:
    first, whole = (statistics.median(values) for values in zip(*previews, strict=True))
    idle, busy = (statistics.median(values) for values in zip(*visits, strict=True))
    return [
        {
            "Work": f"{engine.name}: first page of the preview of {ROWS:,} rows",
            "Reached": f"{first:.2f} s",
            "Compared with": f"the whole plan: {whole:.1f} s",
            "Ratio": f"{first / whole:.2f}",
            "Goal": "while the rest is planned",
        },
        {
            "Work": f"{engine.name}: list of products while {SMALL_ROWS:,} rows are uploaded, p95",
            "Reached": f"{busy * 1000:.0f} ms",
            "Compared with": f"idle, p95: {idle * 1000:.0f} ms",
            "Ratio": f"{busy / idle:.2f}",
            "Goal": "≤ 3",
        },
    ]

"""Uploads of many SKUs against their floor and their peer, on SQLite and PostgreSQL.

Floor: the same business and history rows by executemany or COPY (``upload_floor``). Peer: import-export's own
admin flow with simple-history (``upload_peer``), on fewer rows and counted per row. Everything else is measured
in processes of its own, round by round, floor and upload one after the other.

``BENCH_ROWS``, ``BENCH_MANY_ROWS``, ``BENCH_PEER_ROWS`` and ``BENCH_ROUNDS`` make a quicker run.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from backoffice.benchmarks import upload_floor
from backoffice.benchmarks.fresh_databases import Engine, engines, environment
from backoffice.benchmarks.upload_files import write_file

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
MANY_ROWS = int(os.environ.get("BENCH_MANY_ROWS", "1000000"))
PEER_ROWS = int(os.environ.get("BENCH_PEER_ROWS", "1000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))

Row = dict[str, str]
Figures = dict[str, list[float]]


def main() -> list[Row]:
    """Measure, and return the rows of the table."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="backoffice-bench-files-") as made, engines() as measured:
        files = Path(made)
        first = write_file(files / "first.csv", ROWS)
        second = write_file(files / "second.csv", ROWS, revision=1)
        few = write_file(files / "few.csv", PEER_ROWS)
        many = write_file(files / "many.csv", MANY_ROWS)
        for engine in measured:
            rounds = [_round(engine, first, second, few) for _ in range(ROUNDS)]
            found += _table(engine, {name: [figures[name] for figures in rounds] for name in rounds[0]})
            found += _many(engine, many, rounds)
    return found


def step(engine: Engine, url: str, name: str, argument: object, *, module: str = "upload_steps") -> dict[str, Any]:
    """Run one step in a process of its own and return its figures."""
    arguments = [name, str(argument)] if name else [str(argument)]
    done = subprocess.run(
        [sys.executable, "-m", f"backoffice.benchmarks.{module}", *arguments],
        cwd=Path(__file__).parents[2],
        env=environment(url, engine.folder),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"  {engine.name}, {' '.join([module, *arguments[:1]])}: {figures}", file=sys.stderr, flush=True)
    return figures


def _round(engine: Engine, first: Path, second: Path, few: Path) -> dict[str, float]:
    """Measure each kind of upload once, next to its floor."""
    with engine.fresh() as url, engine.fresh() as floor_url:
        created = step(engine, url, "load", first)
        rows, highest = upload_floor.read(url)
        floor = upload_floor.insert(floor_url, rows)
        del rows
        again = step(engine, url, "load", first)
        changed = step(engine, url, "load", second)
        rows, _ = upload_floor.read(url, after=highest)
        floor_changed = upload_floor.update(floor_url, rows)
        del rows
        undone_change = step(engine, url, "undo", changed["upload"])
    with engine.fresh() as url:
        made = step(engine, url, "load", first)
        undone_creation = step(engine, url, "undo", made["upload"])
    with engine.fresh() as url:
        peer = step(engine, url, "", few, module="upload_peer")
    return {
        "create": created["seconds"],
        "create floor": floor,
        "create peak": created["peak_mb"],
        "peer per row": peer["seconds"] / peer["rows"],
        "again": again["seconds"],
        "update": changed["seconds"],
        "update apply": changed["apply"],
        "update floor": floor_changed,
        "undo update": undone_change["seconds"],
        "made apply": made["apply"],
        "undo create": undone_creation["seconds"],
        "undo peak": max(undone_change["peak_mb"], undone_creation["peak_mb"]),
    }


def _table(engine: Engine, figures: Figures) -> list[Row]:
    middle = {name: statistics.median(values) for name, values in figures.items()}
    peer = middle["peer per row"] * ROWS
    rows = f"{ROWS:,}"
    return [
        {
            **_compared(f"{engine.name}: upload {rows} new SKUs", figures["create"], "floor", middle["create floor"]),
            "Goal": "≤ 2.5",
            "Peak memory": f"{middle['create peak']:.0f} MB",
        },
        {
            "Work": f"{engine.name}: the same against import-export with simple-history",
            "Reached": f"{middle['create']:.1f} s",
            "Compared with": f"its preview and import of {PEER_ROWS:,} rows, per {rows}: {peer:,.0f} s",
            "Ratio": f"{peer / middle['create']:.0f} × faster",
            "Goal": "≥ 50 × faster",
        },
        {
            **_compared(f"{engine.name}: the same file again", figures["again"], "floor", middle["create floor"]),
            "Goal": "≤ 1",
        },
        {
            **_compared(f"{engine.name}: change all {rows}", figures["update"], "floor", middle["create floor"]),
            "Goal": "≤ 2.5",
        },
        {
            **_compared(
                f"{engine.name}: the same against raw updates", figures["update"], "raw updates", middle["update floor"]
            ),
        },
        {
            **_compared(f"{engine.name}: undo the change", figures["undo update"], "its apply", middle["update apply"]),
            "Goal": "≤ 1.5",
            "Peak memory": f"{middle['undo peak']:.0f} MB",
        },
        {
            **_compared(f"{engine.name}: undo the creation", figures["undo create"], "its apply", middle["made apply"]),
            "Goal": "≤ 1.5",
        },
    ]


def _many(engine: Engine, many: Path, rounds: list[dict[str, float]]) -> list[Row]:
    """Measure one long file against the medians of the short one, per row."""
    short = statistics.median(figures["create"] for figures in rounds) / ROWS
    with engine.fresh() as url:
        created = step(engine, url, "load", many)
    per_row = created["seconds"] / MANY_ROWS
    return [
        {
            "Work": f"{engine.name}: upload {MANY_ROWS:,} new SKUs, per row",
            "Reached": f"{created['seconds']:.1f} s",
            "Compared with": f"per row of {ROWS:,}: {short * 1000:.3f} ms",
            "Ratio": f"{per_row / short:.2f}",
            "Goal": "≤ 1.3, ≤ 300 MB",
            "Peak memory": f"{created['peak_mb']:.0f} MB",
        }
    ]


def _compared(what: str, seconds: list[float], name: str, base: float) -> Row:
    middle = statistics.median(seconds)
    return {
        "Work": what,
        "Reached": f"{middle:.1f} s",
        "Compared with": f"{name}: {base:.1f} s",
        "Ratio": f"{middle / base:.2f}",
    }

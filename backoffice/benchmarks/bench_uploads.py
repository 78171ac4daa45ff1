"""Uploads of many SKUs against their floor and their peer, on SQLite and PostgreSQL.

Floor: the same business and history rows by executemany or COPY (``upload_floor``). Peer: import-export's own
admin flow with simple-history (``upload_peer``), on fewer rows and counted per row. Everything else is measured
in processes of its own, round by round, floor and upload one after the other: a ratio is the median of the
rounds' own, so that a machine that grows slower meanwhile slows both sides of it.

``BENCH_ROWS``, ``BENCH_PEER_ROWS`` and ``BENCH_ROUNDS`` make a quicker run.
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
PEER_ROWS = int(os.environ.get("BENCH_PEER_ROWS", "1000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))

Row = dict[str, str]
Figures = dict[str, list[float]]
_PEAK = "Peak memory"


def main() -> list[Row]:
    """Measure, and return the rows of the table."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="backoffice-bench-files-") as made, engines() as measured:
        files = Path(made)
        first = write_file(files / "first.csv", ROWS)
        second = write_file(files / "second.csv", ROWS, revision=1)
        few = write_file(files / "few.csv", PEER_ROWS)
        for engine in measured:
            rounds = [_round(engine, first, second, few) for _ in range(ROUNDS)]
            found += _table(engine, {name: [figures[name] for figures in rounds] for name in rounds[0]})
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
        print(f"  {engine.name}, floor: {floor:.1f} s", file=sys.stderr, flush=True)
        del rows
        again = step(engine, url, "load", first)
        changed = step(engine, url, "load", second)
        rows, _ = upload_floor.read(url, after=highest)
        floor_changed = upload_floor.update(floor_url, rows)
        del rows
        foreseen = step(engine, url, "foresee", changed["upload"])
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
        "foresee": foreseen["seconds"],
        "undo update": undone_change["seconds"],
        "made apply": made["apply"],
        "undo create": undone_creation["seconds"],
        "undo peak": max(undone_change["peak_mb"], undone_creation["peak_mb"]),
    }


def _table(engine: Engine, figures: Figures) -> list[Row]:
    def peak(name: str) -> str:
        return f"{statistics.median(figures[name]):.0f} MB"

    def row(what: str, name: str, base: str, base_name: str, **more: str) -> Row:
        return {**_compared(f"{engine.name}: {what}", figures[name], base_name, figures[base]), **more}

    rows = f"{ROWS:,}"
    return [
        row(f"upload {rows} new SKUs", "create", "create floor", "floor", Goal="≤ 2.5", **{_PEAK: peak("create peak")}),
        _against_peer(engine, figures),
        row("the same file again", "again", "create floor", "floor", Goal="≤ 1"),
        row(f"change all {rows}", "update", "create floor", "floor", Goal="≤ 2.5"),
        row("the same against raw updates", "update", "update floor", "raw updates"),
        row("preview of undoing the change", "foresee", "update apply", "its apply"),
        row("undo the change", "undo update", "update apply", "its apply", Goal="≤ 1.5", **{_PEAK: peak("undo peak")}),
        row("undo the creation", "undo create", "made apply", "its apply", Goal="≤ 1.5"),
    ]


def _against_peer(engine: Engine, figures: Figures) -> Row:
    peers = [per_row * ROWS for per_row in figures["peer per row"]]
    ratio = statistics.median(peer / own for peer, own in zip(peers, figures["create"], strict=True))
    told = f"its preview and import of {PEER_ROWS:,} rows, per {ROWS:,}: {statistics.median(peers):,.0f} s"
    return {
        "Work": f"{engine.name}: the same against import-export with simple-history",
        "Reached": f"{statistics.median(figures['create']):.1f} s",
        "Compared with": told,
        "Ratio": f"{ratio:.0f} × faster",
        "Goal": "≥ 50 × faster",
    }


def _compared(what: str, seconds: list[float], name: str, bases: list[float]) -> Row:
    ratio = statistics.median(reached / base for reached, base in zip(seconds, bases, strict=True))
    return {
        "Work": what,
        "Reached": f"{statistics.median(seconds):.1f} s",
        "Compared with": f"{name}: {statistics.median(bases):.1f} s",
        "Ratio": f"{ratio:.2f}",
    }

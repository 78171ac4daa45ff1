"""What became of a job's rows since, in SQL: which would go, come back, return to what they were, or stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from backoffice.kernel.history.bulk import id_condition
from backoffice.kernel.history.undo.registry import covered_columns
from backoffice.kernel.history.undo.tables import Table, differs, quoted, rows

# What has become of each row that a job touched. `last` is the job's last history row of it, `prior`
# the one before its first, `newest` the newest that the undo itself did not write. The subquery is
# materialized, or its columns would be computed again wherever they are named.
_FATES = """
WITH x AS MATERIALIZED ({found})
SELECT x.k, x.last, x.newest, x.prior,
    CASE
        WHEN {touched} THEN 'touched'
        WHEN x.first_type = '+' AND x.last_type = '-' THEN 'nothing'
        WHEN x.first_type = '+' THEN 'delete'
        WHEN x.prior IS NULL THEN 'unknown'
        WHEN x.last_type = '-' THEN 'recreate'
        WHEN {only_hooked} THEN 'nothing'
        ELSE 'restore'
    END AS kind,
    x.first_type
FROM x
"""
# All rows of a job, found by the index on the job, with their whole history joined at once: looked up
# one by one, a hundred thousand rows take three times as long on PostgreSQL.
_OF_JOB = """
    SELECT t.k, t.first, t.last,
        MAX(CASE WHEN n.history_job_id {differs} %s THEN n.history_id END) AS newest,
        MAX(CASE WHEN n.history_id < t.first THEN n.history_id END) AS prior,
        MAX(CASE WHEN n.history_id = t.first THEN n.history_type END) AS first_type,
        MAX(CASE WHEN n.history_id = t.last THEN n.history_type END) AS last_type
    FROM (
        SELECT h.{key} AS k, MIN(h.history_id) AS first, MAX(h.history_id) AS last
        FROM {history} h WHERE h.history_job_id = %s GROUP BY h.{key}
    ) t JOIN {history} n ON n.{key} = t.k GROUP BY t.k, t.first, t.last
"""
# Some rows, found by their keys; their history is read once for most that has to be known of it. Types
# are looked up one by one: joined, PostgreSQL would read the whole history for each of the chunks.
# Adding nothing to the history's key keeps it from looking for the highest one by walking that key's
# index downwards, past all other objects' rows: each object's few rows are found by the object.
_OF_KEYS = """
    SELECT t.k, t.first, t.last, t.newest,
        (SELECT f.history_type FROM {history} f WHERE f.history_id = t.first) AS first_type,
        (SELECT l.history_type FROM {history} l WHERE l.history_id = t.last) AS last_type,
        (SELECT MAX(p.history_id + 0) FROM {history} p WHERE p.{key} = t.k AND p.history_id < t.first) AS prior
    FROM (
        SELECT h.{key} AS k,
            MIN(CASE WHEN h.history_job_id = %s THEN h.history_id END) AS first,
            MAX(CASE WHEN h.history_job_id = %s THEN h.history_id END) AS last,
            MAX(CASE WHEN h.history_job_id {differs} %s THEN h.history_id END) AS newest
        FROM {history} h WHERE {among} GROUP BY h.{key}
    ) t
"""


def fates(table: Table, job_id: int, undo_job_id: int, ids: Sequence[int] | None = None) -> tuple[str, list[Any]]:
    """Return the query, with parameters, of (key, last, newest, prior, kind, first type) of a job's rows.

    Args:
        table: the model's table.
        job_id: the job to undo.
        undo_job_id: the job that undoes it, whose own rows do not count as somebody's touch; 0
            while planning.
        ids: only these rows; all where None.
    """
    params: list[Any]
    words = {"history": table.history_name, "key": table.key, "differs": differs()}
    if ids is None:
        found, params = _OF_JOB.format(**words), [undo_job_id, job_id]
    else:
        among, more = id_condition(connection, f"h.{table.key}", ids)
        found = _OF_KEYS.format(among=among, **words)
        params = [job_id, job_id, undo_job_id, *more]
    return _FATES.format(found=found, touched=_touched(table), only_hooked=_only_hooked(table)), params


def kinds_possible(table: Table, job_id: int) -> frozenset[str]:
    """Return which kinds of work a job's rows of a table can need, by what the job did to them at all."""
    query = f"SELECT DISTINCT history_type FROM {table.history_name} WHERE history_job_id = %s"  # noqa: S608 - names only
    types = {row[0] for row in rows(query, [job_id])}
    possible = {"delete"} if "+" in types else set()
    if "-" in types:
        possible.add("recreate")
    if "~" in types or types >= {"+", "-"}:
        possible.add("restore")
    return frozenset(possible)


def tally(table: Table, job_id: int, undo_job_id: int) -> Counter[str]:
    """Return how many of a job's rows there are of each kind."""
    query, params = fates(table, job_id, undo_job_id)
    return Counter(dict(rows(f"SELECT kind, COUNT(*) FROM ({query}) y GROUP BY kind", params)))  # noqa: S608 - no data


def tally_deciding(table: Table, job_id: int, columns: Sequence[str]) -> tuple[Counter[str], int]:
    """Return the same, and how many of the rows to restore differ in some columns (quoted) from what they were.

    Both from one look at the job's rows, which takes longest.
    """
    query, params = fates(table, job_id, 0)
    differing = f"CASE WHEN y.kind = 'restore' AND EXISTS ({_differing(table, columns)}) THEN 1 ELSE 0 END"
    found = rows(f"SELECT kind, COUNT(*), SUM({differing}) FROM ({query}) y GROUP BY kind", params)  # noqa: S608 - no data
    return Counter({kind: count for kind, count, _ in found}), int(sum(row[2] for row in found))


def rows_deciding(table: Table, job_id: int, columns: Sequence[str]) -> list[tuple[Any, int, str]]:
    """Return (key, prior, kind) of the rows that differ so, and of those that would be made again."""
    query, params = fates(table, job_id, 0)
    recreate = "y.kind = 'recreate'" if table.is_whole else "1 = 0"
    found = rows(
        f"SELECT y.k, y.prior, y.kind FROM ({query}) y "  # noqa: S608 - names only
        f"WHERE {recreate} OR (y.kind = 'restore' AND EXISTS ({_differing(table, columns)}))",
        params,
    )
    return [(row[0], row[1], row[2]) for row in found]


def _differing(table: Table, columns: Sequence[str]) -> str:
    changed = " OR ".join(f"a.{column} {differs()} b.{column}" for column in columns) or "1 = 0"
    return (
        f"SELECT 1 FROM {table.history_name} a JOIN {table.history_name} b ON b.history_id = y.prior "  # noqa: S608 - names only
        f"WHERE a.history_id = y.last AND ({changed})"
    )


def _touched(table: Table) -> str:
    """Return the condition that somebody changed a row since, and that the change is still there.

    A later change that was itself taken back leaves the same values, so nobody's work is lost by
    going further back: undoing the second of two jobs makes the first one undoable again. Columns
    that hooks set right themselves do not count, unless the job made the row: then any change of
    them means that the row is in use.
    """
    names = {field.name: quoted(str(field.column)) for field in table.history.tracked_fields}
    moving = {field.name for field in table.model._meta.concrete_fields if getattr(field, "auto_now", False)}
    moving.add(table.model._meta.pk.name)
    covered = covered_columns(table.model)
    own = " OR ".join(
        f"a.{column} {differs()} b.{column}" for name, column in names.items() if name not in moving | covered
    )
    hooked = " OR ".join(f"a.{names[name]} {differs()} b.{names[name]}" for name in covered if name in names)
    changed = f"{own or '1 = 0'}" + (f" OR (x.first_type = '+' AND ({hooked}))" if hooked else "")
    return (
        f"x.newest <> x.last AND EXISTS (SELECT 1 FROM {table.history_name} a "  # noqa: S608 - names only
        f"JOIN {table.history_name} b ON b.history_id = x.newest "
        f"WHERE a.history_id = x.last AND (b.history_type = '-' OR a.history_type = '-' OR {changed}))"
    )


def _only_hooked(table: Table) -> str:
    """Return the condition that a job changed nothing of a row but columns that hooks set right."""
    if not covered_columns(table.model):
        return "1 = 0"
    columns = [quoted(str(field.column)) for field in table.fields() if not getattr(field, "auto_now", False)]
    differences = " OR ".join(f"a.{column} {differs()} b.{column}" for column in columns) or "1 = 0"
    return (
        f"NOT EXISTS (SELECT 1 FROM {table.history_name} a "  # noqa: S608 - names only
        f"JOIN {table.history_name} b ON b.history_id = x.prior WHERE a.history_id = x.last AND ({differences}))"
    )

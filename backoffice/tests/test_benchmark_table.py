"""The table of the benchmarks, and its place in the README."""

from pathlib import Path

import pytest

from backoffice.benchmarks.__main__ import main, markdown, names, write_readme

ROWS = [{"Work": "upload", "Ratio": "1.9"}, {"Work": "undo | redo", "Goal": "≤ 2"}]
TABLE = "| Work | Ratio | Goal |\n| --- | --- | --- |\n| upload | 1.9 |  |\n| undo ¦ redo |  | ≤ 2 |"


def test_the_table_has_every_column_that_a_row_has() -> None:
    assert markdown(ROWS) == TABLE


def test_the_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("Before\n<!-- benchmarks -->\nold\n<!-- end of benchmarks -->\nAfter\n", encoding="utf-8")

    write_readme(readme, TABLE)

    head, _, tail = readme.read_text(encoding="utf-8").partition(TABLE)
    assert head == "Before\n<!-- benchmarks -->\n"
    assert tail.endswith("\n<!-- end of benchmarks -->\nAfter\n")
    assert "old" not in tail


def test_a_readme_without_marks_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("Nothing here\n", encoding="utf-8")

    with pytest.raises(ValueError, match="lacks the marks"):
        write_readme(readme, TABLE)

    assert readme.read_text(encoding="utf-8") == "Nothing here\n"


def test_an_unknown_benchmark_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-thing"]) == 2

    assert capsys.readouterr().err == f"No benchmark named no-such-thing. There are: {', '.join(names())}.\n"

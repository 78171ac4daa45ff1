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

    write_readme(readme, ROWS)

    head, _, tail = readme.read_text(encoding="utf-8").partition(TABLE)
    assert head == "Before\n<!-- benchmarks -->\n"
    assert tail.endswith("\n<!-- end of benchmarks -->\nAfter\n")
    assert "old" not in tail


def test_a_readme_without_marks_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("Nothing here\n", encoding="utf-8")

    with pytest.raises(ValueError, match="lacks the marks"):
        write_readme(readme, ROWS)

    assert readme.read_text(encoding="utf-8") == "Nothing here\n"


def test_rows_measured_anew_take_the_place_of_their_own(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("<!-- benchmarks --><!-- end of benchmarks -->", encoding="utf-8")
    write_readme(readme, [*ROWS, {"Work": "export", "Peak memory": "9 MB"}])

    write_readme(readme, [{"Work": "undo ¦ redo", "Ratio": "1.2"}, {"Work": "list", "Goal": "≤ 3"}], whole=False)

    table = [line for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert table == [
        "| Work | Ratio | Goal | Peak memory |",
        "| --- | --- | --- | --- |",
        "| upload | 1.9 |  |  |",
        "| undo ¦ redo | 1.2 |  |  |",
        "| export |  |  | 9 MB |",
        "| list |  | ≤ 3 |  |",
    ]


def test_rows_of_another_day_do_not_stay_beside_new_ones(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    old = "<!-- benchmarks -->\n| Work |\n| --- |\n| list |\n\nMeasured on 2020-02-02.\n<!-- end of benchmarks -->"
    readme.write_text(old, encoding="utf-8")

    with pytest.raises(ValueError, match="another day"):
        write_readme(readme, ROWS, whole=False)

    assert readme.read_text(encoding="utf-8") == old


def test_an_unknown_benchmark_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-thing"]) == 2

    assert capsys.readouterr().err == f"No benchmark named no-such-thing. There are: {', '.join(names())}.\n"

"""What the README says about commands and settings is so."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parent.parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
SETTINGS = (PROJECT / "backoffice" / "settings.py").read_text(encoding="utf-8")

TARGETS = re.findall(r"^\.PHONY: ([a-z-]+)$", MAKEFILE, re.MULTILINE)


def test_make_help_lists_each_target_once_with_what_it_does() -> None:
    done = subprocess.run(["make", "--no-print-directory"], cwd=PROJECT, capture_output=True, text=True, check=True)

    listed = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert [name for name, _what in listed] == TARGETS
    assert len(set(TARGETS)) == len(TARGETS)


def test_readme_names_only_targets_that_exist() -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE))

    assert named - set(TARGETS) == set()
    assert {"run", "test", "check", "help"} <= named


def test_settings_table_lists_the_settings_that_are_read() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    read = re.findall(r"ENVIRONMENT\.\w+\(\s*\"([A-Z_]+)\"", SETTINGS)

    assert sorted(table) == sorted(read)


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"(?:manage\.py|\$\(MANAGE\)) ([a-z_]+)", README + MAKEFILE)))
)
def test_each_management_command_that_is_named_exists(command: str) -> None:
    from django.core.management import get_commands

    assert command in get_commands()


def test_files_that_the_readme_links_to_exist() -> None:
    links = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]

    assert [link for link in links if not (PROJECT / link).exists()] == []


@pytest.mark.django_db
def test_the_commands_about_files_do_what_the_readme_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from backoffice.kernel.transfers.models import Upload
    from products.models import Variant

    (tmp_path / "data").symlink_to(PROJECT / "data")
    monkeypatch.chdir(tmp_path)
    call_command("setup_reference_data")
    block = README.partition("## Files in and out")[2].partition("```sh\n")[2].partition("```")[0]
    preview, apply, undo, export = (shlex.split(line)[2:] for line in block.splitlines())
    before = Variant.objects.count()

    call_command(*preview)
    seen = Variant.objects.count()
    call_command(*apply)
    applied = Variant.objects.count()
    # The README counts uploads from 1; a database of tests may have had some before.
    assert undo[:2] == ["undo_import", "2"]
    call_command("undo_import", str(Upload.objects.order_by("-pk")[0].pk), *undo[2:])
    call_command(*export)

    assert (before, seen, applied - before) == (0, 0, Upload.objects.order_by("-pk")[0].created)
    assert applied > 0
    assert Variant.objects.count() == 0
    assert (tmp_path / "products.csv").read_text(encoding="utf-8-sig").split(",")[:3] == ["handle", "sku", "name"]

"""Commands name who answers for what they write, and fail so that programs understand it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import SellerProfile
from accounts.tests.factories import SellerFactory, StaffFactory
from backoffice.kernel.commands import AuditedCommand, CommandFailed
from backoffice.kernel.history import context
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.refusals import Refused

pytestmark = pytest.mark.django_db


class TooMany(Refused):
    """A refusal with details."""

    details = {"limit": 5}


class Command(AuditedCommand):
    """Renames a seller, or fails in one of the ways in which commands fail."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--fail", default="")

    def run(self, *, user: Any, **options: Any) -> dict[str, Any]:
        match options["fail"]:
            case "error":
                raise CommandError("There is no file x.csv.")
            case "part":
                raise CommandFailed("The second row is bad.", result={"rows": 2, "written": 0})
            case "refused":
                raise TooMany("Six are too many.")
            case "invalid":
                raise ValidationError(["The name is taken.", "So is the code."])
        seller = SellerProfile.objects.get()
        seller.store_name = "Renamed"
        seller.save()
        return {"renamed_sellers": 1, "total": "3,50 €"}

    def failure(self, result: dict[str, Any]) -> str:
        return "One is not enough." if self.strict else ""

    strict = False


def run(*arguments: str) -> None:
    call_command(Command(), *arguments)


@pytest.fixture
def seller() -> SellerProfile:
    return SellerFactory(store_name="First")


def test_people_get_a_line_per_value_and_programs_one_object(seller, capsys):
    run()
    assert capsys.readouterr().out == "renamed sellers: 1\ntotal: 3,50 €\n"

    run("--json")
    assert json.loads(capsys.readouterr().out) == {"renamed_sellers": 1, "total": "3,50 €"}


def test_without_a_user_the_command_itself_answers(seller):
    # The context that each test runs in would answer for it.
    around = context._current.set(None)
    run()
    context._current.reset(around)

    row = seller.history.first()
    job = Job.objects.get(pk=row.history_job_id)
    assert (row.history_user_id, job.kind, job.state) == (None, "command:test_audited_command", JobState.SUCCEEDED)


def test_a_named_user_answers(seller):
    anna = StaffFactory(email="anna@example.com")

    run("--user", " Anna@Example.com")

    assert seller.history.first().history_user_id == anna.pk


@pytest.mark.parametrize("email", ["nobody@example.com", "gone@example.com"])
def test_a_user_who_is_not_there_or_disabled_is_refused_and_nothing_is_written(seller, email: str, capsys):
    StaffFactory(email="gone@example.com", is_active=False)

    with pytest.raises(CommandError, match=rf"^There is no active user {email}\.$"):
        run("--user", email, "--json")

    assert json.loads(capsys.readouterr().out) == {"error": f"There is no active user {email}."}
    seller.refresh_from_db()
    assert seller.store_name == "First"


@pytest.mark.parametrize(
    ("fail", "told"),
    [
        ("error", {"error": "There is no file x.csv."}),
        ("part", {"rows": 2, "written": 0, "error": "The second row is bad."}),
        ("refused", {"limit": 5, "error": "Six are too many."}),
        ("invalid", {"error": "The name is taken. So is the code."}),
    ],
)
def test_a_failure_is_one_json_object_with_the_reason(seller, fail: str, told: dict[str, Any], capsys):
    with pytest.raises(CommandError) as error:
        run("--json", "--fail", fail)

    assert str(error.value) == told["error"]
    assert json.loads(capsys.readouterr().out) == told


def test_a_failure_prints_nothing_but_the_reason_to_people(seller, capsys):
    with pytest.raises(CommandError, match=r"^Six are too many\.$"):
        run("--fail", "refused")

    assert capsys.readouterr().out == ""


def test_a_result_that_counts_as_a_failure_is_printed_with_the_reason(seller, capsys, monkeypatch):
    monkeypatch.setattr(Command, "strict", True)

    with pytest.raises(CommandError, match=r"^One is not enough\.$"):
        run("--json")

    assert json.loads(capsys.readouterr().out) == {
        "renamed_sellers": 1,
        "total": "3,50 €",
        "error": "One is not enough.",
    }


@pytest.mark.parametrize(
    "arguments", [["--fail", "error"], ["--fail", "refused", "--json"], ["--user", "nobody@x.example"]]
)
def test_a_failure_ends_the_process_with_one(seller, arguments: list[str], capsys):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "rename", *arguments])

    assert ended.value.code == 1

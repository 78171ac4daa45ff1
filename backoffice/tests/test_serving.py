"""The commands of the README really serve: `make run` for the demo, gunicorn for production."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from accounts.permissions import ROLES

PROJECT = Path(__file__).resolve().parent.parent.parent
GUNICORN = Path(sys.executable).with_name("gunicorn")

pytestmark = pytest.mark.worker


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answer(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask for a page; return its status, its headers in lower case and its text."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - a server of this test
    try:
        response = urllib.request.build_opener(NoRedirect).open(request, timeout=30)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        found = {name.lower(): value for name, value in response.headers.items()}
        return response.status, found, response.read().decode()


def wait_until(condition, *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def running(command: list[str], *, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own, and leave nothing of it behind."""
    # Whatever runs these tests in the background may have them ignore Ctrl+C, which would be inherited.
    heeding = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])"
    )
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", heeding, *command],
            cwd=PROJECT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if group_is_alive(process.pid):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


@pytest.fixture
def shop_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation of its own."""
    environment = dict(os.environ)
    # The plugin's, and what a make around this test would hand to the one inside.
    for name in ("DEBUG", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"):
        environment.pop(name, None)
    return environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite3", "MEDIA_ROOT": str(tmp_path / "media")}


@pytest.mark.skipif(connection.vendor == "postgresql", reason="makes an SQLite shop of its own, whatever is tested on")
def test_make_run_serves_until_it_is_interrupted(tmp_path: Path, shop_environment: dict[str, str]) -> None:
    port, log = free_port(), tmp_path / "output.txt"
    last_line = f"The back office is at http://127.0.0.1:{port}/admin/ (Ctrl+C stops it)\n"

    with running(["make", "run", f"PORT={port}"], env=shop_environment, log=log) as process:
        wait_until(lambda: last_line in log.read_text() or process.poll() is not None, seconds=900)
        printed = log.read_text()
        assert last_line in printed, printed
        assert [role.name for role in ROLES if role.name not in printed] == []
        status, _headers, page = answer(f"http://127.0.0.1:{port}/admin/login/")
        assert status == 200
        assert "csrfmiddlewaretoken" in page

        os.killpg(process.pid, signal.SIGINT)

        process.wait(timeout=60)
        wait_until(lambda: not group_is_alive(process.pid), seconds=30)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="makes an SQLite shop of its own, whatever is tested on")
def test_gunicorn_serves_behind_a_proxy_that_ends_tls(tmp_path: Path, shop_environment: dict[str, str]) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/admin/login/"
    environment = shop_environment | {"ALLOWED_HOSTS": "shop.example.com"}
    for command in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=environment, check=True)

    command = [str(GUNICORN), "backoffice.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    with running(command, env=environment, log=tmp_path / "output.txt"):
        wait_until(lambda: listens(port), seconds=60)
        plain = answer(address, Host="shop.example.com")
        secure = answer(address, Host="shop.example.com", **{"X-Forwarded-Proto": "https"})
        stranger = answer(address, Host="elsewhere.example.com", **{"X-Forwarded-Proto": "https"})

    assert (plain[0], plain[1]["location"]) == (301, "https://shop.example.com/admin/login/")
    assert secure[0] == 200
    assert secure[1]["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert secure[1]["x-frame-options"] == "DENY"
    assert "object-src 'none'" in secure[1]["content-security-policy"]
    assert "; Secure" in secure[1]["set-cookie"]
    assert "fonts.googleapis.com" not in secure[2]
    assert stranger[0] == 400


def test_the_collector_of_a_server_does_not_look_through_the_program(shop_environment: dict[str, str]) -> None:
    """Given a server that has just started, its collector has next to nothing to look through."""
    told = "import gc, backoffice.wsgi; print(gc.get_freeze_count(), len(gc.get_objects()))"

    run = subprocess.run(
        [sys.executable, "-c", told], cwd=PROJECT, env=shop_environment, check=True, capture_output=True, text=True
    )

    frozen, in_sight = map(int, run.stdout.split())
    assert frozen > 100_000
    assert in_sight < 5_000

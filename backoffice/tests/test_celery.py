"""The Celery app brings back the messages of workers that were killed."""

import os
import subprocess
import sys
from pathlib import Path

from backoffice.celery import app, transport_options

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_message_is_confirmed_after_the_work_and_returned_when_its_worker_dies() -> None:
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_prefetch_multiplier == 1
    assert "backoffice.kernel.jobs.celery_tasks" in app.conf.include


def test_redis_is_asked_for_overdue_messages() -> None:
    expected = {"visibility_timeout": 300, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}

    assert transport_options("redis://127.0.0.1:6379/0") == expected
    assert transport_options("rediss://127.0.0.1:6379/0") == expected


def test_rabbitmq_confirms_what_it_was_given() -> None:
    assert transport_options("amqp://127.0.0.1") == {"confirm_publish": True}


def test_jobs_are_delivered_through_this_app_where_a_broker_is_set() -> None:
    program = "from backoffice.kernel.jobs.celery_tasks import run_job; print(run_job.app.conf.task_default_queue)"

    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=PROJECT,
        env={**os.environ, "JOBS_BROKER_URL": "redis://127.0.0.1:6379/0"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "backoffice\n"

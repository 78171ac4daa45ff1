"""The Celery app, which delivers the jobs when JOBS_BROKER_URL is set: `celery -A backoffice worker`.

What a job has done is kept in its `Job` row, so Celery's only task is to deliver its number at least once:
a message is confirmed after the work, and goes back to the queue when its worker dies.
"""

import os
from typing import Any

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

# How long Redis waits for a worker's confirmation before it delivers a message again. A job that works longer
# is delivered twice; the second worker sees that the first is alive and steps back.
VISIBILITY_TIMEOUT_SECONDS = 300


def transport_options(broker_url: str | None) -> dict[str, Any]:
    """Return what the broker needs to know to bring back the messages of killed workers.

    RabbitMQ notices a lost connection by itself; Redis is asked for overdue messages every 10 s (by default
    kombu only really looks at each tenth of these turns).
    """
    if broker_url and broker_url.startswith("redis"):
        return {
            "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
        }
    return {"confirm_publish": True}


app = Celery("backoffice", broker=settings.JOBS_BROKER_URL, include=["backoffice.kernel.jobs.celery_tasks"])
app.conf.update(
    accept_content=["json"],
    broker_connection_retry_on_startup=True,
    broker_transport_options=transport_options(settings.JOBS_BROKER_URL),
    enable_utc=True,
    task_acks_late=True,
    task_default_queue="backoffice",
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    timezone=settings.TIME_ZONE,
    worker_hijack_root_logger=False,
    # A worker takes one message at a time, so that short jobs do not wait behind a long one.
    worker_prefetch_multiplier=1,
)

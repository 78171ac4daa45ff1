"""The Celery app brings back the messages of workers that were killed."""

from backoffice.celery import app, transport_options


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

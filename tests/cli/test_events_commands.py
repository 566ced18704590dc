"""``medusa events:failed``, ``events:replay`` and ``events:discard``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from medusa.framework.errors import ConfigurationError, NotFound
from tests.cli.in_process import ids, run

MESSAGE = {"id": "01A", "event": "order.placed", "subscriber": "src.subscribers.mail.thank", "data": {"id": "order_1"}}


@pytest.fixture
def failed(folder: Path, database_url: str) -> Iterator[dict[str, str]]:
    """An application with two failed events and a failed job; their ids by name."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
        connection.execute("DELETE FROM event_outbox")
        jobs = [
            queue_failed(connection, "medusa.deliver", {"message": MESSAGE}, "OSError: [Errno 28] disk full"),
            queue_failed(
                connection, "medusa.run_job", {"job": "src.jobs.nightly.tidy", "timestamp": 1}, "KeyError: 'a'"
            ),
        ]
        other = {**MESSAGE, "event": "order.canceled"}
        connection.execute(
            "INSERT INTO event_outbox (message, attempts, failed_at, error, traceback) "
            "VALUES (%s::jsonb, 6, now(), 'TimeoutError: ', 'Traceback ...')",
            [json.dumps(other)],
        )
        [row] = connection.execute("SELECT 'o' || id FROM event_outbox").fetchall()
        yield {"placed": str(jobs[0]), "nightly": str(jobs[1]), "canceled": row[0]}
        connection.execute("DELETE FROM procrastinate_jobs")
        connection.execute("DELETE FROM event_outbox")


def queue_failed(connection: psycopg.Connection[Any], task: str, args: dict[str, Any], error: str) -> int:
    """A job that has failed; its id."""
    [(id,)] = connection.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts) "
        "VALUES ('medusa', %s, %s::jsonb, 'failed', 6) RETURNING id",
        [task, json.dumps(args)],
    ).fetchall()
    connection.execute(
        "INSERT INTO event_error (job_id, error, traceback) VALUES (%s, %s, 'File mail.py, line 9')", [id, error]
    )
    return int(id)


def test_what_has_failed_is_listed_and_shown(failed: dict[str, str]) -> None:
    output = run("events:failed")
    assert output.splitlines()[0].split() == [
        "ID",
        "EVENT",
        "SUBSCRIBER",
        "TRIES",
        "FAILED",
        "AT",
        "(UTC)",
        "LAST",
        "ERROR",
    ]
    assert sorted(ids(output)) == sorted(failed.values())
    [line] = [line for line in output.splitlines() if "order.placed" in line]
    assert line.split()[:4] == [failed["placed"], "order.placed", "src.subscribers.mail.thank", "6"]
    assert line.endswith("OSError: [Errno 28] disk full")
    assert ids(run("events:failed", "--event", "order.canceled")) == [failed["canceled"]]
    assert ids(run("events:failed", "--subscriber", "src.jobs.nightly.tidy")) == [failed["nightly"]]
    shown = run("events:failed", failed["placed"])
    assert '{"id": "order_1"}' in shown
    assert "File mail.py, line 9" in shown


def test_what_is_replayed_or_discarded_has_failed_no_more(failed: dict[str, str]) -> None:
    assert run("events:replay", failed["placed"], failed["canceled"]) == "✓ 2 failed events queued again\n"
    assert run("events:replay", "--event", "order.placed") == "✓ 0 failed events queued again\n"
    assert ids(run("events:failed")) == [failed["nightly"]]
    assert run("events:discard", "--all") == "✓ 1 failed event discarded\n"
    assert run("events:failed") == "✓ Nothing has failed\n"


def test_an_unknown_id_changes_nothing(failed: dict[str, str]) -> None:
    for command in ("events:replay", "events:discard", "events:failed"):
        with pytest.raises(NotFound, match=r"There is no dead letter 999: .* `medusa events:failed` lists them"):
            run(command, failed["placed"], "999")
    assert len(ids(run("events:failed"))) == 3


@pytest.mark.usefixtures("failed")
def test_a_slip_of_the_pen_does_not_choose_everything() -> None:
    with pytest.raises(ConfigurationError, match="Say which: ids, --event, --subscriber, or --all"):
        run("events:replay")
    with pytest.raises(ConfigurationError, match="--all takes every failed event"):
        run("events:discard", "--all", "--event", "order.placed")
    assert len(ids(run("events:failed"))) == 3

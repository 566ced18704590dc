"""``medusa workflows:list`` and ``workflows:retry``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from medusa.framework.errors import NotFound
from tests.cli.in_process import ids, run

ROWS = """
INSERT INTO workflow_execution (id, workflow_id, transaction_id, state, owner, wake_at, input, error) VALUES
 ('wf_exec_1', 'sell', 't1', 'compensating', 'dead', now() + interval '9 minutes', '{"n": 1}',
  '{"type": "not_allowed", "message": "No [stock]"}'),
 ('wf_exec_2', 'sell', 't2', 'invoking', NULL, 'infinity', NULL, NULL),
 ('wf_exec_3', 'sell', 't3', 'invoking', 'alive', now() + interval '2 seconds', NULL, NULL),
 ('wf_exec_4', 'ship', 't4', 'failed', NULL, now(), NULL, NULL),
 ('wf_exec_5', 'ship', 't5', 'done', NULL, now(), NULL, NULL);
INSERT INTO workflow_step (execution_id, position, name, external, state, error) VALUES
 ('wf_exec_1', 1, 'charge', true, 'undo_failed', 'The bank is away'), ('wf_exec_4', 1, 'mail', true, 'done', NULL);
"""


@pytest.fixture(autouse=True)
def executions(folder: Path, database_url: str) -> Iterator[psycopg.Connection]:
    """An application with an undo that failed, one that waits, one that runs, one that failed and one that is done."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM workflow_execution")
        connection.execute(ROWS)
        yield connection
        connection.execute("DELETE FROM workflow_execution")


def test_what_is_under_way_and_what_failed_is_listed() -> None:
    output = run("workflows:list")
    assert ids(output) == ["wf_exec_1", "wf_exec_2", "wf_exec_3", "wf_exec_4"]
    assert output.splitlines()[1].endswith("No [stock]")
    assert ids(run("workflows:list", "--state", "failed", "--state", "done")) == ["wf_exec_4", "wf_exec_5"]
    assert ids(run("workflows:list", "--workflow", "ship")) == ["wf_exec_4"]
    assert run("workflows:list", "--workflow", "none").strip() == "✓ Nothing is under way, nothing has failed"


def test_one_is_shown_step_by_step() -> None:
    lines = [" ".join(line.split()) for line in run("workflows:list", "t1").splitlines()]
    assert lines[0] == "wf_exec_1 sell"
    assert 'input {"n": 1}' in lines
    assert "error No [stock]" in lines
    assert lines[-1] == "charge undo_failed tried 1x The bank is away"
    with pytest.raises(NotFound, match="There is no execution nope"):
        run("workflows:list", "nope")


def test_what_waits_for_its_next_try_need_not(executions: psycopg.Connection) -> None:
    when = "SELECT id, wake_at::text FROM workflow_execution"
    before = set(executions.execute(when).fetchall())
    assert "2 executions will go on" in run("workflows:retry", "t1", "wf_exec_2")
    changed = {id for id, _ in set(executions.execute(when).fetchall()) - before}
    assert changed == {"wf_exec_1", "wf_exec_2"}
    due = executions.execute("SELECT id FROM workflow_execution WHERE wake_at <= now()").fetchall()
    assert changed <= {id for (id,) in due}
    for untouched in ("t3", "t4", "nope"):  # it runs; it has ended; there is none
        with pytest.raises(NotFound, match="Nothing waits for a try"):
            run("workflows:retry", untouched)

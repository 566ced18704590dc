-- The journal of workflows: what was done, so that another process can go on with it or undo it.
CREATE TABLE IF NOT EXISTS workflow_execution (
  id text PRIMARY KEY,
  workflow_id text NOT NULL,
  transaction_id text NOT NULL,
  idempotency_key text,
  state text NOT NULL CHECK (state IN ('invoking', 'compensating', 'done', 'reverted', 'failed')),
  input jsonb,
  result jsonb,
  error jsonb,
  owner text,
  attempts integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
ALTER TABLE workflow_execution
  ADD COLUMN IF NOT EXISTS actor_id text,
  -- From then on any process may carry it on: a running one moves it forward as its sign of life, a sleeping one is due then.
  ADD COLUMN IF NOT EXISTS wake_at timestamptz NOT NULL DEFAULT now(),
  -- When the whole workflow has taken too long.
  ADD COLUMN IF NOT EXISTS expires_at timestamptz,
  -- How often in a row carrying it on has failed: pauses double.
  ADD COLUMN IF NOT EXISTS failures integer NOT NULL DEFAULT 0,
  -- How many processes in a row have died while they were at it.
  ADD COLUMN IF NOT EXISTS deaths integer NOT NULL DEFAULT 0,
  -- Seconds for which it is kept after its end, and until when that is.
  ADD COLUMN IF NOT EXISTS retention_time integer,
  ADD COLUMN IF NOT EXISTS keep_until timestamptz,
  DROP COLUMN IF EXISTS heartbeat_at;
CREATE UNIQUE INDEX IF NOT EXISTS workflow_execution_running ON workflow_execution (workflow_id, idempotency_key)
  WHERE state IN ('invoking', 'compensating');
CREATE UNIQUE INDEX IF NOT EXISTS workflow_execution_transaction ON workflow_execution (workflow_id, transaction_id);
CREATE INDEX IF NOT EXISTS workflow_execution_due ON workflow_execution (wake_at)
  WHERE state IN ('invoking', 'compensating');
CREATE INDEX IF NOT EXISTS workflow_execution_kept ON workflow_execution (keep_until) WHERE keep_until IS NOT NULL;

CREATE TABLE IF NOT EXISTS workflow_step (
  execution_id text NOT NULL REFERENCES workflow_execution (id) ON DELETE CASCADE,
  position integer NOT NULL,
  name text NOT NULL,
  external boolean NOT NULL,
  state text NOT NULL,
  output jsonb,
  undo_input jsonb,
  attempts integer NOT NULL DEFAULT 1,
  error text,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  PRIMARY KEY (execution_id, position)
);
ALTER TABLE workflow_step
  -- What an external step was asked, to ask again when its answer was lost; what was announced, to be sent at the end.
  ADD COLUMN IF NOT EXISTS input jsonb,
  ADD COLUMN IF NOT EXISTS events jsonb,
  -- Where in the workflow it stands; positions count in the order in which steps began.
  ADD COLUMN IF NOT EXISTS path text,
  -- With what the workflow saw it fail; how often it was tried in vain.
  ADD COLUMN IF NOT EXISTS failure jsonb,
  ADD COLUMN IF NOT EXISTS failures integer NOT NULL DEFAULT 0,
  -- Until when it waits, and the answer that came while it was not waiting yet.
  ADD COLUMN IF NOT EXISTS due_at timestamptz,
  ADD COLUMN IF NOT EXISTS answer jsonb,
  DROP CONSTRAINT IF EXISTS workflow_step_state_check;
ALTER TABLE workflow_step ADD CONSTRAINT workflow_step_state_check
  CHECK (state IN ('queued', 'started', 'waiting', 'done', 'timed_out', 'undone', 'undo_failed'));

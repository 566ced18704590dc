-- The journal of workflows with external steps: what was done, so that another process can finish or undo it.
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
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
ALTER TABLE workflow_execution ADD COLUMN IF NOT EXISTS actor_id text;
CREATE UNIQUE INDEX IF NOT EXISTS workflow_execution_running ON workflow_execution (workflow_id, idempotency_key)
  WHERE state IN ('invoking', 'compensating');
CREATE UNIQUE INDEX IF NOT EXISTS workflow_execution_transaction ON workflow_execution (workflow_id, transaction_id);
CREATE INDEX IF NOT EXISTS workflow_execution_open ON workflow_execution (heartbeat_at)
  WHERE state IN ('invoking', 'compensating');

CREATE TABLE IF NOT EXISTS workflow_step (
  execution_id text NOT NULL REFERENCES workflow_execution (id) ON DELETE CASCADE,
  position integer NOT NULL,
  name text NOT NULL,
  external boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('started', 'done', 'undone', 'undo_failed')),
  output jsonb,
  undo_input jsonb,
  attempts integer NOT NULL DEFAULT 1,
  error text,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  PRIMARY KEY (execution_id, position)
);
-- What an external step was asked, to ask again when its answer was lost; what was announced, to be sent at the end.
ALTER TABLE workflow_step ADD COLUMN IF NOT EXISTS input jsonb, ADD COLUMN IF NOT EXISTS events jsonb;

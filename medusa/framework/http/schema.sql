-- Login sessions: the cookie names the row.
CREATE TABLE IF NOT EXISTS http_session (
  sid text PRIMARY KEY,
  data jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS http_session_expires_at ON http_session (expires_at);

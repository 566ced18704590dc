-- Locks: who holds a name, and until when. Tokens grow with each acquisition.
CREATE TABLE IF NOT EXISTS locking_lock (
  key text PRIMARY KEY,
  owner text NOT NULL,
  token bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS locking_lock_owner ON locking_lock (owner);
CREATE INDEX IF NOT EXISTS locking_lock_expires_at ON locking_lock (expires_at);
CREATE SEQUENCE IF NOT EXISTS locking_token;

-- Why a message or a scheduled job in the queue failed at its last try. It goes with the job.
CREATE TABLE IF NOT EXISTS event_error (
  job_id bigint PRIMARY KEY REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
  error text NOT NULL,
  traceback text NOT NULL,
  failed_at timestamptz NOT NULL DEFAULT now()
);

-- Messages that another transport than the queue delivers: they stay here until they are delivered, so nothing is lost with
-- the transport's server. Sent: handed to the transport, which has not yet said how it ended.
CREATE TABLE IF NOT EXISTS event_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message jsonb NOT NULL,
  order_key text,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  failed_at timestamptz,
  error text,
  traceback text
);
CREATE INDEX IF NOT EXISTS event_outbox_due ON event_outbox (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX IF NOT EXISTS event_outbox_sent ON event_outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_outbox_failed ON event_outbox (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_outbox_order ON event_outbox (order_key, id) WHERE order_key IS NOT NULL;

-- Of an order only the first job is due; those behind it lie on a far day (FAR_DAY in queue.py), where looking for work does not
-- meet them. When the first one has ended, the next one is due, and the workers are told.
CREATE INDEX IF NOT EXISTS event_job_order ON procrastinate_jobs (lock, id)
  WHERE lock IS NOT NULL AND status IN ('todo', 'doing');
CREATE OR REPLACE FUNCTION event_next_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status IN ('todo', 'doing') THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('events:' || OLD.lock, 0));  -- somebody may be adding to the order
  UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE scheduled_at > now() + interval '1000 years' AND id = (
    SELECT min(id) FROM procrastinate_jobs WHERE lock = OLD.lock AND status IN ('todo', 'doing'));
  IF FOUND THEN
    PERFORM pg_notify('procrastinate_queue_v1#' || OLD.queue_name, '{"type": "job_inserted", "job_id": 0}');
  END IF;
  RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER event_next_in_order AFTER DELETE OR UPDATE OF status ON procrastinate_jobs
  FOR EACH ROW WHEN (OLD.lock IS NOT NULL AND OLD.status IN ('todo', 'doing')) EXECUTE FUNCTION event_next_in_order();

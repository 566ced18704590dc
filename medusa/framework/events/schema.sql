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
-- Who adds to orders, or ends one's first job, takes turns until its transaction ends. A thousand locks serve all orders: the
-- server has only some thousands, and an import may touch any number of orders.
CREATE OR REPLACE FUNCTION event_lock_orders(orders text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7203981, key) FROM (
    SELECT DISTINCT (hashtextextended(name, 0) & 1023)::integer AS key FROM unnest(orders) AS name ORDER BY 1) AS keys;
END;
$$;
-- Planned each time: a plan made while the queue was empty takes any index, and a full queue is then read from end to end.
CREATE OR REPLACE FUNCTION event_busy_orders(orders text[]) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF orders <> '{}' THEN
    RETURN QUERY EXECUTE 'SELECT DISTINCT lock FROM procrastinate_jobs WHERE lock = ANY ($1) '
      'AND status IN (''todo'', ''doing'')' USING orders;
  END IF;
END;
$$;
CREATE OR REPLACE FUNCTION event_first_in_order(name text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  first bigint;
BEGIN
  EXECUTE 'SELECT id FROM procrastinate_jobs WHERE lock = $1 AND status IN (''todo'', ''doing'') ORDER BY lock, id LIMIT 1'
    INTO first USING name;
  RETURN first;
END;
$$;
CREATE OR REPLACE FUNCTION event_next_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  next bigint;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status IN ('todo', 'doing') THEN
    RETURN NULL;
  END IF;
  PERFORM event_lock_orders(ARRAY[OLD.lock]);  -- somebody may be adding to the order
  next := event_first_in_order(OLD.lock);
  IF next IS NOT NULL THEN
    UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE id = next AND scheduled_at > now() + interval '1000 years';
    PERFORM pg_notify('procrastinate_queue_v1#' || OLD.queue_name, '{"type": "job_inserted", "job_id": 0}');
  END IF;
  RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER event_next_in_order AFTER DELETE OR UPDATE OF status ON procrastinate_jobs
  FOR EACH ROW WHEN (OLD.lock IS NOT NULL AND OLD.status IN ('todo', 'doing')) EXECUTE FUNCTION event_next_in_order();

-- Finds the answers that nobody can ask for any more. Only the row of the request itself is in it, so that a request
-- with an Idempotency-Key pays one row more, and one without pays nothing.
CREATE INDEX replays_by_age ON replays (created_at) WHERE position = -1;

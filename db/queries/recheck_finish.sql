-- recheck_finish: ends a run.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 run_id text: the run
-- $3 at timestamptz: now
-- returns: 0 or 1 row: seen, changed, started_at; none where it was finished before
UPDATE unknot.recheck_runs SET finished_at = $3 WHERE tenant_id = $1 AND run_id = $2 AND finished_at IS NULL
RETURNING seen, changed, started_at;

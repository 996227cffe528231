-- recheck_start: begins a run of `unknot recheck` over a tenant.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 run_id text: 26 of [a-z0-9]
-- $3 knowledge_sha256 text: of the release in force
-- $4 as_of date: today
-- $5 at timestamptz: now
-- returns: nothing; 23505 where a run is open: go on with it (recheck_open)
INSERT INTO unknot.recheck_runs (tenant_id, run_id, knowledge_sha256, as_of, after_created_at, after_plan_id, seen,
                                 changed, started_at, finished_at)
VALUES ($1, $2, $3, $4, '-infinity', '', 0, 0, $5, NULL);

-- recheck_open: the run that was interrupted. Of another release: recheck_finish it and start anew.
-- role: app
-- $1 tenant_id uuid: the tenant
-- returns: 0 or 1 row: run_id, knowledge_sha256, as_of, after_created_at, after_plan_id, seen, changed, started_at
SELECT run_id, knowledge_sha256, as_of, after_created_at, after_plan_id, seen, changed, started_at
FROM unknot.recheck_runs WHERE tenant_id = $1 AND finished_at IS NULL;

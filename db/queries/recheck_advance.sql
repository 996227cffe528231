-- recheck_advance: moves a run on. After each batch; its changes (care_plan_update) are transactions of their own and
-- come before, so that an interrupted run judges at most one batch again, which changes nothing the second time.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 run_id text: the run
-- $3 expected_seen bigint: seen as it was read: two processes on one run do not both move it
-- $4 after_created_at timestamptz: created_at of the last plan of the batch
-- $5 after_plan_id text: its plan_id
-- $6 batch_seen bigint: plans of the batch
-- $7 batch_changed bigint: how many of them changed
-- returns: 1 row: moved, seen, changed; 22012 where somebody else moved or finished it
WITH moved AS (
    UPDATE unknot.recheck_runs SET after_created_at = $4, after_plan_id = $5, seen = seen + $6, changed = changed + $7
    WHERE tenant_id = $1 AND run_id = $2 AND seen = $3 AND finished_at IS NULL
    RETURNING seen, changed
)
SELECT 1 / count(*)::integer AS moved, max(seen) AS seen, max(changed) AS changed FROM moved;

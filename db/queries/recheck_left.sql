-- recheck_left: how many plans a run has still to judge, for its progress bar.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 after_created_at timestamptz: of the run
-- $3 after_plan_id text: of the run
-- returns: 1 row: plans_left
SELECT count(*) AS plans_left FROM unknot.care_plans
WHERE tenant_id = $1 AND (created_at, plan_id) > ($2, $3) AND status IN ('active', 'on-hold') AND deleted_at IS NULL;

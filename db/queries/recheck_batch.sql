-- recheck_batch: the next plans to judge, oldest first. Plans made after the run began were judged by what is in force.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 after_created_at timestamptz: of the run
-- $3 after_plan_id text: of the run
-- $4 limit bigint: size of a batch
-- returns: rows: patient_id, plan_id, version, status, technique, therapist_id, document, intake, decision, decision_id,
--   knowledge_sha256, time_zone, review_needed, recheck_due, clearance_ends, created_at
SELECT patient_id, plan_id, version, status, technique, therapist_id, document, intake, decision, decision_id,
       knowledge_sha256, time_zone, review_needed, recheck_due, clearance_ends, created_at
FROM unknot.care_plans
WHERE tenant_id = $1 AND (created_at, plan_id) > ($2, $3) AND status IN ('active', 'on-hold') AND deleted_at IS NULL
ORDER BY created_at, plan_id LIMIT $4;

-- care_plan_get: one plan, a deleted one too (404 or 410 is the caller's, and so is who may see it). In front of every
-- statement about what is below a plan, in the same transaction.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the first part of the id given out
-- $3 plan_id text: the second part
-- $4 whole boolean: with the decision, which is as large as the rest and which few ask for; else it is NULL
-- returns: 0 or 1 row: version, status, patient_ref, technique, therapist_id, title, goal, document, intake, decision,
--   decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends,
--   session_count, created_at, created_by, updated_at, deleted_at
SELECT version, status, patient_ref, technique, therapist_id, title, goal, document, intake,
       CASE WHEN $4 THEN decision END AS decision, decision_id, knowledge_version, knowledge_sha256, time_zone,
       starts_on, review_needed, recheck_due, clearance_ends, session_count, created_at, created_by, updated_at,
       deleted_at
FROM unknot.care_plans WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3;

-- export_plans: plans of one file of an export.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_patient_id text: of the first row
-- $3 first_id text: its id
-- $4 end_patient_id text: rows before this; NULL: to the end
-- $5 end_id text: its id
-- $6 until timestamptz: when the export was asked for
-- $7 since timestamptz: only changed then or later; -infinity for all
-- returns: rows: patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal,
--   document, decision, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed,
--   recheck_due, clearance_ends, session_count, created_at, created_by, updated_at
SELECT patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal, document, decision, decision_id,
       knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends,
       session_count, created_at, created_by, updated_at
FROM unknot.care_plans
WHERE tenant_id = $1 AND deleted_at IS NULL
  AND (patient_id, plan_id) >= ($2, $3) AND ($4::text IS NULL OR (patient_id, plan_id) < ($4, $5::text))
  AND created_at <= $6 AND updated_at >= $7
ORDER BY patient_id, plan_id;

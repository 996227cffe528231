-- care_plan_keep: the step before every write to a plan that is there: keeps it as it is, and locks it, so that it is what
-- the write replaces. A write that does not apply takes this along.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 document boolean: the write replaces the document; else the next version has it
-- $5 intake boolean: the same of the answers
-- $6 decision boolean: the same of the decision
-- returns: nothing
INSERT INTO unknot.care_plan_versions (patient_id, tenant_id, plan_id, version, status, technique, therapist_id, title,
    goal, document, intake, decision, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed,
    recheck_due, clearance_ends, session_count)
SELECT patient_id, tenant_id, plan_id, version, status, technique, therapist_id, title, goal,
       CASE WHEN $4 THEN document END, CASE WHEN $5 THEN intake END, CASE WHEN $6 THEN decision END, decision_id,
       knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends, session_count
FROM unknot.care_plans WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3 AND deleted_at IS NULL
FOR NO KEY UPDATE;

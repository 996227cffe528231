-- care_plans_page_patient: plans of a patient, newest first, without the deleted ones; walks a key that never changes.
-- role: app
-- plan: each time
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 before_created_at timestamptz: created_at of the last row of the page before; infinity at first
-- $4 before_plan_id text: its plan_id; empty at first
-- $5 status text: only this; NULL for any
-- $6 technique text: only this; NULL for any
-- $7 review_needed boolean: only plans that need one, or none; NULL for any
-- $8 as_of date: today, for the two dates that make a review needed
-- $9 limit bigint: rows of a page and one, which says that there is another page
-- returns: rows: patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal, document, decision_id,
--   knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends, session_count,
--   created_at, created_by, updated_at
SELECT patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal, document, decision_id,
       knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends,
       session_count, created_at, created_by, updated_at
FROM unknot.care_plans
WHERE tenant_id = $1 AND patient_id = $2 AND (created_at, plan_id) < ($3, $4) AND deleted_at IS NULL
  AND ($5::text IS NULL OR status = $5)
  AND ($6::text IS NULL OR technique = $6)
  AND ($7::boolean IS DISTINCT FROM true OR review_from <= $8)
  AND ($7::boolean IS DISTINCT FROM false OR coalesce(review_from > $8, true))
ORDER BY created_at DESC, plan_id DESC LIMIT $9;

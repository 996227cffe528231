-- care_plans_page: plans of a tenant, newest first, without the deleted ones; walks a key that never changes.
-- role: app
-- plan: each time
-- $1 tenant_id uuid: the tenant
-- $2 before_created_at timestamptz: created_at of the last row of the page before; infinity at first
-- $3 before_plan_id text: its plan_id; empty at first
-- $4 status text: only this; NULL for any
-- $5 technique text: only this; NULL for any
-- $6 review_needed boolean: only plans that need one, or none; NULL for any
-- $7 as_of date: today, for the two dates that make a review needed
-- $8 limit bigint: rows of a page and one, which says that there is another page
-- returns: rows: patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal, document, decision_id,
--   knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends, session_count,
--   created_at, created_by, updated_at
SELECT patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal, document, decision_id,
       knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends,
       session_count, created_at, created_by, updated_at
FROM unknot.care_plans
WHERE tenant_id = $1 AND (created_at, plan_id) < ($2, $3) AND deleted_at IS NULL
  AND ($4::text IS NULL OR status = $4)
  AND ($5::text IS NULL OR technique = $5)
  AND ($6::boolean IS DISTINCT FROM true OR review_from <= $7)
  AND ($6::boolean IS DISTINCT FROM false OR coalesce(review_from > $7, true))
ORDER BY created_at DESC, plan_id DESC LIMIT $8;

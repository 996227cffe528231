-- care_plans_search: plans as a FHIR search finds them, newest first; deleted ones not. Walks a key that never changes.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: only this patient; NULL for any
-- $3 therapist_id text: only this therapist; NULL for any
-- $4 after_at timestamptz: created_at of the last row of the page before; infinity at first
-- $5 after_plan_id text: its plan_id; empty at first
-- $6 plan_ids text[]: only these; NULL for any
-- $7 statuses text[]: only these; NULL for any
-- $8 techniques text[]: only these; NULL for any
-- $9 updated_from timestamptz: changed then or later; NULL for any
-- $10 updated_to timestamptz: changed before; NULL for any
-- $11 start_from date: begins that day or later; NULL for any
-- $12 start_to date: begins that day or earlier; NULL for any
-- $13 stop_from date: ends that day or later; NULL for any
-- $14 stop_to date: ends that day or earlier; NULL for any
-- $15 limit bigint: rows of a page and one
-- returns: rows: patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal, document, decision,
--   decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends,
--   session_count, created_at, created_by, updated_at
SELECT patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title, goal, document, decision, decision_id,
       knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends,
       session_count, created_at, created_by, updated_at
FROM unknot.care_plans
WHERE tenant_id = $1 AND (created_at, plan_id) < ($4, $5) AND deleted_at IS NULL
  AND ($2::text IS NULL OR patient_id = $2)
  AND ($3::text IS NULL OR therapist_id = $3)
  AND ($6::text[] IS NULL OR plan_id = ANY ($6))
  AND ($7::text[] IS NULL OR status = ANY ($7))
  AND ($8::text[] IS NULL OR technique = ANY ($8))
  AND ($9::timestamptz IS NULL OR updated_at >= $9)
  AND ($10::timestamptz IS NULL OR updated_at < $10)
  AND ($11::date IS NULL OR starts_on >= $11)
  AND ($12::date IS NULL OR starts_on <= $12)
  AND ($13::date IS NULL OR (document->>'stops_on')::date >= $13)
  AND ($14::date IS NULL OR (document->>'stops_on')::date <= $14)
ORDER BY created_at DESC, plan_id DESC LIMIT $15;

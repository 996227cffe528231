-- sessions_search: sessions of a patient over all plans that are there, with what says who may see them.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_ids text[]: only of these plans; NULL for any
-- $4 session_ids text[]: only these; NULL for any
-- $5 after_created_at timestamptz: created_at of the last row of the page before; -infinity at first
-- $6 after_session_id text: its session_id; empty at first
-- $7 limit bigint: rows of a page and one
-- returns: rows: session_id, plan_id, version, number, planned_on, window_from, window_to, status, technique, pressure_used,
--   pressure_tolerated, minutes, pain_before, pain_after, notes, adverse_events, triage, created_at, updated_at, patient_ref,
--   therapist_id
SELECT s.session_id, s.plan_id, s.version, s.number, s.planned_on, s.window_from, s.window_to, s.status, s.technique,
       s.pressure_used, s.pressure_tolerated, s.minutes, s.pain_before, s.pain_after, s.notes, s.adverse_events, s.triage,
       s.created_at, s.updated_at, p.patient_ref, p.therapist_id
FROM unknot.sessions s
JOIN unknot.care_plans p ON p.tenant_id = s.tenant_id AND p.patient_id = s.patient_id AND p.plan_id = s.plan_id
WHERE s.tenant_id = $1 AND s.patient_id = $2 AND s.deleted_at IS NULL AND p.deleted_at IS NULL
  AND (s.created_at, s.session_id) > ($5, $6)
  AND ($3::text[] IS NULL OR s.plan_id = ANY ($3))
  AND ($4::text[] IS NULL OR s.session_id = ANY ($4))
ORDER BY s.created_at, s.session_id LIMIT $7;

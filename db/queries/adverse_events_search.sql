-- adverse_events_search: sessions of a patient with adverse events, over all plans that are there, with what says who may
-- see them.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_ids text[]: only of these plans; NULL for any
-- $4 session_ids text[]: only these; NULL for any
-- $5 event_ids text[]: only with one of these events; NULL for any
-- $6 serious boolean: only where the triage of the session was emergency or urgent, or only where it was not; NULL for any
-- $7 day_from date: of that day or later; NULL for any
-- $8 day_to date: of that day or earlier; NULL for any
-- $9 updated_from timestamptz: changed then or later; NULL for any
-- $10 updated_to timestamptz: changed before; NULL for any
-- $11 after_created_at timestamptz: created_at of the last row of the page before; -infinity at first
-- $12 after_session_id text: its session_id; empty at first
-- $13 limit bigint: rows of a page and one
-- returns: rows: session_id, plan_id, version, technique, planned_on, adverse_events, triage, created_at, updated_at,
--   patient_ref, therapist_id
SELECT s.session_id, s.plan_id, s.version, s.technique, s.planned_on, s.adverse_events, s.triage, s.created_at, s.updated_at,
       p.patient_ref, p.therapist_id
FROM unknot.sessions s
JOIN unknot.care_plans p ON p.tenant_id = s.tenant_id AND p.patient_id = s.patient_id AND p.plan_id = s.plan_id
WHERE s.tenant_id = $1 AND s.patient_id = $2 AND s.deleted_at IS NULL AND p.deleted_at IS NULL
  AND jsonb_array_length(s.adverse_events) > 0 AND (s.created_at, s.session_id) > ($11, $12)
  AND ($3::text[] IS NULL OR s.plan_id = ANY ($3))
  AND ($4::text[] IS NULL OR s.session_id = ANY ($4))
  AND ($5::text[] IS NULL OR EXISTS (SELECT FROM jsonb_array_elements(s.adverse_events) e WHERE e->>'id' = ANY ($5)))
  AND ($6::boolean IS NULL OR coalesce(s.triage IN ('emergency', 'urgent'), false) = $6)
  AND ($7::date IS NULL OR s.planned_on >= $7)
  AND ($8::date IS NULL OR s.planned_on <= $8)
  AND ($9::timestamptz IS NULL OR s.updated_at >= $9)
  AND ($10::timestamptz IS NULL OR s.updated_at < $10)
ORDER BY s.created_at, s.session_id LIMIT $13;

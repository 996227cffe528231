-- session_get: one session, a deleted one too.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 session_id text: the session
-- returns: 0 or 1 row: version, number, planned_on, window_from, window_to, status, technique, pressure_used,
--   pressure_tolerated, minutes, pain_before, pain_after, notes, adverse_events, triage, created_at, updated_at, deleted_at
SELECT version, number, planned_on, window_from, window_to, status, technique, pressure_used, pressure_tolerated, minutes,
       pain_before, pain_after, notes, adverse_events, triage, created_at, updated_at, deleted_at
FROM unknot.sessions WHERE tenant_id = $1 AND patient_id = $2 AND session_id = $4 AND plan_id = $3;

-- sessions_page: the sessions of a plan by number, without the deleted ones.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 after_number integer: the last of the page before; 0 at first
-- $5 status text: only this; NULL for any
-- $6 limit bigint: rows of a page and one
-- returns: rows: session_id, version, number, planned_on, window_from, window_to, status, technique, pressure_used,
--   pressure_tolerated, minutes, pain_before, pain_after, notes, adverse_events, triage, created_at, updated_at
SELECT session_id, version, number, planned_on, window_from, window_to, status, technique, pressure_used,
       pressure_tolerated, minutes, pain_before, pain_after, notes, adverse_events, triage, created_at, updated_at
FROM unknot.sessions
WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3 AND number > $4 AND deleted_at IS NULL
  AND ($5::text IS NULL OR status = $5)
ORDER BY number LIMIT $6;

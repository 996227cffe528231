-- sessions_calendar: the sessions of a plan by number, the deleted ones too: a calendar must hear that they are off.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 limit bigint: rows at most
-- returns: rows: session_id, number, status, planned_on, window_from, window_to, minutes, deleted, created_at, updated_at
SELECT session_id, number, status, planned_on, window_from, window_to, minutes, deleted_at IS NOT NULL AS deleted,
       created_at, updated_at
FROM unknot.sessions WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3
ORDER BY number LIMIT $4;

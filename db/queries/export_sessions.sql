-- export_sessions: the next sessions of one file of an export, in the order of (created_at, id).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_created_at timestamptz: of the first row
-- $3 first_id text: its id
-- $4 end_created_at timestamptz: rows before this
-- $5 end_id text: and this id
-- $6 since timestamptz: only changed then or later; -infinity for all
-- $7 limit bigint: rows and one, which says where to go on
-- returns: rows: created_at, id, gone, patient_id, session_id, plan_id, version, number, planned_on, window_from, window_to,
--   status, technique, pressure_used, pressure_tolerated, minutes, pain_before, pain_after, notes, adverse_events, triage,
--   updated_at, patient_ref; gone: not there any more, the session or its plan
SELECT s.created_at, s.session_id AS id, (s.deleted_at IS NOT NULL OR p.deleted_at IS NOT NULL) AS gone, s.patient_id, s.session_id,
       s.plan_id, s.version, s.number, s.planned_on, s.window_from, s.window_to, s.status, s.technique, s.pressure_used,
       s.pressure_tolerated, s.minutes, s.pain_before, s.pain_after, s.notes, s.adverse_events, s.triage, s.updated_at, p.patient_ref
FROM (SELECT created_at, session_id FROM unknot.sessions
      WHERE tenant_id = $1 AND (created_at, session_id) >= ($2, $3) AND (created_at, session_id) < ($4, $5) AND updated_at >= $6
      ORDER BY created_at, session_id LIMIT $7) page
JOIN unknot.sessions s ON s.tenant_id = $1 AND s.created_at = page.created_at AND s.session_id = page.session_id
JOIN unknot.care_plans p ON p.tenant_id = s.tenant_id AND p.patient_id = s.patient_id AND p.plan_id = s.plan_id
ORDER BY s.created_at, s.session_id;

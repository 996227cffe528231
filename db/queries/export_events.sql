-- export_events: sessions with adverse events of one file of an export.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_patient_id text: of the first row
-- $3 first_id text: its id
-- $4 end_patient_id text: rows before this; NULL: to the end
-- $5 end_id text: its id
-- $6 until timestamptz: when the export was asked for
-- $7 since timestamptz: only changed then or later; -infinity for all
-- returns: rows: patient_id, session_id, plan_id, version, technique, planned_on, adverse_events, triage,
--   created_at, updated_at, patient_ref
SELECT s.patient_id, s.session_id, s.plan_id, s.version, s.technique, s.planned_on, s.adverse_events, s.triage, s.created_at,
       s.updated_at, p.patient_ref
FROM unknot.sessions s JOIN unknot.care_plans p ON p.tenant_id = s.tenant_id AND p.patient_id = s.patient_id AND p.plan_id = s.plan_id
WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND p.deleted_at IS NULL
  AND jsonb_array_length(s.adverse_events) > 0
  AND (s.patient_id, s.session_id) >= ($2, $3) AND ($4::text IS NULL OR (s.patient_id, s.session_id) < ($4, $5::text))
  AND s.created_at <= $6 AND s.updated_at >= $7
ORDER BY s.patient_id, s.session_id;

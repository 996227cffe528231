-- export_events: the next sessions with adverse events of one file of an export, in the order of (created_at, id).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_created_at timestamptz: of the first row
-- $3 first_id text: its id
-- $4 end_created_at timestamptz: rows before this
-- $5 end_id text: and this id
-- $6 since timestamptz: only changed then or later; -infinity for all
-- $7 limit bigint: rows and one, which says where to go on
-- returns: rows: created_at, id, gone, patient_id, session_id, plan_id, version, technique, planned_on, adverse_events,
--   triage, updated_at, patient_ref; gone: not there any more, the session or its plan
SELECT s.created_at, s.session_id AS id, (s.deleted_at IS NOT NULL OR p.deleted_at IS NOT NULL) AS gone, s.patient_id, s.session_id,
       s.plan_id, s.version, s.technique, s.planned_on, s.adverse_events, s.triage, s.updated_at, p.patient_ref
FROM (SELECT * FROM unknot.sessions
      WHERE tenant_id = $1 AND jsonb_array_length(adverse_events) > 0 AND (created_at, session_id) >= ($2, $3)
        AND (created_at, session_id) < ($4, $5) AND updated_at >= $6
      ORDER BY created_at, session_id LIMIT $7) s
JOIN unknot.care_plans p ON p.tenant_id = s.tenant_id AND p.patient_id = s.patient_id AND p.plan_id = s.plan_id
ORDER BY s.created_at, s.session_id;

-- patient_export_events: the audit events about a patient.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: 1 row: events (a JSON array)
SELECT coalesce(jsonb_agg(to_jsonb(e) - 'tenant_id' - 'patient_id' ORDER BY e.at, e.event_id), '[]') AS events
FROM unknot.audit_events e WHERE e.tenant_id = $1 AND e.patient_id = $2;

-- audit_page_patient: events about a patient, newest first.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 before_at timestamptz: at of the last row of the page before; infinity at first
-- $4 before_event_id text: its event_id; empty at first
-- $5 since timestamptz: none older; -infinity for all
-- $6 limit bigint: rows of a page and one
-- returns: rows: event_id, at, principal, action, resource, patient_id, trace_id, outcome
SELECT event_id, at, principal, action, resource, patient_id, trace_id, outcome
FROM unknot.audit_events
WHERE tenant_id = $1 AND patient_id = $2 AND (at, event_id) < ($3, $4) AND at >= $5
ORDER BY at DESC, event_id DESC LIMIT $6;

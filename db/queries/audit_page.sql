-- audit_page: events of a tenant, newest first.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 before_at timestamptz: at of the last row of the page before; infinity at first
-- $3 before_event_id text: its event_id; empty at first
-- $4 since timestamptz: none older; -infinity for all
-- $5 limit bigint: rows of a page and one, which says that there is another page
-- returns: rows: event_id, at, principal, action, resource, patient_id, trace_id, outcome
SELECT event_id, at, principal, action, resource, patient_id, trace_id, outcome
FROM unknot.audit_events
WHERE tenant_id = $1 AND (at, event_id) < ($2, $3) AND at >= $4
ORDER BY at DESC, event_id DESC LIMIT $5;

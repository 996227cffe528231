-- patient_erase_events: erasure: cuts the audit events from the patient; who did what kind of thing, when, stays.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: nothing
UPDATE unknot.audit_events SET patient_id = NULL, resource = split_part(resource, '/', 1)
WHERE tenant_id = $1 AND patient_id = $2;

-- patient_get: whether a patient is known.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: 0 or 1 row: created_at
SELECT created_at FROM unknot.patients WHERE tenant_id = $1 AND patient_id = $2;

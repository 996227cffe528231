-- patient_erase_keys: erasure: the API keys of the patient.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: nothing
DELETE FROM unknot.api_keys WHERE tenant_id = $1 AND principal = 'patient' AND subject = $2;

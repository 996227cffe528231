-- patient_export_keys: the API keys of a patient, without their hashes.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: 1 row: keys (a JSON array)
SELECT coalesce(jsonb_agg(to_jsonb(k) - 'tenant_id' - 'hash' - 'subject' ORDER BY k.created_at, k.key_id), '[]') AS keys
FROM unknot.api_keys k WHERE k.tenant_id = $1 AND k.principal = 'patient' AND k.subject = $2;

-- patient_erase_answers: erasure: answers kept for replay.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: nothing
DELETE FROM unknot.idempotency_keys WHERE tenant_id = $1 AND patient_id = $2;

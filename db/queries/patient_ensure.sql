-- patient_ensure: the row that everything of a patient hangs on; before care_plan_create, in its transaction.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: HMAC of the caller's reference
-- $3 at timestamptz: now
-- returns: nothing
INSERT INTO unknot.patients (patient_id, tenant_id, created_at) VALUES ($2, $1, $3) ON CONFLICT DO NOTHING;

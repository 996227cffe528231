-- tenant_get: a tenant with its secrets.
-- role: app
-- $1 tenant_id uuid: the tenant
-- returns: 0 or 1 row: name, patient_secret, cursor_secret, created_at, last_erasure_at
SELECT name, patient_secret, cursor_secret, created_at, last_erasure_at FROM unknot.tenants WHERE tenant_id = $1;

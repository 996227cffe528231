-- tenant_create: a new tenant.
-- role: owner
-- $1 tenant_id uuid: its id
-- $2 name text: what people call it
-- $3 patient_secret bytea: 32 random bytes or more; losing it cuts every reference from its patient
-- $4 cursor_secret bytea: 32 random bytes or more
-- $5 at timestamptz: now
-- returns: nothing
INSERT INTO unknot.tenants (tenant_id, name, patient_secret, cursor_secret, created_at, last_erasure_at)
VALUES ($1, $2, $3, $4, $5, NULL);

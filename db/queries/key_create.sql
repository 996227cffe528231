-- key_create: a new API key; its secret is shown once by the caller and never stored.
-- role: owner
-- $1 tenant_id uuid: the tenant
-- $2 key_id text: 12 of [A-Za-z0-9]
-- $3 kind text: secret | publishable
-- $4 principal text: clinic | therapist | patient
-- $5 subject text: the therapist_id or patient_id; NULL for a clinic
-- $6 name text: what it is for
-- $7 prefix text: its visible beginning
-- $8 hash bytea: SHA-256 of the secret part
-- $9 scopes text[]: what it may do
-- $10 at timestamptz: now
-- $11 expires_at timestamptz: NULL for never
-- returns: nothing; 23505 where the id is taken, 23503 where the tenant is unknown
INSERT INTO unknot.api_keys (tenant_id, key_id, kind, principal, subject, name, prefix, hash, scopes, created_at,
                             expires_at, revoked_at, rotated_to, last_used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, NULL);

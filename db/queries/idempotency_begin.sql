-- idempotency_begin: takes an idempotency key; the first statement of the transaction of its effect.
-- An answer that is known beforehand (a create) is given here at once; else idempotency_complete adds it.
-- A twin at work makes it wait: SET LOCAL lock_timeout, 55P03 is 409.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 principal text: who
-- $3 route text: method and path as called
-- $4 key text: the key, unquoted
-- $5 fingerprint bytea: SHA-256 of the canonical request
-- $6 patient_id text: whose answer it will be; NULL where nobody's
-- $7 status integer: of the answer; NULL for later
-- $8 headers jsonb: of the answer; NULL for later
-- $9 body text: of the answer; NULL for none or later
-- $10 at timestamptz: now
-- $11 expires_at timestamptz: now and 24 h
-- returns: nothing; 23505 where the key is taken: the whole transaction is void, read idempotency_read
INSERT INTO unknot.idempotency_keys (tenant_id, principal, route, key, fingerprint, patient_id, status, headers, body,
                                     created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

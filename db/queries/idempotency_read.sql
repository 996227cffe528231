-- idempotency_read: what a key stands for: replay it where the fingerprint matches, else 422. Also the question after a
-- connection was lost before the answer to COMMIT: a row means that the write happened, none that it did not.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 principal text: who
-- $3 route text: method and path as called
-- $4 key text: the key
-- $5 fingerprint bytea: of the request that asks
-- $6 at timestamptz: now
-- returns: 0 or 1 row: same, expired, status, headers, body, created_at; expired: idempotency_forget, then try again
SELECT fingerprint = $5 AS same, expires_at <= $6 AS expired, status, headers, body, created_at
FROM unknot.idempotency_keys WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4;

-- idempotency_complete: keeps the answer; the last statement of the transaction that took the key.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 principal text: who
-- $3 route text: method and path as called
-- $4 key text: the key
-- $5 status integer: of the answer
-- $6 headers jsonb: of the answer
-- $7 body text: of the answer; NULL for none
-- returns: 1 row: kept; 22012 where the key was not taken or was completed before
WITH kept AS (
    UPDATE unknot.idempotency_keys SET status = $5, headers = $6, body = $7
    WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4 AND status IS NULL
    RETURNING 1
)
SELECT 1 / count(*)::integer AS kept FROM kept;

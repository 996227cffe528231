-- idempotency_forget: removes one key that has expired, so that it can be taken anew.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 principal text: who
-- $3 route text: method and path as called
-- $4 key text: the key
-- $5 at timestamptz: now
-- returns: nothing
DELETE FROM unknot.idempotency_keys
WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4 AND expires_at <= $5;

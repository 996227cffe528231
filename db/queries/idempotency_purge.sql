-- idempotency_purge: removes the oldest expired keys of a tenant; run it again while it removes as many as the limit.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 at timestamptz: now
-- $3 limit bigint: at most so many, so that it stays short
-- returns: 1 row: removed
WITH gone AS (
    DELETE FROM unknot.idempotency_keys
    WHERE tenant_id = $1 AND (principal, route, key) IN (
        SELECT principal, route, key FROM unknot.idempotency_keys
        WHERE tenant_id = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3)
    RETURNING 1
)
SELECT count(*) AS removed FROM gone;

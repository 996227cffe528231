-- key_revoke: ends a key at once; the first revocation stands.
-- role: owner
-- $1 tenant_id uuid: the tenant
-- $2 key_id text: the key
-- $3 at timestamptz: now
-- returns: 1 row: revoked, revoked_at; 22012 where the key is unknown
WITH ended AS (
    UPDATE unknot.api_keys SET revoked_at = coalesce(revoked_at, $3) WHERE tenant_id = $1 AND key_id = $2
    RETURNING revoked_at
)
SELECT 1 / count(*)::integer AS revoked, max(revoked_at) AS revoked_at FROM ended;

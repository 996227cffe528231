-- key_rotate: a new key with the rights of an old one, which ends at the given time or when it would have ended.
-- role: owner
-- $1 tenant_id uuid: the tenant
-- $2 key_id text: the old key
-- $3 new_key_id text: 12 of [A-Za-z0-9]
-- $4 prefix text: of the new key
-- $5 hash bytea: of the new key
-- $6 at timestamptz: now
-- $7 old_ends_at timestamptz: when the old key stops
-- $8 expires_at timestamptz: when the new key stops; NULL for never
-- returns: 1 row: rotated, key_id; 22012 where the old key is unknown, revoked, expired or rotated before
WITH old AS (
    UPDATE unknot.api_keys SET rotated_to = $3, expires_at = least(expires_at, $7)
    WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL AND rotated_to IS NULL
      AND (expires_at IS NULL OR expires_at > $6)
    RETURNING kind, principal, subject, name, scopes
), new AS (
    INSERT INTO unknot.api_keys (tenant_id, key_id, kind, principal, subject, name, prefix, hash, scopes, created_at,
                                 expires_at, revoked_at, rotated_to, last_used_at)
    SELECT $1, $3, kind, principal, subject, name, $4, $5, scopes, $6, $8, NULL, NULL, NULL FROM old
    RETURNING key_id
)
SELECT 1 / count(*)::integer AS rotated, max(key_id) AS key_id FROM new;

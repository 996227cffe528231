-- key_lookup: what a presented key may do. The caller compares the hash (constant time) and the two times.
-- role: app
-- $1 tenant_id uuid: as the key itself says
-- $2 key_id text: as the key itself says
-- returns: 0 or 1 row: hash, kind, principal, subject, scopes, expires_at, revoked_at
SELECT hash, kind, principal, subject, scopes, expires_at, revoked_at
FROM unknot.api_keys WHERE tenant_id = $1 AND key_id = $2;

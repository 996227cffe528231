-- key_list: the keys of a tenant without their hashes, oldest first.
-- role: owner
-- $1 tenant_id uuid: the tenant
-- returns: rows: key_id, kind, principal, subject, name, prefix, scopes, created_at, expires_at, revoked_at, rotated_to,
--   last_used_at
SELECT key_id, kind, principal, subject, name, prefix, scopes, created_at, expires_at, revoked_at, rotated_to,
       last_used_at
FROM unknot.api_keys WHERE tenant_id = $1 ORDER BY created_at, key_id;

-- key_touch: says that a key was used; does nothing where that was said lately, so that reads do not become writes.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 key_id text: the key
-- $3 at timestamptz: now
-- $4 before timestamptz: now less a few minutes
-- returns: nothing
UPDATE unknot.api_keys SET last_used_at = $3
WHERE tenant_id = $1 AND key_id = $2 AND (last_used_at IS NULL OR last_used_at < $4);

-- export_end: ends an export, for as long as its URLs would last; forgets those that have ended by themselves.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 export_id text: 26 of [a-z0-9]
-- $3 expires_at timestamptz: when its URLs end
-- $4 at timestamptz: now
-- returns: no rows
WITH forgotten AS (DELETE FROM unknot.ended_exports WHERE tenant_id = $1 AND expires_at < $4)
INSERT INTO unknot.ended_exports (tenant_id, export_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

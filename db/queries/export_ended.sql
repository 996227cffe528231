-- export_ended: was this export ended by its client?
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 export_id text: 26 of [a-z0-9]
-- returns: 0 or 1 row: export_id
SELECT export_id FROM unknot.ended_exports WHERE tenant_id = $1 AND export_id = $2;

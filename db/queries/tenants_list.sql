-- tenants_list: all tenants, with the number of their keys, oldest first.
-- role: owner
-- returns: rows: tenant_id, name, created_at, keys
SELECT t.tenant_id, t.name, t.created_at,
       (SELECT count(*) FROM unknot.api_keys k WHERE k.tenant_id = t.tenant_id) AS keys
FROM unknot.tenants t ORDER BY t.created_at, t.tenant_id;

-- migrations_list: what was applied, in order.
-- role: app
-- returns: rows: version, name, sha256, applied_at
SELECT version, name, sha256, applied_at FROM unknot_admin.migrations ORDER BY version;

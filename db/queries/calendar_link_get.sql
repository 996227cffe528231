-- calendar_link_get: what a link opens. The caller looks at the two ends.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: as the link says it
-- $3 link_id text: as the link says it
-- returns: 0 or 1 row: plan_id, titles, expires_on, created_at, created_by, revoked_at
SELECT plan_id, titles, expires_on, created_at, actor AS created_by, revoked_at
FROM unknot.calendar_links WHERE tenant_id = $1 AND patient_id = $2 AND link_id = $3;

-- calendar_links_list: the newest links of a plan, those that hold no more too.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- returns: at most 100 rows: link_id, titles, expires_on, created_at, created_by, revoked_at
SELECT link_id, titles, expires_on, created_at, actor AS created_by, revoked_at
FROM unknot.calendar_links WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3
ORDER BY created_at DESC, link_id LIMIT 100;

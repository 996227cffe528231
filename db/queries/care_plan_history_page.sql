-- care_plan_history_page: what happened to a plan and to what is below it, in order.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 after_version bigint: the last of the page before; 0 at first
-- $5 limit bigint: rows of a page and one
-- returns: rows: version, at, actor, action, summary, change
SELECT version, at, actor, action, summary, change
FROM unknot.care_plan_history
WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3 AND version > $4
ORDER BY version LIMIT $5;

-- clearances_list: the clearances of a plan, oldest first; there are few.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- returns: rows: clearance_id, role, by_whom, reason, findings, rules, techniques, recorded, expires, began, actor,
--   created_at
SELECT clearance_id, role, by_whom, reason, findings, rules, techniques, recorded, expires, began, actor, created_at
FROM unknot.clearances WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3
ORDER BY created_at, clearance_id;

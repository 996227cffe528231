-- calendar_link_create: a link for calendar programs, while the plan is there and has fewer than 20 that hold.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: the plan
-- $6 link_id text: `k-` and 26 of [a-z0-9]
-- $7 titles text: discreet | full
-- $8 expires_on date: the last day
-- $9 today date: links that ended before it do not count
-- returns: 1 row: changed; 22012 where the plan is gone or has too many
WITH made AS (
    INSERT INTO unknot.calendar_links (patient_id, tenant_id, link_id, plan_id, titles, expires_on, actor, created_at)
    SELECT p.patient_id, p.tenant_id, $6, p.plan_id, $7, $8, $4, $3
    FROM unknot.care_plans p
    WHERE p.tenant_id = $1 AND p.patient_id = $2 AND p.plan_id = $5 AND p.deleted_at IS NULL
      AND (SELECT count(*) FROM unknot.calendar_links l
           WHERE l.tenant_id = $1 AND l.patient_id = $2 AND l.plan_id = $5 AND l.revoked_at IS NULL
             AND l.expires_on >= $9) < 20
    RETURNING link_id
)
SELECT 1 / count(*)::integer AS changed FROM made;

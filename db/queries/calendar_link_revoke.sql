-- calendar_link_revoke: the link holds no more.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 link_id text: the link
-- $5 at timestamptz: now
-- returns: 1 row: changed; 22012 where there is none, or it was revoked before
WITH changed AS (
    UPDATE unknot.calendar_links SET revoked_at = $5
    WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3 AND link_id = $4 AND revoked_at IS NULL
    RETURNING link_id
)
SELECT 1 / count(*)::integer AS changed FROM changed;

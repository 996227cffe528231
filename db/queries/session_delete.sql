-- session_delete: takes a session away that was entered by mistake; its number is not given again.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: the plan
-- $6 session_id text: the session
-- $7 expected_version bigint: the version of the session that was read (If-Match)
-- $8 summary text: for people who read the history
-- $9 change jsonb: for programs that read it
-- returns: 1 row: changed, version, plan_version; 22012 where one of the two is gone or the session at another version
WITH changed AS (
    UPDATE unknot.care_plans SET version = version + 1, updated_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $5 AND deleted_at IS NULL
    RETURNING patient_id, tenant_id, plan_id, version, updated_at
), recorded AS (
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
    SELECT patient_id, tenant_id, plan_id, version, updated_at, $4, 'session.delete', $8, $9 FROM changed
), gone AS (
    UPDATE unknot.sessions s SET
        version = s.version + 1, updated_at = greatest(s.updated_at, $3), deleted_at = greatest(s.updated_at, $3)
    FROM changed p
    WHERE s.tenant_id = $1 AND s.patient_id = $2 AND s.session_id = $6 AND s.plan_id = p.plan_id AND s.version = $7
      AND s.deleted_at IS NULL
    RETURNING s.version
)
SELECT 1 / count(*)::integer AS changed, max(version) AS version, (SELECT p.version FROM changed p) AS plan_version
FROM gone;

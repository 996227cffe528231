-- care_plan_delete: makes a tombstone of a plan, in any status; phones hear of it by changed_since. Its data stays until
-- the patient is erased.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: the plan
-- $6 expected_version bigint: the version that was read (If-Match)
-- $7 summary text: for people who read the history
-- $8 change jsonb: for programs that read it
-- returns: 1 row: changed, version, deleted_at; 22012 where it is gone or at another version
WITH changed AS (
    UPDATE unknot.care_plans
    SET version = version + 1, updated_at = greatest(updated_at, $3), deleted_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $5 AND version = $6 AND deleted_at IS NULL
    RETURNING patient_id, tenant_id, plan_id, version, deleted_at
), recorded AS (
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
    SELECT patient_id, tenant_id, plan_id, version, deleted_at, $4, 'care_plan.delete', $7, $8 FROM changed
)
SELECT 1 / count(*)::integer AS changed, max(version) AS version, max(deleted_at) AS deleted_at FROM changed;

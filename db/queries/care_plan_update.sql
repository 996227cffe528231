-- care_plan_update: every change of a plan itself: PATCH, a step of its life, a clearance, a re-check.
-- The caller read the plan at expected_version and says what it shall be; nobody came in between, or nothing happens.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: the plan
-- $6 expected_version bigint: the version that was read (If-Match)
-- $7 action text: like care_plan.patch, care_plan.clear, care_plan.recheck
-- $8 status text: NULL keeps it; draft → active | revoked, active → on-hold | completed | revoked, on-hold → active |
--   completed | revoked; completed and revoked plans are not changed any more
-- $9 technique text: NULL keeps it
-- $10 therapist_id text: as it shall be, NULL for nobody
-- $11 title text: NULL keeps it
-- $12 goal jsonb: NULL keeps it
-- $13 document jsonb: NULL keeps it
-- $14 intake jsonb: NULL keeps it
-- $15 decision jsonb: NULL keeps it
-- $16 decision_id text: NULL keeps it
-- $17 knowledge_version text: NULL keeps it
-- $18 knowledge_sha256 text: NULL keeps it
-- $19 time_zone text: NULL keeps it
-- $20 starts_on date: NULL keeps it
-- $21 review_needed text[]: NULL keeps it
-- $22 recheck_due date: as it shall be, NULL for never
-- $23 clearance_ends date: as it shall be, NULL for none
-- $24 clearances jsonb: new ones, as in care_plan_create; [] for none
-- $25 summary text: for people who read the history
-- $26 change jsonb: for programs that read it
-- returns: 1 row: changed, version, status, updated_at; 22012 where it is gone, at another version, or may not become
--   that: read it again and say which (404, 412, 409); 23503 where the therapist is unknown
WITH changed AS (
    UPDATE unknot.care_plans SET
        version = version + 1,
        status = coalesce($8, status),
        technique = coalesce($9, technique),
        former_therapists = CASE WHEN therapist_id IS NULL OR therapist_id IS NOT DISTINCT FROM $10
                                   OR therapist_id = ANY (former_therapists) THEN former_therapists
                                 ELSE array_append(former_therapists, therapist_id) END,
        therapist_id = $10,
        title = coalesce($11, title),
        goal = coalesce($12, goal),
        document = coalesce($13, document),
        intake = coalesce($14, intake),
        decision = coalesce($15, decision),
        decision_id = coalesce($16, decision_id),
        knowledge_version = coalesce($17, knowledge_version),
        knowledge_sha256 = coalesce($18, knowledge_sha256),
        time_zone = coalesce($19, time_zone),
        starts_on = coalesce($20, starts_on),
        review_needed = coalesce($21, review_needed),
        recheck_due = $22,
        clearance_ends = $23,
        updated_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $5 AND version = $6 AND deleted_at IS NULL
      AND status IN ('draft', 'active', 'on-hold')
      AND ($8::text IS NULL OR $8 = status
           OR (status, $8) IN (('draft', 'active'), ('draft', 'revoked'),
                               ('active', 'on-hold'), ('active', 'completed'), ('active', 'revoked'),
                               ('on-hold', 'active'), ('on-hold', 'completed'), ('on-hold', 'revoked')))
    RETURNING patient_id, tenant_id, plan_id, version, status, updated_at
), recorded AS (
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
    SELECT patient_id, tenant_id, plan_id, version, updated_at, $4, $7, $25, $26 FROM changed
), cleared AS (
    INSERT INTO unknot.clearances (patient_id, tenant_id, clearance_id, plan_id, role, by_whom, reason, findings, rules,
        techniques, recorded, expires, began, actor, created_at)
    SELECT p.patient_id, p.tenant_id, c.clearance_id, p.plan_id, c.role, c.by_whom, c.reason, c.findings, c.rules,
           c.techniques, c.recorded, c.expires, c.began, $4, $3
    FROM changed p, jsonb_to_recordset($24) AS c (clearance_id text, role text, by_whom text, reason text,
        findings text[], rules text[], techniques text[], recorded date, expires date, began date)
)
SELECT 1 / count(*)::integer AS changed, max(version) AS version, max(status) AS status, max(updated_at) AS updated_at
FROM changed;

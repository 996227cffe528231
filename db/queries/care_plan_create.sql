-- care_plan_create: a plan at version 1, its clearances and the first row of its history. The history is part of this
-- statement and of every other write below: it needs the new version and lives on the same shard, and so there is no
-- write without its row. The audit event is a statement of its own (audit_add).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient (patient_ensure first)
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: 26 of [a-z0-9]
-- $6 status text: draft | active
-- $7 patient_ref text: the caller's reference
-- $8 technique text: its id
-- $9 therapist_id text: NULL for nobody yet
-- $10 title text: what people call it
-- $11 goal jsonb: the goal
-- $12 document jsonb: the derived plan
-- $13 intake jsonb: what was answered
-- $14 decision jsonb: what the engine said
-- $15 decision_id text: its id
-- $16 knowledge_version text: of the release that decided
-- $17 knowledge_sha256 text: of the release that decided
-- $18 time_zone text: of the plan
-- $19 starts_on date: first day
-- $20 review_needed text[]: reasons, or empty
-- $21 recheck_due date: when the answers go stale; NULL for never
-- $22 clearance_ends date: the first end among its clearances; NULL for none
-- $23 clearances jsonb: an array of {clearance_id, role, by_whom, reason, findings, rules, techniques, recorded, expires,
--   began}, or []
-- $24 summary text: for people who read the history
-- $25 change jsonb: for programs that read it
-- returns: 1 row: version, created_at; 23503 where the therapist is unknown, 22012 where the status is another one
WITH created AS (
    INSERT INTO unknot.care_plans (patient_id, tenant_id, plan_id, version, status, patient_ref, technique, therapist_id,
        former_therapists, title, goal, document, intake, decision, decision_id, knowledge_version, knowledge_sha256,
        time_zone, starts_on, review_needed, recheck_due, clearance_ends, session_count, created_at, created_by,
        updated_at, deleted_at)
    SELECT $2, $1, $5, 1, $6, $7, $8, $9, '{}', $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, 0, $3,
           $4, $3, NULL
    WHERE $6 IN ('draft', 'active')
    RETURNING patient_id, tenant_id, plan_id, version, created_at
), recorded AS (
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
    SELECT patient_id, tenant_id, plan_id, version, $3, $4, 'care_plan.create', $24, $25 FROM created
), cleared AS (
    INSERT INTO unknot.clearances (patient_id, tenant_id, clearance_id, plan_id, role, by_whom, reason, findings, rules,
        techniques, recorded, expires, began, actor, created_at)
    SELECT p.patient_id, p.tenant_id, c.clearance_id, p.plan_id, c.role, c.by_whom, c.reason, c.findings, c.rules,
           c.techniques, c.recorded, c.expires, c.began, $4, $3
    FROM created p, jsonb_to_recordset($23) AS c (clearance_id text, role text, by_whom text, reason text,
        findings text[], rules text[], techniques text[], recorded date, expires date, began date)
)
SELECT 1 / count(*)::integer AS changed, max(version) AS version, max(created_at) AS created_at FROM created;

-- session_log: what a session becomes: done, missed, cancelled, another day, a correction; with what that does to the
-- plan. The caller read the session at expected_version and says what all of it shall be.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: the plan
-- $6 expected_plan_version bigint: where the document below was made from it; NULL for any
-- $7 session_id text: the session
-- $8 expected_version bigint: the version of the session that was read (If-Match)
-- $9 status text: planned → any, missed → done | cancelled, cancelled → planned | done, done → done
-- $10 planned_on date: as it shall be
-- $11 window_from timestamptz: as it shall be
-- $12 window_to timestamptz: as it shall be
-- $13 technique text: as it shall be
-- $14 pressure_used smallint: as it shall be
-- $15 pressure_tolerated smallint: as it shall be
-- $16 minutes smallint: as it shall be
-- $17 pain_before smallint: as it shall be
-- $18 pain_after smallint: as it shall be
-- $19 notes text: as it shall be
-- $20 adverse_events jsonb: as it shall be
-- $21 triage text: as it shall be
-- $22 pause boolean: an active plan becomes on-hold
-- $23 document jsonb: of the plan, NULL keeps it
-- $24 review_reason text: added to review_needed; NULL for none
-- $25 action text: session.log | session.change
-- $26 summary text: for people who read the history
-- $27 change jsonb: for programs that read it
-- returns: 1 row: changed, version, number, updated_at, plan_version, plan_status; 22012 where one of the two is gone, at
--   another version, or may not become that
WITH changed AS (
    UPDATE unknot.care_plans SET
        version = version + 1,
        status = CASE WHEN $22 AND status = 'active' THEN 'on-hold' ELSE status END,
        document = coalesce($23, document),
        review_needed = CASE WHEN $24::text IS NULL OR $24 = ANY (review_needed) THEN review_needed
                             ELSE array_append(review_needed, $24) END,
        updated_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $5 AND deleted_at IS NULL AND ($6::bigint IS NULL OR version = $6)
      AND (status <> 'draft' OR $9 IN ('planned', 'cancelled'))
    RETURNING patient_id, tenant_id, plan_id, version, status, updated_at
), recorded AS (
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
    SELECT patient_id, tenant_id, plan_id, version, updated_at, $4, $25, $26, $27 FROM changed
), logged AS (
    UPDATE unknot.sessions s SET
        version = s.version + 1, status = $9, planned_on = $10, window_from = $11, window_to = $12, technique = $13,
        pressure_used = $14, pressure_tolerated = $15, minutes = $16, pain_before = $17, pain_after = $18, notes = $19,
        adverse_events = $20, triage = $21, updated_at = greatest(s.updated_at, $3)
    FROM changed p
    WHERE s.tenant_id = $1 AND s.patient_id = $2 AND s.session_id = $7 AND s.plan_id = p.plan_id AND s.version = $8
      AND s.deleted_at IS NULL
      AND (s.status = 'planned'
           OR (s.status, $9) IN (('missed', 'missed'), ('missed', 'done'), ('missed', 'cancelled'),
                                 ('cancelled', 'cancelled'), ('cancelled', 'planned'), ('cancelled', 'done'),
                                 ('done', 'done')))
    RETURNING s.version, s.number, s.updated_at
)
SELECT 1 / count(*)::integer AS changed, max(version) AS version, max(number) AS number, max(updated_at) AS updated_at,
       (SELECT p.version FROM changed p) AS plan_version, (SELECT p.status FROM changed p) AS plan_status
FROM logged;

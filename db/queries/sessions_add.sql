-- sessions_add: plans sessions or logs some that were not planned, with what that does to the plan. Numbers come from the
-- plan's counter under the lock of its row: two phones never make the same one.
-- Planned sessions need a draft or active plan. A log is taken in any status but draft: what happened must be heard.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: the plan
-- $6 expected_plan_version bigint: where the document below was made from it; NULL for any
-- $7 sessions jsonb: an array of {session_id, planned_on, window_from, window_to, status, technique, pressure_used,
--   pressure_tolerated, minutes, pain_before, pain_after, notes, adverse_events, triage}
-- $8 pause boolean: an active plan becomes on-hold
-- $9 document jsonb: of the plan, NULL keeps it
-- $10 review_reason text: added to review_needed; NULL for none
-- $11 action text: session.plan | session.log
-- $12 summary text: for people who read the history
-- $13 change jsonb: for programs that read it
-- returns: 1 row: changed, plan_version, plan_status, updated_at, sessions (a JSON array of {session_id, number} by
--   number); 22012 where the plan is gone, at another version, or in another status
WITH changed AS (
    UPDATE unknot.care_plans SET
        version = version + 1,
        session_count = session_count + jsonb_array_length($7),
        status = CASE WHEN $8 AND status = 'active' THEN 'on-hold' ELSE status END,
        document = coalesce($9, document),
        review_needed = CASE WHEN $10::text IS NULL OR $10 = ANY (review_needed) THEN review_needed
                             ELSE array_append(review_needed, $10) END,
        updated_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $5 AND deleted_at IS NULL AND ($6::bigint IS NULL OR version = $6)
      AND CASE WHEN $7 @> '[{"status": "planned"}]'::jsonb THEN status IN ('draft', 'active') ELSE status <> 'draft' END
    RETURNING patient_id, tenant_id, plan_id, version, status, updated_at, session_count
), recorded AS (
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
    SELECT patient_id, tenant_id, plan_id, version, updated_at, $4, $11, $12, $13 FROM changed
), added AS (
    INSERT INTO unknot.sessions (patient_id, tenant_id, session_id, plan_id, version, number, planned_on, window_from,
        window_to, status, technique, pressure_used, pressure_tolerated, minutes, pain_before, pain_after, notes,
        adverse_events, triage, created_at, updated_at, deleted_at)
    SELECT p.patient_id, p.tenant_id, s.session_id, p.plan_id, 1,
           p.session_count - jsonb_array_length($7) + s.ordinality::integer, s.planned_on, s.window_from, s.window_to,
           s.status, s.technique, s.pressure_used, s.pressure_tolerated, s.minutes, s.pain_before, s.pain_after, s.notes,
           coalesce(s.adverse_events, '[]'), s.triage, $3, $3, NULL
    FROM changed p, ROWS FROM (jsonb_to_recordset($7) AS (session_id text, planned_on date, window_from timestamptz,
        window_to timestamptz, status text, technique text, pressure_used smallint, pressure_tolerated smallint,
        minutes smallint, pain_before smallint, pain_after smallint, notes text, adverse_events jsonb, triage text))
        WITH ORDINALITY AS s
    RETURNING session_id, number
)
SELECT 1 / count(*)::integer AS changed, max(version) AS plan_version, max(status) AS plan_status,
       max(updated_at) AS updated_at,
       (SELECT jsonb_agg(jsonb_build_object('session_id', session_id, 'number', number) ORDER BY number) FROM added)
           AS sessions
FROM changed;

-- measurement_add: one measurement, with what it does to the plan; taken in any status (a follow-up comes late).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 at timestamptz: now
-- $4 actor text: who
-- $5 plan_id text: the plan
-- $6 expected_plan_version bigint: where the document below was made from it; NULL for any
-- $7 measurement_id text: m- and 26 of [a-z0-9]
-- $8 instrument text: nrs | peg | rmdq | psfs
-- $9 score numeric: its score
-- $10 items jsonb: the answers; NULL where only the score was given
-- $11 taken_at timestamptz: when it was answered
-- $12 pause boolean: an active plan becomes on-hold
-- $13 document jsonb: of the plan, NULL keeps it
-- $14 review_reason text: added to review_needed; NULL for none
-- $15 summary text: for people who read the history
-- $16 change jsonb: for programs that read it
-- returns: 1 row: changed, plan_version, plan_status; 22012 where the plan is gone or at another version
WITH changed AS (
    UPDATE unknot.care_plans SET
        version = version + 1,
        status = CASE WHEN $12 AND status = 'active' THEN 'on-hold' ELSE status END,
        document = coalesce($13, document),
        review_needed = CASE WHEN $14::text IS NULL OR $14 = ANY (review_needed) THEN review_needed
                             ELSE array_append(review_needed, $14) END,
        updated_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $5 AND deleted_at IS NULL AND ($6::bigint IS NULL OR version = $6)
    RETURNING patient_id, tenant_id, plan_id, version, status, updated_at
), recorded AS (
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
    SELECT patient_id, tenant_id, plan_id, version, updated_at, $4, 'measurement.add', $15, $16 FROM changed
), added AS (
    INSERT INTO unknot.measurements (patient_id, tenant_id, measurement_id, plan_id, instrument, score, items, taken_at,
                                     created_at)
    SELECT patient_id, tenant_id, $7, plan_id, $8, $9, $10, $11, $3 FROM changed
)
SELECT 1 / count(*)::integer AS changed, max(version) AS plan_version, max(status) AS plan_status FROM changed;

-- export_measurements: the next measurements of one file of an export, in the order of (created_at, id).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_created_at timestamptz: of the first row
-- $3 first_id text: its id
-- $4 end_created_at timestamptz: rows before this
-- $5 end_id text: and this id
-- $6 since timestamptz: only changed then or later; -infinity for all
-- $7 limit bigint: rows and one, which says where to go on
-- returns: rows: created_at, id, gone, patient_id, measurement_id, plan_id, instrument, score, items, taken_at, patient_ref; gone: not there any more, the plan it belongs to
SELECT m.created_at, m.measurement_id AS id, p.deleted_at IS NOT NULL AS gone, m.patient_id, m.measurement_id, m.plan_id, m.instrument,
       m.score, m.items, m.taken_at, p.patient_ref
FROM (SELECT * FROM unknot.measurements
      WHERE tenant_id = $1 AND (created_at, measurement_id) >= ($2, $3) AND (created_at, measurement_id) < ($4, $5)
        AND created_at >= $6
      ORDER BY created_at, measurement_id LIMIT $7) m
JOIN unknot.care_plans p ON p.tenant_id = m.tenant_id AND p.patient_id = m.patient_id AND p.plan_id = m.plan_id
ORDER BY m.created_at, m.measurement_id;

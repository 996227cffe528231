-- export_measurements: measurements of one file of an export.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_patient_id text: of the first row
-- $3 first_id text: its id
-- $4 end_patient_id text: rows before this; NULL: to the end
-- $5 end_id text: its id
-- $6 until timestamptz: when the export was asked for
-- $7 since timestamptz: only changed then or later; -infinity for all
-- returns: rows: patient_id, measurement_id, plan_id, instrument, score, items, taken_at, created_at, patient_ref
SELECT m.patient_id, m.measurement_id, m.plan_id, m.instrument, m.score, m.items, m.taken_at, m.created_at, p.patient_ref
FROM unknot.measurements m JOIN unknot.care_plans p ON p.tenant_id = m.tenant_id AND p.patient_id = m.patient_id AND p.plan_id = m.plan_id
WHERE m.tenant_id = $1 AND p.deleted_at IS NULL
  AND (m.patient_id, m.measurement_id) >= ($2, $3) AND ($4::text IS NULL OR (m.patient_id, m.measurement_id) < ($4, $5::text))
  AND m.created_at <= $6 AND m.created_at >= $7
ORDER BY m.patient_id, m.measurement_id;

-- measurements_search: measurements of a patient over all plans that are there, oldest first, with what says who may see them.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_ids text[]: only of these plans; NULL for any
-- $4 measurement_ids text[]: only these; NULL for any
-- $5 instruments text[]: only these; NULL for any
-- $6 taken_from timestamptz: taken then or later; NULL for any
-- $7 taken_to timestamptz: taken before; NULL for any
-- $8 after_taken_at timestamptz: taken_at of the last row of the page before; -infinity at first
-- $9 after_measurement_id text: its measurement_id; empty at first
-- $10 limit bigint: rows of a page and one
-- returns: rows: measurement_id, plan_id, instrument, score, items, taken_at, created_at, patient_ref, therapist_id
SELECT m.measurement_id, m.plan_id, m.instrument, m.score, m.items, m.taken_at, m.created_at, p.patient_ref, p.therapist_id
FROM unknot.measurements m
JOIN unknot.care_plans p ON p.tenant_id = m.tenant_id AND p.patient_id = m.patient_id AND p.plan_id = m.plan_id
WHERE m.tenant_id = $1 AND m.patient_id = $2 AND p.deleted_at IS NULL AND (m.taken_at, m.measurement_id) > ($8, $9)
  AND ($3::text[] IS NULL OR m.plan_id = ANY ($3))
  AND ($4::text[] IS NULL OR m.measurement_id = ANY ($4))
  AND ($5::text[] IS NULL OR m.instrument = ANY ($5))
  AND ($6::timestamptz IS NULL OR m.taken_at >= $6)
  AND ($7::timestamptz IS NULL OR m.taken_at < $7)
ORDER BY m.taken_at, m.measurement_id LIMIT $10;

-- measurements_page: the measurements of a plan, oldest first.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 after_taken_at timestamptz: taken_at of the last row of the page before; -infinity at first
-- $5 after_measurement_id text: its measurement_id; empty at first
-- $6 instrument text: only this; NULL for any
-- $7 limit bigint: rows of a page and one
-- returns: rows: measurement_id, instrument, score, items, taken_at, created_at
SELECT measurement_id, instrument, score, items, taken_at, created_at
FROM unknot.measurements
WHERE tenant_id = $1 AND patient_id = $2 AND plan_id = $3 AND (taken_at, measurement_id) > ($4, $5)
  AND ($6::text IS NULL OR instrument = $6)
ORDER BY taken_at, measurement_id LIMIT $7;

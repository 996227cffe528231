-- export_measurements_files: where the files of an export begin: every so many measurements, in the order of the key.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 until timestamptz: when the export was asked for; what was made later belongs to the next
-- $3 since timestamptz: only changed then or later; -infinity for all
-- $4 rows bigint: rows of a file
-- returns: rows: patient_id, id, matches; matches says how many rows of the file changed since
SELECT patient_id, id, matches
FROM (SELECT m.patient_id AS patient_id, m.measurement_id AS id, row_number() OVER walk AS number,
             sum((m.created_at >= $3)::integer) OVER (walk ROWS BETWEEN CURRENT ROW AND $4::bigint - 1 FOLLOWING) AS matches
      FROM unknot.measurements m JOIN unknot.care_plans p ON p.tenant_id = m.tenant_id AND p.patient_id = m.patient_id AND p.plan_id = m.plan_id
      WHERE m.tenant_id = $1 AND p.deleted_at IS NULL AND m.created_at <= $2
      WINDOW walk AS (ORDER BY m.patient_id, m.measurement_id)) numbered
WHERE (number - 1) % $4::bigint = 0
ORDER BY number;

-- export_plans_files: where the files of an export begin: every so many plans, in the order of the key.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 until timestamptz: when the export was asked for; what was made later belongs to the next
-- $3 since timestamptz: only changed then or later; -infinity for all
-- $4 rows bigint: rows of a file
-- returns: rows: patient_id, id, matches; matches says how many rows of the file changed since
SELECT patient_id, id, matches
FROM (SELECT patient_id AS patient_id, plan_id AS id, row_number() OVER walk AS number,
             sum((updated_at >= $3)::integer) OVER (walk ROWS BETWEEN CURRENT ROW AND $4::bigint - 1 FOLLOWING) AS matches
      FROM unknot.care_plans
      WHERE tenant_id = $1 AND deleted_at IS NULL AND created_at <= $2
      WINDOW walk AS (ORDER BY patient_id, plan_id)) numbered
WHERE (number - 1) % $4::bigint = 0
ORDER BY number;

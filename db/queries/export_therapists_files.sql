-- export_therapists_files: where the files of an export begin: every so many therapists whose id is one in FHIR, in the order of the key.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 until timestamptz: when the export was asked for; what was made later belongs to the next
-- $3 since timestamptz: only changed then or later; -infinity for all
-- $4 rows bigint: rows of a file
-- returns: rows: patient_id, id, matches; matches says how many rows of the file changed since
SELECT patient_id, id, matches
FROM (SELECT '' AS patient_id, therapist_id AS id, row_number() OVER walk AS number,
             sum((updated_at >= $3)::integer) OVER (walk ROWS BETWEEN CURRENT ROW AND $4::bigint - 1 FOLLOWING) AS matches
      FROM unknot.therapists
      WHERE tenant_id = $1 AND deleted_at IS NULL AND strpos(therapist_id, '_') = 0 AND created_at <= $2
      WINDOW walk AS (ORDER BY therapist_id)) numbered
WHERE (number - 1) % $4::bigint = 0
ORDER BY number;

-- export_therapists: therapists of one file of an export.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_id text: the first row
-- $3 end_id text: before this; NULL: to the end
-- $4 until timestamptz: when the export was asked for
-- $5 since timestamptz: only changed then or later; -infinity for all
-- returns: rows: therapist_id, version, document, created_at, updated_at
SELECT therapist_id, version, document, created_at, updated_at
FROM unknot.therapists
WHERE tenant_id = $1 AND deleted_at IS NULL AND strpos(therapist_id, '_') = 0
  AND therapist_id >= $2 AND ($3::text IS NULL OR therapist_id < $3)
  AND created_at <= $4 AND updated_at >= $5
ORDER BY therapist_id;

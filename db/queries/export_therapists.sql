-- export_therapists: the next therapists of one file of an export, in the order of (created_at, id).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_created_at timestamptz: of the first row
-- $3 first_id text: its id
-- $4 end_created_at timestamptz: rows before this
-- $5 end_id text: and this id
-- $6 since timestamptz: only changed then or later; -infinity for all
-- $7 limit bigint: rows and one, which says where to go on
-- returns: rows: created_at, id, gone, therapist_id, version, document, updated_at; gone: not there any more
SELECT created_at, therapist_id AS id, deleted_at IS NOT NULL AS gone, therapist_id, version, document, updated_at
FROM unknot.therapists
WHERE tenant_id = $1 AND strpos(therapist_id, '_') = 0 AND (created_at, therapist_id) >= ($2, $3)
  AND (created_at, therapist_id) < ($4, $5) AND updated_at >= $6
ORDER BY created_at, therapist_id LIMIT $7;

-- therapists_page: the directory by id; for matches too, page by page.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 after_therapist_id text: the last of the page before; empty at first
-- $3 limit bigint: rows of a page and one
-- returns: rows: therapist_id, version, document, created_at, updated_at
SELECT therapist_id, version, document, created_at, updated_at
FROM unknot.therapists
WHERE tenant_id = $1 AND therapist_id > $2 AND deleted_at IS NULL
ORDER BY therapist_id LIMIT $3;

-- therapist_get: one entry, a deleted one too (404 or 410 is the caller's).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 therapist_id text: the therapist
-- returns: 0 or 1 row: version, document, created_at, updated_at, deleted_at
SELECT version, document, created_at, updated_at, deleted_at
FROM unknot.therapists WHERE tenant_id = $1 AND therapist_id = $2;

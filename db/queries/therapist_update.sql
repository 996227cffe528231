-- therapist_update: a new document for the version that was read.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 therapist_id text: the therapist
-- $3 at timestamptz: now
-- $4 expected_version bigint: the version that was read (If-Match)
-- $5 document jsonb: all of it
-- returns: 1 row: changed, version, updated_at; 22012 where it is gone or at another version
WITH changed AS (
    UPDATE unknot.therapists SET version = version + 1, document = $5, updated_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND therapist_id = $2 AND version = $4 AND deleted_at IS NULL
    RETURNING version, updated_at
)
SELECT 1 / count(*)::integer AS changed, max(version) AS version, max(updated_at) AS updated_at FROM changed;

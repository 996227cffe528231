-- therapist_delete: takes an entry out of the directory; plans keep naming it until they are changed.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 therapist_id text: the therapist
-- $3 at timestamptz: now
-- $4 expected_version bigint: the version that was read (If-Match)
-- returns: 1 row: changed, version, deleted_at; 22012 where it is gone or at another version
WITH changed AS (
    UPDATE unknot.therapists
    SET version = version + 1, updated_at = greatest(updated_at, $3), deleted_at = greatest(updated_at, $3)
    WHERE tenant_id = $1 AND therapist_id = $2 AND version = $4 AND deleted_at IS NULL
    RETURNING version, deleted_at
)
SELECT 1 / count(*)::integer AS changed, max(version) AS version, max(deleted_at) AS deleted_at FROM changed;

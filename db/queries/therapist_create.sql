-- therapist_create: a new entry of the directory, version 1.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 therapist_id text: 1 to 64 of [A-Za-z0-9._-]
-- $3 document jsonb: everything about them
-- $4 at timestamptz: now
-- returns: nothing; 23505 where the id is taken (by a deleted one too)
INSERT INTO unknot.therapists (tenant_id, therapist_id, version, document, created_at, updated_at, deleted_at)
VALUES ($1, $2, 1, $3, $4, $4, NULL);

-- idempotency_lock: one request with this key at a time, where the effect is a transaction of several calls: until it ends,
-- a twin is told to come again. The key itself is taken with the answer, at the end.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 principal text: who
-- $3 route text: method and path as called
-- $4 key text: the key
-- returns: 1 row: locked; false where another request has it now
SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(
    pg_catalog.concat_ws(E'\n', $1::uuid::text, $2::text, $3::text, $4::text), 0)) AS locked;

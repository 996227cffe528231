-- migration_lock: waits until no other process migrates this database; ends with the transaction ('unknot' in ASCII).
-- role: login
-- returns: 1 row: locked
SELECT pg_catalog.pg_advisory_xact_lock(129090229696372) IS NOT NULL AS locked;

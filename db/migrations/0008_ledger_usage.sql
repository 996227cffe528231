-- The service reads the ledger to know that the schema is the one it wants. 0001 leaves this grant out where the login
-- that migrates is itself named unknot_owner, because then the ledger has its owner from the start.

DO $$
BEGIN
    IF NOT pg_catalog.has_schema_privilege('unknot_app', 'unknot_admin', 'USAGE') THEN
        GRANT USAGE ON SCHEMA unknot_admin TO unknot_app;
    END IF;
END $$;

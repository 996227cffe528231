-- The two roles, the two schemas, the ledger of migrations.
--
-- Run by a login that may create roles (a superuser, or CREATEROLE with CREATE on the database). Roles belong to the
-- cluster, not to the database, so they may be here already. Every migration may be run again without harm.
--   unknot_owner  owns everything; its policy lets it see every tenant; migrations, dumps, `unknot key`, proofs.
--   unknot_app    what the service logs in as (GRANT unknot_app TO the login): sees one tenant at a time.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['unknot_owner', 'unknot_app'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
                EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN NOBYPASSRLS NOSUPERUSER', wanted);
            END IF;
        EXCEPTION
            -- Another migration of this cluster was a moment faster.
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the role % is missing and % may not create it', wanted, current_user
                    USING HINT = pg_catalog.format('Run as a superuser: CREATE ROLE %I NOLOGIN;', wanted);
        END;
    END LOOP;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'unknot_app' AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'the role unknot_app may bypass row-level security'
            USING HINT = 'Run as a superuser: ALTER ROLE unknot_app NOSUPERUSER NOBYPASSRLS;';
    END IF;
    IF NOT pg_catalog.pg_has_role(current_user, 'unknot_owner', 'USAGE') THEN
        EXECUTE pg_catalog.format('GRANT unknot_owner TO %I', current_user);
    END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS unknot AUTHORIZATION unknot_owner;
-- The ledger stands outside `unknot`, so that the rule of keys holds in there without an exception.
CREATE SCHEMA IF NOT EXISTS unknot_admin;
CREATE TABLE IF NOT EXISTS unknot_admin.migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_tables
                   WHERE schemaname = 'unknot_admin' AND tablename = 'migrations' AND tableowner = 'unknot_owner') THEN
        GRANT USAGE, CREATE ON SCHEMA unknot_admin TO unknot_owner;
        GRANT USAGE ON SCHEMA unknot_admin TO unknot_app;
        ALTER TABLE unknot_admin.migrations OWNER TO unknot_owner;
    END IF;
END $$;

-- Row-level security on every table of the schema, forced, and what the service's role may do.
-- A policy may use only the row's columns and current_setting: nothing else reaches a Citus worker.

SET ROLE unknot_owner;

DO $$
DECLARE
    of_table regclass;
BEGIN
    FOR of_table IN SELECT c.oid FROM pg_catalog.pg_class c
                    WHERE c.relnamespace = 'unknot'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', of_table);
        EXECUTE pg_catalog.format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', of_table);
        EXECUTE pg_catalog.format('DROP POLICY IF EXISTS owner_sees_all ON %s', of_table);
        EXECUTE pg_catalog.format(
            'CREATE POLICY owner_sees_all ON %s TO unknot_owner USING (true) WITH CHECK (true)', of_table);
        EXECUTE pg_catalog.format('DROP POLICY IF EXISTS tenant_alone ON %s', of_table);
        EXECUTE pg_catalog.format($policy$
            CREATE POLICY tenant_alone ON %s TO unknot_app
                USING (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid)
                WITH CHECK (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid)
            $policy$, of_table);
    END LOOP;
END $$;

-- The service ends a patient's keys on erasure, never those of a clinic.
DROP POLICY IF EXISTS only_keys_of_patients ON unknot.api_keys;
CREATE POLICY only_keys_of_patients ON unknot.api_keys AS RESTRICTIVE FOR DELETE TO unknot_app
    USING (principal = 'patient');

-- The service may cut an event from its person, and change nothing else about it.
DROP POLICY IF EXISTS only_cut ON unknot.audit_events;
CREATE POLICY only_cut ON unknot.audit_events AS RESTRICTIVE FOR UPDATE TO unknot_app
    USING (true) WITH CHECK (patient_id IS NULL AND pg_catalog.strpos(resource, '/') = 0);

GRANT USAGE ON SCHEMA unknot TO unknot_app;
REVOKE ALL ON ALL TABLES IN SCHEMA unknot FROM unknot_app, PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA unknot TO unknot_app;

GRANT UPDATE (last_erasure_at) ON unknot.tenants TO unknot_app;
GRANT UPDATE (last_used_at), DELETE ON unknot.api_keys TO unknot_app;
GRANT INSERT, UPDATE (version, document, updated_at, deleted_at) ON unknot.therapists TO unknot_app;
GRANT INSERT, UPDATE (status, headers, body), DELETE ON unknot.idempotency_keys TO unknot_app;
GRANT INSERT, UPDATE (patient_id, resource) ON unknot.audit_events TO unknot_app;
GRANT INSERT, UPDATE (after_created_at, after_plan_id, seen, changed, finished_at) ON unknot.recheck_runs TO unknot_app;

GRANT INSERT, DELETE ON unknot.patients TO unknot_app;
GRANT INSERT, UPDATE (version, status, technique, therapist_id, former_therapists, title, goal, document, intake, decision,
                      decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due,
                      clearance_ends, session_count, updated_at, deleted_at)
    ON unknot.care_plans TO unknot_app;
GRANT INSERT ON unknot.care_plan_history, unknot.clearances, unknot.measurements TO unknot_app;
GRANT INSERT, UPDATE (version, planned_on, window_from, window_to, status, technique, pressure_used, pressure_tolerated,
                      minutes, pain_before, pain_after, notes, adverse_events, triage, updated_at, deleted_at)
    ON unknot.sessions TO unknot_app;

-- So that the service can refuse a schema that is newer than itself.
GRANT SELECT ON unknot_admin.migrations TO unknot_app;

RESET ROLE;

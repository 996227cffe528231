-- What a plan was before each write to it. The present version is the row of unknot.care_plans; the row here is written
-- by the write that replaces it, so that making a plan costs nothing. What that write left as it was (document, intake,
-- decision) is NULL and stands in the next version. Versions from before this migration were never kept.

SET ROLE unknot_owner;

CREATE TABLE IF NOT EXISTS unknot.care_plan_versions (
    patient_id        text NOT NULL,
    tenant_id         uuid NOT NULL,
    plan_id           text NOT NULL,
    version           bigint NOT NULL,
    status            text NOT NULL,
    technique         text NOT NULL,
    therapist_id      text,
    title             text NOT NULL,
    goal              jsonb NOT NULL,
    document          jsonb,
    intake            jsonb,
    decision          jsonb,
    decision_id       text NOT NULL,
    knowledge_version text NOT NULL,
    knowledge_sha256  text NOT NULL,
    time_zone         text NOT NULL,
    starts_on         date NOT NULL,
    review_needed     text[] NOT NULL,
    recheck_due       date,
    clearance_ends    date,
    session_count     integer NOT NULL,
    PRIMARY KEY (patient_id, tenant_id, plan_id, version),
    FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans ON DELETE CASCADE
);

ALTER TABLE unknot.care_plan_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE unknot.care_plan_versions FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner_sees_all ON unknot.care_plan_versions;
CREATE POLICY owner_sees_all ON unknot.care_plan_versions TO unknot_owner USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS tenant_alone ON unknot.care_plan_versions;
CREATE POLICY tenant_alone ON unknot.care_plan_versions TO unknot_app
    USING (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid);

REVOKE ALL ON unknot.care_plan_versions FROM unknot_app, PUBLIC;
GRANT SELECT, INSERT ON unknot.care_plan_versions TO unknot_app;

DO $$
BEGIN
    ALTER TABLE unknot.care_plan_versions ALTER COLUMN document SET COMPRESSION lz4,
        ALTER COLUMN intake SET COMPRESSION lz4, ALTER COLUMN decision SET COMPRESSION lz4;
EXCEPTION
    WHEN feature_not_supported THEN NULL; -- a server built without LZ4
END $$;

RESET ROLE;

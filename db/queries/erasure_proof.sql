-- erasure_proof: searches every row of every table for a text: a patient_id, a reference. Slow on purpose: it looks at
-- the rows themselves, not at the columns somebody thought of. No rows: nothing is left.
-- role: owner
-- $1 tenant_id uuid: the tenant
-- $2 needle text: what must not be found
-- returns: rows: table_name, found; only tables where it was found
SELECT table_name, found FROM (
    SELECT 'tenants' AS table_name, count(*) AS found FROM unknot.tenants t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'api_keys', count(*) FROM unknot.api_keys t WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'therapists', count(*) FROM unknot.therapists t WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'idempotency_keys', count(*) FROM unknot.idempotency_keys t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'audit_events', count(*) FROM unknot.audit_events t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'recheck_runs', count(*) FROM unknot.recheck_runs t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'patients', count(*) FROM unknot.patients t WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'care_plans', count(*) FROM unknot.care_plans t WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'care_plan_history', count(*) FROM unknot.care_plan_history t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'care_plan_versions', count(*) FROM unknot.care_plan_versions t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'clearances', count(*) FROM unknot.clearances t WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'sessions', count(*) FROM unknot.sessions t WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'measurements', count(*) FROM unknot.measurements t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'cds_feedback', count(*) FROM unknot.cds_feedback t WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'ended_exports', count(*) FROM unknot.ended_exports t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
    UNION ALL SELECT 'calendar_links', count(*) FROM unknot.calendar_links t
        WHERE t.tenant_id = $1 AND strpos(t::text, $2) > 0
) counted
WHERE found > 0 ORDER BY table_name;

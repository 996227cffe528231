-- patient_export: everything the database holds below a patient as one JSON document, deleted plans included. The
-- caller adds patient_export_keys and patient_export_events, whose rows may live on another shard.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: 0 or 1 row: document
SELECT jsonb_build_object(
    'patient', to_jsonb(p) - 'tenant_id',
    'care_plans', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'patient_id' ORDER BY x.created_at, x.plan_id),
                                   '[]')
                   FROM unknot.care_plans x WHERE x.tenant_id = $1 AND x.patient_id = $2),
    'history', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'patient_id' ORDER BY x.plan_id, x.version), '[]')
                FROM unknot.care_plan_history x WHERE x.tenant_id = $1 AND x.patient_id = $2),
    'versions', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'patient_id' ORDER BY x.plan_id, x.version), '[]')
                 FROM unknot.care_plan_versions x WHERE x.tenant_id = $1 AND x.patient_id = $2),
    'clearances', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'patient_id'
                                             ORDER BY x.created_at, x.clearance_id), '[]')
                   FROM unknot.clearances x WHERE x.tenant_id = $1 AND x.patient_id = $2),
    'sessions', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'patient_id' ORDER BY x.plan_id, x.number), '[]')
                 FROM unknot.sessions x WHERE x.tenant_id = $1 AND x.patient_id = $2),
    'measurements', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'patient_id'
                                               ORDER BY x.taken_at, x.measurement_id), '[]')
                     FROM unknot.measurements x WHERE x.tenant_id = $1 AND x.patient_id = $2),
    'calendar_links', (SELECT coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'patient_id'
                                                 ORDER BY x.created_at, x.link_id), '[]')
                       FROM unknot.calendar_links x WHERE x.tenant_id = $1 AND x.patient_id = $2)) AS document
FROM unknot.patients p WHERE p.tenant_id = $1 AND p.patient_id = $2;

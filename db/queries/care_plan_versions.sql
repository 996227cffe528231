-- care_plan_versions: the versions of a plan, newest first, each with what the plan was then. One that was not kept (from
-- before migration 0009, or written by a release from before it) has kept false, and so have all before it: what a version
-- shares with later ones would be missing.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- $3 plan_id text: the plan
-- $4 before_version bigint: the last of the page before; one more than the version that alone is wanted
-- $5 since timestamptz: versions from before it are left out; -infinity for none
-- $6 limit bigint: rows of a page and one
-- returns: rows: version, at, action, total (versions since then), kept, patient_ref, created_at, created_by,
--   present_therapist_id (who may see it), and as in care_plan_get: status to session_count, updated_at
SELECT h.version, h.at, h.action,
       (SELECT count(*) FROM unknot.care_plan_history n WHERE n.tenant_id = $1 AND n.patient_id = $2 AND n.plan_id = $3
            AND n.at >= $5) AS total,
       p.version - h.version = (SELECT count(*) FROM unknot.care_plan_versions n WHERE n.tenant_id = $1
            AND n.patient_id = $2 AND n.plan_id = $3 AND n.version >= h.version) AS kept,
       p.patient_ref, p.created_at, p.created_by, p.therapist_id AS present_therapist_id,
       s.status, s.technique, s.therapist_id, s.title, s.goal,
       coalesce(s.document, (SELECT n.document FROM unknot.care_plan_versions n WHERE n.tenant_id = $1 AND n.patient_id = $2
            AND n.plan_id = $3 AND n.version > h.version AND n.document IS NOT NULL ORDER BY n.version LIMIT 1),
            p.document) AS document,
       coalesce(s.intake, (SELECT n.intake FROM unknot.care_plan_versions n WHERE n.tenant_id = $1 AND n.patient_id = $2
            AND n.plan_id = $3 AND n.version > h.version AND n.intake IS NOT NULL ORDER BY n.version LIMIT 1),
            p.intake) AS intake,
       coalesce(s.decision, (SELECT n.decision FROM unknot.care_plan_versions n WHERE n.tenant_id = $1 AND n.patient_id = $2
            AND n.plan_id = $3 AND n.version > h.version AND n.decision IS NOT NULL ORDER BY n.version LIMIT 1),
            p.decision) AS decision,
       s.decision_id, s.knowledge_version, s.knowledge_sha256, s.time_zone, s.starts_on, s.review_needed, s.recheck_due,
       s.clearance_ends, s.session_count, h.at AS updated_at
FROM unknot.care_plan_history h
JOIN unknot.care_plans p ON p.tenant_id = h.tenant_id AND p.patient_id = h.patient_id AND p.plan_id = h.plan_id
LEFT JOIN LATERAL (
    SELECT p.status, p.technique, p.therapist_id, p.title, p.goal, p.document, p.intake, p.decision, p.decision_id,
           p.knowledge_version, p.knowledge_sha256, p.time_zone, p.starts_on, p.review_needed, p.recheck_due,
           p.clearance_ends, p.session_count WHERE p.version = h.version
    UNION ALL
    SELECT v.status, v.technique, v.therapist_id, v.title, v.goal, v.document, v.intake, v.decision, v.decision_id,
           v.knowledge_version, v.knowledge_sha256, v.time_zone, v.starts_on, v.review_needed, v.recheck_due,
           v.clearance_ends, v.session_count
    FROM unknot.care_plan_versions v
    WHERE v.tenant_id = $1 AND v.patient_id = $2 AND v.plan_id = $3 AND v.version = h.version
) s ON true
WHERE h.tenant_id = $1 AND h.patient_id = $2 AND h.plan_id = $3 AND h.version < $4 AND h.at >= $5
ORDER BY h.version DESC LIMIT $6;

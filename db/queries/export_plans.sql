-- export_plans: the next plans of one file of an export, in the order of (created_at, id).
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_created_at timestamptz: of the first row
-- $3 first_id text: its id
-- $4 end_created_at timestamptz: rows before this
-- $5 end_id text: and this id
-- $6 since timestamptz: only changed then or later; -infinity for all
-- $7 limit bigint: rows and one, which says where to go on
-- returns: rows: created_at, id, gone, patient_id, plan_id, version, status, patient_ref, technique, therapist_id, title,
--   goal, document, decision, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed,
--   recheck_due, clearance_ends, session_count, created_by, updated_at; gone: not there any more
SELECT c.created_at, c.plan_id AS id, c.deleted_at IS NOT NULL AS gone, c.patient_id, c.plan_id, c.version, c.status, c.patient_ref,
       c.technique, c.therapist_id, c.title, c.goal, c.document, c.decision, c.decision_id, c.knowledge_version,
       c.knowledge_sha256, c.time_zone, c.starts_on, c.review_needed, c.recheck_due, c.clearance_ends, c.session_count,
       c.created_by, c.updated_at
FROM (SELECT created_at, plan_id FROM unknot.care_plans
      WHERE tenant_id = $1 AND (created_at, plan_id) >= ($2, $3) AND (created_at, plan_id) < ($4, $5) AND updated_at >= $6
      ORDER BY created_at, plan_id LIMIT $7) page
JOIN unknot.care_plans c ON c.tenant_id = $1 AND c.created_at = page.created_at AND c.plan_id = page.plan_id
ORDER BY c.created_at, c.plan_id;

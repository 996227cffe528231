-- care_plans_changed_therapist: what changed for a therapist, plans that went to somebody else as tombstones.
-- For phones that were offline. A walk is one `until` (now at its first page) and goes up (updated_at, plan_id): a row
-- that changes meanwhile moves out at the far end and belongs to the next walk, whose `since` is this walk's `until`
-- less the overlap (60 s: longer than any write may last, clocks apart included). So rows come again, none is missed;
-- clients apply by (id, version). Other filters do not belong here: a plan that leaves a filter would never be heard of.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 therapist_id text: the therapist
-- $3 after_updated_at timestamptz: updated_at of the last row of the page before; at first `since`
-- $4 after_plan_id text: its plan_id; empty at first
-- $5 until timestamptz: when the first page of this walk was asked for
-- $6 limit bigint: rows of a page and one
-- returns: rows: patient_id, plan_id, version, gone, status, updated_at, patient_ref, technique, therapist_id, title, goal,
--   document, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due,
--   clearance_ends, session_count, created_at, created_by; gone means a tombstone, NULL after updated_at
SELECT patient_id, plan_id, version, gone, status, updated_at,
       CASE WHEN NOT gone THEN patient_ref END AS patient_ref,
       CASE WHEN NOT gone THEN technique END AS technique,
       CASE WHEN NOT gone THEN therapist_id END AS therapist_id,
       CASE WHEN NOT gone THEN title END AS title,
       CASE WHEN NOT gone THEN goal END AS goal,
       CASE WHEN NOT gone THEN document END AS document,
       CASE WHEN NOT gone THEN decision_id END AS decision_id,
       CASE WHEN NOT gone THEN knowledge_version END AS knowledge_version,
       CASE WHEN NOT gone THEN knowledge_sha256 END AS knowledge_sha256,
       CASE WHEN NOT gone THEN time_zone END AS time_zone,
       CASE WHEN NOT gone THEN starts_on END AS starts_on,
       CASE WHEN NOT gone THEN review_needed END AS review_needed,
       CASE WHEN NOT gone THEN recheck_due END AS recheck_due,
       CASE WHEN NOT gone THEN clearance_ends END AS clearance_ends,
       CASE WHEN NOT gone THEN session_count END AS session_count,
       CASE WHEN NOT gone THEN created_at END AS created_at,
       CASE WHEN NOT gone THEN created_by END AS created_by
FROM (SELECT *, (deleted_at IS NOT NULL OR therapist_id IS DISTINCT FROM $2) AS gone FROM unknot.care_plans
      WHERE tenant_id = $1 AND (therapist_id = $2 OR $2 = ANY (former_therapists))
        AND (updated_at, plan_id) > ($3, $4) AND updated_at <= $5
      ORDER BY updated_at, plan_id LIMIT $6) changed
ORDER BY updated_at, plan_id;

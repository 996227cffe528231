-- care_plans_count: how many plans a FHIR search finds, as it is asked for by _total=accurate or _summary=count.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: only this patient; NULL for any
-- $3 therapist_id text: only this therapist; NULL for any
-- $4 plan_ids text[]: only these; NULL for any
-- $5 statuses text[]: only these; NULL for any
-- $6 techniques text[]: only these; NULL for any
-- $7 updated_from timestamptz: changed then or later; NULL for any
-- $8 updated_to timestamptz: changed before; NULL for any
-- $9 start_from date: begins that day or later; NULL for any
-- $10 start_to date: begins that day or earlier; NULL for any
-- $11 stop_from date: ends that day or later; NULL for any
-- $12 stop_to date: ends that day or earlier; NULL for any
-- returns: 1 row: total
SELECT count(*) AS total
FROM unknot.care_plans
WHERE tenant_id = $1 AND deleted_at IS NULL
  AND ($2::text IS NULL OR patient_id = $2)
  AND ($3::text IS NULL OR therapist_id = $3)
  AND ($4::text[] IS NULL OR plan_id = ANY ($4))
  AND ($5::text[] IS NULL OR status = ANY ($5))
  AND ($6::text[] IS NULL OR technique = ANY ($6))
  AND ($7::timestamptz IS NULL OR updated_at >= $7)
  AND ($8::timestamptz IS NULL OR updated_at < $8)
  AND ($9::date IS NULL OR starts_on >= $9)
  AND ($10::date IS NULL OR starts_on <= $10)
  AND ($11::date IS NULL OR (document->>'stops_on')::date >= $11)
  AND ($12::date IS NULL OR (document->>'stops_on')::date <= $12);

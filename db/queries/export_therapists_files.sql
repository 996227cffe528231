-- export_therapists_files: where the files of an export begin among the next rows of the walk in the order of (created_at, id):
-- every so many therapists whose id is one in FHIR. Bounded by $7, whatever the tenant holds.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 first_created_at timestamptz: where to begin; at first -infinity
-- $3 first_id text: its id; at first empty
-- $4 until timestamptz: when the export was asked for; what was made then or later belongs to the next
-- $5 since timestamptz: only changed then or later; -infinity for all
-- $6 rows bigint: rows of a file
-- $7 look bigint: rows to look at
-- $8 gone boolean: of those that were deleted since
-- returns: rows: created_at, id, seen; where seen is above $7, it is where to go on, else a file begins there
SELECT created_at, id, seen
FROM (SELECT created_at, id, matches, row_number() OVER walk AS seen, count(*) FILTER (WHERE matches) OVER walk AS number
      FROM (SELECT therapist_id AS id, created_at, 
                   CASE WHEN $8::boolean THEN deleted_at >= $5 ELSE updated_at >= $5 AND deleted_at IS NULL END AS matches
            FROM unknot.therapists
            WHERE tenant_id = $1 AND strpos(therapist_id, '_') = 0 AND (created_at, therapist_id) >= ($2, $3) AND created_at < $4
            ORDER BY created_at, therapist_id LIMIT $7::bigint + 1) page
      WINDOW walk AS (ORDER BY created_at, id ROWS UNBOUNDED PRECEDING)) numbered
WHERE (matches AND seen <= $7::bigint AND (number - 1) % $6::bigint = 0) OR seen > $7::bigint
ORDER BY created_at, id;

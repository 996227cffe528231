-- What breaks the rules of the schema (design.md "The store", platform.md "Citus"): one row a fault, none when all is well.
WITH tables AS (
    SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relowner, c.relacl,
           EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'patient_id'
                   AND a.attnotnull) AS of_patient
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'unknot'::regnamespace AND c.relkind IN ('r', 'p', 'f')
)
SELECT relname || ': no primary key' FROM tables t
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
UNION ALL
SELECT relname || ': no tenant_id that is never NULL' FROM tables t
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id'
                  AND a.attnotnull)
UNION ALL
SELECT t.relname || ': ' || i.indexrelid::regclass || ' does not start with '
       || CASE WHEN t.of_patient THEN 'patient_id' ELSE 'tenant_id' END
FROM tables t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
WHERE (i.indisunique OR i.indisexclusion)
  AND a.attname IS DISTINCT FROM CASE WHEN t.of_patient THEN 'patient_id' ELSE 'tenant_id' END
UNION ALL
SELECT t.relname || ': ' || i.indexrelid::regclass || ' does not hold tenants apart'
FROM tables t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid
WHERE i.indisunique AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid
                                    AND a.attname = 'tenant_id' AND a.attnum = ANY (i.indkey))
UNION ALL
SELECT relname || ': row-level security is not forced' FROM tables WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT relname || ': no policy for ' || role FROM tables t, unnest(ARRAY['unknot_app', 'unknot_owner']) role
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = t.oid AND p.polpermissive AND p.polcmd = '*'
                  AND role::regrole = ANY (p.polroles))
UNION ALL
SELECT t.relname || ': a policy for ' || r.role FROM tables t JOIN pg_catalog.pg_policy p ON p.polrelid = t.oid,
       LATERAL (SELECT CASE o WHEN 0 THEN 'everybody' ELSE o::regrole::text END AS role FROM unnest(p.polroles) o) r
WHERE r.role NOT IN ('unknot_app', 'unknot_owner')
UNION ALL
SELECT relname || ': does not belong to unknot_owner' FROM tables WHERE relowner <> 'unknot_owner'::regrole
UNION ALL
SELECT t.relname || ': trigger ' || g.tgname FROM tables t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid
WHERE NOT g.tgisinternal
UNION ALL
SELECT t.relname || '.' || a.attname || ': computed default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid)
FROM tables t JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid
JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.adnum
WHERE a.attgenerated = '' AND (pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '\(|CURRENT_' OR a.attidentity <> '')
UNION ALL
SELECT t.relname || ': ' || f.conname || ' joins patients without patient_id'
FROM tables t JOIN pg_catalog.pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
JOIN tables o ON o.oid = f.confrelid
WHERE t.of_patient AND o.of_patient AND NOT EXISTS (
    SELECT FROM unnest(f.conkey, f.confkey) AS k (here, there)
    JOIN pg_catalog.pg_attribute h ON h.attrelid = f.conrelid AND h.attnum = k.here AND h.attname = 'patient_id'
    JOIN pg_catalog.pg_attribute e ON e.attrelid = f.confrelid AND e.attnum = k.there AND e.attname = 'patient_id')
UNION ALL
SELECT t.relname || ': ' || f.conname || ' may join two tenants'
FROM tables t JOIN pg_catalog.pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
WHERE NOT EXISTS (
    SELECT FROM unnest(f.conkey, f.confkey) AS k (here, there)
    JOIN pg_catalog.pg_attribute h ON h.attrelid = f.conrelid AND h.attnum = k.here AND h.attname = 'tenant_id'
    JOIN pg_catalog.pg_attribute e ON e.attrelid = f.confrelid AND e.attnum = k.there AND e.attname = 'tenant_id')
UNION ALL
SELECT t.relname || ': a patient_id is not erased with the patient' FROM tables t
WHERE t.of_patient AND t.relname <> 'patients' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint f JOIN tables o ON o.oid = f.confrelid AND o.of_patient
    WHERE f.conrelid = t.oid AND f.contype = 'f' AND f.confdeltype = 'c')
UNION ALL
SELECT t.relname || ': open to everybody' FROM tables t, LATERAL pg_catalog.aclexplode(t.relacl) x WHERE x.grantee = 0
UNION ALL
SELECT 'role ' || rolname || ': may bypass row-level security' FROM pg_catalog.pg_roles
WHERE rolname = 'unknot_app' AND (rolsuper OR rolbypassrls OR rolcreaterole)
UNION ALL
SELECT 'function ' || p.oid::regprocedure FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'unknot'::regnamespace
UNION ALL
SELECT 'sequence ' || c.relname FROM pg_catalog.pg_class c
WHERE c.relnamespace = 'unknot'::regnamespace AND c.relkind = 'S'
ORDER BY 1;

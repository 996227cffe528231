#!/bin/bash
# The database alone: migrations, the rules of keys, every statement, row-level security, concurrency.
#
# Starts a throw-away PostgreSQL (Unix socket in a temporary directory, no TCP, as the postgres user where started by
# root), ends it again, and touches no other cluster. Last line: `N passed, N failed`.
# shellcheck disable=SC1003,SC2015,SC2086 # tests are one-liners over words that hold no blanks
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C.UTF-8
unset "${!PG@}"
passed=0 failed=0

check() { # NAME ACTUAL EXPECTED
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s\n  expected: %s\n  actual:   %s\n' "$1" "${3:0:600}" "${2:0:600}"
    fi
}
section() { printf '== %s\n' "$*"; }

# ---- a cluster of our own ------------------------------------------------------------------------------------------
find_postgres() {
    local dir
    for dir in "$(pg_config --bindir 2>/dev/null)" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin; do
        [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && echo "$dir" && return
    done
    return 1
}
if ! bin=$(find_postgres) && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    mkdir -p /etc/postgresql-common # before the package comes: it must not make a cluster on 5432
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get install -qq -y postgresql-15 >/dev/null 2>&1
fi
bin=$(find_postgres) || { echo "no PostgreSQL server found (Debian: apt-get install postgresql-15)"; echo "0 passed, 1 failed"; exit 1; }

work=$(mktemp -d /tmp/unknot-store.XXXXXX)
as_postgres() {
    if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi
}
[ "$(id -u)" != 0 ] || chown postgres: "$work"
finish() {
    trap - EXIT INT TERM
    [ ! -e "$work/data/postmaster.pid" ] || as_postgres "$bin/pg_ctl" -D "$work/data" -m immediate -w stop >/dev/null 2>&1
    [ -z "$(jobs -p)" ] || wait
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
as_postgres "$bin/initdb" -D "$work/data" -U postgres -A trust -N --encoding=UTF8 --locale=C.UTF-8 >/dev/null &&
    as_postgres "$bin/pg_ctl" -D "$work/data" -l "$work/log" -w -o "-k $work -c listen_addresses='' \
        -c unix_socket_permissions=0777 -c fsync=off -c max_connections=120" start >/dev/null ||
    { echo "PostgreSQL did not start"; cat "$work/log" 2>/dev/null; echo "0 passed, 1 failed"; exit 1; }
[ "$(id -u)" != 0 ] || chmod 755 "$work"

export PGHOST=$work PGUSER=postgres PGOPTIONS='-c search_path= -c timezone=UTC -c client_min_messages=warning'
PSQL=("$bin/psql" -qXAt -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate)
sql() { "${PSQL[@]}" -d unknot "$@" 2>&1 | sed 's/^psql:[^ ]* ERROR/ERROR/'; }  # as the superuser
app() { "${PSQL[@]}" -d unknot -U unknot_login 2>&1 | sed 's/^psql:[^ ]* ERROR/ERROR/'; } # as the service, from stdin

quoted() { # VALUE as a literal; \N is NULL
    if [ "$1" = '\N' ]; then printf NULL; else printf "'%s'" "${1//\'/\'\'}"; fi
}
run() { # NAME VALUE... : the text that runs a statement of db/queries
    local name=$1 list='' value
    shift
    for value in "$@"; do list+="${list:+, }$(quoted "$value")"; done
    printf 'PREPARE %s AS\n%s\nEXECUTE %s%s;\nDEALLOCATE %s;\n' "$name" "$(<"db/queries/$name.sql")" "$name" "${list:+($list)}" "$name"
}
tx() { # TENANT, statements on stdin: one transaction of the service
    { printf "BEGIN; SET LOCAL unknot.tenant = '%s';\n" "$1"; cat; echo "COMMIT;"; } | app
}
now() { date -u +%FT%T.%6NZ; }
id26() { printf '%026d' "$1"; }
pid() { printf '%032x' "$1"; }
A=11111111-1111-4111-8111-111111111111
B=22222222-2222-4222-8222-222222222222
T=2026-01-05T10:00:00Z # when nothing else is said
DAY=2026-01-05

ensure_and_create() { # TENANT PATIENT PLAN AT [STATUS THERAPIST CLEARANCES]
    run patient_ensure "$1" "$2" "$4"
    run care_plan_create "$1" "$2" "$4" clinic:key "$3" "${5:-active}" "person-$2" swedish "${6:-\\N}" 'Back plan' \
        '{"text":"walk"}' '{"dose":1}' '{"age":40}' '{"status":"complete"}' d1 2026.1 abc Europe/Berlin "$DAY" '{}' \
        2026-03-01 '\N' "${7:-[]}" 'created' '{}'
}
update() { # TENANT PATIENT PLAN VERSION STATUS TITLE [THERAPIST [AT]]
    run care_plan_update "$1" "$2" "${8:-$T}" clinic:key "$3" "$4" care_plan.patch "$5" '\N' "${7:-\\N}" "$6" '\N' '\N' \
        '\N' '\N' '\N' '\N' '\N' '\N' '\N' '\N' 2026-03-01 '\N' '[]' "$6" '{}'
}

# ---- migrations ----------------------------------------------------------------------------------------------------
section migrations
migrate() { # DATABASE [USER]: all files, each in a transaction, as `unknot migrate` does it
    local file
    for file in db/migrations/[0-9]*.sql; do
        "$bin/psql" -qX -v ON_ERROR_STOP=1 -1 -d "$1" -U "${2:-postgres}" -f "$file" 2>&1 || return 1
    done
}
schema_of() { "$bin/pg_dump" -s -d "$1" | grep -v '^\\'; }
sql -d postgres -c 'CREATE DATABASE unknot' -c 'CREATE DATABASE second'
check 'from empty' "$(migrate unknot)" ''
schema_of unknot >"$work/first.sql"
check 'twice' "$(migrate unknot)" ''
check 'twice leaves the same schema' "$(schema_of unknot | diff "$work/first.sql" - | head -20)" ''
check 'a second database of the cluster' "$(migrate second)" ''
check 'the second has the same schema' "$(schema_of second | diff "$work/first.sql" - | head -20)" ''
sql -d postgres -c 'CREATE ROLE deployer LOGIN CREATEROLE' -c 'CREATE DATABASE third OWNER deployer'
check 'by a login that is no superuser' "$(migrate third deployer)" ''
check 'the third has the same tables' "$(schema_of third | grep -c '^CREATE TABLE')" "$(grep -c '^CREATE TABLE' "$work/first.sql")"

sql -d postgres -c 'CREATE DATABASE race'
one_of_two() { # both take the lock and apply what the ledger lacks
    {
        echo "BEGIN;"
        run migration_lock
        echo "SELECT pg_catalog.to_regclass('unknot_admin.migrations') IS NULL AS empty \\gset"
        printf '%s\n' '\if :empty'
        cat db/queries/migration_schema.sql db/queries/migration_table.sql db/migrations/[0-9]*.sql
        run migration_record 1 0001_roles abc "$T"
        printf '%s\n' '\endif' 'COMMIT;'
    } | "${PSQL[@]}" -d race 2>&1
}
one_of_two >"$work/race1" &
first=$!
one_of_two >"$work/race2"
wait "$first"
check 'two migrations at once' "$(cat "$work/race1" "$work/race2" | grep -c ERROR)" 0
check 'two migrations at once: recorded once' "$("${PSQL[@]}" -d race -c 'SELECT count(*) FROM unknot_admin.migrations')" 1
{ echo 'BEGIN;'; cat db/migrations/0001*.sql db/migrations/0002*.sql; echo 'SELECT 1/0;'; } >"$work/half.sql"
sql -d postgres -c 'CREATE DATABASE half'
"${PSQL[@]}" -d half -f "$work/half.sql" >/dev/null 2>&1
check 'interrupted: nothing is left' "$("${PSQL[@]}" -d half -c "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname LIKE 'unknot%'")" 0
check 'interrupted: then applied' "$(migrate half)" ''

sql -c 'CREATE ROLE unknot_login LOGIN IN ROLE unknot_app'

# ---- the rules of the schema ---------------------------------------------------------------------------------------
section catalogue
check 'no table breaks a rule' "$(sql -f tests/store/catalogue.sql)" ''
bites() { # FAULT DDL: the check above finds what it is there for
    local found
    found=$({ echo "BEGIN; $2;"; cat tests/store/catalogue.sql; echo 'ROLLBACK;'; } | sql)
    check "the check finds: $1" "$(grep -cF -- "$1" <<<"$found")" 1
}
bites 'sample_pkey does not start with tenant_id' 'CREATE TABLE unknot.sample (id text PRIMARY KEY, tenant_id uuid NOT NULL)'
bites 'sample_pkey does not start with patient_id' \
    'CREATE TABLE unknot.sample (tenant_id uuid, patient_id text, PRIMARY KEY (tenant_id, patient_id))'
bites 'sample: no primary key' 'CREATE TABLE unknot.sample (tenant_id uuid NOT NULL)'
bites 'sample: no tenant_id' 'CREATE TABLE unknot.sample (id text PRIMARY KEY)'
bites 'sessions_notes does not start with patient_id' 'CREATE UNIQUE INDEX sessions_notes ON unknot.sessions (tenant_id, notes)'
bites 'sessions: row-level security is not forced' 'ALTER TABLE unknot.sessions NO FORCE ROW LEVEL SECURITY'
bites 'sessions: no policy for unknot_app' 'DROP POLICY tenant_alone ON unknot.sessions'
bites 'sessions: a policy for everybody' 'CREATE POLICY all_of_them ON unknot.sessions USING (true)'
bites 'sessions: trigger bad' \
    "CREATE TRIGGER bad BEFORE UPDATE ON unknot.sessions FOR EACH ROW EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()"
bites 'sessions.created_at: computed default now()' 'ALTER TABLE unknot.sessions ALTER created_at SET DEFAULT pg_catalog.now()'
bites 'bad joins patients without patient_id' \
    'CREATE UNIQUE INDEX u ON unknot.care_plans (tenant_id, plan_id); ALTER TABLE unknot.sessions ADD CONSTRAINT bad FOREIGN KEY (tenant_id, plan_id) REFERENCES unknot.care_plans (tenant_id, plan_id)'
bites 'sample: a patient_id is not erased' \
    'CREATE TABLE unknot.sample (patient_id text, tenant_id uuid, PRIMARY KEY (patient_id, tenant_id))'
bites 'role unknot_app: may bypass' 'ALTER ROLE unknot_app BYPASSRLS'
bites 'sessions: open to everybody' 'GRANT SELECT ON unknot.sessions TO PUBLIC'
check 'erasure_proof looks at every table' \
    "$(comm -13 <(grep -o 'FROM unknot\.[a-z_]* t' db/queries/erasure_proof.sql | sed 's/.*\.\(.*\) t/\1/' | sort) \
        <(sql -c "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'unknot'" | sort))" ''

# ---- every statement -----------------------------------------------------------------------------------------------
section statements
types_of() { sed -n 's/^-- \$[0-9]* [a-z0-9_]* \([a-z0-9]*\(\[\]\)\{0,1\}\): .*/\1/p' "$1"; }
for file in db/queries/*.sql; do
    name=$(basename "$file" .sql)
    role=$(sed -n 's/^-- role: \(app\|owner\|login\)$/\1/p' "$file")
    check "$name: the head says its name" "$(head -1 "$file" | grep -c "^-- $name: ")" 1
    check "$name: the head says role and returns" "${role:+yes} $(grep -c '^-- returns: ' "$file")" 'yes 1'
    check "$name: one statement" "$(grep -v '^--' "$file" | grep -o ';' | wc -l) $(tail -c 2 "$file")" '1 ;'
    check "$name: no clock and no dice" \
        "$(grep -v '^--' "$file" | grep -ciE 'now\(|clock_timestamp|current_(date|time)|localtime|random|gen_random')" 0
    check "$name: parameters are numbered in order" "$(sed -n 's/^-- \$\([0-9]*\) .*/\1/p' "$file" | tr '\n' ' ')" \
        "$(seq "$(grep -c '^-- \$' "$file")" | tr '\n' ' ')"
    [ "$role" != login ] || continue
    declared=$(types_of "$file" | paste -sd,)
    nulls=$(types_of "$file" | sed 's/^/NULL::/' | paste -sd,)
    # What PostgreSQL infers when libpq gives no types, and what the head says: the same, or neither can be trusted.
    inferred=$({ echo 'PREPARE q AS'; cat "$file"; echo "SELECT coalesce(string_agg(t::text, ',' ORDER BY o), '')
        FROM pg_catalog.pg_prepared_statements, unnest(parameter_types) WITH ORDINALITY u (t, o)"; } | sql)
    check "$name: inferred types" "$inferred" \
        "$(sql -c "SELECT coalesce(string_agg(t::regtype::text, ',' ORDER BY o), '')
            FROM unnest(string_to_array('$declared', ',')) WITH ORDINALITY u (t, o)")"
    explained=$({ echo "PREPARE q${declared:+($declared)} AS"; cat "$file"; echo "SET ROLE unknot_$role; EXPLAIN EXECUTE q${nulls:+($nulls)};"; } | sql)
    check "$name: unknot_$role may run it" "$(grep ERROR <<<"$explained")" ''
    case $name in migration* | tenants_list | idempotency_lock) continue ;; esac # no table of a tenant
    check "$name: says tenant_id" "$(grep -v '^--' "$file" | grep -c tenant_id | sed 's/^[1-9].*/yes/')" yes
    case $name in patient_*_keys) continue ;; esac # a patient's key names them as its subject
    grep -q '^-- \$[0-9]* patient_id ' "$file" || continue
    check "$name: says patient_id" "$(grep -v '^--' "$file" | grep -c patient_id | sed 's/^[1-9].*/yes/')" yes
done

# ---- two tenants ---------------------------------------------------------------------------------------------------
section 'row-level security'
secret=$(printf '%064d' 7)
seed() { # TENANT NUMBER: a row in every table
    local t=$1 n=$2 p plan
    p=$(pid "$n")
    plan=$(id26 "$n")
    {
        echo 'BEGIN; SET LOCAL ROLE unknot_owner;'
        run tenant_create "$t" "Clinic $n" "\\x$secret" "\\x$secret" "$T"
        run key_create "$t" "key00000000$n" secret clinic '\N' desk unk_x "\\x$secret" '{plans:read,plans:write}' "$T" '\N'
        run key_create "$t" "pat00000000$n" secret patient "$p" phone unk_y "\\x$secret" '{plans:read}' "$T" '\N'
        echo 'COMMIT;'
    } | sql
    {
        run therapist_create "$t" ann '{"name":"Ann"}' "$T"
        run therapist_create "$t" bob '{"name":"Bob"}' "$T"
        run idempotency_begin "$t" clinic:key 'POST /care-plans' "k$n" "\\x$secret" "$p" 201 '{}' "{\"plan\":\"$p\"}" "$T" 2026-01-06T10:00Z
        ensure_and_create "$t" "$p" "$plan" "$T" active ann "[{\"clearance_id\":\"c-$(id26 "$n")\",\"role\":\"physician\",
            \"by_whom\":\"Dr It's\",\"reason\":\"ok\",\"findings\":[\"f1\",\"f2\"],\"rules\":[],\"techniques\":[\"swedish\"],
            \"recorded\":\"2026-01-01\",\"expires\":\"2026-04-01\"}]"
        run care_plan_keep "$t" "$p" "$plan" true true true
        run sessions_add "$t" "$p" "$T" clinic:key "$plan" 1 "[{\"session_id\":\"s-$(id26 1)\",\"status\":\"planned\",
            \"technique\":\"swedish\",\"planned_on\":\"2026-01-07\"},{\"session_id\":\"s-$(id26 2)\",\"status\":\"planned\",
            \"technique\":\"swedish\"}]" false '\N' '\N' session.plan planned '{}'
        run measurement_add "$t" "$p" "$T" patient "$plan" '\N' "m-$(id26 1)" nrs 7 '\N' "$T" false '\N' '\N' measured '{}'
        run calendar_link_create "$t" "$p" "$T" patient "$plan" "k-$(id26 "$n")" discreet 2026-12-31 "$DAY"
        run export_end "$t" "$(id26 $n)" 2027-01-01Z "$T"
        run cds_feedback_add "$t" "$T" "[{\"card_id\":\"00000000-0000-8000-8000-00000000000$n\",\"outcome\":\"accepted\",
            \"outcome_at\":\"$T\",\"service\":\"filled\",\"topic\":\"open\",\"rule\":\"\",\"reason\":\"\",\"commented\":false,\"suggestions\":1}]"
        run audit_add "$t" "$p" "$T" patient "$(id26 "$n")" care_plan.create "care-plans/$p.$plan" '\N' ok
        run recheck_start "$t" "$(id26 "$n")" abc "$DAY" "$T"
    } | tx "$t"
}
check 'seed A' "$(seed $A 1)" "1|1|2026-01-05 10:00:00+00
1|2|active|2026-01-05 10:00:00+00|[{\"number\": 1, \"session_id\": \"s-$(id26 1)\"}, {\"number\": 2, \"session_id\": \"s-$(id26 2)\"}]
1|3|active
1
1"
check 'seed B' "$(seed $B 2 | grep -c ERROR)" 0
PA=$(pid 1) QA=$(id26 1)
tables=$(sql -c "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'unknot' ORDER BY 1")
for table in $tables; do
    of_a=$(sql -c "SELECT count(*) FROM unknot.$table WHERE tenant_id = '$A'")
    all=$(sql -c "SELECT count(*) FROM unknot.$table")
    check "$table: has rows of both" "$((of_a > 0 && all > of_a))" 1
    check "$table: nothing without the setting" "$(app <<<"SELECT count(*) FROM unknot.$table")" 0
    check "$table: nothing with an empty one" "$(tx '' <<<"SELECT count(*) FROM unknot.$table;")" 0
    check "$table: its own with it" "$(tx $A <<<"SELECT count(*), count(*) FILTER (WHERE tenant_id <> '$A') FROM unknot.$table;")" "$of_a|0"
    check "$table: nothing after the transaction" \
        "$({ echo "BEGIN; SET LOCAL unknot.tenant = '$A'; COMMIT;"; echo "SELECT count(*) FROM unknot.$table;"; } | app)" 0
    check "$table: the owner sees all" "$(sql -c 'SET ROLE unknot_owner' -c "SELECT count(*) FROM unknot.$table")" "$all"
    check "$table: row_security = off is refused" "$(tx $A <<<"SET LOCAL row_security = off; SELECT count(*) FROM unknot.$table;")" 'ERROR:  42501'
    check "$table: no TRUNCATE" "$(tx $A <<<"TRUNCATE unknot.$table;")" 'ERROR:  42501'
    check "$table: no ALTER" "$(tx $A <<<"ALTER TABLE unknot.$table NO FORCE ROW LEVEL SECURITY;")" 'ERROR:  42501'
    check "$table: no key is rewritten" "$(tx $A <<<"UPDATE unknot.$table SET tenant_id = '$B';")" 'ERROR:  42501'
done
check 'a setting that is no uuid' "$(tx nonsense <<<'SELECT count(*) FROM unknot.patients;')" 'ERROR:  22P02'
check 'no SET ROLE unknot_owner' "$(app <<<'SET ROLE unknot_owner')" 'ERROR:  42501'
check 'another tenant: insert' "$(run patient_ensure $A "$(pid 9)" "$T" | tx $B)" 'ERROR:  42501'
for table in tenants api_keys therapists idempotency_keys audit_events recheck_runs care_plans care_plan_history clearances \
    sessions measurements care_plan_versions; do # a row of A copied into A's name by B: the policy stops it before any constraint could
    copied=$(sql -c "SELECT pg_catalog.to_jsonb(t) FROM unknot.$table t WHERE tenant_id = '$A' LIMIT 1")
    columns=$(sql -c "SELECT pg_catalog.string_agg(attname, ', ' ORDER BY attnum) FROM pg_catalog.pg_attribute
        WHERE attrelid = 'unknot.$table'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''")
    check "$table: no row in the name of another" "$(tx $B <<<"INSERT INTO unknot.$table ($columns)
        SELECT $columns FROM pg_catalog.jsonb_populate_record(NULL::unknot.$table, $(quoted "$copied"));")" 'ERROR:  42501'
done
check 'another tenant: plan' "$(ensure_and_create $B "$PA" "$(id26 9)" "$T" | tx $B | tail -1)" '1|1|2026-01-05 10:00:00+00'
check 'another tenant: the same patient_id is another patient' \
    "$(sql -c "SELECT count(*) FROM unknot.patients WHERE patient_id = '$PA'")" 2
check 'another tenant: get' "$(run care_plan_get $A "$PA" "$QA" true | tx $B)" ''
check 'another tenant: update' "$(update $A "$PA" "$QA" 3 '\N' stolen | tx $B)" 'ERROR:  22012'
check 'another tenant: delete' "$(run care_plan_delete $A "$PA" "$T" x "$QA" 3 x '{}' | tx $B)" 'ERROR:  22012'
check 'another tenant: erase' "$(run patient_erase $A "$PA" | tx $B)" 'ERROR:  22012'
check 'another tenant: hang a session on its plan' "$(tx $B <<<"INSERT INTO unknot.sessions (patient_id, tenant_id, session_id,
    plan_id, version, number, status, technique, adverse_events, created_at, updated_at) VALUES ('$PA', '$B', 's-$(id26 77)',
    '$QA', 1, 1, 'planned', 'x', '[]', '$T', '$T');")" 'ERROR:  23503'
check 'another tenant: keep a version of its plan' "$(run care_plan_keep $A "$PA" "$QA" true true true | tx $B)" ''
check 'another tenant: versions' "$(run care_plan_versions $A "$PA" "$QA" 99 -infinity 9 | tx $B)" ''
check 'versions are only added to' "$(tx $A <<<"DELETE FROM unknot.care_plan_versions;")" 'ERROR:  42501'
check 'versions are not rewritten' "$(tx $A <<<"UPDATE unknot.care_plan_versions SET title = 'x';")" 'ERROR:  42501'
check 'history is only added to' "$(tx $A <<<"DELETE FROM unknot.care_plan_history;")" 'ERROR:  42501'
check 'history is not rewritten' "$(tx $A <<<"UPDATE unknot.care_plan_history SET summary = 'x';")" 'ERROR:  42501'
check 'audit is only added to' "$(tx $A <<<"DELETE FROM unknot.audit_events;")" 'ERROR:  42501'
check 'audit: who and what stay' "$(tx $A <<<"UPDATE unknot.audit_events SET action = 'a.b';")" 'ERROR:  42501'
check 'audit: no other person' "$(tx $A <<<"UPDATE unknot.audit_events SET patient_id = '$(pid 8)';")" 'ERROR:  42501'
check 'audit: no health data fits' \
    "$(run audit_add $A "$PA" "$T" clinic "$(id26 5)" care_plan.create 'pain of 8 in the back' '\N' ok | tx $A)" 'ERROR:  23514'
check 'audit: a resource that names a patient can be cut' \
    "$(run audit_add $A '\N' "$T" clinic "$(id26 5)" care_plan.read "care-plans/$PA.$QA" '\N' not_found | tx $A)" 'ERROR:  23514'
check 'keys of a clinic stay' "$(tx $A <<<"WITH d AS (DELETE FROM unknot.api_keys WHERE principal = 'clinic' RETURNING 1) SELECT count(*) FROM d;")" 0
check 'the service makes no keys' "$(run key_create $A aaaaaaaaaaaa secret clinic '\N' n p "\\x$secret" '{}' "$T" '\N' | tx $A)" 'ERROR:  42501'
check 'the service gives itself no scope' "$(tx $A <<<"UPDATE unknot.api_keys SET scopes = '{patients:erase}';")" 'ERROR:  42501'

# ---- the statements at work ----------------------------------------------------------------------------------------
section 'plans, sessions, measurements'
history() { sql -c "SELECT count(*), max(version) FROM unknot.care_plan_history WHERE tenant_id = '$A' AND plan_id = '$1'"; }
check 'three writes, three versions' "$(history "$QA")" '3|3'
check 'clearance kept' "$(run clearances_list $A "$PA" "$QA" | tx $A)" \
    "c-$(id26 1)|physician|Dr It's|ok|{f1,f2}|{}|{swedish}|2026-01-01|2026-04-01||clinic:key|2026-01-05 10:00:00+00"
check 'an old version' "$(update $A "$PA" "$QA" 2 '\N' x ann | tx $A)" 'ERROR:  22012'
check 'the version that was read' "$(update $A "$PA" "$QA" 3 '\N' 'New title' bob | tx $A)" '1|4|active|2026-01-05 10:00:00+00'
check 'an unknown therapist' "$(update $A "$PA" "$QA" 4 '\N' x nobody | tx $A)" 'ERROR:  23503'
check 'nothing happened then' "$(history "$QA")" '4|4'
check 'the clock of another machine does not turn updated_at back' \
    "$(update $A "$PA" "$QA" 4 '\N' x bob 2020-01-01Z | tx $A)" '1|5|active|2026-01-05 10:00:00+00'
check 'Ann hears that the plan left her' \
    "$(run care_plans_changed_therapist $A ann -infinity '' infinity 10 | tx $A | cut -d'|' -f2-7)" "$QA|5|t|active|2026-01-05 10:00:00+00|"
check 'Bob has it' "$(run care_plans_page_therapist $A bob infinity '' '\N' '\N' '\N' $DAY 10 | tx $A | cut -d'|' -f2,3,7)" "$QA|5|bob"
check 'Ann has it no more' "$(run care_plans_page_therapist $A ann infinity '' '\N' '\N' '\N' $DAY 10 | tx $A)" ''
check 'review: not yet' "$(run care_plans_page $A infinity '' '\N' '\N' true 2026-02-28 10 | tx $A)" ''
check 'review: the answers are stale' "$(run care_plans_page $A infinity '' active swedish true 2026-03-02 10 | tx $A | cut -d'|' -f2)" "$QA"
check 'plans of a patient' "$(run care_plans_page_patient $A "$PA" infinity '' '\N' '\N' '\N' $DAY 10 | tx $A | wc -l)" 1

session_log() { # VERSION STATUS PAUSE [ADVERSE [PLAN_VERSION]]
    run session_log $A "$PA" "$T" patient "$QA" "${5:-\\N}" "s-$(id26 1)" "$1" "$2" 2026-01-07 '\N' '\N' swedish 3 3 45 6 4 \
        "it's fine" "${4:-[]}" self_care "$3" '{"dose":2}' "$([ "$3" = true ] && echo adverse_event || echo '\N')" session.log logged '{}'
}
check 'log a session' "$(session_log 1 'done' false | tx $A)" '1|2|1|2026-01-05 10:00:00+00|6|active'
check 'log it again from the same reading' "$(session_log 1 'done' false | tx $A)" 'ERROR:  22012'
check 'a lost log leaves the plan alone' "$(history "$QA")" '6|6'
check 'done stays done' "$(session_log 2 planned false | tx $A)" 'ERROR:  22012'
check 'log against an old plan' "$(session_log 2 'done' false '[]' 5 | tx $A)" 'ERROR:  22012'
check 'an adverse event pauses' "$(session_log 2 'done' true '[{"id":"ae_soreness"}]' 6 | tx $A)" '1|3|1|2026-01-05 10:00:00+00|7|on-hold'
check 'and says why' "$(sql -c "SELECT review_needed FROM unknot.care_plans WHERE tenant_id = '$A' AND plan_id = '$QA'")" '{adverse_event}'
check 'once' "$({ session_log 3 'done' true; } | tx $A) $(sql -c "SELECT review_needed FROM unknot.care_plans WHERE tenant_id = '$A' AND plan_id = '$QA'")" \
    '1|4|1|2026-01-05 10:00:00+00|8|on-hold {adverse_event}'
new_session() { # NUMBER STATUS
    run sessions_add $A "$PA" "$T" patient "$QA" '\N' "[{\"session_id\":\"s-$(id26 "$1")\",\"status\":\"$2\",\"technique\":\"swedish\"}]" \
        false '\N' '\N' session.log x '{}'
}
check 'no new session while on hold' "$(new_session 3 planned | tx $A)" 'ERROR:  22012'
check 'but what happened is heard' "$(new_session 3 'done' | tx $A | cut -d'|' -f1-3,5)" \
    "1|9|on-hold|[{\"number\": 3, \"session_id\": \"s-$(id26 3)\"}]"
check 'delete a session' "$(run session_delete $A "$PA" "$T" clinic "$QA" "s-$(id26 3)" 1 x '{}' | tx $A)" '1|2|10'
check 'its number is not given again' "$(new_session 4 'done' | tx $A | cut -d'|' -f5)" "[{\"number\": 4, \"session_id\": \"s-$(id26 4)\"}]"
check 'sessions by number' "$(run sessions_page $A "$PA" "$QA" 0 '\N' 10 | tx $A | cut -d'|' -f1,3 | paste -sd' ')" \
    "s-$(id26 1)|1 s-$(id26 2)|2 s-$(id26 4)|4"
check 'one session' "$(run session_get $A "$PA" "$QA" "s-$(id26 1)" | tx $A | cut -d'|' -f1,6,13)" "4|done|it's fine"
check 'a session of another plan' "$(run session_get $A "$PA" "$(id26 8)" "s-$(id26 1)" | tx $A)" ''
measure() { run measurement_add $A "$PA" "$T" patient "$QA" '\N' "m-$(id26 "$1")" "$2" "$3" '\N' "$T" false '\N' '\N' x '{}'; }
check 'a measurement' "$(measure 2 rmdq 24 | tx $A)" '1|12|on-hold'
check 'a score that cannot be' "$(measure 3 nrs 24 | tx $A)" 'ERROR:  23514'
check 'a link for calendars' "$(run calendar_link_get $A "$PA" "k-$(id26 1)" | tx $A | cut -d'|' -f1-3,6)" "$QA|discreet|2026-12-31|"
check 'the link of another tenant' "$(run calendar_link_get $A "$PA" "k-$(id26 1)" | tx $B)" ''
check 'a link to no plan' "$(run calendar_link_create $A "$PA" "$T" x "$(id26 9)" "k-$(id26 8)" full 2026-12-31 $DAY | tx $A)" 'ERROR:  22012'
check 'revoked' "$(run calendar_link_revoke $A "$PA" "$QA" "k-$(id26 1)" "$T" | tx $A)" 1
check 'revoked twice' "$(run calendar_link_revoke $A "$PA" "$QA" "k-$(id26 1)" "$T" | tx $A)" 'ERROR:  22012'
check 'links of a plan' "$(run calendar_links_list $A "$PA" "$QA" | tx $A | cut -d'|' -f1,6)" "k-$(id26 1)|2026-01-05 10:00:00+00"
check 'a link only ends' "$(tx $A <<<"UPDATE unknot.calendar_links SET titles = 'full';")" 'ERROR:  42501'
card=00000000-0000-8000-8000-0000000000ff
heard() { run cds_feedback_add "$1" "$T" "[{\"card_id\":\"$card\",\"outcome\":\"$2\",\"outcome_at\":\"$T\",\"service\":\"s\",\"topic\":\"caution\",
    \"rule\":\"R\",\"reason\":\"\",\"commented\":true,\"suggestions\":0}]" | tx "$1"; }
check 'feedback is kept, and kept once' "$(heard $A overridden) $(heard $A overridden) $(heard $A accepted) $(heard $B overridden)" '1 0 1 1'
check 'feedback as rates, of one tenant' "$(run cds_feedback_rates $A s | tx $A | paste -sd' ')" 'caution|R|accepted||1|1'
check 'feedback of another tenant' "$(run cds_feedback_rates $A s | tx $B)" ''
check 'feedback is not changed' "$(tx $A <<<"UPDATE unknot.cds_feedback SET rule = '';")" 'ERROR:  42501'
check 'sessions for a calendar, deleted ones too' "$(run sessions_calendar $A "$PA" "$QA" 10 | tx $A | cut -d'|' -f2,8 | paste -sd' ')" '1|f 2|f 3|t 4|f'
check 'measurements' "$(run measurements_page $A "$PA" "$QA" -infinity '' '\N' 10 | tx $A | cut -d'|' -f2,3 | paste -sd' ')" 'nrs|7.00 rmdq|24.00'
check 'a history row for every version' "$(history "$QA")" '12|12'
check 'the history in order' "$(run care_plan_history_page $A "$PA" "$QA" 0 3 | tx $A | cut -d'|' -f1,4 | paste -sd' ')" \
    '1|care_plan.create 2|session.plan 3|measurement.add'

section 'versions of a plan'
keep() { # PLAN DOCUMENT INTAKE DECISION
    run care_plan_keep $A "$(pid 5)" "$1" "$2" "$3" "$4"
}
rewrite() { # PLAN VERSION TITLE DOCUMENT INTAKE
    run care_plan_update $A "$(pid 5)" "$T" clinic:key "$1" "$2" care_plan.patch '\N' '\N' '\N' "$3" '\N' "$4" "$5" '\N' '\N' '\N' '\N' \
        '\N' '\N' '\N' 2026-03-01 '\N' '[]' "$3" '{}'
}
versions() { # PLAN: version, kept, title, document, intake
    run care_plan_versions $A "$(pid 5)" "$1" 99 -infinity 9 | tx $A | cut -d'|' -f1,5,13,15,16 | paste -sd' '
}
Q=$(id26 301)
ensure_and_create $A "$(pid 5)" "$Q" "$T" | tx $A >/dev/null
check 'a new plan has its version' "$(versions "$Q")" '1|t|Back plan|{"dose": 1}|{"age": 40}'
{ keep "$Q" true false false; rewrite "$Q" 1 two '{"dose":2}' '\N'; } | tx $A >/dev/null
{ keep "$Q" false false false; rewrite "$Q" 2 three '\N' '\N'; } | tx $A >/dev/null
{ keep "$Q" true true false; rewrite "$Q" 3 four '{"dose":4}' '{"age":41}'; } | tx $A >/dev/null
all='4|t|four|{"dose": 4}|{"age": 41} 3|t|three|{"dose": 2}|{"age": 40} 2|t|two|{"dose": 2}|{"age": 40} 1|t|Back plan|{"dose": 1}|{"age": 40}'
check 'each version is as it was' "$(versions "$Q")" "$all"
check 'what a write leaves is not kept twice' \
    "$(sql -c "SELECT count(document), count(intake), count(decision) FROM unknot.care_plan_versions WHERE plan_id = '$Q'")" '2|1|0'
check 'a write that does not apply keeps nothing' "$({ keep "$Q" true true true; rewrite "$Q" 3 late '{}' '{}'; } | tx $A)" 'ERROR:  22012'
check 'and changed nothing' "$(versions "$Q")" "$all"
check 'one version alone' "$(run care_plan_versions $A "$(pid 5)" "$Q" 3 -infinity 1 | tx $A | cut -d'|' -f1,4,13)" '2|4|two'
check 'since then' "$(run care_plan_versions $A "$(pid 5)" "$Q" 99 2030-01-01Z 9 | tx $A)" ''
Q=$(id26 302)
ensure_and_create $A "$(pid 5)" "$Q" "$T" | tx $A >/dev/null
{ keep "$Q" false false false; rewrite "$Q" 1 two '\N' '\N'; } | tx $A >/dev/null
rewrite "$Q" 2 three '{"dose":9}' '\N' | tx $A >/dev/null # as a release from before versions were kept does it
{ keep "$Q" false false false; rewrite "$Q" 3 four '\N' '\N'; } | tx $A >/dev/null
check 'what a missing version would have told is not guessed' \
    "$(run care_plan_versions $A "$(pid 5)" "$Q" 99 -infinity 9 | tx $A | cut -d'|' -f1,5 | paste -sd' ')" '4|t 3|t 2|f 1|f'
{ keep "$Q" false false false; run care_plan_delete $A "$(pid 5)" "$T" clinic:key "$Q" 4 gone '{}'; } | tx $A >/dev/null
check 'a deleted plan has its versions' "$(run care_plan_versions $A "$(pid 5)" "$Q" 99 -infinity 2 | tx $A | cut -d'|' -f1,3,5,13 | paste -sd' ')" \
    '5|care_plan.delete|t|four 4|care_plan.patch|t|four'
Q=$(id26 303)
ensure_and_create $A "$(pid 5)" "$Q" "$T" | tx $A >/dev/null
log_blindly() { # NUMBER SECONDS: a log by whoever comes, then a rest inside of the transaction
    { keep "$Q" true false false
      run sessions_add $A "$(pid 5)" "$T" patient "$Q" '\N' "[{\"session_id\":\"s-$(id26 "$1")\",\"status\":\"done\",\"technique\":\"swedish\"}]" \
          false "{\"dose\":$1}" '\N' session.log x '{}'
      echo "SELECT pg_catalog.pg_sleep($2);"; } | tx $A
}
log_blindly 401 1 >/dev/null &
sleep 0.3
log_blindly 402 0 >/dev/null
wait $!
check 'two writers at once: each keeps what it replaced' \
    "$(run care_plan_versions $A "$(pid 5)" "$Q" 99 -infinity 9 | tx $A | cut -d'|' -f1,5,15 | paste -sd' ')" \
    '3|t|{"dose": 402} 2|t|{"dose": 401} 1|t|{"dose": 1}'
check 'erasure takes versions along' "$(run patient_erase $A "$(pid 5)" | tx $A) $(sql -c "SELECT count(*) FROM unknot.care_plan_versions
    WHERE tenant_id = '$A' AND patient_id = '$(pid 5)'")" '1 0'

section 'life of a plan'
allowed=' draft:draft draft:active draft:revoked active:active active:on-hold active:completed active:revoked on-hold:on-hold
 on-hold:active on-hold:completed on-hold:revoked '
n=100
for from in draft active on-hold completed revoked; do
    for to in draft active on-hold completed revoked; do
        n=$((n + 1))
        path=("$from")
        case $from in on-hold | completed | revoked) path=(active "$from") ;; esac
        got=$({
            ensure_and_create $A "$(pid 3)" "$(id26 $n)" "$T" "${path[0]}"
            [ ${#path[@]} = 1 ] || update $A "$(pid 3)" "$(id26 $n)" 1 "$from" x
            update $A "$(pid 3)" "$(id26 $n)" ${#path[@]} "$to" x
        } | tx $A | tail -1 | cut -d'|' -f1)
        want='ERROR:  22012'
        [[ $allowed != *[[:space:]]"$from:$to"[[:space:]]* ]] || want=1
        check "$from to $to" "$got" "$want"
    done
done
ensure_and_create $A "$(pid 4)" "$(id26 200)" "$T" | tx $A >/dev/null
check 'no plan is made completed' "$(ensure_and_create $A "$(pid 4)" "$(id26 201)" "$T" completed | tx $A)" 'ERROR:  22012'
check 'delete' "$(run care_plan_delete $A "$(pid 4)" "$T" clinic "$(id26 200)" 1 gone '{}' | tx $A)" '1|2|2026-01-05 10:00:00+00'
check 'delete twice' "$(run care_plan_delete $A "$(pid 4)" "$T" clinic "$(id26 200)" 2 gone '{}' | tx $A)" 'ERROR:  22012'
check 'a deleted plan is not changed' "$(update $A "$(pid 4)" "$(id26 200)" 2 '\N' x | tx $A)" 'ERROR:  22012'
check 'its tombstone' "$(run care_plans_changed_patient $A "$(pid 4)" -infinity '' infinity 10 | tx $A | cut -d'|' -f2-4,7-13)" "$(id26 200)|2|t|||||||"
check 'not in the page' "$(run care_plans_page_patient $A "$(pid 4)" infinity '' '\N' '\N' '\N' $DAY 10 | tx $A)" ''

section 'therapists, keys, audit, re-check'
check 'therapists by id' "$(run therapists_page $A '' 10 | tx $A | cut -d'|' -f1,2 | paste -sd' ')" 'ann|1 bob|1'
check 'therapist changed' "$(run therapist_update $A ann "$T" 1 '{"name":"Anna"}' | tx $A)" '1|2|2026-01-05 10:00:00+00'
check 'therapist, an old version' "$(run therapist_update $A ann "$T" 1 '{}' | tx $A)" 'ERROR:  22012'
check 'therapist deleted' "$(run therapist_delete $A ann "$T" 2 | tx $A)" '1|3|2026-01-05 10:00:00+00'
check 'therapist gone' "$(run therapists_page $A '' 10 | tx $A | cut -d'|' -f1)" bob
check 'therapist id not taken again' "$(run therapist_create $A ann '{}' "$T" | tx $A)" 'ERROR:  23505'
owner() { { echo 'SET ROLE unknot_owner;'; cat; } | sql; }
check 'key lookup' "$(run key_lookup $A key000000001 | tx $A | cut -d'|' -f2-5)" 'secret|clinic||{plans:read,plans:write}'
check 'key of another tenant' "$(run key_lookup $B key000000002 | tx $A)" ''
run key_touch $A key000000001 2026-01-05T11:00Z 2026-01-05T10:59Z | tx $A
run key_touch $A key000000001 2026-01-05T11:00:30Z 2026-01-05T10:59:30Z | tx $A
check 'last used, said once a minute' "$(run key_list $A | owner | grep '^key' | cut -d'|' -f1,12)" 'key000000001|2026-01-05 11:00:00+00'
rotate() { run key_rotate $A key000000001 "$1" unk_z "\\x$secret" "$T" 2026-01-06T10:00Z '\N'; }
check 'rotate' "$(rotate key100000001 | owner)" '1|key100000001'
check 'rotate twice' "$(rotate key200000001 | owner)" 'ERROR:  22012'
check 'the old one ends' "$(run key_lookup $A key000000001 | tx $A | cut -d'|' -f6)" '2026-01-06 10:00:00+00'
check 'revoke' "$(run key_revoke $A key100000001 "$T" | owner)" '1|2026-01-05 10:00:00+00'
check 'revoked once' "$(run key_revoke $A key100000001 2026-02-01Z | owner)" '1|2026-01-05 10:00:00+00'
check 'a revoked key is not rotated' "$(run key_rotate $A key100000001 key300000001 p "\\x$secret" "$T" "$T" '\N' | owner)" 'ERROR:  22012'
check 'a publishable key may not write' \
    "$(run key_create $A pub000000001 publishable clinic '\N' n p "\\x$secret" '{plans:write}' "$T" '\N' | owner)" 'ERROR:  23514'
check 'tenants' "$(run tenants_list | owner | cut -d'|' -f2,4 | paste -sd' ')" 'Clinic 1|3 Clinic 2|2'
for i in 1 2 3 4 5; do run audit_add $A '\N' "2026-01-06T10:00:0${i}Z" clinic:k "$(id26 9$i)" care_plan.read care-plans '\N' ok; done | tx $A
check 'audit, newest first' "$(run audit_page $A infinity '' 2026-01-06Z 3 | tx $A | cut -d'|' -f1 | paste -sd' ')" \
    "$(id26 95) $(id26 94) $(id26 93)"
check 'audit, next page' "$(run audit_page $A 2026-01-06T10:00:03Z "$(id26 93)" 2026-01-06Z 3 | tx $A | cut -d'|' -f1 | paste -sd' ')" \
    "$(id26 92) $(id26 91)"
check 'audit of a patient' "$(run audit_page_patient $A "$PA" infinity '' -infinity 9 | tx $A | cut -d'|' -f1)" "$(id26 1)"
check 're-check: one open run' "$(run recheck_start $A "$(id26 3)" abc $DAY "$T" | tx $A)" 'ERROR:  23505'
judged=0 seen=0 batches=0 walked=''
while :; do # each batch is a new process: it knows only what the database kept
    IFS='|' read -r r _ _ after after_id seen _ < <(run recheck_open $A | tx $A)
    rows=$(run recheck_batch $A "$after" "$after_id" 4 | tx $A)
    [ -n "$rows" ] || break
    batches=$((batches + 1))
    [ $batches -lt 20 ] || break
    judged=$((judged + $(wc -l <<<"$rows")))
    walked+=$(cut -d'|' -f2 <<<"$rows")$'\n'
    IFS='|' read -r _ last _ <<<"$(tail -1 <<<"$rows")"
    last_at=$(tail -1 <<<"$rows" | awk -F'|' '{print $NF}')
    run recheck_advance $A "$r" "$seen" "$last_at" "$last" "$(wc -l <<<"$rows")" 1 | tx $A >/dev/null
done
live=$(sql -c "SELECT count(*) FROM unknot.care_plans WHERE tenant_id = '$A' AND status IN ('active', 'on-hold') AND deleted_at IS NULL")
check 're-check: every plan once' "$judged $(sort -u <<<"$walked" | grep -c .) $seen" "$live $live $live"
check 're-check: a second process does not move it' "$(run recheck_advance $A "$r" 0 "$T" x 1 0 | tx $A)" 'ERROR:  22012'
check 're-check: nothing left' "$(run recheck_left $A "$after" "$after_id" | tx $A)" 0
check 're-check: finished' "$(run recheck_finish $A "$r" "$T" | tx $A | cut -d'|' -f1)" "$live"
check 're-check: none open' "$(run recheck_open $A | tx $A)" ''

section 'idempotency'
begin() { run idempotency_begin $A clinic:k 'POST /x' "$1" "\\x$secret" "$PA" "${2:-\\N}" '\N' '\N' "${3:-$T}" "${4:-2026-01-06T10:00Z}"; }
read_key() { run idempotency_read $A clinic:k 'POST /x' "$1" "\\x${2:-$secret}" "${3:-$T}" | tx $A | cut -d'|' -f1-5; }
complete() { run idempotency_complete $A clinic:k 'POST /x' "$1" 201 '{"etag":"1"}' '{"a":1}'; }
check 'begin and complete' "$({ begin k1; complete k1; } | tx $A)" 1
check 'replay' "$(read_key k1)" 't|f|201|{"etag": "1"}|{"a":1}'
check 'another payload' "$(read_key k1 "$(printf '%064d' 8)" | cut -d'|' -f1)" f
check 'taken' "$({ begin k1; ensure_and_create $A "$(pid 5)" "$(id26 300)" "$T"; } | tx $A)" 'ERROR:  23505'
check 'taken: no effect' "$(run patient_get $A "$(pid 5)" | tx $A)" ''
check 'completed once' "$(complete k1 | tx $A)" 'ERROR:  22012'
check 'the effect fails, the key is free' "$({ begin k2 200; update $A "$PA" "$QA" 1 '\N' x; } | tx $A) $(read_key k2)" 'ERROR:  22012 '
check 'expired' "$(read_key k1 $secret 2026-01-07Z | cut -d'|' -f2)" t
run idempotency_forget $A clinic:k 'POST /x' k1 "$T" | tx $A
check 'forget: not before its time' "$(read_key k1 | cut -d'|' -f3)" 201
run idempotency_forget $A clinic:k 'POST /x' k1 2026-01-07Z | tx $A
check 'forget' "$(read_key k1)" ''
for i in 1 2 3 4 5 6 7; do begin "old$i" 200 2026-01-01Z 2026-01-02Z; done | tx $A
check 'purge in steps' "$(for i in 1 2 3; do run idempotency_purge $A 2026-01-03Z 3; done | tx $A | paste -sd' ')" '3 3 1'
{ printf "BEGIN; SET LOCAL unknot.tenant = '%s';\n" $A; begin twin 200; echo "SELECT pg_catalog.pg_sleep(1.5); ROLLBACK;"; } | app >/dev/null &
twin=$!
sleep 0.6
check 'a twin at work' "$({ echo "SET LOCAL lock_timeout = '200ms';"; begin twin 200; } | tx $A)" 'ERROR:  55P03'
check 'a twin that gave up' "$({ echo "SET LOCAL lock_timeout = '10s';"; begin twin 200; } | tx $A)" ''
wait $twin

# ---- many at once --------------------------------------------------------------------------------------------------
section concurrency
for i in $(seq 32); do
    {
        echo "SET LOCAL lock_timeout = '5s';"
        run idempotency_begin $A clinic:k 'POST /care-plans' same "\\x$secret" "$(pid 6)" 201 '{}' "$i" "$T" 2026-01-06T10:00Z
        ensure_and_create $A "$(pid 6)" "$(id26 $((400 + i)))" "$T"
        echo "SELECT 'made';"
    } | tx $A >"$work/same.$i" &
done
wait
check '32 times one key: one made' "$(cat "$work"/same.* | grep -c '^made$')" 1
check '32 times one key: the rest refused' "$(cat "$work"/same.* | grep -cE 'ERROR:  (23505|55P03)')" 31
check '32 times one key: one plan' "$(sql -c "SELECT count(*) FROM unknot.care_plans WHERE patient_id = '$(pid 6)'")" 1
check '32 times one key: one row' "$(sql -c "SELECT count(*) FROM unknot.idempotency_keys WHERE key = 'same'")" 1

P7=$(pid 7) Q7=$(id26 700)
ensure_and_create $A "$P7" "$Q7" "$T" | tx $A >/dev/null
patch_until_done() { # NUMBER: reads, changes, tries again after 22012, as a phone does
    local _
    printf 'PREPARE get AS\n%s\nPREPARE upd AS\n%s\n' "$(<db/queries/care_plan_get.sql)" "$(<db/queries/care_plan_update.sql)"
    for _ in $(seq 120); do
        cat <<SQL
BEGIN; SET LOCAL unknot.tenant = '$A';
EXECUTE get('$A', '$P7', '$Q7', false) \\gset
EXECUTE upd('$A', '$P7', '$T', 'clinic:$1', '$Q7', :version, 'care_plan.patch', NULL, NULL, NULL, 'title $1', NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]', 'title $1', '{}') \\gset
\\if :ERROR
ROLLBACK;
SELECT pg_catalog.pg_sleep(random() * 0.1);
\\else
COMMIT;
\\echo acknowledged $1
\\q
\\endif
SQL
    done
}
for i in $(seq 50); do
    patch_until_done "$i" | "$bin/psql" -qXAt -d unknot -U unknot_login >"$work/patch.$i" 2>&1 &
done
wait
grep -h '^acknowledged' "$work"/patch.* | awk '{print "clinic:" $2}' | sort >"$work/acknowledged"
sql -c "SELECT actor FROM unknot.care_plan_history WHERE plan_id = '$Q7' AND version > 1" | sort >"$work/found"
check '50 writers: all acknowledged' "$(wc -l <"$work/acknowledged")" 50
check '50 writers: every one in the history, once' "$(diff "$work/acknowledged" "$work/found")" ''
check '50 writers: versions without a gap' "$(history "$Q7") $(sql -c "SELECT version FROM unknot.care_plans WHERE plan_id = '$Q7'")" '51|51 51'

for i in $(seq 20); do
    run sessions_add $A "$P7" "$T" patient "$Q7" '\N' "[{\"session_id\":\"s-$(id26 $((800 + i)))\",\"status\":\"planned\",\"technique\":\"x\"}]" \
        false '\N' '\N' session.plan x '{}' | tx $A >/dev/null &
done
wait
check '20 sessions at once: numbers 1 to 20' "$(sql -c "SELECT count(DISTINCT number), min(number), max(number) FROM unknot.sessions WHERE plan_id = '$Q7'")" '20|1|20'

section 'a page walk under inserts and deletes'
C=33333333-3333-4333-8333-333333333333
{ echo 'SET ROLE unknot_owner;'; run tenant_create $C 'Clinic 3' "\\x$secret" "\\x$secret" "$T"; } | sql
bulk() { # TENANT FIRST COUNT: plans made a second apart (pairs at the same moment)
    sql <<SQL
SET ROLE unknot_owner;
INSERT INTO unknot.patients SELECT lpad(to_hex(g), 32, '0'), '$1', '$T' FROM generate_series($2, $2 + $3 - 1) g;
INSERT INTO unknot.care_plans SELECT lpad(to_hex(g), 32, '0'), '$1', lpad(g::text, 26, '0'), 1, 'active', 'r' || g, 'swedish', NULL, '{}',
    't', '{}', '{}', '{}', '{}', 'd', 'k', 's', 'UTC', '$DAY', '{}', NULL, NULL, 0, '$T'::timestamptz + (g / 2) * interval '1 second', 'x',
    '$T'::timestamptz + (g / 2) * interval '1 second', NULL FROM generate_series($2, $2 + $3 - 1) g;
SQL
}
bulk $C 1000 300
churn() { # plans 1000, 1003, 1006, ... are deleted or erased; new ones come in between, before and after
    local i
    for i in $(seq 0 59); do
        echo "BEGIN; SET LOCAL unknot.tenant = '$C';"
        if [ $((i % 4)) = 0 ]; then run patient_erase $C "$(pid $((1000 + i * 3)))"; else
            run care_plan_delete $C "$(pid $((1000 + i * 3)))" "$T" x "$(id26 $((1000 + i * 3)))" 1 x '{}'; fi
        ensure_and_create $C "$(pid $((5000 + i)))" "$(id26 $((5000 + i)))" "2026-01-05T10:0$((i % 8)):30Z"
        echo "COMMIT; SELECT pg_catalog.pg_sleep(0.03);"
    done
}
churn >"$work/churn.sql"
app <"$work/churn.sql" >"$work/churn.out" &
churning=$!
: >"$work/walked"
before=infinity before_id='' pages=0 overlapped=0
while [ $pages -lt 100 ]; do
    rows=$(run care_plans_page $C "$before" "$before_id" '\N' '\N' '\N' $DAY 16 | tx $C | cut -d'|' -f2,20)
    pages=$((pages + 1))
    head -15 <<<"$rows" | cut -d'|' -f1 >>"$work/walked"
    [ "$(wc -l <<<"$rows")" = 16 ] || break
    ! kill -0 $churning 2>/dev/null || overlapped=$pages
    IFS='|' read -r before_id before <<<"$(sed -n 15p <<<"$rows")"
done
wait $churning
echo "  $pages pages, $overlapped of them while the writer was at work"
check 'the walk and the writer met' "$((overlapped > 2))" 1
check 'the writer had no error' "$(grep -c ERROR "$work/churn.out")" 0
for g in $(seq 1000 1299); do [ $(((g - 1000) % 3)) = 0 ] && [ $g -lt 1180 ] || id26 "$g"; echo; done | grep . | sort >"$work/throughout"
check 'every row that was there throughout' "$(comm -23 "$work/throughout" <(sort "$work/walked") | wc -l)" 0
check 'none of any twice' "$(sort "$work/walked" | uniq -d | wc -l)" 0

section 'an export in stretches'
stretches_of() { # SINCE [GONE]: first_at|first_id|end_at|end_id of every file, found 21 entries at a time
    local at=-infinity id='' rows line starts=()
    while :; do
        starts=()
        rows=$(run export_plans_files $C "$at" "$id" infinity "$1" 10 21 "${2:-f}" | tx $C)
        while IFS= read -r line; do starts+=("$line"); done < <(grep . <<<"$rows")
        for i in "${!starts[@]}"; do
            [ "${starts[i]##*|}" -le 21 ] || continue
            line=${starts[i + 1]:-infinity||}
            echo "${starts[i]%|*}|${line%|*}"
        done
        [ ${#starts[@]} -gt 0 ] && [ "${starts[-1]##*|}" -gt 21 ] || return
        IFS='|' read -r at id _ <<<"${starts[-1]}"
    done
}
exported() { # SINCE [GONE]
    local first_at first_id end_at end_id
    stretches_of "$1" "${2:-f}" >"$work/stretches"
    while IFS='|' read -r first_at first_id end_at end_id; do
        run export_plans $C "$first_at" "$first_id" "$end_at" "$end_id" "$1" 101
    done <"$work/stretches" | tx $C | awk -F'|' -v gone="${2:-f}" '$3 == gone { print $2 }'
}
there() { sql -c "SELECT plan_id FROM unknot.care_plans WHERE tenant_id = '$C' AND deleted_at IS NULL AND updated_at >= '$1' ORDER BY created_at, plan_id"; }
check 'all plans, each once, in order' "$(exported -infinity | md5sum)" "$(there -infinity | md5sum)"
check 'over many files' "$(($(wc -l <"$work/stretches") > 20))" 1
check 'what changed since, each once, in order' "$(exported '2026-01-05T10:05Z' | md5sum)" "$(there '2026-01-05T10:05Z' | md5sum)"
check 'what was deleted since, each once, in order' "$(exported '2026-01-05T10:05Z' t | md5sum)" \
    "$(sql -c "SELECT plan_id FROM unknot.care_plans WHERE tenant_id = '$C' AND deleted_at >= '2026-01-05T10:05Z' ORDER BY created_at, plan_id" | md5sum)"
check 'some were' "$(($(exported '2026-01-05T10:05Z' t | wc -l) > 5))" 1
check 'nothing since: no file' "$(stretches_of 2999-01-01Z)" ''
run export_end $C "$(id26 71)" 2026-01-02Z 2026-01-01Z | tx $C
check 'an export is ended' "$(run export_ended $C "$(id26 71)" | tx $C) $(run export_ended $C "$(id26 72)" | tx $C)" "$(id26 71) "
check 'in its tenant only' "$(run export_ended $A "$(id26 71)" | tx $A)" ''
run export_end $C "$(id26 71)" 2026-01-02Z 2026-01-01Z | tx $C
run export_end $C "$(id26 72)" 2026-01-05Z 2026-01-04Z | tx $C
check 'what has expired is forgotten' "$(sql -c "SELECT export_id FROM unknot.ended_exports WHERE tenant_id = '$C'")" "$(id26 72)"

section 'changed_since while a transaction stays open'
: >"$work/phone"
: >"$work/naive"
start=$(now)
phone_walk() { # FILE SINCE UNTIL
    local after=$2 after_id='' rows
    while :; do
        rows=$(run care_plans_changed $C "$after" "$after_id" "$3" 4 | tx $C | cut -d'|' -f2,3,6)
        [ -n "$rows" ] || return
        head -3 <<<"$rows" | cut -d'|' -f1,2 >>"$1"
        [ "$(wc -l <<<"$rows")" = 4 ] || return
        IFS='|' read -r after_id _ after <<<"$(sed -n 3p <<<"$rows")"
    done
}
opened=$(now)
{ echo "BEGIN; SET LOCAL unknot.tenant = '$C';"; ensure_and_create $C "$(pid 6000)" "$(id26 6000)" "$opened"
    echo "SELECT pg_catalog.pg_sleep(3); COMMIT;"; } | app >/dev/null &
slow=$!
since=$start naive=$start
for i in $(seq 8); do
    at=$(now)
    ensure_and_create $C "$(pid $((6000 + i)))" "$(id26 $((6000 + i)))" "$at" | tx $C >/dev/null
    [ $i -lt 4 ] || update $C "$(pid $((6000 + i)))" "$(id26 $((6000 + i)))" 1 '\N' changed '\N' "$(now)" | tx $C >/dev/null
    until=$(now)
    phone_walk "$work/phone" "$since" "$until"
    phone_walk "$work/naive" "$naive" "$until"
    naive=$until
    since=$(date -u -d "$until - 6 seconds" +%FT%T.%6NZ)
    [ $i -gt 5 ] || sleep 0.3
done
wait $slow
until=$(now)
phone_walk "$work/phone" "$since" "$until"
phone_walk "$work/naive" "$naive" "$until"
sql -c "SELECT plan_id, version FROM unknot.care_plans WHERE tenant_id = '$C' AND updated_at >= '$start'" | sort >"$work/changed"
check 'the phone has everything' "$(comm -23 "$work/changed" <(sort -u "$work/phone") | wc -l) of $(wc -l <"$work/changed")" '0 of 9'
check 'without the overlap it would miss the slow one (the test bites)' \
    "$(comm -23 "$work/changed" <(sort -u "$work/naive") | cut -d'|' -f1)" "$(id26 6000)"

# ---- export, erasure, dump -----------------------------------------------------------------------------------------
section 'export, erasure, dump'
export_of() { run patient_export $A "$PA" | tx $A; }
document=$(export_of)
check 'export: everything' "$(sql -c "SELECT jsonb_array_length(d->'care_plans'), jsonb_array_length(d->'history'),
    jsonb_array_length(d->'sessions'), jsonb_array_length(d->'measurements'), jsonb_array_length(d->'clearances'),
    d->'patient'->>'patient_id' FROM (SELECT $(quoted "$document")::jsonb AS d) x")" "1|12|4|2|1|$PA"
check 'export: keys without hashes' "$(run patient_export_keys $A "$PA" | tx $A | grep -c hash) $(run patient_export_keys $A "$PA" | tx $A | grep -c key_id)" '0 1'
check 'export: events' "$(run patient_export_events $A "$PA" | tx $A | grep -o event_id | wc -l)" 1
check 'export: nobody' "$(run patient_export $A "$(pid 99999)" | tx $A)" ''

"$bin/pg_dump" -Fc -d unknot -f "$work/all.dump" 2>"$work/dump.err"
"$bin/pg_dump" -Fc -d unknot --role=unknot_owner --enable-row-security -n unknot -f "$work/owner.dump" 2>>"$work/dump.err"
check 'dump: by the superuser and by unknot_owner' "$(cat "$work/dump.err")" ''
counts() {
    local table
    for table in $tables; do "${PSQL[@]}" -d "$1" -c "SELECT '$table', count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM unknot.$table t"; done
}
counts unknot >"$work/counts"
for dump in all owner; do
    "${PSQL[@]}" -d postgres -c "CREATE DATABASE from_$dump"
    "$bin/pg_restore" -d "from_$dump" "$work/$dump.dump" >"$work/restore.err" 2>&1
    check "restore from $dump: no complaint" "$(cat "$work/restore.err")" ''
    check "restore from $dump: the same rows" "$(counts "from_$dump" | diff "$work/counts" -)" ''
done
check 'restore: the rules hold' "$("${PSQL[@]}" -d from_all -f tests/store/catalogue.sql 2>&1)" ''

check 'before erasure the search finds' "$(run erasure_proof $A "$PA" | owner | cut -d'|' -f1 | paste -sd' ')" \
    'api_keys audit_events calendar_links care_plan_history care_plan_versions care_plans clearances idempotency_keys measurements patients sessions'
erase() {
    run patient_count $A "$PA"
    run patient_erase $A "$PA"
    run patient_erase_keys $A "$PA"
    run patient_erase_answers $A "$PA"
    run patient_erase_events $A "$PA"
    run tenant_mark_erasure $A 2026-02-01T00:00Z
    run audit_add $A '\N' 2026-02-01T00:00Z clinic:k "$(id26 999)" patient.erase patients '\N' ok
}
{ echo "BEGIN; SET LOCAL unknot.tenant = '$A';"; ensure_and_create $A "$PA" "$(id26 998)" "$T"; echo "SELECT pg_catalog.pg_sleep(1); COMMIT;"; } | app >/dev/null &
sleep 0.4
check 'erase, while a create is at work' "$(erase | tx $A)" '1|4|2|1
1'
wait
check 'after erasure the search finds nothing' "$(run erasure_proof $A "$PA" | owner)" ''
check 'nor the reference' "$(run erasure_proof $A "person-$PA" | owner)" ''
check 'the stub remains, the event too' "$(run audit_page $A infinity '' -infinity 99 | tx $A | grep -E 'patient.erase|care_plan.create' | cut -d'|' -f3-8 | paste -sd' ')" \
    'clinic:k|patient.erase|patients|||ok patient|care_plan.create|care-plans|||ok'
check 'phones have to start anew' "$(run tenant_get $A | tx $A | cut -d'|' -f5)" '2026-02-01 00:00:00+00'
check 'erase twice' "$(erase | tx $A | tail -1)" 'ERROR:  22012'
check 'the other tenant keeps its own' "$(sql -c "SELECT count(*) FROM unknot.care_plans WHERE tenant_id = '$B' AND patient_id = '$PA'")" 1

# ---- plans of the planner ------------------------------------------------------------------------------------------
section 'indexes'
bulk $C 20000 20000
bulk $B 20000 20000
sql -c "UPDATE unknot.care_plans SET status = 'revoked', technique = 'tuina', review_needed = '{answers_stale}'
    WHERE tenant_id = '$C' AND patient_ref IN ('r20001', 'r20002', 'r20003')"
sql -c 'ANALYZE unknot.care_plans'
plan_of() { # NAME VALUE...: how the service's role would run it
    run "$@" | sed 's/^EXECUTE/EXPLAIN EXECUTE/' | tx $C
}
uses() { # NAME INDEX VALUE...
    local text
    text=$(plan_of "$1" "${@:3}")
    check "$1: by $2, nothing sorted" "$(grep -c "$2" <<<"$text") $(grep -cE '^ *(->)? *Sort|Seq Scan' <<<"$text")" '1 0'
}
uses care_plans_page care_plans_page $C 2026-01-05T12:00Z x '\N' '\N' '\N' $DAY 51
uses care_plans_page care_plans_status $C infinity x revoked '\N' '\N' $DAY 51
uses care_plans_page care_plans_technique $C infinity x '\N' tuina '\N' $DAY 51
check 'what needs a review: by care_plans_review' \
    "$(plan_of care_plans_page $C infinity x '\N' '\N' t $DAY 51 | grep -c care_plans_review)" 1
uses care_plans_changed care_plans_changed $C 2026-01-05T12:00Z x 2026-01-06Z 51
uses care_plan_get care_plans_pkey $C "$(pid 20001)" "$(id26 20001)" true
check 'export_plans: keys by the index alone, then rows by it' \
    "$(plan_of export_plans $C -infinity '' infinity '' -infinity 51 | grep -oE 'Index (Only )?Scan using care_plans_page|Sort|Seq Scan' | paste -sd' ')" \
    'Index Only Scan using care_plans_page Index Scan using care_plans_page'
uses export_measurements measurements_walk $C -infinity '' infinity '' -infinity 51
uses export_events sessions_events $C -infinity '' infinity '' -infinity 51
uses export_plans_files care_plans_page $C -infinity '' infinity -infinity 10 100 f
uses export_measurements_files measurements_walk $C -infinity '' infinity -infinity 10 100 f
uses export_sessions_files sessions_walk $C -infinity '' infinity -infinity 10 100 f
uses export_events_files sessions_events $C -infinity '' infinity -infinity 10 100 f
check 'export_plans_files: the index alone' "$(plan_of export_plans_files $C -infinity '' infinity -infinity 10 100 f | grep -c 'Index Only Scan')" 1
uses recheck_batch care_plans_page $C 2026-01-05T12:00Z x 50
check 'one patient: by its key' "$(plan_of care_plans_page_patient $C "$(pid 20001)" infinity '' '\N' '\N' '\N' $DAY 51 | grep -c care_plans_pkey)" 1

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

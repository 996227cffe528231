#!/bin/bash
# The private PostgreSQL cluster, backup and migrations, by the program itself. UNKNOT names the binary.
# As root it also runs as an ordinary user (nobody). Last line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d /tmp/unknot-test-XXXXXX)
chmod 755 "$work"
cp "${UNKNOT:-build/debug/unknot}" "$work/unknot" || exit 1
unknot=$work/unknot
chmod 755 "$unknot"
unset UNKNOT_DATABASE_URL UNKNOT_OWNER_URL UNKNOT_STATE_DIR UNKNOT_LISTEN UNKNOT_CONFIG UNKNOT_MIGRATE
export ASAN_OPTIONS=detect_leaks=1:exitcode=86
passed=0 failed=0
as=()             # how to become another user; empty: who we are
state=$work/state # of the service under test
pid='' url='' sleepers=()

check() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $name"
    else
        failed=$((failed + 1))
        echo "FAIL  $name"
        tail -n 30 "$work/log" "$work/err" 2>/dev/null | sed 's/^/    | /'
    fi
}

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

# Starts the service and waits until it listens; sets pid, url and took (ms).
start() {
    local from
    from=$(now_ms)
    rm -f "$work/out" "$work/err"
    "${as[@]}" "$unknot" serve --listen 127.0.0.1:0 --state-dir "$state" >"$work/out" 2>"$work/err" &
    pid=$!
    for _ in $(seq 600); do
        if url=$(grep -soP 'listens on \Khttp://\S+' "$work/err"); then
            took=$(($(now_ms) - from))
            return 0
        fi
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}
stop() {
    kill -TERM "$pid" && wait "$pid"
}
database_is() { # database_is pass|warn [TENTHS]: waits for that
    local body=
    for _ in $(seq "${2:-50}"); do
        body=$(curl -s "$url/readyz")
        if grep -qF "{\"name\":\"database\",\"status\":\"$1\"" <<<"$body"; then return 0; fi
        sleep 0.1
    done
    echo "readyz said $body"
    return 1
}
tool() { "${as[@]}" "$unknot" "$@" --state-dir "$state"; }
postmaster() { sed -n 1p "$state/cluster/data/postmaster.pid"; }
socket_dir() { sed -n 5p "$state/cluster/data/postmaster.pid"; }
keeper() { pgrep -P "$pid"; } # the only child of the service
sql() { # sql DATABASE STATEMENT, as superuser
    "${as[@]}" psql -qAtX -v ON_ERROR_STOP=1 -h "$(socket_dir)" -U postgres -d "$1" -c "$2"
}
refuses() { # refuses WORDS COMMAND...: fails and says that
    local words=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        echo "did not fail"
        return 1
    fi
    cat "$work/said"
    grep -qF -- "$words" "$work/said"
}
gone() { # gone PID: within five seconds
    for _ in $(seq 100); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    return 1
}
end_all() {
    local child # also what a failed check left running
    for child in $(jobs -p); do kill -TERM "$child" 2>/dev/null; done
    wait
    rm -rf "$work"
}
trap end_all EXIT

# ---- life ----

prints_a_key() { grep -qE '^  unk_[0-9a-f]{32}_[A-Za-z0-9]{12}_[A-Za-z0-9_-]{43}$' "$work/err"; }
prints_a_curl_line() { grep -qE "^  curl -s $url/care-plans -H 'Authorization: Bearer unk_" "$work/err"; }
no_key() { ! grep -q 'unk_' "$work/err"; }
first_start() { start && prints_a_key && prints_a_curl_line && database_is pass; }
socket_only() {
    [ "$(sql unknot 'SHOW listen_addresses')" = '' ] && [ "$(stat -c %a "$(socket_dir)")" = "$1" ] &&
        ! ss -Hltnp | grep -F '"postgres"' | grep -F "pid=$(postmaster),"
}
not_root() { # neither service nor PostgreSQL
    [ "$(stat -c %u "/proc/$pid")" != 0 ] && [ "$(stat -c %u "/proc/$(postmaster)")" != 0 ]
}
# The best of three: other programs may keep the machine busy.
starts_again() {
    second_start 20000
}
stops_it() {
    local server directory
    server=$(postmaster) directory=$(socket_dir)
    stop && gone "$server" && [ ! -e "$directory" ]
}
second_start() { # second_start [MS]
    start && no_key && database_is pass && echo "took $took ms" && [ "$took" -lt "${1:-2000}" ] && return 0
    "${as[@]}" sh -c "tail -n 20 '$state'/cluster/log/*.log"
    return 1
}
second_service() {
    refuses 'another unknot serves from the state directory' timeout 10 "${as[@]}" "$unknot" serve --listen 127.0.0.1:0 --state-dir "$state"
}

# ---- kill -9 ----

kill_service() {
    local server
    server=$(postmaster)
    kill -9 "$pid"
    wait "$pid"
    second_start 10000 && [ "$(postmaster)" != "$server" ]
}
kill_postmaster() {
    kill -9 "$(postmaster)"
    database_is warn 20 || true
    database_is pass 50 && kill -0 "$pid"
}
kill_both() {
    kill -9 "$pid" "$(postmaster)"
    wait "$pid"
    second_start 10000
}
# Nobody is left to stop it: the next service takes the living one over.
adopts() {
    local server
    server=$(postmaster)
    kill -9 "$(keeper)" "$pid"
    wait "$pid"
    kill -0 "$server" && second_start 10000 && [ "$(postmaster)" = "$server" ] && grep -q database_adopted "$work/out"
}
# A backend in the middle of a statement outlives its postmaster and holds the shared memory.
ends_orphans() {
    local backend
    sql unknot 'DO $$ BEGIN LOOP END LOOP; END $$' &
    sleepers+=($!)
    sleep 0.5
    backend=$(sql unknot "SELECT pid FROM pg_stat_activity WHERE query LIKE '%LOOP%' AND pid <> pg_backend_pid()" | head -n 1)
    kill -9 "$(keeper)" "$pid" "$(postmaster)"
    wait "$pid"
    kill -0 "$backend" || { echo "the backend ended by itself"; return 1; }
    second_start 10000 && gone "$backend"
}

# ---- keys, backup, restore ----

key_life() {
    local key id next
    key=$(tool key create --name "front desk") && id=$(cut -d_ -f3 <<<"$key") || return 1
    tool key list | grep -E "^$id +in use" || return 1
    next=$(tool key rotate "$key") && [ "$next" != "$key" ] || return 1
    tool key list | grep -E "^$id +replaced" || return 1
    tool key revoke "$(cut -d_ -f3 <<<"$next")" && tool key list | grep revoked || return 1
    refuses 'no such key' tool key revoke AAAAAAAAAAAA && tool key create --patient p-1 && tool key create --therapist anna &&
        tool key create --publishable | grep -q '^pub_' && refuses 'cannot hold' tool key create --publishable --scopes plans:read &&
        refuses 'no such tenant' tool key create --tenant nobody
}
prints_no_secret() { ! tool key list | grep -E 'unk_|pub_'; }
rows() { tool key list | sort; }
backup_restore() {
    local file=$work/backup-$1/unknot.backup
    mkdir -m 777 "$work/backup-$1" 2>/dev/null
    rows >"$work/before" && tool backup "$file" && [ "$(stat -c %a "$file")" = 600 ] && tool key create --name "after the backup" &&
        ! diff -q "$work/before" <(rows) >/dev/null && tool restore "$file" && diff "$work/before" <(rows)
}
restore_elsewhere() {
    local state=$work/elsewhere
    tool restore "$1" && diff "$work/before" <(rows)
}
keeps_patients() {
    local tenant
    tenant=$(sql unknot 'SELECT tenant_id FROM unknot.tenants LIMIT 1')
    sql unknot "INSERT INTO unknot.patients VALUES (repeat('a', 32), '$tenant', now())" &&
        refuses 'say --replace' tool restore "$1" && tool restore "$1" --replace &&
        [ "$(sql unknot 'SELECT count(*) FROM unknot.patients')" = 0 ]
}
refuses_junk() {
    head -c 1000 /dev/urandom >"$work/junk" && chmod 644 "$work/junk" && refuses 'nothing was changed' tool restore "$work/junk" --replace &&
        diff "$work/before" <(rows)
}

# ---- migrations, on databases of their own in the same cluster ----

named() { echo "host=$(socket_dir) user=postgres dbname=$1"; }
migrate() { # migrate DATABASE [FLAG]
    "${as[@]}" "$unknot" migrate "${@:2}" --database-url "$(named "$1")"
}
known=$(find db/migrations -name '*.sql' | wc -l)
applied() { [ "$(sql "$1" 'SELECT count(*) FROM unknot_admin.migrations')" = "${2:-$known}" ]; }
from_empty() {
    sql postgres 'CREATE DATABASE m1' && refuses pending migrate m1 --check && migrate m1 --dry-run &&
        refuses pending migrate m1 --check && migrate m1 && applied m1 && migrate m1 --check
}
twice() { migrate m1 | grep -q '^up to date' && applied m1; }
two_at_once() {
    local one two
    sql postgres 'CREATE DATABASE m2' || return 1
    migrate m2 >"$work/m2.a" 2>&1 & one=$!
    migrate m2 >"$work/m2.b" 2>&1 & two=$!
    wait "$one" || { cat "$work/m2.a"; return 1; }
    wait "$two" || { cat "$work/m2.b"; return 1; }
    applied m2 && [ "$(cat "$work/m2.a" "$work/m2.b" | grep -c '^applied')" = "$known" ]
}
# Killed while it waits inside a migration: what is done is done, the rest is not.
interrupted() {
    local blocker migration
    sql postgres 'CREATE DATABASE m3' && sql m3 'CREATE SCHEMA unknot AUTHORIZATION unknot_owner' || return 1
    sql m3 'BEGIN; CREATE TABLE unknot.patients (x int); SELECT pg_sleep(600)' &
    blocker=$!
    sleep 0.5
    migrate m3 &
    migration=$!
    for _ in $(seq 50); do
        sleep 0.1
        [ "$(sql m3 "SELECT count(*) FROM pg_locks WHERE NOT granted")" = 0 ] || break
    done
    kill -9 "$migration"
    wait "$migration"
    sql m3 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'm3' AND pid <> pg_backend_pid()"
    wait "$blocker"
    applied m3 2 && refuses pending migrate m3 --check && migrate m3 && applied m3 && migrate m3 --check
}
newer() {
    sql m1 "INSERT INTO unknot_admin.migrations VALUES (9999, '9999_future', 'x', now())" &&
        refuses 'its schema is newer' migrate m1 && refuses 9999_future migrate m1 --check &&
        sql m1 'DELETE FROM unknot_admin.migrations WHERE version = 9999' && migrate m1 --check
}
changed() {
    sql m1 "UPDATE unknot_admin.migrations SET sha256 = reverse(sha256) WHERE version = 2" &&
        refuses '0002_' migrate m1 && refuses 'checksum differs' migrate m1 --check
}
# ---- databases of somebody else's ----

serve_named() { # serve_named DATABASE ROLE
    timeout 10 "${as[@]}" "$unknot" serve --listen 127.0.0.1:0 --database-url "host=$(socket_dir) user=$2 dbname=$1" "${@:3}"
}
named_works() {
    local outer=$pid outer_url=$url code
    rm -f "$work/out" "$work/err"
    "${as[@]}" "$unknot" serve --listen 127.0.0.1:0 --database-url "host=$(socket_dir) user=unknot_app dbname=m2" >"$work/out" 2>"$work/err" &
    pid=$!
    for _ in $(seq 100); do url=$(grep -soP 'listens on \Khttp://\S+' "$work/err") && break; sleep 0.05; done
    database_is pass
    code=$?
    stop
    pid=$outer url=$outer_url
    return "$code"
}
answers() { # answers STATUS PATH [CURL FLAG...]
    local got
    got=$(curl -s -D "$work/head" -o "$work/body" -w '%{http_code}' "${@:3}" "$url$2")
    [ "$got" = "$1" ] && return 0
    echo "$2 answered $got, not $1"
    cat "$work/head" "$work/body"
    return 1
}
says() { # says WORDS: in its log, within ten seconds
    for _ in $(seq 100); do
        if grep -qF -- "$1" "$work/out"; then return 0; fi
        sleep 0.1
    done
    echo "the log does not say $1"
    return 1
}
bearer=Authorization:\ Bearer
well_formed="$bearer unk_00000000000000000000000000000000_AAAAAAAAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
# Without the database: who can be refused is, who cannot be known is told to come again, and the rest goes on.
serves_without() {
    database_is warn && answers 200 /readyz && answers 200 /techniques && answers 401 /care-plans &&
        answers 401 /care-plans -H 'Authorization: Basic eDp5' && answers 401 /care-plans -H "$bearer nonsense" &&
        answers 401 /patients/p/export -H "$bearer unk_short" && answers 401 /care-plans -X POST -H 'Content-Type: application/json' -d '{}' &&
        answers 503 /care-plans -H "$well_formed" && grep -qi '^retry-after: [1-9]' "$work/head" &&
        curl -s "$url/metrics" | grep '^unknot_database_up 0$' >/dev/null &&
        grep -F '"level":"error","event":"database_unavailable"' "$work/out" | grep -F "$1"
}
serves_with() { # the same service, without a restart; serves_with KEY
    database_is pass 150 && curl -s "$url/metrics" | grep '^unknot_database_up 1$' >/dev/null && says '"event":"database_available"' &&
        answers 200 /care-plans -H "$bearer $1" && answers 401 /care-plans -H "$well_formed"
}
# A URL that leads nowhere when the service starts, and somewhere later.
named_later() { # named_later ROLE [DATABASE]
    rm -f "$work/out" "$work/err" "$work/later"
    "${as[@]}" "$unknot" serve --listen 127.0.0.1:0 --database-url "host=$work/later user=$1 dbname=${2:-unknot}" >"$work/out" 2>"$work/err" &
    pid=$!
    for _ in $(seq 200); do url=$(grep -soP 'listens on \Khttp://\S+' "$work/err") && break; sleep 0.05; done
}
named_comes_later() {
    local outer=$pid outer_url=$url code key
    key=$(tool key create)
    named_later unknot_app
    serves_without 'cannot reach the database' && ln -s "$(socket_dir)" "$work/later" && serves_with "$key"
    code=$?
    stop
    pid=$outer url=$outer_url
    return "$code"
}
# What must not be used is not used later either.
named_is_judged_later() {
    local outer=$pid outer_url=$url code
    named_later postgres
    serves_without 'cannot reach the database' && ln -s "$(socket_dir)" "$work/later" && says 'not bound by row-level security' &&
        serves_without 'not bound by row-level security'
    code=$?
    stop
    pid=$outer url=$outer_url
    return "$code"
}

# ---- refusals ----

other_version() {
    local version key
    key=$(tool key create) && version=$(cat "$state/cluster/data/PG_VERSION") || return 1
    "${as[@]}" sh -c "echo 13 >'$state/cluster/data/PG_VERSION'"
    refuses 'was made by PostgreSQL 13' tool key list && start && serves_without 'was made by PostgreSQL 13' &&
        serves_without 'apt-get install postgresql-13'
    local code=$?
    "${as[@]}" sh -c "echo $version >'$state/cluster/data/PG_VERSION'"
    [ "$code" = 0 ] && serves_with "$key" && stop
}
# The very first start fails: its key is shown when there is one.
late_first_start() {
    local state=$work/late home=$work/late/cluster
    "${as[@]}" mkdir -p "$home" && if [ "$(id -u)" = 0 ]; then chmod 711 "$state" && chown postgres "$home"; fi && chmod 500 "$home" || return 1
    start && no_key && serves_without 'cannot make a database' && chmod 700 "$home" && database_is pass 300 || return 1
    for _ in $(seq 50); do prints_a_key && break; sleep 0.1; done
    prints_a_key && prints_a_curl_line && serves_with "$(grep -oE 'unk_[0-9a-f]{32}_[A-Za-z0-9]{12}_[A-Za-z0-9_-]{43}' "$work/err" | head -n 1)" && stop
}
newer_private() {
    local state=$work/newer
    start && sql unknot "INSERT INTO unknot_admin.migrations VALUES (9999, '9999_future', 'x', now())" && stop &&
        refuses 'its schema is newer' timeout 60 "${as[@]}" "$unknot" serve --listen 127.0.0.1:0 --state-dir "$state"
}
closed_way() {
    mkdir -m 700 "$work/closed" && refuses "chmod o+x $work/closed" timeout 10 "$unknot" serve --listen 127.0.0.1:0 --state-dir "$work/closed/state"
}
# A kill in the middle of initdb leaves nothing that looks whole.
killed_initdb() {
    local state=$work/early early
    "${as[@]}" "$unknot" serve --listen 127.0.0.1:0 --state-dir "$state" >"$work/out" 2>"$work/err" &
    early=$!
    for _ in $(seq 200); do [ -e "$state/cluster/data.new/PG_VERSION" ] && break; sleep 0.01; done
    kill -9 "$early"
    wait "$early"
    first_start && stop
}

life() { # life NAME SOCKET_MODE
    check "$1: first start prints a key that is there" first_start
    check "$1: reachable by Unix socket only" socket_only "$2"
    check "$1: neither service nor PostgreSQL is root" not_root
    check "$1: a second service is refused" second_service
    check "$1: keys, while the service runs" key_life
    check "$1: a list of keys shows no secret" prints_no_secret
    check "$1: backup and restore, while the service runs" backup_restore "$1"
    check "$1: the service found the restored database" database_is pass
    check "$1: stops with the service" stops_it
    check "$1: keys, while it does not run" key_life
    check "$1: backup and restore, while it does not run" backup_restore "$1-stopped"
    check "$1: second start, without a key" starts_again
    check "$1: kill -9 of the service" kill_service
    check "$1: kill -9 of the postmaster" kill_postmaster
    check "$1: kill -9 of both" kill_both
    check "$1: a living postmaster is adopted" adopts
    check "$1: orphaned backends are ended" ends_orphans
}

mode=700
if [ "$(id -u)" = 0 ] && getent passwd unknot >/dev/null; then mode=710; fi
life "$(id -un)" "$mode"
check "restore into a new state directory" restore_elsewhere "$work/backup-$(id -un)-stopped/unknot.backup"
check "restore keeps patients unless told" keeps_patients "$work/backup-$(id -un)-stopped/unknot.backup"
check "restore refuses what is no backup" refuses_junk
check "migrations from empty" from_empty
check "migrations twice" twice
check "migrations by two processes at once" two_at_once
check "migrations interrupted half-way" interrupted
check "a login past row-level security is refused" refuses 'not bound by row-level security' serve_named m2 postgres
check "a database of somebody else's" named_works
check "one that is away at the start: decisions go on, care plans when it comes" named_comes_later
check "one that comes later is judged like one that was there" named_is_judged_later
check "a newer schema is refused" newer
check "a changed migration is refused, by name" changed
check "serve refuses it too" refuses 'checksum differs' serve_named m1 unknot_app
check "serve refuses a schema that is not there yet" refuses 'unknot migrate' serve_named postgres unknot_app
check "stops after all that" stops_it
check "another PG_VERSION says what to do; care plans when it was done" other_version
check "a first start that fails goes on trying, and shows its key in the end" late_first_start
check "initdb killed half-way" killed_initdb
check "a private database of a newer program is refused" newer_private
if [ "$(id -u)" = 0 ]; then
    check "a state directory PostgreSQL cannot reach says what to do" closed_way
    as=(setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$work/home")
    install -d -o nobody -g nogroup "$work/home"
    state=$work/home/.local/state/unknot
    life "an ordinary user" 700
    check "an ordinary user: stops" stops_it
fi
[ ${#sleepers[@]} -eq 0 ] || wait "${sleepers[@]}" 2>/dev/null
pid=''
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

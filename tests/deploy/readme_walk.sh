#!/bin/bash
# README's walk, word for word: deploy/run, then the blocks of "Care plans", "Inside a clinic system" and "FHIR" as they
# stand there, with the key that was printed and the port of this test; kill -9 of everything in between.
# Last line: `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
work=$(mktemp -d /tmp/unknot-walk-XXXXXX)
chmod 755 "$work"
ln -s "$root/api" "$work/api"
unset UNKNOT_DATABASE_URL UNKNOT_OWNER_URL UNKNOT_CONFIG
export UNKNOT_STATE_DIR=$work/state
passed=0 failed=0 pid='' listen=127.0.0.1:0

check() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $name"
    else
        failed=$((failed + 1))
        echo "FAIL  $name"
        tail -n 20 "$work/log" "$work/err" 2>/dev/null | cut -c1-400 | sed 's/^/    | /'
    fi
}

# The nth block of shell lines of a section, into a file.
block() { # N SECTION
    awk -v wanted="$1" -v section="## $2" '/^## /{ here = $0 == section } here && /^```sh$/{ n++; on = 1; next } /^```$/{ on = 0 }
        here && on && n == wanted' README.md >"$work/block"
    [ -s "$work/block" ]
}

start() {
    UNKNOT_LISTEN=$listen deploy/run >"$work/out" 2>"$work/err" &
    pid=$!
    for _ in $(seq 600); do
        listen=$(grep -soP 'listens on http://\K\S+' "$work/err") && return 0
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}
first_start() {
    start || return 1
    for _ in $(seq 100); do
        key=$(grep -oE 'unk_[0-9a-f]{32}_[A-Za-z0-9]{12}_[A-Za-z0-9_-]{43}' "$work/err" | head -n 1)
        [ -z "$key" ] || return 0
        sleep 0.1
    done
    return 1
}
walk() { # N SECTION: what the block prints goes to a file; its variables stay
    block "$1" "$2" || return 1
    sed -i -e "s/^KEY=unk_[.]*$/KEY=$key/" -e "s/localhost:8080/$listen/g" "$work/block"
    cd "$work" || return 1
    # shellcheck disable=SC1091 # it is README's
    source "$work/block" >"$work/said"
    cd "$root" || return 1
}
made_a_plan() { [[ $P =~ /care-plans/[0-9a-f]{32}[.][a-z0-9]{26}$ ]]; }
says() { # says WORDS: how often, in what the block printed
    grep -oF -- "$1" "$work/said" | wc -l
}
three_sessions() { [ "$(says '"status":"done"')" = 3 ] && [ "$(says '"code":"')" = 0 ]; }
progress() { grep -qE '"advice":"(continue|change|taper|stop|see_clinician)"' "$work/said"; }
chart() { head -c 4 "$work/progress.svg" | grep -q '<svg' && grep -q '</svg>' "$work/progress.svg"; }
summary() { [ "$(head -c 5 "$work/summary.pdf")" = '%PDF-' ]; }
# Service, keeper and PostgreSQL of this state directory; backends end when PostgreSQL is gone.
rudely() {
    local process
    for process in "$pid" $(pgrep -P "$pid") $(pgrep -f -- "-D $UNKNOT_STATE_DIR/cluster/data"); do kill -9 "$process"; done
    wait "$pid"
    [ "$(curl -s -o /dev/null -w '%{http_code}' "http://$listen/livez")" = 000 ]
}
still_there() { [ "$(says '"status":"done"')" = 3 ] && [ "$(says '"action":"care_plan.create"')" = 1 ]; }
critical_card() { [ "$(says '"hook":"order-sign"')" -ge 1 ] && [ "$(says '"indicator":"critical"')" -ge 1 ]; }
fhir_answers() { [ "$(says '"resourceType":"OperationOutcome"')" = 0 ] && [ "$(says '"status":"on-hold"')" -ge 1 ] &&
    [ "$(says '"resourceType":"CapabilityStatement"')" = 1 ] && [ "$(says '"type":"history"')" = 1 ]; }
lines_of() { wc -l <"$work/$1.1.ndjson"; }
exported() { [ "$(lines_of CarePlan) $(lines_of Goal) $(lines_of Procedure)" = '1 1 3' ] && grep -q '"transactionTime"' "$work/manifest.json" &&
    [ "$(says 'The export has ended')" = 1 ] && [ "$(curl -s -o /dev/null -w '%{http_code}' "$X" -H "$K")" = 404 ]; }
calendar() { [ "$(says BEGIN:VCALENDAR)" = 1 ] && [ "$(says BEGIN:VEVENT)" -ge 1 ]; }
ends() { kill -TERM "$pid" && wait "$pid"; }

clear_away() {
    [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null
    wait
    rm -rf "$work"
}
trap clear_away EXIT

check "deploy/run starts, and prints a key" first_start
check "the first block of Care plans runs" walk 1 "Care plans"
check "a plan" made_a_plan
check "three sessions" three_sessions
check "progress" progress
check "progress as a chart" chart
check "a summary as PDF" summary
check "kill -9 of everything" rudely
check "it starts again, at the same address" start
check "the second block runs" walk 2 "Care plans"
check "all of it is still there" still_there
check "an order in a clinic system" walk 1 "Inside a clinic system"
check "a critical card" critical_card
check "the first block of FHIR runs" walk 1 FHIR
check "plans as FHIR, and one on hold" fhir_answers
check "the export runs" walk 2 FHIR
check "everything in its files, and its end" exported
check "the calendar runs" walk 3 FHIR
check "a calendar" calendar
check "it stops" ends
pid=''
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/bash
# README's walk, word for word: deploy/run, then the blocks of "Care plans" as they stand there, with the key that was
# printed and the port of this test; kill -9 of everything in between. Last line: `N passed, N failed`.
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

# The nth block of shell lines of the section "Care plans", into a file.
block() {
    awk -v wanted="$1" '/^## /{ here = /^## Care plans$/ } here && /^```sh$/{ n++; on = 1; next } /^```$/{ on = 0 }
        here && on && n == wanted' README.md >"$work/block.$1"
    [ -s "$work/block.$1" ]
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
walk() { # what the block prints goes to a file; its variables stay
    block "$1" || return 1
    sed -i -e "s/^KEY=unk_[.]*$/KEY=$key/" -e "s/localhost:8080/$listen/g" "$work/block.$1"
    cd "$work" || return 1
    # shellcheck disable=SC1090 # it is README's
    source "$work/block.$1" >"$work/said.$1"
    cd "$root" || return 1
}
made_a_plan() { [[ $P =~ /care-plans/[0-9a-f]{32}[.][a-z0-9]{26}$ ]]; }
says() { # says BLOCK WORDS: how often, in what the block printed
    grep -oF -- "$2" "$work/said.$1" | wc -l
}
three_sessions() { [ "$(says 1 '"status":"done"')" = 3 ] && [ "$(says 1 '"code":"')" = 0 ]; }
progress() { grep -qE '"advice":"(continue|change|taper|stop|see_clinician)"' "$work/said.1"; }
chart() { head -c 4 "$work/progress.svg" | grep -q '<svg' && grep -q '</svg>' "$work/progress.svg"; }
summary() { [ "$(head -c 5 "$work/summary.pdf")" = '%PDF-' ]; }
# Service, keeper and PostgreSQL of this state directory; backends end when PostgreSQL is gone.
rudely() {
    local process
    for process in "$pid" $(pgrep -P "$pid") $(pgrep -f -- "-D $UNKNOT_STATE_DIR/cluster/data"); do kill -9 "$process"; done
    wait "$pid"
    [ "$(curl -s -o /dev/null -w '%{http_code}' "http://$listen/livez")" = 000 ]
}
still_there() { [ "$(says 2 '"status":"done"')" = 3 ] && [ "$(says 2 '"action":"care_plan.create"')" = 1 ]; }
ends() { kill -TERM "$pid" && wait "$pid"; }

clear_away() {
    [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null
    wait
    rm -rf "$work"
}
trap clear_away EXIT

check "deploy/run starts, and prints a key" first_start
check "the first block of Care plans runs" walk 1
check "a plan" made_a_plan
check "three sessions" three_sessions
check "progress" progress
check "progress as a chart" chart
check "a summary as PDF" summary
check "kill -9 of everything" rudely
check "it starts again, at the same address" start
check "the second block runs" walk 2
check "all of it is still there" still_there
check "it stops" ends
pid=''
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

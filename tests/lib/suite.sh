# Sourced by tests/suites/*: counts what a suite runs.
#   check NAME COMMAND...    one test, passed when COMMAND succeeds
#   counted NAME COMMAND...  a test runner: its own closing line is shown and its tests are counted
#   weighed NAME COMMAND...  one test that ends with a runner's closing line (a law held against many intakes)
#   skip NAME REASON         a test that cannot run here, said aloud
#   finish                   closing line and exit code
# shellcheck shell=bash
set -uo pipefail
# shellcheck disable=SC2034 # the suites read root and full
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
# shellcheck disable=SC2034
full=${UNKNOT_FULL:-}
passed=0 failed=0 skipped=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

seconds_since() {
    awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'
}

# Sets line (the runner's closing line) and ran_passed, ran_failed, ran_skipped from what a runner printed.
read_closing_line() {
    line='' ran_passed=0 ran_failed=0 ran_skipped=0
    local plain='^([A-Za-z_]+: )?[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$'
    local check_ended='^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+$'
    if line=$(grep -E "$plain" "$1" | tail -n 1) && [ -n "$line" ]; then
        read -r ran_passed ran_failed ran_skipped < <(tr -cs '0-9\n' ' ' <<<"$line")
        : "${ran_skipped:=0}"
    elif line=$(grep -E "$check_ended" "$1" | tail -n 1) && [ -n "$line" ]; then
        local checks failures errors
        read -r _ checks failures errors < <(tr -cs '0-9\n' ' ' <<<"$line")
        ran_failed=$((failures + errors)) ran_passed=$((checks - failures - errors))
    elif grep -qE '^# pass [0-9]+$' "$1"; then
        ran_passed=$(grep -oP '^# pass \K[0-9]+' "$1" | tail -n 1)
        ran_failed=$(grep -oP '^# (fail|cancelled) \K[0-9]+' "$1" | tail -n 2 | awk '{ n += $1 } END { print n }')
        ran_skipped=$(grep -oP '^# (skipped|todo) \K[0-9]+' "$1" | tail -n 2 | awk '{ n += $1 } END { print n }')
        line="# tests $((ran_passed + ran_failed + ran_skipped)), pass $ran_passed, fail $ran_failed, skipped $ran_skipped"
    fi
}

# What went wrong, without what went well.
show_failure() {
    if grep -q '^TAP version' "$1"; then
        awk '/^ *not ok /{ left = 16 } /^ *(ok|# Subtest|[0-9]+[.][.][0-9])/{ left = 0 } left-- > 0' "$1"
    else
        grep -vE '^\[ *[0-9]+%\]|^[0-9]+ warnings? generated\.$' "$1"
    fi | sed 's/^/    | /' | tail -n "${UNKNOT_LINES:-80}"
}

check() {
    local name=$1 from=$EPOCHREALTIME
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        printf '  ok    %-58s %6s s\n' "$name" "$(seconds_since "$from")"
        return 0
    fi
    failed=$((failed + 1))
    printf '  FAIL  %-58s %6s s\n' "$name" "$(seconds_since "$from")"
    show_failure "$work/log"
    return 1
}

run_counted() {
    local name=$1 from=$EPOCHREALTIME code=0
    shift
    "$@" >"$work/log" 2>&1 </dev/null || code=$?
    read_closing_line "$work/log"
    if [ "$code" -ne 0 ] && [ "$ran_failed" -eq 0 ]; then ran_failed=1; fi
    local word=ok
    if [ $((ran_passed + ran_failed)) -eq 0 ]; then
        ran_failed=1
        echo "    no test ran" >>"$work/log"
    fi
    [ "$ran_failed" -eq 0 ] || word=FAIL
    printf '  %-5s %-58s %6s s\n' "$word" "$name" "$(seconds_since "$from")"
    [ "$word" = ok ] || show_failure "$work/log"
    [ -z "$line" ] || printf '        %s\n' "$line"
}

counted() {
    run_counted "$@"
    passed=$((passed + ran_passed)) failed=$((failed + ran_failed)) skipped=$((skipped + ran_skipped))
    [ "$ran_failed" -eq 0 ]
}

weighed() {
    run_counted "$@"
    if [ "$ran_failed" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        return 1
    fi
}

skip() {
    skipped=$((skipped + 1))
    printf '  SKIP  %s: %s\n' "$1" "$2"
}

# A suite that cannot go on without its binary says so once.
need_build() {
    check "build $*" deploy/build "$@" || finish
}

finish() {
    local line="$passed passed, $failed failed"
    [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
    echo "$line"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

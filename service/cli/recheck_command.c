/*
 * unknot recheck: judges all active plans of one tenant or of all again with the knowledge in
 * force. A plan that is judged stricter now needs a review, and pauses where its massage is
 * withheld. It writes down where it is after each batch: run again, it goes on.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/thread_arena.h"
#include "care/rejudge.h"
#include "cli/cli.h"
#include "cli/database.h"
#include "resources/app.h"
#include "resources/ids.h"
#include "resources/sql_value.h"
#include "store/operator.h"
#include "store/statements.h"

#define BATCH "100"
#define STRICTER "knowledge_stricter"
enum { STEP_MS = 60000, BAR_WIDTH = 30, TRIES = 5 };

struct sums {
    int64_t judged, same, changed, paused, relieved, stale, ended, unreadable, lost;
};

struct run {
    struct pg_connection *connection;
    const struct knowledge *knowledge;
    const char *tenant;
    char run_id[ID_SIZE], as_of[11];
    char after_at[64], after_id[ID_SIZE];
    int64_t seen, total;
    bool bar; /* somebody watches */
    struct sums sums;
};

/* ---- statements ---- */

static bool tell(const char *what, const struct operator_call *call) {
    (void)fprintf(stderr, "unknot: recheck: %s: %s\n", what, call->message);
    return false;
}

/* A statement without an effect on others; its result is the caller's. */
static bool ask(const struct run *run, const char *name, struct operator_call *call, int count,
                const char *const *params) {
    *call = (struct operator_call){.statement = name, .param_count = count, .params = params};
    return operator_run(run->connection, call) == STATUS_OK || tell(name, call);
}
#define ASK(run, name, call, ...)                                                                  \
    ask(run, name, call, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *),        \
        (const char *const[]){__VA_ARGS__})

static const char *value(const PGresult *result, int row, const char *column) {
    int number = PQfnumber(result, column);
    if (number < 0 || PQgetisnull(result, row, number))
        return NULL;
    return PQgetvalue(result, row, number);
}

static int64_t whole(const PGresult *result, int row, const char *column) {
    const char *text = value(result, row, column);
    return text ? strtoll(text, NULL, 10) : 0;
}

static void keep(char *out, size_t size, const char *text) {
    (void)snprintf(out, size, "%s", text ? text : "");
}

/* ---- the run ---- */

static bool start_run(struct run *run) {
    char now[SQL_TIME_SIZE];
    struct operator_call call;
    sql_time_now(now, 0);
    keep(run->after_at, sizeof run->after_at, "-infinity");
    run->after_id[0] = '\0';
    run->seen = 0;
    if (id_new(run->run_id) != STATUS_OK ||
        !ASK(run, "recheck_start", &call, run->tenant, run->run_id, run->knowledge->sha256,
             run->as_of, now))
        return false;
    PQclear(call.result);
    return true;
}

static bool finish_run(struct run *run) {
    char now[SQL_TIME_SIZE];
    struct operator_call call;
    sql_time_now(now, 0);
    if (!ASK(run, "recheck_finish", &call, run->tenant, run->run_id, now))
        return false;
    PQclear(call.result);
    return true;
}

/* Goes on with a run that was interrupted, if it is of this release and of today. */
static bool open_run(struct run *run) {
    struct operator_call call;
    if (!ASK(run, "recheck_open", &call, run->tenant))
        return false;
    bool open = PQntuples(call.result) == 1, same = false;
    if (open) {
        const char *sha = value(call.result, 0, "knowledge_sha256");
        const char *as_of = value(call.result, 0, "as_of");
        same = sha && as_of && strcmp(sha, run->knowledge->sha256) == 0 &&
               strcmp(as_of, run->as_of) == 0;
        keep(run->run_id, sizeof run->run_id, value(call.result, 0, "run_id"));
        keep(run->after_at, sizeof run->after_at, value(call.result, 0, "after_created_at"));
        keep(run->after_id, sizeof run->after_id, value(call.result, 0, "after_plan_id"));
        run->seen = whole(call.result, 0, "seen");
    }
    PQclear(call.result);
    if (open && same) {
        (void)fprintf(stderr, "unknot: tenant %s: goes on after %" PRId64 " plans\n", run->tenant,
                      run->seen);
        return true;
    }
    return (!open || finish_run(run)) && start_run(run);
}

static bool count_left(struct run *run) {
    struct operator_call call;
    if (!ASK(run, "recheck_left", &call, run->tenant, run->after_at, run->after_id))
        return false;
    run->total = run->seen + whole(call.result, 0, "plans_left");
    PQclear(call.result);
    return true;
}

static bool advance(struct run *run, int64_t seen, int64_t changed) {
    char before[SQL_NUMBER_SIZE], batch[SQL_NUMBER_SIZE], count[SQL_NUMBER_SIZE];
    struct operator_call call;
    if (!ASK(run, "recheck_advance", &call, run->tenant, run->run_id, sql_number(before, run->seen),
             run->after_at, run->after_id, sql_number(batch, seen), sql_number(count, changed)))
        return false;
    PQclear(call.result);
    run->seen += seen;
    return true;
}

/* ---- one plan ---- */

struct plan_row {
    const PGresult *result; /* of recheck_batch or care_plan_get */
    int row;
    const char *patient_id, *plan_id;
};

static bool has_reason(const json_t *reasons) {
    size_t i;
    json_t *reason;
    json_array_foreach(reasons, i,
                       reason) if (strcmp(json_string_value(reason), STRICTER) == 0) return true;
    return false;
}

static void drop_reason(json_t *reasons) {
    for (size_t i = json_array_size(reasons); i-- > 0;)
        if (strcmp(json_string_value(json_array_get(reasons, i)), STRICTER) == 0)
            (void)json_array_remove(reasons, i);
}

static uint64_t deadline(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + STEP_MS * UINT64_C(1000000);
}

struct verdict_texts {
    const char *status;  /* NULL keeps it */
    const char *summary; /* for people */
    struct buffer reasons, change;
};

/* Plan, history and audit in one transaction. STATUS_CONFLICT: somebody changed it meanwhile. */
static enum status store(const struct run *run, const struct plan_row *plan,
                         const struct verdict_texts *texts) {
    char now[SQL_TIME_SIZE], event[ID_SIZE], path[96];
    struct pg_transaction transaction = {.tenant = run->tenant};
    const PGresult *r = plan->result;
    sql_time_now(now, 0);
    (void)snprintf(path, sizeof path, "care-plans/%s.%s", plan->patient_id, plan->plan_id);
    const char *kept[] = {run->tenant, plan->patient_id, plan->plan_id, "false", "false", "false"};
    const char *update[] = {run->tenant,
                            plan->patient_id,
                            now,
                            "operator",
                            plan->plan_id,
                            value(r, plan->row, "version"),
                            "care_plan.recheck",
                            texts->status,
                            NULL,
                            value(r, plan->row, "therapist_id"),
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            NULL,
                            texts->reasons.data,
                            value(r, plan->row, "recheck_due"),
                            value(r, plan->row, "clearance_ends"),
                            "[]",
                            texts->summary,
                            texts->change.data};
    const char *audit[] = {run->tenant, plan->patient_id,    now,  "operator",
                           event,       "care_plan.recheck", path, NULL,
                           "ok"};
    bool added =
        id_new(event) == STATUS_OK &&
        pg_add(&transaction, statement("care_plan_keep"), sizeof kept / sizeof *kept, kept) &&
        pg_add(&transaction, statement("care_plan_update"), sizeof update / sizeof *update,
               update) &&
        pg_add(&transaction, statement("audit_add"), sizeof audit / sizeof *audit, audit);
    enum status status =
        added ? pg_run(run->connection, &transaction, deadline()) : STATUS_INTERNAL;
    if (status != STATUS_OK && strcmp(transaction.sqlstate, "22012") == 0)
        status = STATUS_CONFLICT;
    else if (status != STATUS_OK)
        (void)fprintf(stderr, "unknot: recheck: a plan could not be written: %s %s\n",
                      status_name(status), transaction.sqlstate);
    pg_transaction_free(&transaction);
    return status;
}

/* What follows for a plan from the comparison. `*changed`: something was written. */
static enum status conclude(struct run *run, const struct plan_row *plan,
                            const struct rejudgement *verdict, struct verdict_texts *texts,
                            bool *changed) {
    const char *state = value(plan->result, plan->row, "status");
    json_t *reasons = sql_array_read(value(plan->result, plan->row, "review_needed"));
    if (!reasons)
        return STATUS_NO_MEMORY;
    bool known = has_reason(reasons), worse = verdict->result.stricter;
    bool pause = worse && verdict->result.result == RECHECK_PAUSED && strcmp(state, "active") == 0;
    drop_reason(reasons);
    if (worse && json_array_append_new(reasons, json_string(STRICTER)) != 0) {
        json_decref(reasons);
        return STATUS_NO_MEMORY;
    }
    sql_array_write(&texts->reasons, reasons);
    json_decref(reasons);
    texts->status = pause ? "on-hold" : NULL;
    texts->summary = pause   ? "The knowledge in force withholds this massage: the plan pauses."
                     : worse ? "The knowledge in force is stricter: a review is needed."
                             : "The knowledge in force is not stricter any more.";
    *changed = known != worse || pause;
    enum status status = *changed ? store(run, plan, texts) : STATUS_OK;
    if (status == STATUS_OK && *changed) {
        run->sums.paused += pause;
        run->sums.changed += worse && !pause;
        run->sums.relieved += !worse;
    }
    run->sums.same += status == STATUS_OK && !*changed;
    return status;
}

static enum status judge_row(struct run *run, const struct plan_row *plan, bool *changed) {
    struct arena *arena = thread_arena();
    const char *ends = value(plan->result, plan->row, "clearance_ends");
    const char *intake = value(plan->result, plan->row, "intake");
    const char *decision = value(plan->result, plan->row, "decision");
    json_t *answers = intake ? json_loads(intake, 0, NULL) : NULL;
    json_t *snapshot = decision ? json_loads(decision, 0, NULL) : NULL;
    struct rejudgement verdict;
    struct verdict_texts texts = {.status = NULL};
    buffer_init(&texts.reasons);
    buffer_init(&texts.change);
    *changed = false;
    enum status status =
        arena && answers && snapshot
            ? rejudge(run->knowledge, answers, snapshot,
                      value(plan->result, plan->row, "technique"), ends ? date_days(ends) : INT_MAX,
                      app_today(), arena, &texts.change, &verdict)
            : STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        run->sums.stale += (verdict.stale & REVIEW_ANSWERS_STALE) != 0;
        run->sums.ended += (verdict.stale & REVIEW_CLEARANCE_ENDED) != 0;
        status = conclude(run, plan, &verdict, &texts, changed);
    } else if (status == STATUS_INVALID) {
        run->sums.unreadable++;
        status = STATUS_OK;
    }
    buffer_free(&texts.reasons);
    buffer_free(&texts.change);
    json_decref(answers);
    json_decref(snapshot);
    return status;
}

static bool is_open(const PGresult *result) {
    const char *state = value(result, 0, "status");
    return PQntuples(result) == 1 && !value(result, 0, "deleted_at") &&
           (strcmp(state, "active") == 0 || strcmp(state, "on-hold") == 0);
}

/* Somebody changed the plan meanwhile: read it anew and judge that. */
static enum status judge_again(struct run *run, const struct plan_row *plan, bool *changed) {
    struct operator_call call;
    enum status status = STATUS_CONFLICT;
    for (int tries = 0; status == STATUS_CONFLICT && tries < TRIES; tries++) {
        if (!ASK(run, "care_plan_get", &call, run->tenant, plan->patient_id, plan->plan_id, "true"))
            return STATUS_UNAVAILABLE;
        struct plan_row fresh = {call.result, 0, plan->patient_id, plan->plan_id};
        status = is_open(call.result) ? judge_row(run, &fresh, changed) : STATUS_OK;
        PQclear(call.result);
    }
    run->sums.lost += status == STATUS_CONFLICT;
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}

/* ---- many plans ---- */

static void draw_bar(const struct run *run, bool last) {
    int64_t total = run->total > run->seen ? run->total : run->seen;
    int full = total ? (int)(run->seen * BAR_WIDTH / total) : BAR_WIDTH;
    if (!run->bar)
        return;
    (void)fprintf(stderr, "\r  [%.*s%*s] %" PRId64 " of %" PRId64 " plans%s", full,
                  "##############################", BAR_WIDTH - full, "", run->seen, total,
                  last ? "\n" : "");
}

static bool judge_batch(struct run *run, const PGresult *batch) {
    int rows = PQntuples(batch);
    int64_t changes = 0;
    for (int row = 0; row < rows; row++) {
        bool changed = false;
        struct plan_row plan = {batch, row, value(batch, row, "patient_id"),
                                value(batch, row, "plan_id")};
        enum status status = judge_row(run, &plan, &changed);
        if (status == STATUS_CONFLICT)
            status = judge_again(run, &plan, &changed);
        if (status != STATUS_OK)
            return false;
        changes += changed;
        run->sums.judged++;
    }
    keep(run->after_at, sizeof run->after_at, value(batch, rows - 1, "created_at"));
    keep(run->after_id, sizeof run->after_id, value(batch, rows - 1, "plan_id"));
    return advance(run, rows, changes);
}

static bool judge_all(struct run *run) {
    struct operator_call call;
    bool good = true;
    for (bool more = true; good && more;) {
        if (!ASK(run, "recheck_batch", &call, run->tenant, run->after_at, run->after_id, BATCH))
            return false;
        more = PQntuples(call.result) > 0;
        good = !more || judge_batch(run, call.result);
        PQclear(call.result);
        draw_bar(run, !more || !good);
    }
    return good;
}

static void print_summary(const struct run *run, const char *name) {
    const struct sums *s = &run->sums;
    (void)printf("%s: %" PRId64 " plans judged with knowledge %s\n", name, s->judged,
                 run->knowledge->version);
    (void)printf("  as before                %" PRId64 "\n", s->same);
    (void)printf("  stricter, review needed  %" PRId64 "\n", s->changed);
    (void)printf("  withheld now, paused     %" PRId64 "\n", s->paused);
    (void)printf("  no longer stricter       %" PRId64 "\n", s->relieved);
    (void)printf("  answers out of date      %" PRId64 "\n", s->stale);
    (void)printf("  clearance ended          %" PRId64 "\n", s->ended);
    if (s->unreadable)
        (void)printf("  not understood any more  %" PRId64 "\n", s->unreadable);
    if (s->lost)
        (void)printf("  changed all the time     %" PRId64 "\n", s->lost);
}

static bool recheck_tenant(struct pg_connection *connection, const struct knowledge *knowledge,
                           const char *tenant, const char *name) {
    struct run run = {.connection = connection,
                      .knowledge = knowledge,
                      .tenant = tenant,
                      .bar = isatty(STDERR_FILENO) != 0};
    date_text(app_today(), run.as_of);
    bool good = open_run(&run) && count_left(&run) && judge_all(&run) && finish_run(&run);
    if (good)
        print_summary(&run, name);
    return good;
}

/* ---- the command ---- */

/* By id or by name; NULL: all of them. */
static bool recheck_tenants(struct pg_connection *connection, const struct knowledge *knowledge,
                            const char *wanted) {
    struct operator_call call = {.statement = "tenants_list"};
    if (operator_run(connection, &call) != STATUS_OK)
        return tell("tenants_list", &call);
    bool good = true, found = false;
    for (int row = 0; good && row < PQntuples(call.result); row++) {
        const char *tenant = value(call.result, row, "tenant_id");
        const char *name = value(call.result, row, "name");
        if (wanted && strcmp(wanted, tenant) != 0 && strcmp(wanted, name) != 0)
            continue;
        found = true;
        good = recheck_tenant(connection, knowledge, tenant, name);
    }
    PQclear(call.result);
    if (wanted && !found)
        (void)fprintf(stderr, "unknot: there is no tenant '%s'\n", wanted);
    return good && (found || !wanted);
}

int command_recheck(const struct settings *settings, int argc, char **argv) {
    struct database database;
    const char *wanted = argc == 2 && strcmp(argv[0], "--tenant") == 0 ? argv[1] : NULL;
    if (argc != 0 && !wanted)
        return EXIT_USAGE;
    struct knowledge *knowledge = open_knowledge(settings);
    if (!knowledge)
        return EXIT_BAD_KNOWLEDGE;
    bool done = false;
    if (database_open(settings, &database)) {
        struct pg_connection *connection = database_connect_owner(&database);
        done = connection && recheck_tenants(connection, knowledge, wanted);
        pg_close(connection);
        database_close(&database);
    }
    knowledge_free(knowledge);
    thread_arena_end();
    return done ? EXIT_DONE : EXIT_FAILED;
}

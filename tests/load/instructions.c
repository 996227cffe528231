/*
 * Fixed inputs through what a POST /recommendations, and the texts of a POST /care-plans, cost
 * besides HTTP and the database, for callgrind to count:
 * unknot_instructions RICH.json USUAL.json. Under callgrind each part writes its counts to a file
 * of its own, named by the request; see tests/load/instructions, which runs it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/callgrind.h>

#include "base/json_text.h"
#include "care/plan.h"
#include "care/snapshot.h"
#include "cli_stub.h"
#include "contract/contract.h"
#include "embedded.h"
#include "engine/decision.h"
#include "resources/answer.h"
#include "resources/app.h"

enum { DAY = 20000, BLOCK = 1 << 20 };

struct bench {
    struct knowledge *knowledge;
    struct contract *contract;
    struct arena arena;
    struct buffer out;
    char *text; /* the body */
    size_t len;
};

static void fail(const char *what) {
    (void)fprintf(stderr, "unknot_instructions: %s\n", what);
    exit(1);
}

static json_t *parse(const struct bench *bench) {
    struct json_text_problem problem;
    json_t *body = json_text_parse(bench->text, bench->len, &problem);
    if (!body)
        fail(problem.detail);
    return body;
}

static struct intake *read_body(struct bench *bench, const json_t *body) {
    struct complaints complaints;
    complaints_init(&complaints, &bench->arena);
    contract_check(contract_request_schema(bench->contract, "createRecommendation"), body,
                   &complaints);
    struct intake *intake = intake_read(bench->knowledge, body, DAY, &bench->arena, &complaints);
    if (!intake || complaints.total)
        fail("the intake is refused");
    return intake;
}

static const struct decision *decided(struct bench *bench, const struct intake *intake,
                                      unsigned parts) {
    const struct decision *decision = decide(intake, parts, &bench->arena);
    if (!decision)
        fail("no decision");
    return decision;
}

static void write_answer(struct bench *bench, const struct decision *decision) {
    bench->out.len = 0;
    if (answer_recommendation(decision, &bench->out) != STATUS_OK)
        fail("no answer");
}

/* Counts what stands between them, under this name. */
#define BEGIN() CALLGRIND_TOGGLE_COLLECT
#define END(name)                                                                                  \
    do {                                                                                           \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
        CALLGRIND_DUMP_STATS_AT(name);                                                             \
    } while (0)

static void measure_parts(struct bench *bench) {
    BEGIN();
    json_t *body = parse(bench);
    END("rich intake: parse");
    BEGIN();
    struct intake *intake = read_body(bench, body);
    END("rich intake: check and read");
    BEGIN();
    (void)decided(bench, intake, DECIDE_OUTCOME);
    END("rich intake: outcome");
    BEGIN();
    const struct decision *decision = decided(bench, intake, DECIDE_EVERYTHING);
    END("rich intake: everything");
    BEGIN();
    write_answer(bench, decision);
    END("rich intake: write");
    json_decref(body);
    arena_reset(&bench->arena);
}

static void run_whole(struct bench *bench, bool brief) {
    json_t *body = parse(bench);
    struct intake *intake = read_body(bench, body);
    intake->brief = brief;
    write_answer(bench, decided(bench, intake, DECIDE_EVERYTHING));
    json_decref(body);
    arena_reset(&bench->arena);
}

/* The texts that POST /care-plans stores and answers, besides the answers themselves. */
static void write_plan(struct bench *bench, const struct decision *decision) {
    struct complaints complaints;
    struct json_writer json;
    struct plan *plan;
    json_t *wishes = json_object();
    complaints_init(&complaints, &bench->arena);
    struct plan_wish *wish = plan_wish_read(decision, wishes, &bench->arena, &complaints);
    if (!wish || plan_derive(decision, wish, &bench->arena, &complaints, &plan) != STATUS_OK)
        fail("no plan");
    bench->out.len = 0;
    jw_init(&json, &bench->out);
    jw_open_array(&json);
    plan_write_goal(&json, plan);
    plan_write(&json, plan);
    snapshot_write(&json, decision);
    jw_close_array(&json);
    if (!jw_ok(&json))
        fail("the plan is not written");
    json_decref(wishes);
}

/* The body as its Idempotency-Key remembers it. */
static void print_sorted(const json_t *body) {
    char *text = json_text_print_sorted(body, NULL);
    if (!text)
        fail("the body is not printed");
    free(text);
}

static void measure_plan(struct bench *bench) {
    json_t *body = parse(bench);
    const struct decision *decision = decided(bench, read_body(bench, body), DECIDE_IDENTITY);
    write_plan(bench, decision); /* memory is there the second time */
    BEGIN();
    write_plan(bench, decision);
    END("usual plan: derive and write");
    print_sorted(body);
    BEGIN();
    print_sorted(body);
    END("usual plan: body, sorted");
    json_decref(body);
    arena_reset(&bench->arena);
}

static void load_body(struct bench *bench, const char *path) {
    json_t *body = json_load_file(path, 0, NULL);
    free(bench->text);
    bench->text = body ? json_text_print(body, &bench->len) : NULL;
    if (!bench->text)
        fail(path);
    json_decref(body);
}

static void measure(struct bench *bench, char **paths) {
    load_body(bench, paths[0]);
    run_whole(bench, false); /* memory is there the second time */
    measure_parts(bench);
    load_body(bench, paths[1]);
    run_whole(bench, false);
    BEGIN();
    run_whole(bench, false);
    END("usual intake: all, full");
    BEGIN();
    run_whole(bench, true);
    END("usual intake: all, brief");
    measure_plan(bench);
}

int main(int argc, char **argv) {
    char message[300] = "";
    struct bench bench = {0};
    const struct embedded_file *contract = app_document("openapi.json");
    bench.knowledge = argc == 3 ? bench_knowledge(NULL) : NULL;
    if (!bench.knowledge || !contract)
        fail("usage: unknot_instructions RICH.json USUAL.json");
    bench.contract = contract_load(contract->bytes, contract->len, message, sizeof message);
    if (!bench.contract)
        fail(message);
    arena_init(&bench.arena, BLOCK);
    buffer_init(&bench.out);
    measure(&bench, argv + 1);
    free(bench.text);
    buffer_free(&bench.out);
    arena_free(&bench.arena);
    contract_free(bench.contract);
    knowledge_free(bench.knowledge);
    return 0;
}

/*
 * How long a decision takes, without HTTP: unknot_engine_bench INTAKE.json [RELEASE_DIR]. First
 * from an intake that is read already, then from the bytes of a body to those of its answer. Prints
 * medians in nanoseconds on one core. A benchmark, never a test: machines are noisy, compare pairs
 * in one run.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json_memory.h"
#include "base/json_text.h"
#include "cli_stub.h"
#include "contract/contract.h"
#include "embedded.h"
#include "engine/decision.h"
#include "resources/answer.h"
#include "resources/app.h"

enum { ROUNDS = 3000, DAY = 20000 };

static long now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static int compare(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static long median(long *times) {
    qsort(times, ROUNDS, sizeof *times, compare);
    return times[ROUNDS / 2];
}

static long measure(const struct intake *intake, unsigned parts, bool written,
                    struct arena *arena) {
    static long times[ROUNDS];
    struct buffer out;
    buffer_init(&out);
    for (int i = 0; i < ROUNDS; i++) {
        long begun = now_ns();
        const struct decision *decision = decide(intake, parts, arena);
        out.len = 0;
        if (!decision || (written && answer_recommendation(decision, &out) != STATUS_OK))
            exit(1);
        times[i] = now_ns() - begun;
        arena_reset(arena);
    }
    buffer_free(&out);
    return median(times);
}

/* Everything but HTTP: the text is read, checked against the contract, decided, written. */
static bool answer_text(const struct knowledge *knowledge, const struct contract *contract,
                        const char *text, bool brief, struct arena *arena, struct buffer *out) {
    struct complaints complaints;
    struct json_text_problem problem;
    json_t *body = json_text_parse(text, strlen(text), &problem);
    complaints_init(&complaints, arena);
    contract_check(contract_request_schema(contract, "createRecommendation"), body, &complaints);
    struct intake *intake = intake_read(knowledge, body, DAY, arena, &complaints);
    json_decref(body);
    if (!intake || complaints.total)
        return false;
    intake->brief = brief;
    const struct decision *decision = decide(intake, DECIDE_EVERYTHING, arena);
    out->len = 0;
    return decision && answer_recommendation(decision, out) == STATUS_OK;
}

static long measure_text(const struct knowledge *knowledge, const struct contract *contract,
                         const char *text, bool brief, struct arena *arena) {
    static long times[ROUNDS];
    struct buffer out;
    buffer_init(&out);
    for (int i = 0; i < ROUNDS; i++) {
        long begun = now_ns();
        if (!answer_text(knowledge, contract, text, brief, arena, &out))
            exit(1);
        times[i] = now_ns() - begun;
        arena_reset(arena);
    }
    buffer_free(&out);
    return median(times);
}

static struct contract *load_contract(void) {
    char message[300];
    const struct embedded_file *file = app_document("openapi.json");
    return file ? contract_load(file->bytes, file->len, message, sizeof message) : NULL;
}

int main(int argc, char **argv) {
    struct arena arena, own;
    struct complaints complaints;
    json_memory_start(); /* as the service does */
    struct knowledge *knowledge = argc < 2 ? NULL : bench_knowledge(argc > 2 ? argv[2] : NULL);
    json_t *body = knowledge ? json_load_file(argv[1], 0, NULL) : NULL;
    char *text = json_dumps(body, JSON_COMPACT);
    struct contract *contract = load_contract();
    if (!knowledge || !text || !contract)
        return 2;
    arena_init(&arena, 1 << 20);
    arena_init(&own, 1 << 20);
    complaints_init(&complaints, &own);
    struct intake *intake = intake_read(knowledge, body, DAY, &own, &complaints);
    if (!intake || complaints.total)
        return 3;
    (void)printf("rules %u, nodes %u\n", knowledge->rule_count, knowledge->graph->node_count);
    (void)printf("outcome %ld ns\n", measure(intake, DECIDE_OUTCOME, false, &arena));
    (void)printf("with questions and what-ifs %ld ns\n",
                 measure(intake, DECIDE_QUESTIONS | DECIDE_WHAT_IFS, false, &arena));
    (void)printf("and decision_id %ld ns\n", measure(intake, DECIDE_EVERYTHING, false, &arena));
    (void)printf("and the JSON written %ld ns\n", measure(intake, DECIDE_EVERYTHING, true, &arena));
    (void)printf("from bytes to bytes, full %ld ns\n",
                 measure_text(knowledge, contract, text, false, &arena));
    (void)printf("from bytes to bytes, brief %ld ns\n",
                 measure_text(knowledge, contract, text, true, &arena));
    arena_free(&arena);
    arena_free(&own);
    free(text);
    json_decref(body);
    contract_free(contract);
    knowledge_free(knowledge);
    return 0;
}

/*
 * How long a decision takes, without HTTP and without parsing: unknot_engine_bench INTAKE.json
 * [RELEASE_DIR] Prints medians in nanoseconds on one core. A benchmark, never a test: machines are
 * noisy, compare pairs in one run.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli_stub.h"
#include "engine/decision.h"
#include "resources/answer.h"

enum { ROUNDS = 3000 };

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

int main(int argc, char **argv) {
    struct arena arena, own;
    struct complaints complaints;
    struct knowledge *knowledge = argc < 2 ? NULL : bench_knowledge(argc > 2 ? argv[2] : NULL);
    json_t *body = knowledge ? json_load_file(argv[1], 0, NULL) : NULL;
    if (!body)
        return 2;
    arena_init(&arena, 1 << 20);
    arena_init(&own, 1 << 20);
    complaints_init(&complaints, &own);
    struct intake *intake = intake_read(knowledge, body, 20000, &own, &complaints);
    if (!intake || complaints.total)
        return 3;
    (void)printf("rules %u, nodes %u\n", knowledge->rule_count, knowledge->graph->node_count);
    (void)printf("outcome %ld ns\n", measure(intake, DECIDE_OUTCOME, false, &arena));
    (void)printf("with questions and what-ifs %ld ns\n",
                 measure(intake, DECIDE_QUESTIONS | DECIDE_WHAT_IFS, false, &arena));
    (void)printf("and decision_id %ld ns\n", measure(intake, DECIDE_EVERYTHING, false, &arena));
    (void)printf("and the JSON written %ld ns\n", measure(intake, DECIDE_EVERYTHING, true, &arena));
    arena_free(&arena);
    arena_free(&own);
    json_decref(body);
    knowledge_free(knowledge);
    return 0;
}

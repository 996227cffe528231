/* Any request: parsed, held against the contract, read, decided in full and answered. No crash, and
 * every answer is strict JSON. A refused request is still asked for its red flags. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/tiny_release.h"
#include "base/json_text.h"
#include "contract/contract.h"
#include "place.h"
#include "resources/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct contract *load_contract(void) {
    char message[300];
    for (size_t i = 0; i < embedded_documents_count; i++)
        if (strcmp(embedded_documents[i].name, "openapi.json") == 0)
            return contract_load(embedded_documents[i].bytes, embedded_documents[i].len, message,
                                 sizeof message);
    return NULL;
}

static void judge(enum status status, struct buffer *answer) {
    struct json_text_problem problem;
    json_t *parsed =
        status == STATUS_OK ? json_text_parse(answer->data, answer->len, &problem) : NULL;
    if (!parsed)
        abort();
    json_decref(parsed);
    buffer_free(answer);
}

static void answer_it(struct intake *intake, bool checks, struct arena *arena) {
    struct buffer answer;
    const struct decision *decision = decide(intake, DECIDE_EVERYTHING, arena);
    if (!decision || !*decision->id)
        abort();
    buffer_init(&answer);
    judge(checks ? answer_checks(decision, &answer) : answer_recommendation(decision, &answer),
          &answer);
}

static void ask_for_red_flags(const struct intake *intake, struct arena *arena) {
    struct buffer answer;
    struct json_writer json;
    const struct decision *decision = decide(intake, DECIDE_OUTCOME, arena);
    if (!decision)
        abort();
    buffer_init(&answer);
    jw_init(&json, &answer);
    answer_triage(&json, decision);
    judge(jw_ok(&json) ? STATUS_OK : STATUS_INTERNAL, &answer);
}

static void run(const struct knowledge *knowledge, const struct contract *contract,
                const json_t *body, bool checks) {
    struct arena arena;
    struct complaints complaints;
    arena_init(&arena, 1 << 17);
    complaints_init(&complaints, &arena);
    contract_check(contract_request_schema(contract, checks ? "createContraindicationCheck"
                                                            : "createRecommendation"),
                   body, &complaints);
    struct intake *intake = intake_read(knowledge, body, TINY_TODAY, &arena, &complaints);
    if (!intake)
        abort();
    places_are_in(body, &complaints);
    if (complaints.total)
        ask_for_red_flags(intake, &arena);
    else
        answer_it(intake, checks, &arena);
    if (!complaints.total && !checks) {
        intake->brief = true;
        answer_it(intake, false, &arena);
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct knowledge *knowledge;
    static const struct contract *contract;
    if (!knowledge) {
        knowledge = load_embedded_release();
        contract = load_contract();
        if (!knowledge || !contract)
            abort();
    }
    struct json_text_problem problem;
    json_t *body = json_text_parse((const char *)data, size, &problem);
    if (!body)
        return 0;
    run(knowledge, contract, body, false);
    run(knowledge, contract, body, true);
    json_decref(body);
    return 0;
}

/* Any QuestionnaireResponse: read, checked as an intake, decided in full and answered as FHIR. No
 * crash, every complaint has a place in the body, and every answer is one strict JSON value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/tiny_release.h"
#include "base/json_text.h"
#include "interop/fhir_assessment.h"
#include "interop/fhir_questionnaire_response.h"
#include "place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct plan *propose(const struct decision *decision, struct arena *arena) {
    struct complaints ignored;
    struct plan *plan = NULL;
    json_t *no_wishes = json_object();
    complaints_init(&ignored, arena);
    struct plan_wish *wish = plan_wish_read(decision, no_wishes, arena, &ignored);
    enum status status =
        wish ? plan_derive(decision, wish, arena, &ignored, &plan) : STATUS_NO_MEMORY;
    json_decref(no_wishes);
    if (status != STATUS_OK && status != STATUS_CONFLICT)
        abort();
    return status == STATUS_OK ? plan : NULL;
}

static void answer(const struct intake *intake, const json_t *subject, struct arena *arena) {
    struct json_text_problem problem;
    struct json_writer json;
    struct buffer out;
    const struct decision *decision = decide(intake, DECIDE_EVERYTHING, arena);
    if (!decision)
        abort();
    struct fhir_about about = {.source = {.knowledge = intake->knowledge},
                               .decision = decision,
                               .plan = propose(decision, arena),
                               .base = "https://clinic.example/fhir",
                               .subject = subject};
    buffer_init(&out);
    jw_init(&json, &out);
    fhir_assessment_write(&json, &about);
    json_t *bundle = jw_ok(&json) ? json_text_parse(out.data, out.len, &problem) : NULL;
    if (!bundle)
        abort();
    json_decref(bundle);
    buffer_free(&out);
}

static void run(const struct knowledge *knowledge, const json_t *response) {
    struct arena arena;
    struct complaints complaints, found;
    struct fhir_trail trail;
    arena_init(&arena, 1 << 17);
    complaints_init(&complaints, &arena);
    complaints_init(&found, &arena);
    json_t *body =
        fhir_questionnaire_response_intake(knowledge, response, "#", &arena, &trail, &complaints);
    struct intake *intake = body ? intake_read(knowledge, body, TINY_TODAY, &arena, &found) : NULL;
    if (!intake)
        abort();
    fhir_trail_complaints(&trail, &found, &complaints);
    places_are_in(response, &complaints);
    if (!complaints.total)
        answer(intake, json_object_get(response, "subject"), &arena);
    json_decref(body);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct knowledge *knowledge;
    struct json_text_problem problem;
    if (!knowledge)
        knowledge = load_embedded_release();
    if (!knowledge)
        abort();
    json_t *response = json_text_parse((const char *)data, size, &problem);
    if (!response)
        return 0;
    run(knowledge, response);
    json_decref(response);
    return 0;
}

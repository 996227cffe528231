/*
 * Any release: the first byte says which file of the tiny release the rest replaces; what loads
 * must survive lint, a decision and an answer. An upper-case first letter makes the rest a
 * condition in the vocabulary of the embedded release.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

#include "../unit/tiny_release.h"
#include "engine/decision.h"
#include "engine/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_condition(const char *source) {
    static struct knowledge *knowledge;
    char message[300] = "";
    if (!knowledge && !(knowledge = load_embedded_release()))
        abort();
    struct arena kept = knowledge->arena;
    arena_init(&knowledge->arena, 4096);
    const struct expression *tree = condition_parse(knowledge, source, message, sizeof message);
    if ((tree == NULL) != (*message != '\0'))
        abort();
    arena_free(&knowledge->arena);
    knowledge->arena = kept;
}

static void use(const struct knowledge *knowledge) {
    struct report report;
    struct arena arena;
    struct complaints complaints;
    report_init(&report);
    lint_knowledge(knowledge, NULL, &report);
    report_free(&report);
    arena_init(&arena, 1 << 14);
    complaints_init(&complaints, &arena);
    const struct intake *intake = intake_of(
        knowledge,
        "{'age':40,'findings':[{'id':'cough','state':'present'},{'id':'clot','state':'present',"
        "'weeks_ago':3},{'id':'rash','state':'unknown'}],'medications':[{'text':'alphadol x'}],"
        "'diagnoses':[{'system':'icd10cm','code':'I80.2'}],'clearances':[{'recorded':'2026-11-01'}]"
        "}",
        &arena, &complaints);
    if (!intake || !decide(intake, DECIDE_EVERYTHING, &arena))
        abort();
    arena_free(&arena);
}

static void load_with(unsigned which, const char *bytes, size_t len) {
    static struct tiny_made tiny;
    static const struct tiny_rule rule = {"C1.x", "clot & !cough", "urgent", NULL, NULL};
    struct knowledge_file files[TINY_FILES + 2];
    struct report report;
    if (!tiny.count)
        tiny_make(&tiny, &rule, 1, NULL, 0);
    memcpy(files, tiny.files, sizeof files);
    files[which % tiny.count].bytes = bytes;
    files[which % tiny.count].len = len;
    report_init(&report);
    struct knowledge *knowledge = knowledge_load(files, tiny.count, &report);
    if ((knowledge == NULL) != (report.count > 0))
        abort();
    if (knowledge)
        use(knowledge);
    knowledge_free(knowledge);
    report_free(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = size ? strndup((const char *)data + 1, size - 1) : NULL;
    if (!text)
        return 0;
    if (isupper(*data))
        parse_condition(text);
    else
        load_with(*data - (unsigned)'a', text, strlen(text));
    free(text);
    return 0;
}

/* Any text as a medicine or a code: never a crash, and never a match that is none. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/tiny_release.h"
#include "engine/codes.h"
#include "engine/medicines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(struct medicine_match match) {
    if (match.errors < 0 || match.errors > 2 || (!match.medicine && match.errors))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct knowledge *knowledge;
    static const char *const systems[] = {"icd10cm", "snomed", "loinc", "icpc2"};
    if (!knowledge && !(knowledge = load_embedded_release()))
        abort();
    struct medicine_match found[MEDICINES_PER_TEXT];
    const struct code *rows[CODES_PER_LOOKUP];
    struct arena arena;
    char *text = strndup((const char *)data, size);
    if (!text)
        return 0;
    arena_init(&arena, 4096);
    size_t count = medicines_by_text(knowledge, &arena, text, found);
    if (count > MEDICINES_PER_TEXT)
        abort();
    for (size_t i = 0; i < count; i++)
        judge(found[i]);
    judge(medicine_by_rxnorm(knowledge, text));
    judge(medicine_by_atc(knowledge, text));
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (codes_find(knowledge, systems[i], text, rows) > CODES_PER_LOOKUP)
            abort();
    (void)code_system(text);
    arena_free(&arena);
    free(text);
    return 0;
}

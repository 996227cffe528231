/* AllergyIntolerance: what oils, gloves and tools may not contain. */
#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "engine/codes.h"
#include "interop/fhir_intake_room.h"

/* Words of a text or display, folded; a space stands for the edge of a word. */
static const struct {
    const char *word, *finding;
} words[] = {
    {" nut ", "allergy_nut_oil"},
    {" nuts ", "allergy_nut_oil"},
    {" peanut", "allergy_nut_oil"},
    {" almond", "allergy_nut_oil"},
    {" walnut", "allergy_nut_oil"},
    {" hazelnut", "allergy_nut_oil"},
    {" cashew", "allergy_nut_oil"},
    {" coconut", "allergy_nut_oil"},
    {" sesame ", "allergy_nut_oil"},
    {" soy ", "allergy_nut_oil"},
    {" soya ", "allergy_nut_oil"},
    {" soybean", "allergy_nut_oil"},
    {" latex ", "allergy_latex"},
    {" rubber ", "allergy_latex"},
    {" lanolin ", "allergy_lanolin_fragrance"},
    {" wool ", "allergy_lanolin_fragrance"},
    {" fragrance", "allergy_lanolin_fragrance"},
    {" perfume", "allergy_lanolin_fragrance"},
    {" essential oil", "allergy_lanolin_fragrance"},
    {" lavender ", "allergy_lanolin_fragrance"},
    {" tea tree ", "allergy_lanolin_fragrance"},
    {" nickel ", "allergy_metal"},
    {" cobalt ", "allergy_metal"},
    {" chromium ", "allergy_metal"},
    {" metal ", "allergy_metal"},
};

/* " words of the text ", or NULL. */
static const char *padded_words(struct fhir_intake *record, const char *text) {
    const char *folded = text ? fold_words(record->arena, text, strlen(text)) : NULL;
    size_t len = folded ? strlen(folded) : 0;
    char *padded = folded ? arena_take(record->arena, len + 3) : NULL;
    if (!padded)
        return NULL;
    (void)snprintf(padded, len + 3, " %s ", folded);
    return padded;
}

static bool say_words(struct fhir_intake *record, const char *text, enum answer_state state) {
    const char *padded = padded_words(record, text);
    bool found = false;
    for (size_t i = 0; padded && i < sizeof words / sizeof *words; i++)
        if (strstr(padded, words[i].word)) {
            record_say(record, record_finding(record, words[i].finding), state);
            found = true;
        }
    return found;
}

static bool say_code(struct fhir_intake *record, const json_t *coding, enum answer_state state) {
    const struct code *rows[CODES_PER_LOOKUP];
    const char *system = record_system(record_text(coding, "system"));
    const char *code = record_text(coding, "code");
    size_t count = system && code ? codes_find(record->knowledge, system, code, rows) : 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i]->target == CODE_FINDING)
            record_say(record, rows[i]->subject,
                       rows[i]->action == CODE_IMPLIES ? state : ANSWER_UNSURE);
    return count > 0;
}

/* "No known allergies" is an answer, and not silence. */
static bool says_none(struct fhir_intake *record, const json_t *concept) {
    const char *padded = padded_words(record, record_text(concept, "text"));
    return record_concept_is(concept, "716186003") ||
           (padded && strstr(padded, " no known allerg") != NULL);
}

void record_allergy(struct fhir_intake *record, const json_t *allergy) {
    const json_t *concept = json_object_get(allergy, "code");
    const json_t *sure = json_object_get(allergy, "verificationStatus");
    const json_t *clinical = json_object_get(allergy, "clinicalStatus");
    enum answer_state state =
        record_concept_is(sure, "unconfirmed") ? ANSWER_UNSURE : ANSWER_PRESENT;
    size_t i;
    json_t *coding;
    if (record_concept_is(sure, "refuted") || record_concept_is(sure, "entered-in-error") ||
        record_concept_is(clinical, "resolved")) {
        record_unmapped(record, allergy, concept,
                        record_concept_is(clinical, "resolved") ? "resolved" : "refuted");
        return;
    }
    if (says_none(record, concept)) {
        record_say(record, record_finding(record, "gate_allergy"), ANSWER_ABSENT);
        return;
    }
    bool found = say_words(record, record_text(concept, "text"), state);
    json_array_foreach(json_object_get(concept, "coding"), i, coding) {
        bool coded = say_code(record, coding, state);
        bool named = say_words(record, record_text(coding, "display"), state);
        found |= coded || named;
    }
    if (found)
        record_say(record, record_finding(record, "gate_allergy"), ANSWER_PRESENT);
    else
        record_unmapped(record, allergy, concept, "unmapped");
}

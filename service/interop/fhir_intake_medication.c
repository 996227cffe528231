/* MedicationRequest and MedicationStatement: what is taken, by code and by name. */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "engine/medicines.h"
#include "interop/fhir_intake_room.h"

enum { TEXT_MAX = 200, RXNORM_MAX = 8, ATC_MAX = 7 };

/* Why it is not taken (any more); NULL: it is, or nobody says otherwise. */
static const char *why_not_taken(const json_t *request) {
    static const struct {
        const char *status, *why;
    } rows[] = {
        {"completed", "ended"},
        {"stopped", "ended"},
        {"cancelled", "not_taken"},
        {"not-taken", "not_taken"},
        {"entered-in-error", "entered_in_error"},
    };
    const char *status = record_text(request, "status");
    if (json_is_true(json_object_get(request, "doNotPerform")))
        return "not_taken";
    for (size_t i = 0; status && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(status, rows[i].status) == 0)
            return rows[i].why;
    return NULL;
}

static const json_t *concept_of(const struct fhir_intake *record, const json_t *request) {
    const json_t *concept = json_object_get(request, "medicationCodeableConcept");
    const json_t *reference = json_object_get(request, "medicationReference");
    if (concept)
    return concept;
    const json_t *medication = record_find(record, request, record_text(reference, "reference"));
    return json_object_get(medication, "code");
}

static bool is_rxnorm(const char *code) {
    size_t len = strspn(code, "0123456789");
    return len > 0 && len <= RXNORM_MAX && !code[len];
}

/* "B", "B01", "B01A", "B01AF", "B01AF02" */
static bool is_atc(const char *code) {
    static const char form[] = "A00AA00";
    size_t len = strlen(code);
    if (len == 0 || len > ATC_MAX || len == 2 || len == 6)
        return false;
    for (size_t i = 0; i < len; i++)
        if (form[i] == 'A' ? !isupper((unsigned char)code[i]) : !isdigit((unsigned char)code[i]))
            return false;
    return true;
}

/* ---- since when ---- */

/* Findings whose weeks count from the start, or from the last dose. */
static const struct {
    const char *finding;
    bool from_start;
} counted[] = {
    {"anticoagulant", true},
    {"fluoroquinolone", false},
    {"retinoid_oral", false},
    {"botulinum_toxin", false},
};

static int day_of(const struct fhir_intake *record, const char *text, bool last) {
    struct fhir_days days = fhir_days(text);
    int day = last ? days.last : days.first;
    return day > record->today ? record->today : day;
}

/* The day it began: the latest that the words allow. */
static int start_of(const struct fhir_intake *record, const json_t *request) {
    const json_t *period = json_object_get(request, "effectivePeriod");
    const char *texts[] = {record_text(period, "start"), record_text(request, "effectiveDateTime"),
                           record_text(request, "authoredOn")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i])
            return day_of(record, texts[i], true);
    return INT_MIN;
}

/* Somebody takes it: since then, or today was the last dose. The longest time of several orders for
   the same medicine is the one that counts. */
static void note_start(struct fhir_intake *record, const json_t *request,
                       const struct medicine *medicine) {
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        int finding = record_finding(record, counted[i].finding);
        int day = counted[i].from_start ? start_of(record, request) : record->today;
        bool implied = false;
        for (uint16_t f = 0; f < medicine->implied_count; f++)
            implied |= medicine->implied[f] == finding;
        if (!implied || day == INT_MIN)
            continue;
        int64_t weeks = (int64_t)(record->today - day) / DAYS_A_WEEK * 1000;
        const struct fhir_said *said = &record->said[finding];
        if (!said->numbered || weeks > said->number)
            record_measure(record, finding, weeks, record->today);
    }
}

/* ---- a name ---- */

struct named {
    const char *text; /* NULL: none yet */
    bool matched;     /* every medicine that it names is known */
    size_t count;     /* what it names */
    struct medicine_match found[MEDICINES_PER_TEXT];
};

static bool is_known(const struct named *named) {
    for (size_t i = 0; i < named->count; i++)
        if (!named->found[i].medicine)
            return false;
    return named->count > 0;
}

/* A copy on one line and not too long: at most TEXT_MAX characters, cut between them. */
static const char *tidy(struct fhir_intake *record, const char *text) {
    size_t bytes = 0, letters = 0;
    while (text[bytes] && letters <= TEXT_MAX) {
        letters += ((unsigned char)text[bytes] & 0xC0) != 0x80;
        bytes += letters <= TEXT_MAX;
    }
    char *copy = arena_copy(record->arena, text, bytes);
    for (char *c = copy; c && *c; c++)
        if (strchr("\t\n\v\f\r", *c))
            *c = ' ';
    return copy;
}

/* The first name that we know; else the first name at all. */
static void try_name(struct fhir_intake *record, struct named *named, const char *text) {
    if (!text || named->matched || !text[strspn(text, " \t\n\v\f\r")])
        return;
    struct named next = {.text = tidy(record, text)};
    if (next.text)
        next.count = medicines_by_text(record->knowledge, record->arena, next.text, next.found);
    next.matched = is_known(&next);
    if (!named->text || next.matched)
        *named = next;
}

static struct named name_of(struct fhir_intake *record, const json_t *request,
                            const json_t *concept) {
    struct named named = {0};
    size_t i;
    json_t *coding;
    try_name(record, &named, record_text(concept, "text"));
    json_array_foreach(json_object_get(concept, "coding"), i, coding)
        try_name(record, &named, record_text(coding, "display"));
    try_name(record, &named,
             record_text(json_object_get(request, "medicationReference"), "display"));
    return named;
}

/* ---- an entry ---- */

struct entry {
    const json_t *request;
    json_t *row;
    bool known;
};

static void note_medicine(struct fhir_intake *record, const struct entry *entry,
                          const struct medicine *medicine) {
    record_imply(record, medicine->implied, medicine->implied_count);
    note_start(record, entry->request, medicine);
}

static void take(struct fhir_intake *record, struct entry *entry, const char *member,
                 const char *code, struct medicine_match match) {
    if (json_object_get(entry->row, member) && (entry->known || !match.medicine))
        return;
    if (json_object_set_new(entry->row, member, json_string(code)) != 0)
        record->failed = true;
    if (!match.medicine)
        return;
    entry->known = true;
    note_medicine(record, entry, match.medicine);
}

static void take_codes(struct fhir_intake *record, struct entry *entry, const json_t *concept) {
    size_t i;
    json_t *coding;
    json_array_foreach(json_object_get(concept, "coding"), i, coding) {
        const char *system = record_system(record_text(coding, "system"));
        const char *code = record_text(coding, "code");
        if (!system || !code)
            continue;
        if (strcmp(system, "rxnorm") == 0 && is_rxnorm(code))
            take(record, entry, "rxnorm", code, medicine_by_rxnorm(record->knowledge, code));
        if (strcmp(system, "atc") == 0 && is_atc(code))
            take(record, entry, "atc", code, medicine_by_atc(record->knowledge, code));
    }
}

static void take_name(struct fhir_intake *record, struct entry *entry, const struct named *named) {
    if (json_object_set_new(entry->row, "text", json_string(named->text)) != 0)
        record->failed = true;
    for (size_t i = 0; i < named->count; i++)
        if (named->found[i].medicine)
            note_medicine(record, entry, named->found[i].medicine);
}

static bool is_listed(const json_t *list, const json_t *row) {
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), row))
            return true;
    return false;
}

static void list_entry(struct fhir_intake *record, json_t *row_owned) {
    if (is_listed(record->medications, row_owned))
        json_decref(row_owned);
    else if (json_array_size(record->medications) == INTAKE_LIST_MAX) {
        record->overfull = true;
        json_decref(row_owned);
    } else if (json_array_append_new(record->medications, row_owned) != 0)
        record->failed = true;
}

static struct medicine_match match_of(struct fhir_intake *record, const json_t *concept,
                                      const struct named *named) {
    struct medicine_match found[MEDICINES_PER_TEXT] = {{0}};
    size_t i;
    json_t *coding;
    json_array_foreach(json_object_get(concept, "coding"), i, coding) {
        const char *system = record_system(record_text(coding, "system"));
        const char *code = record_text(coding, "code");
        if (system && code && strcmp(system, "rxnorm") == 0)
            found[0] = medicine_by_rxnorm(record->knowledge, code);
        else if (system && code && strcmp(system, "atc") == 0)
            found[0] = medicine_by_atc(record->knowledge, code);
        if (found[0].medicine)
            return found[0];
    }
    return named->count ? named->found[0] : found[0];
}

/* Some medicines matter for months after the last dose; the day of the order stands for it when no
   end is known, if that is all there is. */
static void note_last_dose(struct fhir_intake *record, const json_t *request,
                           const json_t *concept) {
    struct named named = name_of(record, request, concept);
    struct medicine_match match = match_of(record, concept, &named);
    const char *end = record_text(json_object_get(request, "effectivePeriod"), "end");
    int day = end ? day_of(record, end, true) : start_of(record, request);
    for (size_t i = 0; match.medicine && i < sizeof counted / sizeof *counted; i++) {
        int finding = record_finding(record, counted[i].finding);
        for (uint16_t f = 0; f < match.medicine->implied_count && day != INT_MIN; f++)
            if (match.medicine->implied[f] == finding && !counted[i].from_start)
                record_measure(record, finding, (int64_t)(record->today - day) / DAYS_A_WEEK * 1000,
                               day);
    }
}

/* A medicine that nobody can name is a medicine all the same: it goes in, and firm massage waits.
 */
void record_medication(struct fhir_intake *record, const json_t *request) {
    const json_t *concept = concept_of(record, request);
    const char *why = why_not_taken(request);
    if (why) {
        if (strcmp(why, "ended") == 0)
            note_last_dose(record, request, concept);
        record_unmapped(record, request, concept, why);
        return;
    }
    struct entry entry = {.request = request, .row = json_object()};
    struct named named = name_of(record, request, concept);
    if (!entry.row) {
        record->failed = true;
        return;
    }
    take_codes(record, &entry, concept);
    if (!named.text && !json_object_size(entry.row))
        named.text = "unnamed medicine";
    if (named.text && (!entry.known || named.matched))
        take_name(record, &entry, &named);
    if (!entry.known && !named.matched)
        record_unmapped(record, request, concept, "unmapped");
    list_entry(record, entry.row);
}

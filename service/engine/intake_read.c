/* From a JSON body to a typed intake. One function a member; each says what is wrong and goes on.
 */
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "engine/codes.h"
#include "engine/intake.h"
#include "engine/medicines.h"

struct reader {
    const struct knowledge *knowledge;
    struct intake *intake;
    struct arena *arena;
    struct complaints *complaints;
    uint16_t *stated_at; /* place in findings[] + 1, by finding */
};

enum { DEFAULT_CLEARANCE_DAYS = 91 /* 3 months: clinical reference G4.6 */ };
enum { MOST_WEEKS = 5200 /* a hundred years */ };
/* What the contract takes. More are refused, and must not be read at a millisecond each. */
enum { MOST_MEDICINES = 100 };

/* A place in the body, "#/list/place/member/item", spelt out only when something is wrong there. */
struct where {
    const char *list;
    long place; /* -1: the list itself */
    const char *member;
    long item; /* -1: the member itself */
};

static struct where whole(const char *list) {
    return (struct where){.list = list, .place = -1, .item = -1};
}

static struct where row_of(const char *list, size_t place) {
    return (struct where){.list = list, .place = (long)place, .item = -1};
}

static struct where member_of(struct where where, const char *member) {
    where.member = member;
    return where;
}

static struct where item_of(struct where where, size_t item) {
    if (where.member)
        where.item = (long)item;
    else
        where.place = (long)item;
    return where;
}

PRINTF_LIKE(4, 5)
static void complain_at(struct reader *reader, struct where where, const char *code,
                        const char *format, ...) {
    char pointer[160], detail[400], place[24] = "", item[24] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    if (where.place >= 0)
        (void)snprintf(place, sizeof place, "/%ld", where.place);
    if (where.item >= 0)
        (void)snprintf(item, sizeof item, "/%ld", where.item);
    (void)snprintf(pointer, sizeof pointer, "#%s%s%s%s%s%s", *where.list ? "/" : "", where.list,
                   place, where.member ? "/" : "", where.member ? where.member : "", item);
    for (size_t i = 0; i < reader->complaints->count; i++)
        if (strcmp(reader->complaints->all[i].pointer, pointer) == 0)
            return; /* the contract said so already */
    complain(reader->complaints, pointer, code, "%s", detail);
}

static const char *copy_string(struct reader *reader, const json_t *value) {
    if (!json_is_string(value))
        return NULL;
    return fold_canonical(reader->arena, json_string_value(value), json_string_length(value));
}

static int64_t thousandths(const json_t *value) {
    return llround(json_number_value(value) * 1000.0);
}

/* The number of a name, -1 with a complaint that suggests the nearest one. */
static int resolve(struct reader *reader, const struct name_map *map, const char *what,
                   const json_t *value, struct where where) {
    if (!json_is_string(value))
        return -1;
    const char *name = json_string_value(value);
    int64_t found = name_map_get_len(map, name, json_string_length(value));
    if (found >= 0)
        return (int)found;
    /* looking for it costs more than all else: not where nobody will read it */
    const char *nearest =
        reader->complaints->count < COMPLAINTS_MAX ? name_map_nearest(map, name) : NULL;
    if (nearest)
        complain_at(reader, where, "unknown_id", "'%.80s' is no %s we know. Did you mean '%s'?",
                    name, what, nearest);
    else
        complain_at(reader, where, "unknown_id", "'%.80s' is no %s we know.", name, what);
    return -1;
}

static uint32_t resolve_set(struct reader *reader, const struct name_map *map, const char *what,
                            const json_t *items, struct where where) {
    uint32_t set = 0;
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item) {
        int number = resolve(reader, map, what, item, item_of(where, i));
        if (number >= 0 && number < 32)
            set |= UINT32_C(1) << number;
    }
    return set;
}

/* ---- basics ---- */

static void read_number(struct reader *reader, const json_t *object, const char *member,
                        enum intake_number which, int64_t max) {
    const json_t *value = json_object_get(object, member);
    if (!json_is_number(value))
        return;
    int64_t number = thousandths(value);
    if (number >= 0 && number <= max * 1000)
        reader->intake->numbers[which] = number;
}

static void read_sex(struct reader *reader, const json_t *body) {
    static const char *const names[] = {"", "female", "male", "other"};
    const char *sex = json_string_value(json_object_get(body, "sex"));
    for (int i = SEX_FEMALE; sex && i <= SEX_OTHER; i++)
        if (strcmp(sex, names[i]) == 0)
            reader->intake->sex = (enum sex)i;
}

static void read_basics(struct reader *reader, const json_t *body) {
    const json_t *pain = json_object_get(body, "pain");
    const json_t *areas = json_object_get(pain, "areas");
    const json_t *presentations = json_object_get(body, "presentations");
    read_number(reader, body, "age", INTAKE_AGE, 130);
    read_number(reader, pain, "intensity", INTAKE_PAIN_INTENSITY, 10);
    read_number(reader, pain, "duration_weeks", INTAKE_PAIN_WEEKS, MOST_WEEKS);
    read_sex(reader, body);
    reader->intake->pain_areas_given = json_array_size(areas) > 0;
    reader->intake->pain_areas =
        resolve_set(reader, &reader->knowledge->area_names, "area", areas, whole("pain/areas"));
    reader->intake->presentations_given = json_is_array(presentations);
    reader->intake->presentations =
        resolve_set(reader, &reader->knowledge->presentation_names, "presentation", presentations,
                    whole("presentations"));
}

/* ---- findings ---- */

static bool read_state(const json_t *row, enum answer_state *state) {
    const char *word = json_string_value(json_object_get(row, "state"));
    if (word && strcmp(word, "present") == 0)
        *state = ANSWER_PRESENT;
    else if (word && strcmp(word, "absent") == 0)
        *state = ANSWER_ABSENT;
    else if (word && strcmp(word, "unknown") == 0)
        *state = ANSWER_UNSURE;
    else
        return false;
    return true;
}

/* False when the finding has no such attribute, or only a present one may say it. */
static bool may_have(struct reader *reader, const struct finding *finding,
                     const struct answer *answer, unsigned attribute, const char *name,
                     struct where where) {
    if (!(finding->attributes & attribute)) {
        complain_at(reader, member_of(where, name), "not_an_attribute", "'%s' has no '%s'.",
                    finding->id, name);
        return false;
    }
    if (answer->state != ANSWER_PRESENT) {
        complain_at(reader, member_of(where, name), "not_an_attribute",
                    "'%s' says something only of a finding that is present.", name);
        return false;
    }
    return true;
}

static void read_attribute_number(struct reader *reader, const json_t *row,
                                  const struct finding *finding, struct answer *answer,
                                  unsigned attribute, const char *name, struct where where) {
    const json_t *value = json_object_get(row, name);
    if (!json_is_number(value) || !may_have(reader, finding, answer, attribute, name, where))
        return;
    int64_t number = thousandths(value);
    if (number < finding->min || number > finding->max) {
        complain_at(reader, member_of(where, name), "out_of_range", "must be from %g to %g (%s).",
                    (double)finding->min / 1000.0, (double)finding->max / 1000.0, finding->unit);
        return;
    }
    answer->number = number;
    answer->given |= attribute;
}

static void read_detail(struct reader *reader, const json_t *row, const struct finding *finding,
                        struct answer *answer, struct where where) {
    const char *detail = json_string_value(json_object_get(row, "detail"));
    if (!detail || !may_have(reader, finding, answer, ATTRIBUTE_DETAIL, "detail", where))
        return;
    char choices[300] = "";
    size_t used = 0;
    for (unsigned i = 0; i < finding->choice_count; i++) {
        if (strcmp(finding->choices[i].id, detail) == 0) {
            answer->detail = (uint8_t)i;
            answer->given |= ATTRIBUTE_DETAIL;
            return;
        }
        int len = snprintf(choices + used, sizeof choices - used, "%s%s", i ? ", " : "",
                           finding->choices[i].id);
        if (len > 0 && used + (size_t)len < sizeof choices)
            used += (size_t)len;
    }
    complain_at(reader, member_of(where, "detail"), "not_allowed", "must be one of %s.", choices);
}

static void read_attributes(struct reader *reader, const json_t *row, const struct finding *finding,
                            struct answer *answer, struct where where) {
    read_attribute_number(reader, row, finding, answer, ATTRIBUTE_WEEKS_AGO, "weeks_ago", where);
    read_attribute_number(reader, row, finding, answer, ATTRIBUTE_VALUE, "value", where);
    read_detail(reader, row, finding, answer, where);
    const json_t *areas = json_object_get(row, "areas");
    if (json_array_size(areas) &&
        may_have(reader, finding, answer, ATTRIBUTE_AREAS, "areas", where)) {
        answer->areas = resolve_set(reader, &reader->knowledge->area_names, "area", areas,
                                    member_of(where, "areas"));
        answer->given |= answer->areas ? ATTRIBUTE_AREAS : 0;
    }
}

static bool same_answer(const struct answer *a, const struct answer *b) {
    return a->state == b->state && a->given == b->given && a->number == b->number &&
           a->areas == b->areas && a->detail == b->detail;
}

static void read_finding(struct reader *reader, const json_t *row, size_t place) {
    struct where where = row_of("findings", place);
    int number = resolve(reader, &reader->knowledge->finding_names, "finding",
                         json_object_get(row, "id"), member_of(where, "id"));
    struct answer answer = {.origin = ORIGIN_STATED};
    if (number < 0 || !read_state(row, &answer.state))
        return;
    const struct finding *finding = &reader->knowledge->findings[number];
    if (finding->derived) {
        complain_at(reader, member_of(where, "id"), "derived",
                    "'%s' is worked out from other answers and cannot be sent.", finding->id);
        return;
    }
    read_attributes(reader, row, finding, &answer, where);
    if (finding->measured && answer.state == ANSWER_PRESENT &&
        finding->attributes & ATTRIBUTE_VALUE && !(answer.given & ATTRIBUTE_VALUE))
        answer.state = ANSWER_NOT_ASKED; /* a measurement without its number says nothing */
    struct answer *known = &reader->intake->answers[number];
    if (reader->stated_at[number] && !same_answer(known, &answer)) {
        complain_at(reader, where, "contradiction",
                    "says something else of '%s' than #/findings/%u.", finding->id,
                    reader->stated_at[number] - 1u);
        if (answer.state < known->state)
            return; /* for a red flag in a refused request the worse answer is kept */
    }
    reader->stated_at[number] = (uint16_t)(place + 1);
    *known = answer;
}

static void read_findings(struct reader *reader, const json_t *body) {
    const json_t *rows = json_object_get(body, "findings");
    for (size_t i = 0; i < json_array_size(rows); i++)
        read_finding(reader, json_array_get(rows, i), i);
}

static void read_none_of(struct reader *reader, const json_t *body) {
    const json_t *names = json_object_get(body, "none_of");
    size_t i;
    json_t *item;
    json_array_foreach(names, i, item) {
        struct where where = row_of("none_of", i);
        int number = resolve(reader, &reader->knowledge->checklist_names, "checklist", item, where);
        if (number < 0)
            continue;
        const struct checklist *list = &reader->knowledge->checklists[number];
        for (unsigned f = 0; f < list->finding_count; f++) {
            struct answer *answer = &reader->intake->answers[list->findings[f]];
            if (answer->state == ANSWER_PRESENT || answer->state == ANSWER_UNSURE)
                complain_at(
                    reader, where, "contradiction",
                    "'%s' says none of it is present, but #/findings/%u says otherwise of '%s'.",
                    list->id, reader->stated_at[list->findings[f]] - 1u,
                    reader->knowledge->findings[list->findings[f]].id);
            else if (answer->state == ANSWER_NOT_ASKED &&
                     !reader->knowledge->findings[list->findings[f]].measured)
                *answer = (struct answer){.state = ANSWER_ABSENT, .origin = ORIGIN_NONE_OF};
        }
    }
}

/* ---- what follows from medicines, diagnoses and presentations ---- */

/* A fact that something else of the request implies. Stated answers keep what they say; gaps are
 * filled. */
static void imply(struct reader *reader, int number, struct answer implied, struct where where) {
    struct answer *answer = &reader->intake->answers[number];
    const struct finding *finding = &reader->knowledge->findings[number];
    if (answer->state == ANSWER_ABSENT && answer->origin == ORIGIN_STATED) {
        if (implied.origin != ORIGIN_PRESENTATION)
            complain_at(reader, where, "contradiction",
                        "implies '%s', but #/findings/%u says it is absent.", finding->id,
                        reader->stated_at[number] - 1u);
        return;
    }
    implied.given &= finding->attributes;
    if (answer->state != ANSWER_PRESENT) {
        implied.state = ANSWER_PRESENT;
        implied.wanted = answer->wanted;
        *answer = implied;
        return;
    }
    unsigned gap = implied.given & ~answer->given;
    if (gap & (ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_VALUE))
        answer->number = implied.number;
    if (gap & ATTRIBUTE_AREAS)
        answer->areas = implied.areas;
    if (gap & ATTRIBUTE_DETAIL)
        answer->detail = implied.detail;
    answer->given |= gap;
}

static void want(struct reader *reader, const uint16_t *findings, uint16_t count) {
    for (uint16_t i = 0; i < count; i++)
        reader->intake->answers[findings[i]].wanted = true;
}

/* By code where there is one that we know, else by text. */
static size_t match_medicine(struct reader *reader, const json_t *row, const char **given,
                             struct medicine_match found[MEDICINES_PER_TEXT]) {
    const json_t *text = json_object_get(row, "text");
    const json_t *rxnorm = json_object_get(row, "rxnorm");
    const json_t *atc = json_object_get(row, "atc");
    found[0] = (struct medicine_match){0};
    if (json_is_string(rxnorm) && (*given = copy_string(reader, rxnorm)))
        found[0] = medicine_by_rxnorm(reader->knowledge, *given);
    if (!found[0].medicine && json_is_string(atc) && (*given = copy_string(reader, atc)))
        found[0] = medicine_by_atc(reader->knowledge, *given);
    if (!found[0].medicine && json_is_string(text) && (*given = copy_string(reader, text)))
        return medicines_by_text(reader->knowledge, reader->arena, *given, found);
    return found[0].medicine ? 1 : 0;
}

static void apply_medicine(struct reader *reader, const struct medicine_match *match,
                           struct where where, struct recognised *out) {
    const struct medicine *medicine = match->medicine;
    out->name = medicine->name ? medicine->name : medicine->atc;
    out->errors = match->errors;
    out->no_rule = medicine->implied_count + medicine->asked_count == 0;
    out->implied = medicine->implied;
    out->implied_count = medicine->implied_count;
    out->asked = medicine->asked;
    out->asked_count = medicine->asked_count;
    for (uint16_t i = 0; i < medicine->implied_count; i++)
        imply(reader, medicine->implied[i], (struct answer){.origin = ORIGIN_MEDICINE}, where);
    want(reader, medicine->asked, medicine->asked_count);
}

static void read_medicine(struct reader *reader, const json_t *row, size_t place) {
    struct where where = row_of("medications", place);
    struct medicine_match found[MEDICINES_PER_TEXT];
    struct intake *intake = reader->intake;
    const char *given = NULL;
    size_t count = match_medicine(reader, row, &given, found);
    if (!given) {
        complain_at(reader, where, "missing_member", "needs a text, an rxnorm or an atc code.");
        return;
    }
    for (size_t i = 0; i == 0 || i < count; i++) {
        struct recognised *out = &intake->medicines[intake->medicine_count++];
        out->given = given;
        if (count && found[i].medicine)
            apply_medicine(reader, &found[i], where, out);
        else
            intake->unmatched_medicine = true;
    }
}

static void read_medicines(struct reader *reader, const json_t *body) {
    const json_t *rows = json_object_get(body, "medications");
    struct intake *intake = reader->intake;
    size_t given = json_array_size(rows);
    size_t count = given < MOST_MEDICINES ? given : MOST_MEDICINES;
    intake->medicines =
        arena_array(reader->arena, count * MEDICINES_PER_TEXT + 1, sizeof *intake->medicines);
    for (size_t i = 0; intake->medicines && i < count; i++)
        read_medicine(reader, json_array_get(rows, i), i);
    if (given > count)
        intake->unmatched_medicine = true; /* what was not read could be anything */
}

static void apply_code(struct reader *reader, const struct code *code, const json_t *row,
                       struct where where, struct recognised *out) {
    uint16_t *implied = (uint16_t *)out->implied, *asked = (uint16_t *)out->asked;
    if (code->target == CODE_PRESENTATION && code->action == CODE_IMPLIES) {
        reader->intake->presentations |= UINT32_C(1) << code->subject;
        reader->intake->presentations_given = true;
        return;
    }
    if (code->target != CODE_FINDING)
        return;
    if (code->action != CODE_IMPLIES) {
        asked[out->asked_count++] = (uint16_t)code->subject;
        return;
    }
    const json_t *weeks = json_object_get(row, "weeks_ago");
    struct answer answer = {.origin = ORIGIN_DIAGNOSIS};
    if (json_is_number(weeks) && json_number_value(weeks) >= 0 &&
        json_number_value(weeks) <= MOST_WEEKS) {
        answer.number = thousandths(weeks);
        answer.given |= ATTRIBUTE_WEEKS_AGO;
    }
    if (code->detail >= 0) {
        answer.detail = (uint8_t)code->detail;
        answer.given |= ATTRIBUTE_DETAIL;
    }
    if (code->areas) {
        answer.areas = code->areas;
        answer.given |= ATTRIBUTE_AREAS;
    }
    implied[out->implied_count++] = (uint16_t)code->subject;
    imply(reader, code->subject, answer, where);
}

static void read_diagnosis(struct reader *reader, const json_t *row, size_t place,
                           struct recognised *out) {
    const char *system = json_string_value(json_object_get(row, "system"));
    const char *given = copy_string(reader, json_object_get(row, "code"));
    const struct code *codes[CODES_PER_LOOKUP];
    struct where where = row_of("diagnoses", place);
    if (!system || !given)
        return;
    if (!code_system(system)) {
        const char *nearest = code_system_nearest(system);
        complain_at(reader, member_of(where, "system"), "unknown_id",
                    "'%.60s' is no code system we know: icd10cm, snomed, loinc or icpc2.%s%s%s",
                    system, nearest ? " Did you mean '" : "", nearest ? nearest : "",
                    nearest ? "'?" : "");
        return;
    }
    out->given = given;
    out->implied = arena_array(reader->arena, CODES_PER_LOOKUP, sizeof *out->implied);
    out->asked = arena_array(reader->arena, CODES_PER_LOOKUP, sizeof *out->asked);
    if (!out->implied || !out->asked)
        return;
    size_t count = codes_find(reader->knowledge, system, given, codes);
    out->name = count ? codes[0]->code : NULL;
    for (size_t i = 0; i < count; i++)
        apply_code(reader, codes[i], row, where, out);
    want(reader, out->asked, out->asked_count);
}

static void read_diagnoses(struct reader *reader, const json_t *body) {
    const json_t *rows = json_object_get(body, "diagnoses");
    struct intake *intake = reader->intake;
    size_t i;
    json_t *row;
    intake->diagnoses =
        arena_array(reader->arena, json_array_size(rows) + 1, sizeof *intake->diagnoses);
    if (!intake->diagnoses)
        return;
    json_array_foreach(rows, i, row) {
        read_diagnosis(reader, row, i, &intake->diagnoses[intake->diagnosis_count]);
        if (intake->diagnoses[intake->diagnosis_count].given)
            intake->diagnosis_count++;
    }
}

static void apply_presentations(struct reader *reader) {
    const struct intake *intake = reader->intake;
    for (unsigned p = 0; p < reader->knowledge->presentation_count; p++) {
        const struct presentation *presentation = &reader->knowledge->presentations[p];
        if (!(intake->presentations >> p & 1) || presentation->implies < 0)
            continue;
        struct answer answer = {.origin = ORIGIN_PRESENTATION};
        if (presentation->implies_weeks && intake->numbers[INTAKE_PAIN_WEEKS] >= 0) {
            answer.number = intake->numbers[INTAKE_PAIN_WEEKS];
            answer.given |= ATTRIBUTE_WEEKS_AGO;
        }
        if (presentation->implies_areas && intake->pain_areas) {
            answer.areas = intake->pain_areas;
            answer.given |= ATTRIBUTE_AREAS;
        }
        imply(reader, presentation->implies, answer, whole("presentations"));
    }
}

/* ---- preferences and clearances ---- */

static void read_preferences(struct reader *reader, const json_t *body) {
    const struct knowledge *k = reader->knowledge;
    const json_t *object = json_object_get(body, "preferences");
    struct preferences *preferences = &reader->intake->preferences;
    const json_t *pressure = json_object_get(object, "pressure");
    if (json_is_number(pressure) && json_number_value(pressure) >= 1 &&
        json_number_value(pressure) <= 5)
        preferences->pressure = (int)json_number_value(pressure);
    preferences->techniques =
        resolve_set(reader, &k->technique_names, "technique", json_object_get(object, "techniques"),
                    whole("preferences/techniques"));
    preferences->avoided = resolve_set(reader, &k->technique_names, "technique",
                                       json_object_get(object, "avoid_techniques"),
                                       whole("preferences/avoid_techniques"));
    preferences->positions = (position_set)resolve_set(reader, &k->position_names, "position",
                                                       json_object_get(object, "positions"),
                                                       whole("preferences/positions"));
    preferences->therapist_gender =
        copy_string(reader, json_object_get(object, "therapist_gender"));
    preferences->clothed = json_is_true(json_object_get(object, "clothed"));
    if (preferences->techniques & preferences->avoided)
        complain_at(reader, whole("preferences"), "contradiction",
                    "A technique stands under both 'techniques' and 'avoid_techniques'.");
}

static int read_date(struct reader *reader, const json_t *object, const char *member,
                     struct where where) {
    const json_t *value = json_object_get(object, member);
    int days = date_days(json_string_value(value));
    if (json_is_string(value) && days == INT_MIN) {
        complain_at(reader, member_of(where, member), "format",
                    "must be a date such as 2026-11-22.");
    }
    return days;
}

static int compare_numbers(const void *a, const void *b) {
    const uint16_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static const uint16_t *read_names(struct reader *reader, const json_t *items,
                                  const struct name_map *map, const char *what, struct where where,
                                  uint16_t *count) {
    uint16_t *numbers = arena_array(reader->arena, json_array_size(items) + 1, sizeof *numbers);
    size_t i;
    json_t *item;
    if (!numbers)
        return NULL;
    json_array_foreach(items, i, item) {
        int number = resolve(reader, map, what, item, item_of(where, i));
        if (number >= 0)
            numbers[(*count)++] = (uint16_t)number;
    }
    qsort(numbers, *count, sizeof *numbers, compare_numbers);
    return numbers;
}

static void read_clearance(struct reader *reader, const json_t *row, size_t place,
                           struct clearance *clearance) {
    const struct knowledge *k = reader->knowledge;
    struct where where = row_of("clearances", place);
    clearance->findings =
        read_names(reader, json_object_get(row, "findings"), &k->finding_names, "finding",
                   member_of(where, "findings"), &clearance->finding_count);
    clearance->rules = read_names(reader, json_object_get(row, "rules"), &k->rule_names, "rule",
                                  member_of(where, "rules"), &clearance->rule_count);
    clearance->techniques =
        resolve_set(reader, &k->technique_names, "technique", json_object_get(row, "techniques"),
                    member_of(where, "techniques"));
    if (!json_array_size(json_object_get(row, "techniques")))
        clearance->techniques = UINT32_MAX;
    clearance->recorded = read_date(reader, row, "recorded", where);
    clearance->expires = read_date(reader, row, "expires", where);
    clearance->began = read_date(reader, row, "began", where);
    if (clearance->expires == INT_MIN && clearance->recorded != INT_MIN)
        clearance->expires = clearance->recorded + DEFAULT_CLEARANCE_DAYS;
    if (clearance->expires != INT_MIN && clearance->recorded != INT_MIN &&
        clearance->expires < clearance->recorded)
        complain_at(reader, where, "contradiction", "'expires' lies before 'recorded'.");
}

static void read_clearances(struct reader *reader, const json_t *body) {
    const json_t *rows = json_object_get(body, "clearances");
    struct intake *intake = reader->intake;
    size_t i;
    json_t *row;
    intake->clearances =
        arena_array(reader->arena, json_array_size(rows) + 1, sizeof *intake->clearances);
    if (!intake->clearances)
        return;
    json_array_foreach(rows, i, row)
        read_clearance(reader, row, i, &intake->clearances[intake->clearance_count++]);
}

static struct intake *new_intake(const struct knowledge *knowledge, int today,
                                 struct arena *arena) {
    struct intake *intake = arena_take(arena, sizeof *intake);
    if (!intake)
        return NULL;
    intake->knowledge = knowledge;
    intake->as_of = today;
    intake->answers = arena_array(arena, knowledge->finding_count + 1, sizeof *intake->answers);
    for (int i = 0; i < INTAKE_NUMBERS; i++)
        intake->numbers[i] = -1;
    return intake->answers ? intake : NULL;
}

struct intake *intake_read(const struct knowledge *knowledge, const json_t *body, int today,
                           struct arena *arena, struct complaints *complaints) {
    struct intake *intake = new_intake(knowledge, today, arena);
    struct reader reader = {
        .knowledge = knowledge, .intake = intake, .arena = arena, .complaints = complaints};
    reader.stated_at = arena_array(arena, knowledge->finding_count + 1, sizeof *reader.stated_at);
    if (!intake || !reader.stated_at)
        return NULL;
    int as_of = read_date(&reader, body, "as_of", whole(""));
    if (as_of != INT_MIN)
        intake->as_of = as_of;
    read_basics(&reader, body);
    read_findings(&reader, body);
    read_none_of(&reader, body);
    read_medicines(&reader, body);
    read_diagnoses(&reader, body);
    apply_presentations(&reader);
    read_preferences(&reader, body);
    read_clearances(&reader, body);
    intake->asked_techniques =
        resolve_set(&reader, &knowledge->technique_names, "technique",
                    json_object_get(body, "techniques"), whole("techniques"));
    return arena->failed ? NULL : intake; /* what was lost could have been a warning sign */
}

/*
 * Items are found by linkId wherever they are nested. What a finding says besides its state
 * (`rf_fever.weeks_ago`) is noted while walking and joined to the finding at the end, because it
 * may stand before or after it.
 */
#include "interop/fhir_questionnaire_response.h"

#include <stdio.h>
#include <string.h>

#include "engine/codes.h"
#include "interop/fhir_names.h"
#include "interop/fhir_questionnaire_item.h"

#define RXNORM "http://www.nlm.nih.gov/research/umls/rxnorm"
#define ATC "http://www.whocc.no/atc"

enum { POINTER_SIZE = 400 };

/* An attribute waiting for its finding. */
struct note {
    const struct note *next;
    int finding;
    const char *member, *pointer;
    json_t *value; /* owned by the object of all notes */
};

struct reader {
    const struct knowledge *knowledge;
    struct arena *arena;
    struct complaints *complaints;
    struct fhir_trail *trail;
    json_t *intake;
    int *rows;                   /* by finding: its first row in findings, -1: none */
    const struct note *notes;    /* last first */
    json_t *noted;               /* array that owns their values */
    const char *no_presentation; /* where that was said; NULL: nowhere */
    json_t *clearance;           /* borrowed; NULL outside of one */
    size_t clearance_place;
    json_t *diagnosis; /* borrowed; the one whose items are being read, NULL: none */
};

/* ---- pointers ---- */

/* A member of what `pointer` points to. JSON nests 32 deep at most, so there is room. */
static void below(char place[POINTER_SIZE], const char *pointer, const char *member) {
    if (snprintf(place, POINTER_SIZE, "%s/%s", pointer, member) >= POINTER_SIZE)
        (void)snprintf(place, POINTER_SIZE, "#");
}

static void below_number(char place[POINTER_SIZE], const char *pointer, size_t number) {
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%zu", number);
    below(place, pointer, digits);
}

/* ---- values ---- */

/* jansson's loops take values that may be written to; these are only read. */
static json_t *readable(const json_t *json) {
    return (json_t *)json;
}

/* The value of an answer if it has one of these names (a NULL ends them); else a complaint. */
static json_t *value_of(struct reader *reader, const json_t *answer, const char *const *names,
                        const char *pointer) {
    const char *member;
    json_t *any;
    for (size_t i = 0; names[i]; i++) {
        json_t *value = json_object_get(answer, names[i]);
        if (value)
            return value;
    }
    json_object_foreach(readable(answer), member, any) {
        if (strncmp(member, "value", 5) == 0) {
            complain(reader->complaints, pointer, "wrong_type", "must be answered with %s.",
                     names[0]);
            return NULL;
        }
    }
    complain(reader->complaints, pointer, "required",
             "an answer has a value; leave the answer out "
             "where there is none.");
    return NULL;
}

static void complain_type(struct reader *reader, const char *pointer, const char *what) {
    complain(reader->complaints, pointer, "wrong_type", "must be %s.", what);
}

/* The code of a coding, which must be of `system` where it names one (NULL: of any). */
static const char *code_of(struct reader *reader, const json_t *coding, const char *system,
                           const char *pointer) {
    const char *own = json_string_value(json_object_get(coding, "system"));
    const char *code = json_string_value(json_object_get(coding, "code"));
    if (!code || !*code) {
        complain(reader->complaints, pointer, "required", "a coding has a code.");
        return NULL;
    }
    if (own && system && strcmp(own, system) != 0) {
        complain(reader->complaints, pointer, "wrong_system", "must be a code of %s.", system);
        return NULL;
    }
    return code;
}

static const char *answer_code(struct reader *reader, const json_t *answer, const char *system,
                               const char *pointer) {
    static const char *const names[] = {"valueCoding", NULL};
    json_t *value = value_of(reader, answer, names, pointer);
    return value ? code_of(reader, value, system, pointer) : NULL;
}

/* A new reference to the value of an answer to an item of this kind; NULL: complained. */
static json_t *read_value(struct reader *reader, const json_t *answer, enum item_kind kind,
                          const char *system, const char *pointer) {
    static const char *const whole[] = {"valueInteger", NULL};
    static const char *const decimal[] = {"valueDecimal", "valueInteger", NULL};
    static const char *const truth[] = {"valueBoolean", NULL};
    static const char *const date[] = {"valueDate", NULL};
    static const char *const text[] = {"valueString", NULL};
    static const struct {
        const char *const *names;
        const char *what;
    } shapes[] = {
        [ITEM_WHOLE] = {whole, "a whole number"},  [ITEM_DECIMAL] = {decimal, "a number"},
        [ITEM_BOOLEAN] = {truth, "true or false"}, [ITEM_DATE] = {date, "a day"},
        [ITEM_STRING] = {text, "a text"},          [ITEM_STRINGS] = {text, "a text"},
    };
    if (kind == ITEM_CODE || kind == ITEM_CODES) {
        const char *code = answer_code(reader, answer, system, pointer);
        return code ? json_string(code) : NULL;
    }
    json_t *value = value_of(reader, answer, shapes[kind].names, pointer);
    bool fits = kind == ITEM_WHOLE     ? json_is_integer(value)
                : kind == ITEM_DECIMAL ? json_is_number(value)
                : kind == ITEM_BOOLEAN ? json_is_boolean(value)
                                       : json_is_string(value);
    if (value && !fits)
        complain_type(reader, pointer, shapes[kind].what);
    return value && fits ? json_incref(value) : NULL;
}

/* ---- into the intake ---- */

/* The object a member goes into: the intake, one of its objects, or the clearance at hand. */
static json_t *home_of(struct reader *reader, const char *member, const char **last,
                       char *pointer) {
    const char *slash = strchr(member, '/');
    char name[64];
    *last = slash ? slash + 1 : member;
    (void)snprintf(pointer, POINTER_SIZE, "#/%s", member);
    if (!slash)
        return reader->intake;
    (void)snprintf(name, sizeof name, "%.*s", (int)(slash - member), member);
    if (strcmp(name, "clearances") == 0) {
        (void)snprintf(pointer, POINTER_SIZE, "#/clearances/%zu/%s", reader->clearance_place,
                       *last);
        return reader->clearance;
    }
    if (!json_object_get(reader->intake, name))
        (void)json_object_set_new(reader->intake, name, json_object());
    return json_object_get(reader->intake, name);
}

/* The list of that name in the intake, made where it is missing. Borrowed. */
static json_t *list_in(json_t *object, const char *name) {
    if (!json_object_get(object, name))
        (void)json_object_set_new(object, name, json_array());
    return json_object_get(object, name);
}

static void append_with_step(struct reader *reader, json_t *list, json_t *value_owned,
                             const char *intake, const char *pointer) {
    char place[POINTER_SIZE + 32];
    (void)snprintf(place, sizeof place, "%s/%zu", intake, json_array_size(list));
    fhir_trail_add(reader->trail, place, pointer, reader->arena);
    (void)json_array_append_new(list, value_owned);
}

static void put_value(struct reader *reader, const struct plain_item *plain, json_t *value_owned,
                      const char *pointer) {
    char place[POINTER_SIZE];
    const char *last;
    json_t *home = home_of(reader, plain->member, &last, place);
    if (!home) {
        complain(reader->complaints, pointer, "misplaced", "belongs into a group 'clearances'.");
        json_decref(value_owned);
        return;
    }
    if (plain->kind == ITEM_CODES || plain->kind == ITEM_STRINGS) {
        append_with_step(reader, list_in(home, last), value_owned, place, pointer);
        return;
    }
    json_t *known = json_object_get(home, last);
    if (known && !json_equal(known, value_owned))
        complain(reader->complaints, pointer, "contradiction", "says something else than before.");
    fhir_trail_add(reader->trail, place, pointer, reader->arena);
    (void)json_object_set_new(home, last, value_owned);
}

static void read_plain(struct reader *reader, const struct plain_item *plain, const json_t *answer,
                       const char *pointer) {
    json_t *value = read_value(reader, answer, plain->kind, plain->system, pointer);
    if (value)
        put_value(reader, plain, value, pointer);
}

/* ---- findings ---- */

static void read_state(struct reader *reader, int number, const json_t *answer,
                       const char *pointer) {
    const char *id = reader->knowledge->findings[number].id;
    const char *code = answer_code(reader, answer, FHIR_CODES("answer-state"), pointer);
    json_t *findings = list_in(reader->intake, "findings");
    int known = reader->rows[number];
    const char *said =
        known < 0
            ? NULL
            : json_string_value(json_object_get(json_array_get(findings, (size_t)known), "state"));
    if (!code)
        return;
    if (strcmp(code, "present") != 0 && strcmp(code, "absent") != 0 &&
        strcmp(code, "unknown") != 0) {
        complain(reader->complaints, pointer, "not_allowed",
                 "must be one of present, absent, unknown.");
        return;
    }
    if (said && strcmp(said, code) == 0)
        return; /* twice the same is once */
    if (known < 0)
        reader->rows[number] = (int)json_array_size(findings);
    append_with_step(reader, findings, json_pack("{ssss}", "id", id, "state", code), "#/findings",
                     pointer);
}

/* "rf_cancer_history.active" is the choice `active` of that finding; `active` alone as well. */
static json_t *read_detail(struct reader *reader, int number, const json_t *answer,
                           const char *pointer) {
    const char *id = reader->knowledge->findings[number].id;
    const char *code = answer_code(reader, answer, FHIR_CODES("finding-detail"), pointer);
    size_t len = strlen(id);
    if (code && strncmp(code, id, len) == 0 && code[len] == '.')
        code += len + 1;
    return code ? json_string(code) : NULL;
}

static void read_attribute(struct reader *reader, const struct item_meaning *meaning,
                           const json_t *answer, const char *pointer) {
    bool areas = strcmp(meaning->part, "areas") == 0;
    json_t *value = strcmp(meaning->part, "detail") == 0
                        ? read_detail(reader, meaning->number, answer, pointer)
                        : read_value(reader, answer, areas ? ITEM_CODE : ITEM_DECIMAL,
                                     FHIR_CODES("area"), pointer);
    struct note *note = value ? arena_take(reader->arena, sizeof *note) : NULL;
    if (!note) {
        json_decref(value);
        return;
    }
    *note = (struct note){.next = reader->notes,
                          .finding = meaning->number,
                          .member = meaning->part,
                          .pointer = arena_copy(reader->arena, pointer, strlen(pointer)),
                          .value = value};
    (void)json_array_append_new(reader->noted, value);
    reader->notes = note;
}

static void join_note(struct reader *reader, const struct note *note) {
    int place = reader->rows[note->finding];
    json_t *row = place < 0
                      ? NULL
                      : json_array_get(json_object_get(reader->intake, "findings"), (size_t)place);
    char intake[POINTER_SIZE];
    if (!row) {
        complain(reader->complaints, note->pointer, "required",
                 "'%s' itself is not answered: say first whether it is present.",
                 reader->knowledge->findings[note->finding].id);
        return;
    }
    (void)snprintf(intake, sizeof intake, "#/findings/%d/%s", place, note->member);
    if (strcmp(note->member, "areas") == 0) {
        append_with_step(reader, list_in(row, "areas"), json_incref(note->value), intake,
                         note->pointer);
        return;
    }
    json_t *known = json_object_get(row, note->member);
    if (known && !json_equal(known, note->value))
        complain(reader->complaints, note->pointer, "contradiction",
                 "says something else than before.");
    fhir_trail_add(reader->trail, intake, note->pointer, reader->arena);
    (void)json_object_set(row, note->member, note->value);
}

/* ---- lists of their own ---- */

static void read_none_of(struct reader *reader, const char *id, const json_t *answer,
                         const char *pointer) {
    json_t *value = read_value(reader, answer, ITEM_BOOLEAN, NULL, pointer);
    if (json_is_true(value)) /* a no to "none of these" says nothing about any of them */
        append_with_step(reader, list_in(reader->intake, "none_of"), json_string(id), "#/none_of",
                         pointer);
    json_decref(value);
}

static void read_no_presentation(struct reader *reader, const json_t *answer, const char *pointer) {
    json_t *value = read_value(reader, answer, ITEM_BOOLEAN, NULL, pointer);
    if (json_is_true(value)) {
        (void)list_in(reader->intake, "presentations"); /* an empty list says "none of them" */
        reader->no_presentation = arena_copy(reader->arena, pointer, strlen(pointer));
    }
    json_decref(value);
}

static void read_medicine(struct reader *reader, const json_t *answer, const char *pointer) {
    static const char *const names[] = {"valueString", "valueCoding", NULL};
    json_t *value = value_of(reader, answer, names, pointer);
    json_t *entry = NULL;
    if (!value)
        return;
    if (json_is_string(value)) {
        entry = json_pack("{sO}", "text", value);
    } else {
        const char *system = json_string_value(json_object_get(value, "system"));
        const char *code = code_of(reader, value, NULL, pointer);
        const char *member = system && strcmp(system, RXNORM) == 0 ? "rxnorm"
                             : system && strcmp(system, ATC) == 0  ? "atc"
                                                                   : NULL;
        if (code && !member)
            complain(reader->complaints, pointer, "wrong_system",
                     "must be a code of RxNorm or ATC, or a text.");
        else if (code)
            entry = json_pack("{ss}", member, code);
    }
    if (entry)
        append_with_step(reader, list_in(reader->intake, "medications"), entry, "#/medications",
                         pointer);
}

static void read_diagnosis(struct reader *reader, const json_t *answer, const char *pointer) {
    static const char *const names[] = {"valueCoding", NULL};
    json_t *value = value_of(reader, answer, names, pointer);
    const char *system = json_string_value(json_object_get(value, "system"));
    const char *name = system ? code_system(system) : NULL;
    const char *code = value ? code_of(reader, value, NULL, pointer) : NULL;
    if (code && !name)
        complain(reader->complaints, pointer, "wrong_system",
                 "must be a code of ICD-10-CM, ICPC-2, SNOMED CT or LOINC.");
    else if (code)
        append_with_step(reader, list_in(reader->intake, "diagnoses"),
                         reader->diagnosis = json_pack("{ssss}", "system", name, "code", code),
                         "#/diagnoses", pointer);
}

static void read_diagnosis_weeks(struct reader *reader, const json_t *answer, const char *pointer) {
    json_t *value = read_value(reader, answer, ITEM_DECIMAL, NULL, pointer);
    if (value && !reader->diagnosis)
        complain(reader->complaints, pointer, "misplaced", "belongs below a diagnosis.");
    else if (value)
        (void)json_object_set(reader->diagnosis, "weeks_ago", value);
    json_decref(value);
}

/* ---- walking ---- */

static void read_answer(struct reader *reader, const struct item_meaning *meaning,
                        const json_t *answer, const char *pointer) {
    const struct knowledge *k = reader->knowledge;
    switch (meaning->kind) {
    case ITEM_UNKNOWN:
        return; /* complained about once, for the item */
    case ITEM_GROUP:
        complain(reader->complaints, pointer, "not_allowed", "a group has no answer.");
        return;
    case ITEM_STATE:
        read_state(reader, meaning->number, answer, pointer);
        return;
    case ITEM_ATTRIBUTE:
        read_attribute(reader, meaning, answer, pointer);
        return;
    case ITEM_NONE_OF:
        read_none_of(reader, k->checklists[meaning->number].id, answer, pointer);
        return;
    case ITEM_NO_PRESENTATION:
        read_no_presentation(reader, answer, pointer);
        return;
    case ITEM_MEDICINES:
        read_medicine(reader, answer, pointer);
        return;
    case ITEM_DIAGNOSES:
        read_diagnosis(reader, answer, pointer);
        return;
    case ITEM_DIAGNOSIS_WEEKS:
        read_diagnosis_weeks(reader, answer, pointer);
        return;
    default:
        read_plain(reader, meaning->plain, answer, pointer);
    }
}

static void walk(struct reader *reader, const json_t *items, const char *pointer);

static void complain_unknown(struct reader *reader, const char *link, const char *pointer) {
    /* looking for it costs more than all else: not where nobody will read it */
    const char *nearest = reader->complaints->count < COMPLAINTS_MAX
                              ? name_map_nearest(&reader->knowledge->finding_names, link)
                              : NULL;
    if (nearest)
        complain(reader->complaints, pointer, "unknown_id",
                 "'%.80s' is no item of the Questionnaire. Did you mean '%s'?", link, nearest);
    else
        complain(reader->complaints, pointer, "unknown_id",
                 "'%.80s' is no item of the Questionnaire.", link);
}

static bool refuses_modifier(struct reader *reader, const json_t *element, const char *pointer) {
    char place[POINTER_SIZE];
    if (!json_object_get(element, "modifierExtension"))
        return false;
    below(place, pointer, "modifierExtension");
    complain(reader->complaints, place, "not_supported",
             "could change the meaning of what it stands in, and is not known here.");
    return true;
}

static void walk_answers(struct reader *reader, const struct item_meaning *meaning,
                         const json_t *answers, const char *pointer) {
    size_t i;
    json_t *answer;
    if (answers && !json_is_array(answers))
        complain_type(reader, pointer, "an array");
    json_array_foreach(answers, i, answer) {
        char place[POINTER_SIZE], items[POINTER_SIZE];
        below_number(place, pointer, i);
        if (!json_is_object(answer)) {
            complain_type(reader, place, "an object");
            continue;
        }
        if (!refuses_modifier(reader, answer, place))
            read_answer(reader, meaning, answer, place);
        below(items, place, "item");
        walk(reader, json_object_get(answer, "item"), items);
        if (meaning->kind == ITEM_DIAGNOSES)
            reader->diagnosis = NULL;
    }
}

/* Opens a clearance for the items below; gives what was open before. */
static json_t *open_clearance(struct reader *reader, const char *link, const char *pointer) {
    json_t *before = reader->clearance;
    if (strcmp(link, "clearances") != 0)
        return before;
    json_t *list = list_in(reader->intake, "clearances");
    reader->clearance_place = json_array_size(list);
    append_with_step(reader, list, json_object(), "#/clearances", pointer);
    reader->clearance = json_array_get(list, reader->clearance_place);
    return before;
}

static void walk_item(struct reader *reader, const json_t *item, const char *pointer) {
    const char *link = json_string_value(json_object_get(item, "linkId"));
    char place[POINTER_SIZE];
    if (!link) {
        below(place, pointer, "linkId");
        complain(reader->complaints, json_is_object(item) ? place : pointer, "required",
                 "an item has a linkId.");
        return;
    }
    struct item_meaning meaning = fhir_questionnaire_item(reader->knowledge, link);
    json_t *before = open_clearance(reader, link, pointer);
    below(place, pointer, "linkId");
    if (meaning.kind == ITEM_UNKNOWN)
        complain_unknown(reader, link, place);
    (void)refuses_modifier(reader, item, pointer);
    below(place, pointer, "answer");
    walk_answers(reader, &meaning, json_object_get(item, "answer"), place);
    below(place, pointer, "item");
    walk(reader, json_object_get(item, "item"), place);
    reader->clearance = before;
}

static void walk(struct reader *reader, const json_t *items, const char *pointer) {
    size_t i;
    json_t *item;
    if (items && !json_is_array(items))
        complain_type(reader, pointer, "an array");
    json_array_foreach(items, i, item) {
        char place[POINTER_SIZE];
        below_number(place, pointer, i);
        walk_item(reader, item, place);
    }
}

/* ---- the resource as a whole ---- */

static void check_head(struct reader *reader, const json_t *response, const char *root) {
    static const char *const states[] = {"in-progress", "completed", "amended", "stopped"};
    static const char own[] = "/Questionnaire/massage-intake";
    const char *type = json_string_value(json_object_get(response, "resourceType"));
    const char *status = json_string_value(json_object_get(response, "status"));
    const char *questionnaire = json_string_value(json_object_get(response, "questionnaire"));
    const char *at = questionnaire ? strstr(questionnaire, own) : NULL;
    bool known = false;
    char place[POINTER_SIZE];
    below(place, root, "resourceType");
    if (!type || strcmp(type, "QuestionnaireResponse") != 0)
        complain(reader->complaints, place, "wrong_type", "must be a QuestionnaireResponse.");
    for (size_t i = 0; status && i < sizeof states / sizeof *states; i++)
        known |= strcmp(status, states[i]) == 0;
    below(place, root, "status");
    if (!known)
        complain(reader->complaints, place, status ? "not_allowed" : "required",
                 "must be in-progress, completed, amended or stopped.");
    below(place, root, "questionnaire");
    if (questionnaire && (!at || (at[sizeof own - 1] && at[sizeof own - 1] != '|')))
        complain(reader->complaints, place, "not_allowed",
                 "these are answers to another "
                 "Questionnaire.");
    below(place, root, "implicitRules");
    if (json_object_get(response, "implicitRules"))
        complain(reader->complaints, place, "not_supported", "these rules are not known here.");
    (void)refuses_modifier(reader, response, root);
}

json_t *fhir_questionnaire_response_intake(const struct knowledge *knowledge,
                                           const json_t *response, const char *root,
                                           struct arena *arena, struct fhir_trail *trail,
                                           struct complaints *complaints) {
    struct reader reader = {.knowledge = knowledge,
                            .arena = arena,
                            .complaints = complaints,
                            .trail = trail,
                            .intake = json_object(),
                            .noted = json_array()};
    char place[POINTER_SIZE];
    *trail = (struct fhir_trail){.root = arena_copy(arena, root, strlen(root))};
    reader.rows = arena_array(arena, knowledge->finding_count + 1, sizeof *reader.rows);
    if (reader.intake && reader.noted && reader.rows) {
        for (unsigned i = 0; i < knowledge->finding_count; i++)
            reader.rows[i] = -1;
        check_head(&reader, response, root);
        below(place, root, "item");
        walk(&reader, json_object_get(response, "item"), place);
        for (const struct note *note = reader.notes; note; note = note->next)
            join_note(&reader, note);
        if (reader.no_presentation &&
            json_array_size(json_object_get(reader.intake, "presentations")))
            complain(complaints, reader.no_presentation, "contradiction",
                     "says none of them, but one was named.");
    }
    json_decref(reader.noted);
    if (arena->failed || !reader.rows) {
        json_decref(reader.intake);
        return NULL;
    }
    return reader.intake;
}

/*
 * The one complication: a condition is a tree, enableWhen is a list. A tree of "any" becomes a list
 * of "any" in which each "all" is represented by one of its parts (its strictness is lost, the
 * question is shown more often); a tree of "all" keeps the parts that are single tests.
 */
#include "interop/fhir_enable_when.h"

#include <stdio.h>
#include <string.h>

enum { MOST_TESTS = 96, MOST_DEPTH = 8 };

/* A single test, an area or choice of a set spelt out. */
struct test {
    const struct expression *expression;
    int choice; /* of the set; -1: not about one */
    bool negated;
};

struct tests {
    const struct fhir_source *source;
    struct test all[MOST_TESTS];
    unsigned count;
};

static bool add(struct tests *tests, struct test test) {
    if (tests->count == MOST_TESTS)
        return false;
    tests->all[tests->count++] = test;
    return true;
}

static const struct expression *derived_of(const struct tests *tests,
                                           const struct expression *expression) {
    return expression->kind == EXPRESSION_FINDING
               ? tests->source->knowledge->findings[expression->subject].derived
               : NULL;
}

static bool is_choice_set(const struct expression *expression) {
    return expression->kind == EXPRESSION_DETAIL || expression->kind == EXPRESSION_AREAS;
}

static bool is_plain(const struct expression *expression) {
    switch (expression->kind) {
    case EXPRESSION_FINDING:
    case EXPRESSION_UNSURE:
    case EXPRESSION_NUMBER:
    case EXPRESSION_INTAKE:
    case EXPRESSION_SEX:
    case EXPRESSION_PRESENTATION:
        return true;
    default:
        return false;
    }
}

static bool collect_any(struct tests *tests, const struct expression *expression, unsigned depth);

/* A part of an "all" that can stand for the whole of it: any that can be said. */
static bool collect_one_of(struct tests *tests, const struct expression *all, unsigned depth) {
    for (size_t i = 0; i < all->part_count; i++) {
        unsigned before = tests->count;
        if (collect_any(tests, all->parts[i], depth))
            return true;
        tests->count = before;
    }
    return false;
}

static bool collect_set(struct tests *tests, const struct expression *expression) {
    bool room = true;
    for (uint32_t set = expression->set; set && room; set &= set - 1)
        room = add(tests, (struct test){expression, __builtin_ctz(set), false});
    return room;
}

/* Adds tests one of which holds whenever the expression does; false: that cannot be said. */
static bool collect_any(struct tests *tests, const struct expression *expression, unsigned depth) {
    const struct expression *derived = derived_of(tests, expression);
    if (depth > MOST_DEPTH)
        return false;
    if (derived)
        return collect_any(tests, derived, depth + 1);
    if (is_choice_set(expression))
        return collect_set(tests, expression);
    if (is_plain(expression))
        return add(tests, (struct test){expression, -1, false});
    if (expression->kind == EXPRESSION_ALL)
        return collect_one_of(tests, expression, depth + 1);
    if (expression->kind == EXPRESSION_NOT && expression->parts[0]->kind == EXPRESSION_FINDING &&
        !derived_of(tests, expression->parts[0]))
        return add(tests, (struct test){expression->parts[0], -1, true});
    bool said = expression->kind == EXPRESSION_ANY;
    for (size_t i = 0; i < expression->part_count && said; i++)
        said = collect_any(tests, expression->parts[i], depth + 1);
    return said;
}

/* The single tests among the parts of an "all". */
static void collect_all(struct tests *tests, const struct expression *expression) {
    for (size_t i = 0; i < expression->part_count; i++)
        if (is_plain(expression->parts[i]) && !derived_of(tests, expression->parts[i]))
            (void)add(tests, (struct test){expression->parts[i], -1, false});
}

/* ---- writing ---- */

static const char *operator_of(enum operation operation) {
    static const char *const names[] = {
        [LESS] = "<",           [LESS_EQUAL] = "<=", [GREATER] = ">",
        [GREATER_EQUAL] = ">=", [EQUAL] = "=",       [NOT_EQUAL] = "!=",
    };
    return names[operation];
}

static void open_test(struct json_writer *json, const char *question, const char *operation) {
    jw_open_object(json);
    jw_member_text(json, "question", question);
    jw_member_text(json, "operator", operation);
}

void fhir_enable_state(struct json_writer *json, const char *question, const char *operation,
                       const char *state) {
    open_test(json, question, operation);
    jw_key(json, "answerCoding");
    fhir_own_coding(json, "answer-state", state, NULL);
    jw_close_object(json);
}

static void write_coding_test(struct json_writer *json, const char *question, const char *system,
                              const char *code) {
    open_test(json, question, "=");
    jw_key(json, "answerCoding");
    fhir_own_coding(json, system, code, NULL);
    jw_close_object(json);
}

static void write_number_test(struct json_writer *json, const char *question,
                              const struct expression *expression, bool whole) {
    open_test(json, question, operator_of(expression->operation));
    jw_key(json, whole ? "answerInteger" : "answerDecimal");
    jw_milli(json, expression->number);
    jw_close_object(json);
}

static void write_sex_test(struct json_writer *json, const struct expression *expression) {
    static const char *const codes[] = {
        [SEX_FEMALE] = "female", [SEX_MALE] = "male", [SEX_OTHER] = "other"};
    open_test(json, "sex", operator_of(expression->operation));
    jw_key(json, "answerCoding");
    fhir_coding(json, "http://hl7.org/fhir/administrative-gender", codes[expression->number], NULL);
    jw_close_object(json);
}

static void write_area_test(struct json_writer *json, const struct knowledge *k,
                            const struct test *test) {
    char question[200];
    int subject = test->expression->subject;
    (void)snprintf(question, sizeof question, "%s.areas",
                   subject == SUBJECT_PAIN ? "pain" : k->findings[subject].id);
    write_coding_test(json, question, "area", k->areas[test->choice].id);
}

static void write_detail_test(struct json_writer *json, const struct knowledge *k,
                              const struct test *test) {
    const struct finding *finding = &k->findings[test->expression->subject];
    char question[200], code[200];
    (void)snprintf(question, sizeof question, "%s.detail", finding->id);
    (void)snprintf(code, sizeof code, "%s.%s", finding->id, finding->choices[test->choice].id);
    write_coding_test(json, question, "finding-detail", code);
}

static void write_test(struct json_writer *json, const struct fhir_source *source,
                       const struct test *test) {
    static const char *const numbers[] = {[INTAKE_AGE] = "age",
                                          [INTAKE_PAIN_INTENSITY] = "pain.intensity",
                                          [INTAKE_PAIN_WEEKS] = "pain.duration_weeks"};
    const struct knowledge *k = source->knowledge;
    const struct expression *expression = test->expression;
    char question[200];
    switch (expression->kind) {
    case EXPRESSION_FINDING:
        fhir_enable_state(json, k->findings[expression->subject].id, test->negated ? "!=" : "=",
                          "present");
        return;
    case EXPRESSION_UNSURE:
        fhir_enable_state(json, k->findings[expression->subject].id, "=", "unknown");
        return;
    case EXPRESSION_INTAKE:
        write_number_test(json, numbers[expression->subject], expression,
                          expression->subject == INTAKE_AGE);
        return;
    case EXPRESSION_NUMBER:
        (void)snprintf(question, sizeof question, "%s.%s", k->findings[expression->subject].id,
                       expression->attribute == ATTRIBUTE_VALUE ? "value" : "weeks_ago");
        write_number_test(json, question, expression, false);
        return;
    case EXPRESSION_SEX:
        write_sex_test(json, expression);
        return;
    case EXPRESSION_PRESENTATION:
        write_coding_test(json, "presentations", "presentation",
                          k->presentations[expression->subject].id);
        return;
    case EXPRESSION_DETAIL:
        write_detail_test(json, k, test);
        return;
    default:
        write_area_test(json, k, test);
    }
}

void fhir_enable_when(struct json_writer *json, const struct fhir_source *source,
                      const struct expression *condition) {
    struct tests tests = {.source = source};
    bool all = condition && condition->kind == EXPRESSION_ALL;
    if (all)
        collect_all(&tests, condition);
    if (tests.count == 0)
        all = false;
    if (!condition || (tests.count == 0 && !collect_any(&tests, condition, 0)))
        return;
    jw_key(json, "enableWhen");
    jw_open_array(json);
    for (unsigned i = 0; i < tests.count; i++)
        write_test(json, source, &tests.all[i]);
    jw_close_array(json);
    if (tests.count > 1)
        jw_member_text(json, "enableBehavior", all ? "all" : "any");
}

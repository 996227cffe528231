/* Conditions on one event. */
#include "care/adverse_rules.h"

#include <math.h>
#include <string.h>

#include "care/words.h"

enum truth { NO, UNSAID, YES };

static const json_t *row_of(const struct knowledge *knowledge, const char *list, const char *id) {
    const json_t *file = json_object_get(knowledge->files, "adverse_events");
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(file, list), i,
                       row) if (id && strcmp(json_string_value(json_object_get(row, "id")), id) ==
                                          0) return row;
    return NULL;
}

const json_t *adverse_row(const struct knowledge *knowledge, const char *id) {
    return row_of(knowledge, "adverse_events", id);
}

const char *adverse_name(const struct knowledge *knowledge, const char *id) {
    const json_t *name = json_object_get(adverse_row(knowledge, id), "name");
    const char *text = json_string_value(json_object_get(name, "en"));
    return text ? text : id;
}

const json_t *adverse_detail(const struct knowledge *knowledge, const char *id) {
    return row_of(knowledge, "details", id);
}

static enum truth truth_of(bool holds) {
    return holds ? YES : NO;
}

static enum truth number_holds(const json_t *condition, const json_t *value) {
    int64_t thousandths = llround(json_number_value(value) * 1000);
    const json_t *over = json_object_get(condition, "over");
    const json_t *at_least = json_object_get(condition, "at_least");
    if (over && thousandths <= json_integer_value(over) * 1000)
        return NO;
    return truth_of(!at_least || thousandths >= json_integer_value(at_least) * 1000);
}

static enum truth holds(const struct adverse_context *context, const json_t *condition,
                        const json_t *event) {
    const char *detail = json_string_value(json_object_get(condition, "detail"));
    const json_t *value = json_object_get(event, detail);
    bool wanted = !json_is_false(json_object_get(condition, "is"));
    if (strcmp(detail, "on_anticoagulant") == 0 && context->on_anticoagulant)
        return truth_of(wanted);
    if (json_is_number(value))
        return number_holds(condition, value);
    if (!json_is_boolean(value))
        return UNSAID;
    return truth_of(json_is_true(value) == wanted);
}

static enum truth rule_truth(const struct adverse_context *context, const json_t *rule,
                             const json_t *event) {
    enum truth worst = YES;
    size_t i;
    json_t *condition;
    json_array_foreach(json_object_get(rule, "when"), i, condition) {
        enum truth truth = holds(context, condition, event);
        worst = truth < worst ? truth : worst;
    }
    return worst;
}

bool adverse_rule_holds(const struct adverse_context *context, const json_t *rule,
                        const json_t *event) {
    return rule_truth(context, rule, event) == YES;
}

bool adverse_rule_open(const struct adverse_context *context, const json_t *rule,
                       const json_t *event) {
    return rule_truth(context, rule, event) == UNSAID;
}

enum triage adverse_rule_triage(const json_t *rule) {
    const char *name = json_string_value(json_object_get(rule, "triage"));
    for (int level = TRIAGE_CLINICIAN; name && level <= TRIAGE_EMERGENCY; level++)
        if (strcmp(triage_name((enum triage)level), name) == 0)
            return (enum triage)level;
    return TRIAGE_SELF_CARE;
}

enum triage adverse_event_triage(const struct adverse_context *context, const json_t *event) {
    const char *id = json_string_value(json_object_get(event, "id"));
    enum triage worst = TRIAGE_SELF_CARE;
    size_t i;
    json_t *rule;
    json_array_foreach(json_object_get(adverse_row(context->knowledge, id), "rules"), i,
                       rule) if (adverse_rule_triage(rule) > worst &&
                                 adverse_rule_holds(context, rule, event)) worst =
        adverse_rule_triage(rule);
    return worst;
}

enum grade adverse_event_grade(const struct adverse_context *context, const json_t *event) {
    const json_t *file = json_object_get(context->knowledge->files, "adverse_events");
    const char *id = json_string_value(json_object_get(event, "id"));
    size_t i;
    json_t *row;
    if (strcmp(id, "ae_none") == 0)
        return GRADE_NONE;
    json_array_foreach(json_object_get(file, "grading"), i, row) {
        if (!adverse_rule_holds(context, row, event))
            continue;
        const char *name = json_string_value(json_object_get(row, "grade"));
        for (int grade = GRADE_MILD; grade <= GRADE_SERIOUS; grade++)
            if (strcmp(grade_name((enum grade)grade), name) == 0)
                return (enum grade)grade;
    }
    return GRADE_MILD;
}

area_set adverse_areas(const struct knowledge *knowledge, const json_t *event) {
    area_set areas = 0;
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(event, "areas"), i, name) {
        int64_t area = name_map_get(&knowledge->area_names, json_string_value(name));
        if (area >= 0)
            areas |= UINT32_C(1) << area;
    }
    return areas;
}

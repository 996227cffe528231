/* From presentations and limits to a template. */
#include "care/plan_template.h"

#include <string.h>

#include "care/words.h"

static bool lists_presentation(const struct decision *decision, const json_t *row,
                               const char *member) {
    const struct knowledge *k = decision->knowledge;
    const json_t *names = json_object_get(row, member);
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name) {
        int64_t number = name_map_get(&k->presentation_names, json_string_value(name));
        if (number >= 0 && decision->presentations >> number & 1)
            return true;
    }
    return false;
}

/* Is it health that limits the pressure, not the nature of the technique? */
static bool capped_by_health(const struct decision *decision, unsigned technique, int at_most) {
    const struct knowledge *k = decision->knowledge;
    if (decision->outcome.limits[technique].cap <= at_most &&
        k->techniques[technique].pressure_max > at_most)
        return true;
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct rule *rule = &k->rules[decision->outcome.acting[i].rule];
        if (rule->cap && rule->cap <= at_most && !rule->scope_count && !rule->always)
            return true;
    }
    return false;
}

static bool rule_acts(const struct decision *decision, const json_t *row) {
    const json_t *names = json_object_get(row, "rules");
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name) {
        int64_t number = name_map_get(&decision->knowledge->rule_names, json_string_value(name));
        for (unsigned a = 0; number >= 0 && a < decision->outcome.acting_count; a++)
            if (decision->outcome.acting[a].rule == number)
                return true;
    }
    return false;
}

/* The light template, where the kind of pain or frailty asks for it. */
static bool light_by_person(const struct decision *decision, const json_t *light) {
    return lists_presentation(decision, light, "presentations") ||
           lists_presentation(decision, light, "presentations_by_analogy") ||
           rule_acts(decision, light);
}

static bool is_pregnant(const struct decision *decision) {
    const struct knowledge *k = decision->knowledge;
    int64_t number = name_map_get(&k->finding_names, "pregnancy");
    return (number >= 0 && decision->intake->answers[number].state == ANSWER_PRESENT) ||
           lists_presentation(decision, care_row(k, "templates", "pregnancy"), "presentations");
}

static const json_t *by_list(const struct decision *decision, const char *member) {
    const json_t *templates =
        json_object_get(json_object_get(decision->knowledge->files, "plans"), "templates");
    size_t i;
    json_t *row;
    json_array_foreach(templates, i, row) if (lists_presentation(decision, row, member)) return row;
    return NULL;
}

/* NICE and G2: under 6 weeks acute, to 12 subacute, longer chronic. */
static const char *by_duration(const struct decision *decision) {
    int64_t weeks = decision->intake->numbers[INTAKE_PAIN_WEEKS];
    if (weeks < 0)
        return "capped";
    return weeks < 6000 ? "acute" : weeks <= 12000 ? "subacute" : "chronic";
}

const json_t *plan_template(const struct decision *decision, unsigned technique,
                            const json_t **also) {
    const struct knowledge *k = decision->knowledge;
    const json_t *light = care_row(k, "templates", "capped");
    const json_t *fibromyalgia = care_row(k, "templates", "fibromyalgia");
    bool by_person = light_by_person(decision, light);
    bool by_cap = capped_by_health(decision, technique, care_int(light, "pressure_cap_at_most", 0));
    *also = NULL;
    if (is_pregnant(decision)) {
        *also = by_person || by_cap ? light : NULL;
        return care_row(k, "templates", "pregnancy");
    }
    if (by_person)
        return light;
    if (lists_presentation(decision, fibromyalgia, "presentations"))
        return fibromyalgia;
    if (by_cap)
        return light;
    const json_t *row = by_list(decision, "presentations");
    if (!row)
        row = by_list(decision, "presentations_by_analogy");
    return row ? row : care_row(k, "templates", by_duration(decision));
}

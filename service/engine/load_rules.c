/* Rules: conditions, tokens, and the masks that the engine works with. */
#include <stdlib.h>
#include <string.h>

#include "engine/condition.h"
#include "engine/load.h"

static technique_set all_techniques(const struct knowledge *knowledge) {
    return knowledge->technique_count >= 32 ? UINT32_MAX
                                            : (UINT32_C(1) << knowledge->technique_count) - 1;
}

/* Copies one part of a token and moves on past it; "" when the part is not there. */
static bool next_part(const char **at, char lead, char *part, size_t size) {
    part[0] = '\0';
    if (lead) {
        if (**at != lead)
            return true;
        (*at)++;
    }
    size_t len = strcspn(*at, "@#");
    if (len == 0 || len >= size)
        return false;
    memcpy(part, *at, len);
    part[len] = '\0';
    *at += len;
    return true;
}

static bool load_place(struct loader *loader, const char *name, struct place *place) {
    struct knowledge *k = loader->knowledge;
    *place = (struct place){.finding = -1};
    if (strncmp(name, "areas:", 6) == 0) {
        int finding = load_name(loader, &k->finding_names, "finding", name + 6);
        if (finding < 0)
            return false;
        if (!(k->findings[finding].attributes & ATTRIBUTE_AREAS)) {
            load_mistake(loader, "'%s' has no areas", name + 6);
            return false;
        }
        place->finding = (int16_t)finding;
        return true;
    }
    int64_t area = name_map_get(&k->area_names, name);
    if (area >= 0) {
        place->areas = UINT32_C(1) << area;
        return true;
    }
    int set = load_name(loader, &k->set_names, "area", name);
    if (set >= 0)
        place->areas = k->sets[set];
    return set >= 0;
}

static bool load_token(struct loader *loader, const char *source, struct token *token) {
    struct knowledge *k = loader->knowledge;
    char who[64], where[96], part[32];
    const char *at = source;
    *token = (struct token){.place = {.finding = -1}};
    if (!next_part(&at, '\0', who, sizeof who) || !next_part(&at, '@', where, sizeof where) ||
        !next_part(&at, '#', part, sizeof part) || *at) {
        load_mistake(loader, "'%s' is not technique_or_GROUP[@area][#part]", source);
        return false;
    }
    int64_t group = name_map_get(&k->group_names, who);
    if (group >= 0) {
        token->techniques = k->groups[group];
    } else {
        int technique = load_name(loader, &k->technique_names, "technique or group", who);
        if (technique < 0)
            return false;
        token->techniques = UINT32_C(1) << technique;
    }
    if (part[0])
        token->part = arena_copy(&k->arena, part, strlen(part));
    return !where[0] || load_place(loader, where, &token->place);
}

static const struct token *load_tokens(struct loader *loader, json_t *row, const char *member,
                                       uint16_t *count) {
    json_t *items = json_object_get(row, member);
    struct token *tokens = load_take(loader, json_array_size(items), sizeof *tokens);
    size_t i;
    json_t *item;
    *count = 0;
    if (tokens)
        json_array_foreach(items, i, item) {
            const char *source = json_string_value(item);
            if (source && load_token(loader, source, &tokens[*count]))
                (*count)++;
        }
    return tokens;
}

static const struct place *load_places(struct loader *loader, json_t *row, const char *member,
                                       uint16_t *count) {
    json_t *items = json_object_get(row, member);
    struct place *places = load_take(loader, json_array_size(items), sizeof *places);
    size_t i;
    json_t *item;
    *count = 0;
    if (places)
        json_array_foreach(items, i, item) {
            const char *name = json_string_value(item);
            if (name && load_place(loader, name, &places[*count]))
                (*count)++;
        }
    return places;
}

static bool everywhere(const struct token *token) {
    return token->place.areas == 0 && token->place.finding < 0 && !token->part;
}

static technique_set techniques_of(const struct token *tokens, uint16_t count) {
    technique_set set = 0;
    for (uint16_t i = 0; i < count; i++)
        set |= tokens[i].techniques;
    return set;
}

/* Which techniques a rule forbids altogether. */
static technique_set blocked_by(const struct rule *rule, technique_set all) {
    technique_set set = 0;
    for (uint16_t i = 0; i < rule->restrict_count; i++)
        if (everywhere(&rule->restricts[i]))
            set |= rule->restricts[i].techniques;
    /* "ALL" on a rule that waits for clearance is the waiting itself: see `withheld`. */
    bool waits = rule->effect == EFFECT_CLR || rule->effect == EFFECT_CLINICIAN;
    return waits && set == all ? 0 : set;
}

/* Which techniques are no longer plainly "suitable" when the rule holds. */
static technique_set touched_by(const struct rule *rule, technique_set all) {
    technique_set scope = rule->scope_count ? techniques_of(rule->scope, rule->scope_count) : all;
    technique_set set = techniques_of(rule->expert, rule->expert_count);
    if (rule->effect == EFFECT_NONE || rule->always || rule->dose_only)
        return 0;
    if (rule->effect == EFFECT_CLR || rule->effect == EFFECT_CLINICIAN || rule->avoid_count)
        return all;
    if (rule->cap || rule->blocked_positions || rule->minutes_max || rule->modification_count)
        set |= scope;
    for (uint16_t i = 0; i < rule->restrict_count; i++)
        if (!everywhere(&rule->restricts[i]))
            set |= rule->restricts[i].techniques;
    return set;
}

static technique_set withheld_by(struct loader *loader, json_t *row, const struct rule *rule,
                                 technique_set all) {
    uint16_t count = 0;
    if (rule->effect == EFFECT_CLR || rule->effect == EFFECT_CLINICIAN) {
        const struct token *tokens = load_tokens(loader, row, "withholds", &count);
        return count ? techniques_of(tokens, count) : all;
    }
    return 0;
}

static void collect_reads(const struct knowledge *k, const struct expression *e, uint8_t *seen,
                          unsigned depth);

/* hits(effect) reads whatever the red-flag rules of that effect read. */
static void collect_hits(const struct knowledge *k, int effect, uint8_t *seen, unsigned depth) {
    for (unsigned r = 0; r < k->rule_count; r++)
        if (k->rules[r].c1_item && (int)k->rules[r].effect == effect)
            collect_reads(k, k->rules[r].condition, seen, depth + 1);
}

/* Collects the findings a condition reads, also through derived facts and asked presentations. */
static void collect_reads(const struct knowledge *k, const struct expression *e, uint8_t *seen,
                          unsigned depth) {
    if (!e || depth > 32)
        return;
    if (e->kind == EXPRESSION_HITS)
        collect_hits(k, e->subject, seen, depth);
    for (size_t i = 0; i < e->part_count; i++)
        collect_reads(k, e->parts[i], seen, depth + 1);
    switch (e->kind) {
    case EXPRESSION_FINDING:
    case EXPRESSION_NUMBER:
    case EXPRESSION_DETAIL:
    case EXPRESSION_AREAS:
    case EXPRESSION_MISSING:
    case EXPRESSION_UNSURE:
        if (e->subject >= 0 && !seen[e->subject]) {
            seen[e->subject] = 1;
            collect_reads(k, k->findings[e->subject].derived, seen, depth + 1);
        }
        break;
    case EXPRESSION_PRESENTATION:
        collect_reads(k, k->presentations[e->subject].derived_from, seen, depth + 1);
        break;
    default:
        break;
    }
}

const uint16_t *load_reads(struct loader *loader, const struct expression *condition,
                           uint16_t *count) {
    struct knowledge *k = loader->knowledge;
    uint8_t *seen = calloc(k->finding_count + 1, 1);
    size_t room = 0;
    *count = 0;
    if (!seen) {
        load_mistake(loader, "out of memory");
        return NULL;
    }
    collect_reads(k, condition, seen, 0);
    for (unsigned f = 0; f < k->finding_count; f++)
        room += seen[f] && !k->findings[f].derived;
    uint16_t *reads = load_take(loader, room, sizeof *reads);
    for (unsigned f = 0; reads && f < k->finding_count; f++)
        if (seen[f] && !k->findings[f].derived)
            reads[(*count)++] = (uint16_t)f;
    free(seen);
    return reads;
}

static enum effect load_effect(struct loader *loader, json_t *row) {
    const char *name = json_string_value(json_object_get(row, "effect"));
    for (int effect = 0; name && effect < EFFECT_COUNT; effect++)
        if (strcmp(name, effect_name((enum effect)effect)) == 0)
            return (enum effect)effect;
    load_mistake(loader, "unknown effect '%s'", name ? name : "");
    return EFFECT_NONE;
}

static enum if_unsure load_unsure(struct loader *loader, json_t *row) {
    static const char *const names[] = {"ignore", "caution", "clearance", "ask_again"};
    const char *name = json_string_value(json_object_get(row, "unknown"));
    for (int i = 0; name && i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum if_unsure)i;
    load_mistake(loader, "'unknown' must be ignore, caution, clearance or ask_again");
    return UNSURE_ASK_AGAIN;
}

static void load_limits(struct loader *loader, json_t *row, struct rule *rule) {
    struct knowledge *k = loader->knowledge;
    rule->cap = (uint8_t)load_int(loader, row, "pressure_cap", 1, 5, 0);
    rule->minutes_max = (uint16_t)load_int(loader, row, "minutes_max", 5, 240, 0);
    rule->blocked_positions =
        (position_set)load_mask(loader, row, "block_positions", &k->position_names, "position");
    rule->restricts = load_tokens(loader, row, "restricts", &rule->restrict_count);
    rule->scope = load_tokens(loader, row, "scope", &rule->scope_count);
    rule->expert = load_tokens(loader, row, "expert_only", &rule->expert_count);
    rule->avoid = load_places(loader, row, "avoid_areas", &rule->avoid_count);
    rule->modifications = load_numbers(loader, row, "modifications", &k->modification_names,
                                       "modification", &rule->modification_count);
    rule->sources =
        load_numbers(loader, row, "sources", &k->source_names, "source", &rule->source_count);
}

/* A rule that restricts nothing, or whose cap no technique it names can reach, is a mistake. */
static void check_limits(struct loader *loader, const struct rule *rule, technique_set all) {
    bool limits = rule->restrict_count || rule->cap || rule->expert_count || rule->avoid_count ||
                  rule->blocked_positions || rule->minutes_max || rule->modification_count;
    bool needs =
        rule->effect == EFFECT_LOC || rule->effect == EFFECT_MOD || rule->effect == EFFECT_TECH;
    if (needs && !limits)
        load_mistake(loader, "the rule restricts nothing");
    technique_set scope = rule->scope_count ? techniques_of(rule->scope, rule->scope_count) : all;
    int highest = 0;
    for (unsigned t = 0; t < loader->knowledge->technique_count; t++)
        if (scope >> t & 1 && loader->knowledge->techniques[t].pressure_max > highest)
            highest = loader->knowledge->techniques[t].pressure_max;
    if (rule->cap > highest)
        load_mistake(loader, "the cap %d lies outside the range of every technique it is for",
                     rule->cap);
}

static bool guideline_without_source(const struct rule *rule, json_t *row) {
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(row, "basis"), i, item) {
        const char *basis = json_string_value(item);
        if (basis && (*basis == 'r') && rule->source_count == 0)
            return true;
    }
    return false;
}

static void load_words_of(struct loader *loader, json_t *row, struct rule *rule) {
    static const char *const confidences[] = {"H", "M", "L", "M-H", "L-M"};
    rule->lay = load_text(loader, row, "text", true);
    rule->clinical = load_text(loader, row, "clinical_text", true);
    rule->action = load_text(loader, row, "action", rule->effect == EFFECT_ABS);
    rule->uncertain = load_text(loader, row, "uncertain", false);
    rule->confidence = load_string(loader, row, "confidence", true);
    rule->basis = load_json_array(loader, row, "basis");
    rule->corrections =
        json_object_get(row, "corrections") ? load_json_array(loader, row, "corrections") : NULL;
    bool known = false;
    for (size_t i = 0; rule->confidence && i < sizeof confidences / sizeof *confidences; i++)
        known |= strcmp(rule->confidence, confidences[i]) == 0;
    if (!known)
        load_mistake(loader, "'confidence' must be H, M-H, M, L-M or L");
    if (json_array_size(json_object_get(row, "basis")) == 0)
        load_mistake(loader, "a rule needs a basis");
    if (guideline_without_source(rule, row))
        load_mistake(loader, "a rule based on trials needs a source");
}

static void load_rule(struct loader *loader, json_t *row, struct rule *rule) {
    technique_set all = all_techniques(loader->knowledge);
    rule->id = load_copy(loader, json_string_value(json_object_get(row, "id")));
    loader->id = rule->id ? rule->id : "";
    const char *clinical = json_string_value(json_object_get(row, "clinical_id"));
    rule->clinical_id = load_copy(loader, clinical ? clinical : "");
    rule->effect = load_effect(loader, row);
    rule->if_unsure = load_unsure(loader, row);
    rule->dose_only = json_is_true(json_object_get(row, "dose_only"));
    rule->condition = load_condition(loader, row, "condition");
    if (!json_object_get(row, "condition"))
        load_mistake(loader, "a rule needs a condition");
    rule->always = rule->condition && rule->condition->kind == EXPRESSION_ALWAYS;
    rule->c1_item = rule->id && strncmp(rule->id, "C1.", 3) == 0;
    if (!rule->condition)
        return;
    load_limits(loader, row, rule);
    load_words_of(loader, row, rule);
    check_limits(loader, rule, all);
    rule->blocked = blocked_by(rule, all);
    if (rule->effect == EFFECT_ABS && rule->restrict_count == 0)
        rule->blocked = all;
    rule->touched = touched_by(rule, all);
    rule->withheld = withheld_by(loader, row, rule, all);
    rule->positions_scope = rule->scope_count ? techniques_of(rule->scope, rule->scope_count) : all;
}

static bool is_rule_file(const char *name) {
    return strncmp(name, "rules_", 6) == 0;
}

static size_t count_rules(json_t *files) {
    size_t count = 0;
    const char *name;
    json_t *document;
    json_object_foreach(files, name, document) {
        if (is_rule_file(name))
            count += json_array_size(json_object_get(document, "rules"));
    }
    return count;
}

/* Most severe first, then by id: the order in which reasons are read. */
static int compare_rules(const void *a, const void *b) {
    const struct rule *x = a, *y = b;
    if (x->effect != y->effect)
        return x->effect > y->effect ? -1 : 1;
    return strcmp(x->id ? x->id : "", y->id ? y->id : "");
}

static void name_rules(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    if (!name_map_init(&k->rule_names, &k->arena, k->rule_count + 1))
        return;
    for (unsigned r = 0; r < k->rule_count; r++) {
        loader->id = k->rules[r].id;
        if (!k->rules[r].id || !name_map_add(&k->rule_names, k->rules[r].id, r))
            load_mistake(loader, k->rules[r].id ? "the rule id stands twice" : "a rule without id");
    }
}

void load_rules(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    size_t room = count_rules(k->files);
    k->rules = load_take(loader, room, sizeof *k->rules);
    const char *name;
    json_t *document, *row;
    size_t i;
    if (!k->rules || room == 0 || room > 60000) {
        load_mistake(loader, "a release needs rules");
        return;
    }
    json_object_foreach(k->files, name, document) {
        if (!is_rule_file(name))
            continue;
        loader->file = name;
        json_array_foreach(json_object_get(document, "rules"), i, row)
            load_rule(loader, row, &k->rules[k->rule_count++]);
    }
    loader->file = "rules";
    for (unsigned r = 0; r < k->rule_count; r++)
        k->rules[r].reads = load_reads(loader, k->rules[r].condition, &k->rules[r].reads_count);
    qsort(k->rules, k->rule_count, sizeof *k->rules, compare_rules);
    name_rules(loader);
}

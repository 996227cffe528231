/* The checks of `unknot knowledge lint`. */
#include "engine/lint.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/condition.h"
#include "engine/graph.h"

/* ---- findings nobody reads ---- */

static void note_reads(const struct knowledge *k, const struct expression *e, uint8_t *used,
                       unsigned depth) {
    if (!e || depth > 32)
        return;
    for (size_t i = 0; i < e->part_count; i++)
        note_reads(k, e->parts[i], used, depth + 1);
    bool reads = e->kind == EXPRESSION_FINDING || e->kind == EXPRESSION_NUMBER ||
                 e->kind == EXPRESSION_DETAIL || e->kind == EXPRESSION_MISSING ||
                 e->kind == EXPRESSION_UNSURE || e->kind == EXPRESSION_AREAS;
    if (reads && e->subject >= 0)
        used[e->subject] = 1;
}

static void note_places(const struct rule *rule, uint8_t *used) {
    for (uint16_t i = 0; i < rule->avoid_count; i++)
        if (rule->avoid[i].finding >= 0)
            used[rule->avoid[i].finding] = 1;
}

static void lint_findings(const struct knowledge *k, struct report *report) {
    uint8_t *used = calloc(k->finding_count + 1, 1);
    if (!used)
        return;
    for (unsigned r = 0; r < k->rule_count; r++) {
        note_reads(k, k->rules[r].condition, used, 0);
        note_places(&k->rules[r], used);
    }
    for (unsigned t = 0; t < k->tip_count; t++)
        note_reads(k, k->tips[t].condition, used, 0);
    for (unsigned p = 0; p < k->presentation_count; p++)
        note_reads(k, k->presentations[p].derived_from, used, 0);
    for (unsigned f = 0; f < k->finding_count; f++)
        note_reads(k, k->findings[f].derived, used, 0);
    for (unsigned f = 0; f < k->finding_count; f++)
        if (!used[f] && k->findings[f].polarity != POLARITY_GATE)
            report_add(report, k->findings[f].derived ? "derived" : "findings", k->findings[f].id,
                       "no rule, tip or derived fact uses it");
    free(used);
}

/* ---- rules that cannot hold, or say the same as another ---- */

static bool same_limits(const struct rule *a, const struct rule *b) {
    return a->cap == b->cap && a->minutes_max == b->minutes_max && a->blocked == b->blocked &&
           a->blocked_positions == b->blocked_positions && a->restrict_count == b->restrict_count &&
           a->scope_count == b->scope_count && a->avoid_count == b->avoid_count &&
           a->expert_count == b->expert_count && a->modification_count == b->modification_count &&
           memcmp(a->modifications, b->modifications,
                  a->modification_count * sizeof *a->modifications) == 0;
}

static void lint_rules(const struct knowledge *k, struct report *report) {
    for (unsigned r = 0; r < k->rule_count; r++) {
        const struct rule *rule = &k->rules[r];
        const struct node *node = &k->graph->nodes[rule->node];
        if (node->kind == NODE_CONSTANT && node->threshold == VALUE_NO)
            report_add(report, "rules", rule->id, "the condition can never hold");
        for (unsigned other = r + 1; other < k->rule_count; other++) {
            const struct rule *twin = &k->rules[other];
            if (twin->node == rule->node && twin->effect == rule->effect &&
                same_limits(rule, twin) && strcmp(rule->clinical_id, twin->clinical_id) == 0)
                report_add(report, "rules", rule->id, "says the same as %s", twin->id);
        }
    }
}

/* ---- forbidden claims ---- */

struct claim {
    const char *id;
    regex_t pattern;
};

struct claim_list {
    json_t *document;
    struct claim *all;
    size_t count;
};

static void load_claims(const struct knowledge *k, struct claim_list *claims,
                        struct report *report) {
    claims->document = knowledge_read(k, "claims");
    json_t *rows = json_object_get(claims->document, "claims");
    size_t i, p;
    json_t *row, *pattern;
    claims->count = 0;
    claims->all = calloc(json_array_size(rows) * 16 + 1, sizeof *claims->all);
    if (!claims->all)
        return;
    json_array_foreach(rows, i, row) {
        const char *id = json_string_value(json_object_get(row, "id"));
        json_array_foreach(json_object_get(row, "patterns"), p, pattern) {
            struct claim *claim = &claims->all[claims->count];
            const char *source = json_string_value(pattern);
            if (p >= 16 || !source ||
                regcomp(&claim->pattern, source, REG_EXTENDED | REG_NOSUB) != 0) {
                report_add(report, "claims", id, "pattern %zu is no regular expression", p);
                continue;
            }
            claim->id = id ? id : "";
            claims->count++;
        }
    }
}

static void free_claims(struct claim_list *claims) {
    for (size_t i = 0; i < claims->count; i++)
        regfree(&claims->all[i].pattern);
    free(claims->all);
    json_decref(claims->document);
}

static void lint_text(const struct claim_list *claims, const char *file, const char *id,
                      const char *words, struct report *report) {
    char *lower = strdup(words);
    if (!lower)
        return;
    for (char *at = lower; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    for (size_t i = 0; i < claims->count; i++)
        if (regexec(&claims->all[i].pattern, lower, 0, NULL, 0) == 0)
            report_add(report, file, id, "makes the forbidden claim '%s': %.120s",
                       claims->all[i].id, words);
    free(lower);
}

/* Every {"en": "..."} below a value is a text. */
static void lint_texts(const struct claim_list *claims, const char *file, const char *id,
                       json_t *value, struct report *report) {
    const char *name;
    json_t *member;
    size_t i;
    const char *own = json_string_value(json_object_get(value, "id"));
    if (own)
        id = own;
    json_array_foreach(value, i, member) lint_texts(claims, file, id, member, report);
    json_object_foreach(value, name, member) {
        if (json_is_string(member) && strlen(name) == 2)
            lint_text(claims, file, id, json_string_value(member), report);
        else
            lint_texts(claims, file, id, member, report);
    }
}

static void lint_claims(const struct knowledge *k, struct report *report) {
    struct claim_list claims;
    load_claims(k, &claims, report);
    if (claims.count == 0)
        report_add(report, "claims", "", "there are no forbidden claims to look for");
    for (size_t i = 0; i < k->made_of_count; i++) {
        const char *file = k->made_of[i].name;
        if (strcmp(file, "claims") == 0 || strcmp(file, "sources") == 0)
            continue;
        json_t *document = knowledge_read(k, file);
        if (!document)
            report_add(report, file, "", "out of memory");
        lint_texts(&claims, file, "", document, report);
        json_decref(document);
    }
    free_claims(&claims);
}

/* ---- cases ---- */

enum { CASE_FIRES = 1, CASE_QUIET = 2 };

/* A case line is "RULE fires|quiet ...": the runner of the cases reads the rest. */
static void read_case(const struct knowledge *k, char *line, uint8_t *seen, const char *file,
                      struct report *report) {
    char rule[96], word[16];
    if (*line == '#' || sscanf(line, "%95s %15s", rule, word) != 2)
        return;
    int64_t number = name_map_get(&k->rule_names, rule);
    int kind = strcmp(word, "fires") == 0   ? CASE_FIRES
               : strcmp(word, "quiet") == 0 ? CASE_QUIET
                                            : 0;
    if (number < 0 || !kind)
        report_add(report, file, rule,
                   number < 0 ? "a case for a rule that is not there"
                              : "a case says neither fires nor quiet");
    else
        seen[number] |= (uint8_t)kind;
}

static void read_cases(const struct knowledge *k, const char *folder, const char *name,
                       uint8_t *seen, struct report *report) {
    char path[4096], *line = NULL;
    size_t room = 0;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    while (getline(&line, &room, file) > 0)
        read_case(k, line, seen, name, report);
    free(line);
    (void)fclose(file);
}

static void lint_cases(const struct knowledge *k, const char *folder, struct report *report) {
    uint8_t *seen = calloc(k->rule_count + 1, 1);
    DIR *directory = opendir(folder);
    if (!directory)
        report_add(report, folder, "", "cannot be read: %s", strerror(errno));
    for (const struct dirent *entry; seen && directory && (entry = readdir(directory));)
        if (strstr(entry->d_name, ".cases"))
            read_cases(k, folder, entry->d_name, seen, report);
    for (unsigned r = 0; seen && directory && r < k->rule_count; r++) {
        if (!(seen[r] & CASE_FIRES))
            report_add(report, "rules", k->rules[r].id, "has no case that fires");
        if (!(seen[r] & CASE_QUIET) && !k->rules[r].always)
            report_add(report, "rules", k->rules[r].id, "has no case that stays quiet");
    }
    if (directory)
        (void)closedir(directory);
    free(seen);
}

void lint_knowledge(const struct knowledge *knowledge, const char *cases_folder,
                    struct report *report) {
    lint_findings(knowledge, report);
    lint_rules(knowledge, report);
    lint_claims(knowledge, report);
    if (cases_folder)
        lint_cases(knowledge, cases_folder, report);
}

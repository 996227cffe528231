/* A recursive descent parser; the first mistake sticks and everything after it is skipped. */
#include "engine/condition.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 48, MAX_NESTING = 24 };

struct parser {
    struct knowledge *knowledge;
    const char *source;
    const char *at;
    char *message;
    size_t message_size;
    bool failed;
    unsigned nesting;
    char token[96]; /* empty at the end */
};

static const char *const operations[] = {"<", "<=", ">", ">=", "=", "!="};

PRINTF_LIKE(2, 3)
static const struct expression *fail(struct parser *parser, const char *format, ...) {
    if (parser->failed)
        return NULL;
    parser->failed = true;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(parser->message, parser->message_size, format, args);
    va_end(args);
    if (len >= 0 && (size_t)len < parser->message_size)
        (void)snprintf(parser->message + len, parser->message_size - (size_t)len,
                       " (at column %td)", parser->at - parser->source + 1);
    return NULL;
}

static size_t word_length(const char *at) {
    size_t len = 0;
    while (isalnum((unsigned char)at[len]) || at[len] == '_' || at[len] == '.' || at[len] == ':')
        len++;
    return len;
}

static size_t token_length(const char *at) {
    if (*at == '-' && isdigit((unsigned char)at[1]))
        return 1 + word_length(at + 1);
    size_t word = word_length(at);
    if (word)
        return word;
    if ((at[0] == '<' || at[0] == '>' || at[0] == '!') && at[1] == '=')
        return 2;
    return *at ? 1 : 0;
}

static void advance(struct parser *parser) {
    parser->at += strlen(parser->token);
    while (*parser->at == ' ')
        parser->at++;
    size_t len = token_length(parser->at);
    if (len >= sizeof parser->token) {
        (void)fail(parser, "a word is too long");
        len = 0;
    }
    memcpy(parser->token, parser->at, len);
    parser->token[len] = '\0';
}

static bool is(const struct parser *parser, const char *token) {
    return !parser->failed && strcmp(parser->token, token) == 0;
}

static bool take(struct parser *parser, const char *token) {
    if (!is(parser, token))
        return false;
    advance(parser);
    return true;
}

static bool need(struct parser *parser, const char *token) {
    if (take(parser, token))
        return true;
    (void)fail(parser, "expected '%s', found '%s'", token, parser->token);
    return false;
}

static struct expression *new_node(struct parser *parser, enum expression_kind kind) {
    struct expression *node = arena_take(&parser->knowledge->arena, sizeof *node);
    if (!node) {
        (void)fail(parser, "out of memory");
        return NULL;
    }
    node->kind = kind;
    return node;
}

static const struct expression *parse_or(struct parser *parser);

static const struct expression *join(struct parser *parser, enum expression_kind kind,
                                     const struct expression **parts, size_t count) {
    struct expression *node = parser->failed ? NULL : new_node(parser, kind);
    if (!node)
        return NULL;
    node->parts = arena_array(&parser->knowledge->arena, count, sizeof *parts);
    if (!node->parts)
        return fail(parser, "out of memory");
    memcpy(node->parts, parts, count * sizeof *parts);
    node->part_count = count;
    return node;
}

static const struct expression *parse_list(struct parser *parser, enum expression_kind kind) {
    const struct expression *parts[MAX_PARTS];
    size_t count = 0;
    if (!need(parser, "("))
        return NULL;
    do {
        if (count == MAX_PARTS)
            return fail(parser, "more than %d parts", MAX_PARTS);
        parts[count++] = parse_or(parser);
    } while (take(parser, ","));
    return need(parser, ")") ? join(parser, kind, parts, count) : NULL;
}

static bool parse_operation(struct parser *parser, enum operation *operation) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (take(parser, operations[i])) {
            *operation = (enum operation)i;
            return true;
        }
    (void)fail(parser, "expected one of < <= > >= = !=, found '%s'", parser->token);
    return false;
}

/* A decimal number of at most nine digits before its point, as thousandths. */
static bool parse_thousandths(struct parser *parser, int64_t *number) {
    char *end = NULL;
    double value = strtod(parser->token, &end);
    bool plain = parser->token[strspn(parser->token, "-.0123456789")] == '\0';
    if (end == parser->token || *end || !plain || value <= -1e9 || value >= 1e9) {
        (void)fail(parser, "expected a number, found '%s'", parser->token);
        return false;
    }
    *number = (int64_t)(value * 1000.0 + (value < 0 ? -0.5 : 0.5));
    advance(parser);
    return true;
}

static const struct expression *parse_threshold(struct parser *parser, struct expression *node) {
    int64_t number = 0;
    if (!node || !parse_operation(parser, &node->operation) || !parse_thousandths(parser, &number))
        return NULL;
    if (number % 1000)
        return fail(parser, "a count is a whole number");
    node->number = number / 1000;
    return node;
}

static const struct expression *parse_count(struct parser *parser) {
    const struct expression *list = parse_list(parser, EXPRESSION_COUNT);
    return list ? parse_threshold(parser, (struct expression *)list) : NULL;
}

static const struct expression *parse_hits(struct parser *parser) {
    struct expression *node = new_node(parser, EXPRESSION_HITS);
    if (!node || !need(parser, "("))
        return NULL;
    for (int effect = 0; effect < EFFECT_COUNT; effect++)
        if (is(parser, effect_name((enum effect)effect)))
            node->subject = effect;
    if (node->subject < EFFECT_CLINICIAN)
        return fail(parser, "hits() takes clinician, urgent or emergency, not '%s'", parser->token);
    advance(parser);
    if (!need(parser, ")") || !parse_threshold(parser, node))
        return NULL;
    bool none = node->operation == EQUAL && node->number == 0;
    if (node->operation != GREATER_EQUAL && node->operation != GREATER && !none)
        return fail(parser, "hits() is compared by >= or >, or = 0");
    return node;
}

static int find_finding(struct parser *parser, const char *id, size_t len) {
    int64_t found = name_map_get_len(&parser->knowledge->finding_names, id, len);
    if (found < 0)
        (void)fail(parser, "unknown finding '%.*s'", (int)len, id);
    return (int)found;
}

static unsigned attribute_named(const char *name) {
    static const struct {
        const char *name;
        unsigned bit;
    } all[] = {{"weeks_ago", ATTRIBUTE_WEEKS_AGO},
               {"value", ATTRIBUTE_VALUE},
               {"areas", ATTRIBUTE_AREAS},
               {"detail", ATTRIBUTE_DETAIL}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].bit;
    return 0;
}

/* Splits finding.attribute of the current token into the node. */
static bool parse_subject(struct parser *parser, struct expression *node) {
    const char *dot = strchr(parser->token, '.');
    size_t len = dot ? (size_t)(dot - parser->token) : strlen(parser->token);
    node->subject = find_finding(parser, parser->token, len);
    if (node->subject < 0)
        return false;
    if (dot) {
        node->attribute = attribute_named(dot + 1);
        if (!(parser->knowledge->findings[node->subject].attributes & node->attribute)) {
            (void)fail(parser, "'%s' is not an attribute it has", parser->token);
            return false;
        }
    }
    return true;
}

static const struct expression *parse_one_name(struct parser *parser, enum expression_kind kind,
                                               bool attribute) {
    struct expression *node = new_node(parser, kind);
    if (!node || !need(parser, "(") || !parse_subject(parser, node))
        return NULL;
    if (attribute != (node->attribute != 0))
        return fail(parser, attribute ? "an attribute is missing" : "no attribute belongs here");
    advance(parser);
    return need(parser, ")") ? node : NULL;
}

static bool parse_area_set(struct parser *parser, uint32_t *set) {
    int64_t area = name_map_get(&parser->knowledge->area_names, parser->token);
    int64_t named = name_map_get(&parser->knowledge->set_names, parser->token);
    if (area < 0 && named < 0) {
        (void)fail(parser, "unknown area '%s'", parser->token);
        return false;
    }
    *set = area >= 0 ? UINT32_C(1) << area : parser->knowledge->sets[named];
    advance(parser);
    return true;
}

static int choice_number(struct parser *parser, const struct finding *finding) {
    for (unsigned i = 0; i < finding->choice_count; i++)
        if (strcmp(finding->choices[i].id, parser->token) == 0) {
            advance(parser);
            return (int)i;
        }
    (void)fail(parser, "'%s' is not a choice of %s", parser->token, finding->id);
    return -1;
}

static const struct expression *parse_choices(struct parser *parser, struct expression *node) {
    const struct finding *finding = &parser->knowledge->findings[node->subject];
    if (!need(parser, "("))
        return NULL;
    do {
        int choice = choice_number(parser, finding);
        if (choice < 0)
            return NULL;
        node->set |= UINT32_C(1) << choice;
    } while (take(parser, ","));
    return need(parser, ")") ? node : NULL;
}

/* detail OP choice becomes the set of choices for which it holds. */
static const struct expression *parse_detail(struct parser *parser, struct expression *node) {
    const struct finding *finding = &parser->knowledge->findings[node->subject];
    node->kind = EXPRESSION_DETAIL;
    if (take(parser, "in"))
        return parse_choices(parser, node);
    enum operation operation;
    if (!parse_operation(parser, &operation))
        return NULL;
    int choice = choice_number(parser, finding);
    for (unsigned i = 0; choice >= 0 && i < finding->choice_count; i++)
        if (operation_holds((int64_t)i, operation, choice))
            node->set |= UINT32_C(1) << i;
    return choice < 0 ? NULL : node;
}

static const struct expression *parse_number_test(struct parser *parser, struct expression *node) {
    const struct finding *finding = &parser->knowledge->findings[node->subject];
    node->kind = EXPRESSION_NUMBER;
    if (!parse_operation(parser, &node->operation) || !parse_thousandths(parser, &node->number))
        return NULL;
    if (node->number < finding->min || node->number > finding->max)
        return fail(parser, "the number lies outside the range of %s", finding->id);
    return node;
}

static const struct expression *parse_finding(struct parser *parser) {
    struct expression *node = new_node(parser, EXPRESSION_FINDING);
    if (!node || !parse_subject(parser, node))
        return NULL;
    advance(parser);
    switch (node->attribute) {
    case 0:
        return node;
    case ATTRIBUTE_AREAS:
        node->kind = EXPRESSION_AREAS;
        return need(parser, "has") && parse_area_set(parser, &node->set) ? node : NULL;
    case ATTRIBUTE_DETAIL:
        return parse_detail(parser, node);
    default:
        return parse_number_test(parser, node);
    }
}

static const struct expression *parse_presentation(struct parser *parser) {
    struct expression *node = new_node(parser, EXPRESSION_PRESENTATION);
    const char *id = strchr(parser->token, ':') + 1;
    int64_t found = name_map_get(&parser->knowledge->presentation_names, id);
    if (!node || found < 0)
        return fail(parser, "unknown presentation '%s'", id);
    node->subject = (int)found;
    advance(parser);
    return node;
}

static const struct expression *parse_sex(struct parser *parser) {
    static const char *const names[] = {"", "female", "male", "other"};
    struct expression *node = new_node(parser, EXPRESSION_SEX);
    advance(parser);
    if (!node || !parse_operation(parser, &node->operation))
        return NULL;
    for (int sex = SEX_FEMALE; sex <= SEX_OTHER; sex++)
        if (take(parser, names[sex])) {
            node->number = sex;
            break;
        }
    if (!node->number || node->operation < EQUAL)
        return fail(parser, "sex is compared by = or != with female, male or other");
    return node;
}

static const struct expression *parse_intake_number(struct parser *parser,
                                                    enum intake_number subject) {
    struct expression *node = new_node(parser, EXPRESSION_INTAKE);
    advance(parser);
    if (!node || !parse_operation(parser, &node->operation) ||
        !parse_thousandths(parser, &node->number))
        return NULL;
    node->subject = (int)subject;
    return node;
}

static const struct expression *parse_pain_areas(struct parser *parser) {
    struct expression *node = new_node(parser, EXPRESSION_AREAS);
    advance(parser);
    if (!node || !need(parser, "has") || !parse_area_set(parser, &node->set))
        return NULL;
    node->subject = SUBJECT_PAIN;
    return node;
}

static const struct expression *parse_word(struct parser *parser, enum expression_kind kind) {
    const struct expression *node = new_node(parser, kind);
    advance(parser);
    return node;
}

static const struct expression *parse_unmatched(struct parser *parser) {
    const struct expression *node = new_node(parser, EXPRESSION_UNMATCHED);
    advance(parser);
    return need(parser, "(") && need(parser, "medications") && need(parser, ")") ? node : NULL;
}

static const struct expression *parse_call(struct parser *parser, bool *known) {
    *known = true;
    if (take(parser, "any"))
        return parse_list(parser, EXPRESSION_ANY);
    if (take(parser, "all"))
        return parse_list(parser, EXPRESSION_ALL);
    if (take(parser, "count"))
        return parse_count(parser);
    if (take(parser, "hits"))
        return parse_hits(parser);
    if (take(parser, "missing"))
        return parse_one_name(parser, EXPRESSION_MISSING, true);
    if (take(parser, "unsure"))
        return parse_one_name(parser, EXPRESSION_UNSURE, false);
    if (is(parser, "unmatched"))
        return parse_unmatched(parser);
    *known = false;
    return NULL;
}

static const struct expression *parse_intake(struct parser *parser, bool *known) {
    *known = true;
    if (is(parser, "age"))
        return parse_intake_number(parser, INTAKE_AGE);
    if (is(parser, "pain.intensity"))
        return parse_intake_number(parser, INTAKE_PAIN_INTENSITY);
    if (is(parser, "pain.duration_weeks"))
        return parse_intake_number(parser, INTAKE_PAIN_WEEKS);
    if (is(parser, "pain.areas"))
        return parse_pain_areas(parser);
    if (is(parser, "sex"))
        return parse_sex(parser);
    if (is(parser, "always"))
        return parse_word(parser, EXPRESSION_ALWAYS);
    if (is(parser, "no_presentation"))
        return parse_word(parser, EXPRESSION_NO_PRESENTATION);
    if (is(parser, "no_specific_presentation"))
        return parse_word(parser, EXPRESSION_NO_SPECIFIC_PRESENTATION);
    if (strncmp(parser->token, "presentation:", 13) == 0)
        return parse_presentation(parser);
    *known = false;
    return NULL;
}

static const struct expression *parse_atom(struct parser *parser) {
    bool known = false;
    if (take(parser, "(")) {
        const struct expression *inner = parse_or(parser);
        return need(parser, ")") ? inner : NULL;
    }
    const struct expression *node = parse_call(parser, &known);
    if (known)
        return node;
    node = parse_intake(parser, &known);
    if (known)
        return node;
    if (!islower((unsigned char)parser->token[0]))
        return fail(parser, "expected a condition, found '%s'", parser->token);
    return parse_finding(parser);
}

static const struct expression *parse_not(struct parser *parser) {
    if (!take(parser, "!"))
        return parse_atom(parser);
    if (++parser->nesting > MAX_NESTING)
        return fail(parser, "nested deeper than %d", MAX_NESTING);
    const struct expression *part = parse_not(parser);
    parser->nesting--;
    return join(parser, EXPRESSION_NOT, &part, 1);
}

static const struct expression *parse_chain(struct parser *parser, const char *separator,
                                            enum expression_kind kind,
                                            const struct expression *(*parse)(struct parser *)) {
    const struct expression *parts[MAX_PARTS];
    size_t count = 0;
    do {
        if (count == MAX_PARTS)
            return fail(parser, "more than %d parts", MAX_PARTS);
        parts[count++] = parse(parser);
    } while (take(parser, separator));
    return count == 1 ? parts[0] : join(parser, kind, parts, count);
}

static const struct expression *parse_and(struct parser *parser) {
    return parse_chain(parser, "&", EXPRESSION_ALL, parse_not);
}

static const struct expression *parse_or(struct parser *parser) {
    if (++parser->nesting > MAX_NESTING)
        return fail(parser, "nested deeper than %d", MAX_NESTING);
    const struct expression *node = parse_chain(parser, "|", EXPRESSION_ANY, parse_and);
    parser->nesting--;
    return node;
}

const struct expression *condition_parse(struct knowledge *knowledge, const char *source,
                                         char *message, size_t message_size) {
    struct parser parser = {.knowledge = knowledge,
                            .source = source,
                            .at = source,
                            .message = message,
                            .message_size = message_size};
    advance(&parser);
    const struct expression *node = parse_or(&parser);
    if (parser.token[0] && !parser.failed)
        node = fail(&parser, "unexpected '%s'", parser.token);
    return parser.failed ? NULL : node;
}

bool operation_holds(int64_t a, enum operation operation, int64_t b) {
    switch (operation) {
    case LESS:
        return a < b;
    case LESS_EQUAL:
        return a <= b;
    case GREATER:
        return a > b;
    case GREATER_EQUAL:
        return a >= b;
    case EQUAL:
        return a == b;
    case NOT_EQUAL:
        return a != b;
    }
    return false;
}

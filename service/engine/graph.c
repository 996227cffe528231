/*
 * Builds the graph. Equal nodes are built once (hash-consing), so a fact that fifty rules read is
 * tested once. The children of a node are always built first: the order of the nodes is the order
 * of evaluation.
 */
#include "engine/graph.h"

#include <stdlib.h>
#include <string.h>

enum { BUILDING = 0xFFFFFFFE, UNBUILT = 0xFFFFFFFD };

struct graph_builder {
    struct knowledge *knowledge;
    struct node *nodes;
    struct literal *literals;
    uint32_t *children;
    uint32_t node_count, literal_count, child_count;
    uint32_t node_room, literal_room, child_room;
    uint32_t *buckets; /* hash to node, NO_NODE: empty */
    uint32_t bucket_mask;
    uint32_t (*derived)[2]; /* node of a derived fact, plain and negated */
    uint32_t *asked;        /* node of a finding's asked_when */
    bool failed;
};

static bool grow(void **items, uint32_t *room, uint32_t need, size_t size) {
    if (need <= *room)
        return true;
    uint32_t more = *room ? *room * 2 : 1024;
    while (more < need)
        more *= 2;
    void *bigger = realloc(*items, more * size);
    if (!bigger)
        return false;
    *items = bigger;
    *room = more;
    return true;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
    return hash * 0xBF58476D1CE4E5B9u;
}

static uint64_t hash_test(const struct expression *test) {
    uint64_t hash = mix(test->kind, test->operation);
    hash = mix(hash, (uint64_t)test->subject);
    hash = mix(hash, test->attribute);
    hash = mix(hash, (uint64_t)test->number);
    return mix(hash, test->set);
}

static bool same_test(const struct expression *a, const struct expression *b) {
    return a->kind == b->kind && a->operation == b->operation && a->subject == b->subject &&
           a->attribute == b->attribute && a->number == b->number && a->set == b->set;
}

static uint64_t hash_node(const struct graph_builder *builder, const struct node *node,
                          const uint32_t *children) {
    uint64_t hash = mix(node->kind, node->threshold);
    if (node->kind == NODE_LITERAL) {
        const struct literal *literal = &builder->literals[node->first];
        hash = mix(mix(hash, hash_test(literal->test)), literal->negated);
    }
    for (uint32_t i = 0; i < node->count; i++)
        hash = mix(hash, children[i]);
    return hash;
}

static bool same_node(const struct graph_builder *builder, const struct node *a,
                      const struct node *b, const uint32_t *b_children) {
    if (a->kind != b->kind || a->threshold != b->threshold || a->count != b->count)
        return false;
    if (a->kind == NODE_LITERAL) {
        const struct literal *x = &builder->literals[a->first], *y = &builder->literals[b->first];
        return x->negated == y->negated && same_test(x->test, y->test);
    }
    return a->count == 0 ||
           memcmp(builder->children + a->first, b_children, a->count * sizeof *b_children) == 0;
}

static bool rehash(struct graph_builder *builder) {
    uint32_t size = (builder->bucket_mask + 1) * 2;
    uint32_t *buckets = malloc(size * sizeof *buckets);
    if (!buckets)
        return false;
    memset(buckets, 0xFF, size * sizeof *buckets);
    free(builder->buckets);
    builder->buckets = buckets;
    builder->bucket_mask = size - 1;
    for (uint32_t i = 0; i < builder->node_count; i++) {
        const struct node *node = &builder->nodes[i];
        const uint32_t *children =
            node->kind == NODE_LITERAL ? NULL : builder->children + node->first;
        uint32_t at = (uint32_t)hash_node(builder, node, children) & builder->bucket_mask;
        while (buckets[at] != NO_NODE)
            at = (at + 1) & builder->bucket_mask;
        buckets[at] = i;
    }
    return true;
}

/* The node equal to `node`, built when it is new. */
static uint32_t intern(struct graph_builder *builder, struct node node, const uint32_t *children) {
    if (builder->failed)
        return NO_NODE;
    uint32_t at = (uint32_t)hash_node(builder, &node, children) & builder->bucket_mask;
    for (; builder->buckets[at] < builder->node_count; at = (at + 1) & builder->bucket_mask)
        if (same_node(builder, &builder->nodes[builder->buckets[at]], &node, children))
            return builder->buckets[at];
    uint32_t id = builder->node_count;
    if (!grow((void **)&builder->nodes, &builder->node_room, id + 1, sizeof node)) {
        builder->failed = true;
        return NO_NODE;
    }
    builder->nodes[builder->node_count++] = node;
    builder->buckets[at] = id;
    if (builder->node_count * 2 > builder->bucket_mask && !rehash(builder))
        builder->failed = true;
    return id;
}

static uint32_t constant(struct graph_builder *builder, uint32_t value) {
    return intern(builder, (struct node){.kind = NODE_CONSTANT, .threshold = value}, NULL);
}

static uint32_t build_asked(struct graph_builder *builder, uint32_t finding);

/*
 * Which question decides whether an answer is to be expected at all: the finding's asked_when, for
 * tests of a conditional finding. A finding whose asked_when is being built right now counts only
 * when it was stated: that cuts circles such as "asked when blood pressure is high", where the
 * answer is part of that fact.
 */
static uint32_t asked_child(struct graph_builder *builder, const struct expression *test) {
    if (test->kind == EXPRESSION_UNSURE || test->subject < 0)
        return NO_NODE;
    const struct finding *finding = &builder->knowledge->findings[test->subject];
    if (!finding->asked_when || finding->measured)
        return NO_NODE;
    return build_asked(builder, (uint32_t)test->subject);
}

static bool reads_finding(const struct expression *test) {
    switch (test->kind) {
    case EXPRESSION_FINDING:
    case EXPRESSION_NUMBER:
    case EXPRESSION_DETAIL:
    case EXPRESSION_MISSING:
    case EXPRESSION_UNSURE:
        return true;
    case EXPRESSION_AREAS:
        return test->subject >= 0;
    default:
        return false;
    }
}

static uint32_t build_literal(struct graph_builder *builder, const struct expression *test,
                              bool negated) {
    uint32_t asked = reads_finding(test) ? asked_child(builder, test) : NO_NODE;
    uint32_t literal = builder->literal_count;
    if (!grow((void **)&builder->literals, &builder->literal_room, literal + 1,
              sizeof(struct literal))) {
        builder->failed = true;
        return NO_NODE;
    }
    builder->literals[builder->literal_count++] =
        (struct literal){.test = test, .negated = negated};
    uint32_t before = builder->node_count;
    struct node node = {.kind = NODE_LITERAL, .first = literal, .threshold = asked};
    uint32_t id = intern(builder, node, NULL);
    if (id != before)
        builder->literal_count--;
    return id;
}

/* A node over parts that exist already; `parts` is copied when the node is new. */
static uint32_t join_nodes(struct graph_builder *builder, enum node_kind kind, uint32_t threshold,
                           const uint32_t *parts, uint32_t count) {
    if (builder->failed || !grow((void **)&builder->children, &builder->child_room,
                                 builder->child_count + count, sizeof *parts)) {
        builder->failed = true;
        return NO_NODE;
    }
    uint32_t before = builder->node_count;
    struct node node = {
        .kind = kind, .threshold = threshold, .first = builder->child_count, .count = count};
    uint32_t id = intern(builder, node, parts);
    if (id == before) {
        memcpy(builder->children + builder->child_count, parts, count * sizeof *parts);
        builder->child_count += count;
    }
    return id;
}

static uint32_t build_join(struct graph_builder *builder, enum node_kind kind, uint32_t threshold,
                           const struct expression *e, bool negated) {
    uint32_t parts[64];
    uint32_t count = 0;
    for (size_t i = 0; i < e->part_count && count < 64; i++)
        parts[count++] = graph_node(builder, e->parts[i], negated);
    return join_nodes(builder, kind, threshold, parts, count);
}

/* "Not exactly n" is "fewer than n or at least n + 1". */
static uint32_t build_not_exactly(struct graph_builder *builder, const struct expression *e,
                                  uint32_t n) {
    uint32_t sides[2] = {build_join(builder, NODE_FEWER, n, e, false),
                         build_join(builder, NODE_COUNT, n + 1, e, false)};
    return join_nodes(builder, NODE_ANY, 0, sides, 2);
}

/* count(...) OP n as "at least", "fewer than" or "exactly"; a negated count is the opposite one. */
static uint32_t build_count(struct graph_builder *builder, const struct expression *e,
                            bool negated) {
    uint32_t n = e->number > 0 ? (uint32_t)e->number : 0;
    switch (e->operation) {
    case GREATER_EQUAL:
        return build_join(builder, negated ? NODE_FEWER : NODE_COUNT, n, e, false);
    case GREATER:
        return build_join(builder, negated ? NODE_FEWER : NODE_COUNT, n + 1, e, false);
    case LESS:
        return build_join(builder, negated ? NODE_COUNT : NODE_FEWER, n, e, false);
    case LESS_EQUAL:
        return build_join(builder, negated ? NODE_COUNT : NODE_FEWER, n + 1, e, false);
    case EQUAL:
    case NOT_EQUAL:
        break;
    }
    bool exact = (e->operation == EQUAL) != negated;
    return exact ? build_join(builder, NODE_EXACT, n, e, false) : build_not_exactly(builder, e, n);
}

/* One node a red-flag item: any of its rules with that effect. Returns how many items. */
static uint32_t collect_items(struct graph_builder *builder, int effect, uint32_t *items,
                              uint32_t room) {
    const struct knowledge *k = builder->knowledge;
    const char **names = calloc(room, sizeof *names);
    uint32_t count = 0;
    for (unsigned r = 0; names && r < k->rule_count && count < room; r++) {
        const struct rule *rule = &k->rules[r];
        if (!rule->c1_item || (int)rule->effect != effect)
            continue;
        uint32_t node = graph_node(builder, rule->condition, false);
        uint32_t known = 0;
        while (known < count && strcmp(names[known], rule->clinical_id) != 0)
            known++;
        if (known == count) {
            names[count] = rule->clinical_id;
            items[count++] = node;
        } else {
            uint32_t pair[2] = {items[known], node};
            items[known] = join_nodes(builder, NODE_ANY, 0, pair, 2);
        }
    }
    if (!names)
        builder->failed = true;
    free(names);
    return count;
}

/*
 * hits(effect): how many red-flag items have a rule of that effect that holds for certain. The last
 * child says whether the answer is turned round: hits(x) = 0, or a negation.
 */
static uint32_t build_hits(struct graph_builder *builder, const struct expression *e,
                           bool negated) {
    enum { MAX_ITEMS = 255 };
    uint32_t items[MAX_ITEMS + 1];
    uint32_t count = collect_items(builder, e->subject, items, MAX_ITEMS);
    bool zero = e->operation == EQUAL && e->number == 0;
    uint32_t n = (uint32_t)e->number + (e->operation == GREATER ? 1 : 0);
    items[count] = constant(builder, zero != negated ? VALUE_YES : VALUE_NO);
    return join_nodes(builder, NODE_HITS, zero ? 1 : n, items, count + 1);
}

static uint32_t build_derived(struct graph_builder *builder, uint32_t finding, bool negated) {
    uint32_t *known = &builder->derived[finding][negated];
    if (*known == BUILDING)
        return constant(builder, negated ? VALUE_YES : VALUE_NO);
    if (*known != UNBUILT)
        return *known;
    *known = BUILDING;
    const struct finding *fact = &builder->knowledge->findings[finding];
    uint32_t node = NO_NODE;
    if (fact->only_if_certain) {
        uint32_t plain = graph_node(builder, fact->derived, false);
        node = join_nodes(builder, NODE_CERTAIN, negated, &plain, 1);
    } else {
        node = graph_node(builder, fact->derived, negated);
    }
    *known = node;
    return node;
}

static uint32_t build_asked(struct graph_builder *builder, uint32_t finding) {
    uint32_t *known = &builder->asked[finding];
    if (*known == BUILDING)
        return constant(builder, VALUE_NO);
    if (*known != UNBUILT)
        return *known;
    *known = BUILDING;
    uint32_t node = graph_node(builder, builder->knowledge->findings[finding].asked_when, false);
    *known = node;
    return node;
}

/* A presentation holds when it was stated, or when what it is derived from holds. */
static uint32_t build_presentation(struct graph_builder *builder, const struct expression *e,
                                   bool negated) {
    const struct presentation *presentation = &builder->knowledge->presentations[e->subject];
    uint32_t stated = build_literal(builder, e, negated);
    if (!presentation->derived_from)
        return stated;
    uint32_t pair[2] = {stated, graph_node(builder, presentation->derived_from, negated)};
    return join_nodes(builder, negated ? NODE_ALL : NODE_ANY, 0, pair, 2);
}

uint32_t graph_node(struct graph_builder *builder, const struct expression *e, bool negated) {
    if (builder->failed || !e)
        return NO_NODE;
    switch (e->kind) {
    case EXPRESSION_ALWAYS:
        return constant(builder, negated ? VALUE_NO : VALUE_YES);
    case EXPRESSION_NOT:
        return graph_node(builder, e->parts[0], !negated);
    case EXPRESSION_ANY:
        return build_join(builder, negated ? NODE_ALL : NODE_ANY, 0, e, negated);
    case EXPRESSION_ALL:
        return build_join(builder, negated ? NODE_ANY : NODE_ALL, 0, e, negated);
    case EXPRESSION_COUNT:
        return build_count(builder, e, negated);
    case EXPRESSION_HITS:
        return build_hits(builder, e, negated);
    case EXPRESSION_PRESENTATION:
        return build_presentation(builder, e, negated);
    case EXPRESSION_FINDING:
        if (builder->knowledge->findings[e->subject].derived)
            return build_derived(builder, (uint32_t)e->subject, negated);
        return build_literal(builder, e, negated);
    default:
        return build_literal(builder, e, negated);
    }
}

/* Turns (from, to) pairs into starts + items: the items of `from` are items[starts[from] ..
 * starts[from + 1]). */
static bool index_pairs(struct arena *arena, uint32_t from_count, const uint32_t (*pairs)[2],
                        uint32_t pair_count, uint32_t **starts, uint32_t **items) {
    *starts = arena_array(arena, from_count + 2, sizeof **starts);
    *items = arena_array(arena, pair_count + 1, sizeof **items);
    if (!*starts || !*items)
        return false;
    for (uint32_t i = 0; i < pair_count; i++)
        (*starts)[pairs[i][0] + 2]++;
    for (uint32_t i = 2; i < from_count + 2; i++)
        (*starts)[i] += (*starts)[i - 1];
    for (uint32_t i = 0; i < pair_count; i++)
        (*items)[(*starts)[pairs[i][0] + 1]++] = pairs[i][1];
    return true;
}

static bool index_parents(struct arena *arena, struct graph *graph) {
    uint32_t(*pairs)[2] = malloc((graph->child_count + graph->node_count + 1) * sizeof *pairs);
    if (!pairs)
        return false;
    uint32_t count = 0;
    for (uint32_t n = 0; n < graph->node_count; n++) {
        const struct node *node = &graph->nodes[n];
        if (node->kind == NODE_LITERAL && node->threshold != NO_NODE) {
            pairs[count][0] = node->threshold;
            pairs[count++][1] = n;
        }
        for (uint32_t i = 0; node->kind != NODE_LITERAL && i < node->count; i++) {
            pairs[count][0] = graph->children[node->first + i];
            pairs[count++][1] = n;
        }
    }
    bool done =
        index_pairs(arena, graph->node_count, pairs, count, &graph->parent_starts, &graph->parents);
    free(pairs);
    return done;
}

static bool index_rules(struct arena *arena, struct graph *graph, const struct knowledge *k) {
    uint32_t(*pairs)[2] = malloc((k->rule_count + 1) * sizeof *pairs);
    if (!pairs)
        return false;
    for (uint32_t r = 0; r < k->rule_count; r++) {
        pairs[r][0] = k->rules[r].node;
        pairs[r][1] = r;
    }
    bool done = index_pairs(arena, graph->node_count, pairs, k->rule_count, &graph->rule_starts,
                            &graph->rules);
    free(pairs);
    return done;
}

static bool index_readers(struct arena *arena, struct graph *graph, const struct knowledge *k) {
    uint32_t(*pairs)[2] = malloc((graph->node_count + 1) * sizeof *pairs);
    graph->intake_readers = arena_array(arena, graph->node_count + 1, sizeof(uint32_t));
    if (!pairs || !graph->intake_readers) {
        free(pairs);
        return false;
    }
    uint32_t count = 0;
    for (uint32_t n = 0; n < graph->node_count; n++) {
        if (graph->nodes[n].kind != NODE_LITERAL)
            continue;
        const struct expression *test = graph->literals[graph->nodes[n].first].test;
        if (!reads_finding(test)) {
            graph->intake_readers[graph->intake_reader_count++] = n;
            continue;
        }
        pairs[count][0] = (uint32_t)test->subject;
        pairs[count++][1] = n;
    }
    bool done =
        index_pairs(arena, k->finding_count, pairs, count, &graph->reader_starts, &graph->readers);
    free(pairs);
    return done;
}

static bool builder_init(struct graph_builder *builder, struct knowledge *knowledge) {
    size_t findings = knowledge->finding_count;
    *builder = (struct graph_builder){.knowledge = knowledge, .bucket_mask = 4095};
    builder->buckets = malloc(4096 * sizeof *builder->buckets);
    builder->derived = calloc(findings + 1, sizeof *builder->derived);
    builder->asked = calloc(findings + 1, sizeof *builder->asked);
    if (!builder->buckets || !builder->derived || !builder->asked)
        return false;
    memset(builder->buckets, 0xFF, 4096 * sizeof *builder->buckets);
    for (size_t i = 0; i < findings; i++)
        builder->derived[i][0] = builder->derived[i][1] = builder->asked[i] = UNBUILT;
    return true;
}

static void builder_free(struct graph_builder *builder) {
    free(builder->buckets);
    free(builder->derived);
    free(builder->asked);
    free(builder->nodes);
    free(builder->literals);
    free(builder->children);
}

static void build_all(struct graph_builder *builder) {
    struct knowledge *k = builder->knowledge;
    for (uint32_t f = 0; f < k->finding_count; f++)
        k->findings[f].asked_node = k->findings[f].asked_when ? build_asked(builder, f) : NO_NODE;
    for (uint32_t r = 0; r < k->rule_count; r++)
        k->rules[r].node = graph_node(builder, k->rules[r].condition, false);
    for (uint32_t p = 0; p < k->presentation_count; p++)
        k->presentations[p].node =
            k->presentations[p].derived_from
                ? graph_node(builder, k->presentations[p].derived_from, false)
                : NO_NODE;
    for (uint32_t t = 0; t < k->tip_count; t++)
        k->tips[t].node =
            k->tips[t].condition ? graph_node(builder, k->tips[t].condition, false) : NO_NODE;
}

static void *keep(struct arena *arena, const void *items, size_t count, size_t size) {
    void *copy = arena_array(arena, count + 1, size);
    if (copy && count)
        memcpy(copy, items, count * size);
    return copy;
}

static bool keep_graph(struct graph_builder *builder, struct graph *graph) {
    struct arena *arena = &builder->knowledge->arena;
    graph->node_count = builder->node_count;
    graph->literal_count = builder->literal_count;
    graph->child_count = builder->child_count;
    graph->nodes = keep(arena, builder->nodes, builder->node_count, sizeof *graph->nodes);
    graph->literals =
        keep(arena, builder->literals, builder->literal_count, sizeof *graph->literals);
    graph->children = keep(arena, builder->children, builder->child_count, sizeof *graph->children);
    graph->words = (builder->knowledge->rule_count + 63) / 64;
    return graph->nodes && graph->literals && graph->children && index_parents(arena, graph) &&
           index_rules(arena, graph, builder->knowledge) &&
           index_readers(arena, graph, builder->knowledge);
}

bool graph_build(struct knowledge *knowledge) {
    struct graph_builder builder;
    bool done = builder_init(&builder, knowledge);
    knowledge->graph = arena_take(&knowledge->arena, sizeof *knowledge->graph);
    if (done && knowledge->graph) {
        build_all(&builder);
        done = !builder.failed && keep_graph(&builder, knowledge->graph) &&
               evaluation_make_bases(knowledge);
    }
    builder_free(&builder);
    return done && knowledge->graph;
}

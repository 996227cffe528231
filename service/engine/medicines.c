/*
 * Matching of medicines. The longest run of words that is a name comes first ("eliquis 5 mg tabs"),
 * then the next among what is left ("metformin and warfarin"), then words with a typing error or
 * two; a slip that could be two medicines with different effects matches nothing.
 */
#include "engine/medicines.h"

#include <ctype.h>
#include <string.h>

#include "base/edit_distance.h"
#include "base/fold.h"
#include "engine/load.h"

struct alias {
    const char *name; /* folded */
    size_t len;
    uint64_t letters; /* which bytes it has: see letters_of() */
    uint32_t medicine;
};

struct medicine_table {
    struct medicine *all;
    uint32_t count;
    struct alias *aliases;
    uint32_t alias_count;
    struct name_map names, rxnorm, ignored;
};

static bool starts_with_digit(const char *word) {
    return isdigit((unsigned char)*word);
}

/* Words that say nothing about which medicine it is: strengths ("5mg"), forms, salts. */
static bool says_nothing(const struct medicine_table *table, const char *word, size_t len) {
    return starts_with_digit(word) || name_map_get_len(&table->ignored, word, len) >= 0;
}

enum { MAX_WORDS = 24, MAX_SEGMENTS = 12 };

/* The words of a text. "Metformin and warfarin" has two segments: in each something must be
 * recognised. */
struct split {
    const char *words[MAX_WORDS];
    size_t lens[MAX_WORDS];
    unsigned char segments[MAX_WORDS];
    size_t count;
    bool recognised[MAX_SEGMENTS];
    bool cut; /* the text has more than fits */
};

static void add_words(struct split *split, const char *folded, unsigned segment) {
    while (*folded) {
        size_t len = strcspn(folded, " ");
        if (len && split->count == MAX_WORDS) {
            split->cut = true;
            return;
        }
        if (len) {
            split->words[split->count] = folded;
            split->lens[split->count] = len;
            split->segments[split->count++] = (unsigned char)segment;
        }
        folded += len + (folded[len] == ' ');
    }
}

/* How far the first medicine of a list reaches: to a comma, a plus, "and" and the like. */
static size_t segment_length(const char *text) {
    static const char *const joints[] = {" and ", " und ", " plus ", " et "};
    size_t len = strcspn(text, ",;+&/\n");
    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
        const char *joint = strcasestr(text, joints[i]);
        if (joint && (size_t)(joint - text) < len)
            len = (size_t)(joint - text);
    }
    return len;
}

/* Length of what joins two medicines: a sign, or " and" with the blank before it. */
static size_t joint_length(const char *text) {
    return *text == ' ' ? 1 + strcspn(text + 1, " ") : *text != '\0';
}

/* The joining words stay in the list, because a name may hold one: "Nurofen Plus", "Panadol Cold
 * and Flu". */
static struct split split_text(struct arena *arena, const char *text) {
    struct split split = {.count = 0};
    for (unsigned segment = 0; *text && segment < MAX_SEGMENTS; segment++) {
        size_t len = segment_length(text);
        size_t joint = joint_length(text + len);
        const char *words = fold_words(arena, text, len);
        const char *joining = fold_words(arena, text + len, joint);
        if (words)
            add_words(&split, words, segment);
        if (joining)
            add_words(&split, joining, segment);
        text += len + joint;
    }
    split.cut |= *text != '\0';
    return split;
}

static void remove_words(struct split *split, size_t from, size_t count) {
    for (size_t i = from; i + count < split->count; i++) {
        split->words[i] = split->words[i + count];
        split->lens[i] = split->lens[i + count];
        split->segments[i] = split->segments[i + count];
    }
    split->count -= count;
}

static size_t join_words(const struct split *split, size_t from, size_t count, char *out,
                         size_t size) {
    size_t used = 0;
    for (size_t i = from; i < from + count; i++) {
        if (used + split->lens[i] + 2 > size)
            return 0;
        if (used)
            out[used++] = ' ';
        memcpy(out + used, split->words[i], split->lens[i]);
        used += split->lens[i];
    }
    out[used] = '\0';
    return used;
}

/* Takes the longest run of words that is a name out of the split; its number, or -1. */
static int64_t take_run(const struct medicine_table *table, struct split *split) {
    char name[256];
    for (size_t count = split->count; count > 0; count--)
        for (size_t from = 0; from + count <= split->count; from++) {
            size_t len = join_words(split, from, count, name, sizeof name);
            int64_t found = len ? name_map_get_len(&table->names, name, len) : -1;
            if (found < 0)
                continue;
            for (size_t i = from; i < from + count; i++)
                split->recognised[split->segments[i]] = true;
            remove_words(split, from, count);
            return found;
        }
    return -1;
}

/* Drops the words that say nothing: strengths ("5mg"), forms, salts, "and". */
static void drop_noise(const struct medicine_table *table, struct split *split) {
    size_t kept = 0;
    for (size_t i = 0; i < split->count; i++) {
        if (says_nothing(table, split->words[i], split->lens[i]))
            continue;
        split->words[kept] = split->words[i];
        split->segments[kept] = split->segments[i];
        split->lens[kept++] = split->lens[i];
    }
    split->count = kept;
}

static bool same_effects(const struct medicine *a, const struct medicine *b) {
    return a->implied_count == b->implied_count && a->asked_count == b->asked_count &&
           memcmp(a->implied, b->implied, a->implied_count * sizeof *a->implied) == 0 &&
           memcmp(a->asked, b->asked, a->asked_count * sizeof *a->asked) == 0;
}

/* Two errors in words of eight letters or more, one from five on, none below. */
static unsigned errors_allowed(size_t len) {
    return len >= 8 ? 2 : len >= 5 ? 1 : 0;
}

/* A set of the bytes of a word, as far as 64 bits can tell them apart. An error changes at most two
   of them, so that words whose sets differ by more are not looked at letter by letter. */
static uint64_t letters_of(const char *word, size_t len) {
    uint64_t set = 0;
    for (size_t i = 0; i < len; i++)
        set |= UINT64_C(1) << ((unsigned char)word[i] & 63);
    return set;
}

static struct medicine_match find_near(const struct medicine_table *table, const char *word,
                                       size_t len) {
    struct medicine_match match = {0};
    unsigned limit = errors_allowed(len) + 1;
    uint64_t letters = letters_of(word, len);
    if (limit == 1)
        return match;
    for (uint32_t i = 0; i < table->alias_count; i++) {
        const struct alias *alias = &table->aliases[i];
        size_t shorter = len < alias->len ? len : alias->len;
        if (len + alias->len - 2 * shorter >= limit) /* each letter more is an error */
            continue;
        if ((unsigned)__builtin_popcountll(alias->letters ^ letters) > 2 * (limit - 1))
            continue;
        unsigned errors = edit_distance(word, len, alias->name, alias->len, limit);
        if (errors >= limit && !(match.medicine && errors == (unsigned)match.errors))
            continue;
        const struct medicine *medicine = &table->all[alias->medicine];
        if (match.medicine && errors == (unsigned)match.errors) {
            if (!same_effects(match.medicine, medicine))
                return (struct medicine_match){0};
            continue;
        }
        match = (struct medicine_match){.medicine = medicine, .errors = (int)errors};
        limit = errors + 1;
    }
    return match;
}

struct finds {
    struct medicine_match *all;
    size_t count;
    bool cut; /* there were more than fit */
};

/* The last place is kept for "and something that was not recognised". */
static bool add_find(struct finds *finds, struct medicine_match match) {
    if (finds->count == MEDICINES_PER_TEXT - 1) {
        finds->cut = true;
        return false;
    }
    finds->all[finds->count++] = match;
    return true;
}

static void take_runs(const struct medicine_table *table, struct split *split,
                      struct finds *finds) {
    for (int64_t number; (number = take_run(table, split)) >= 0;)
        if (!add_find(finds, (struct medicine_match){.medicine = &table->all[number]}))
            return;
}

/* The words of a segment that are left stand together: as one misspelt name, else word by word. */
static void find_misspelt(const struct medicine_table *table, struct split *split, size_t from,
                          size_t count, struct finds *finds) {
    char name[256];
    size_t len = join_words(split, from, count, name, sizeof name);
    bool *recognised = &split->recognised[split->segments[from]];
    struct medicine_match match = len ? find_near(table, name, len) : (struct medicine_match){0};
    if (match.medicine) {
        *recognised = true;
        (void)add_find(finds, match);
        return;
    }
    for (size_t i = from; count > 1 && i < from + count; i++) {
        match = find_near(table, split->words[i], split->lens[i]);
        if (match.medicine && add_find(finds, match))
            *recognised = true;
    }
    if (!*recognised)
        (void)add_find(finds, (struct medicine_match){0}); /* a name that nobody knows */
}

size_t medicines_by_text(const struct knowledge *knowledge, struct arena *arena, const char *text,
                         struct medicine_match found[MEDICINES_PER_TEXT]) {
    const struct medicine_table *table = knowledge->medicines;
    struct finds finds = {.all = found};
    struct split split = split_text(arena, text);
    take_runs(table, &split, &finds);
    drop_noise(table, &split);
    take_runs(table, &split, &finds);
    for (size_t from = 0, count; from < split.count; from += count) {
        for (count = 1;
             from + count < split.count && split.segments[from + count] == split.segments[from];)
            count++;
        find_misspelt(table, &split, from, count, &finds);
    }
    bool says_so = finds.count && !found[finds.count - 1].medicine;
    if ((split.cut || finds.cut) && !says_so)
        found[finds.count++] = (struct medicine_match){0};
    return finds.count;
}

size_t medicine_count(const struct knowledge *knowledge) {
    return knowledge->medicines->count;
}

struct medicine_match medicine_by_rxnorm(const struct knowledge *knowledge, const char *code) {
    int64_t found = name_map_get(&knowledge->medicines->rxnorm, code);
    if (found < 0)
        return (struct medicine_match){0};
    return (struct medicine_match){.medicine = &knowledge->medicines->all[found]};
}

static bool is_prefix(const char *prefix, const char *code) {
    size_t len = strlen(prefix);
    return strncmp(prefix, code, len) == 0;
}

struct medicine_match medicine_by_atc(const struct knowledge *knowledge, const char *code) {
    enum { SUBSTANCE = 7 }; /* length of an ATC code that names a substance */
    const struct medicine_table *table = knowledge->medicines;
    const struct medicine *best = NULL;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct medicine *medicine = &table->all[i];
        if (!medicine->atc || !is_prefix(medicine->atc, code))
            continue;
        bool exact = strlen(medicine->atc) == SUBSTANCE;
        if (!medicine->is_class && !exact)
            continue;
        if (!best || strlen(medicine->atc) > strlen(best->atc))
            best = medicine;
    }
    return (struct medicine_match){.medicine = best};
}

/* ---- loading ---- */

static void load_effects(struct loader *loader, json_t *row, struct medicine *medicine) {
    struct knowledge *k = loader->knowledge;
    json_t *effects = json_object_get(row, "effects");
    uint16_t *implied = load_take(loader, json_array_size(effects), sizeof *implied);
    uint16_t *asked = load_take(loader, json_array_size(effects), sizeof *asked);
    size_t i;
    json_t *effect;
    if (!implied || !asked)
        return;
    json_array_foreach(effects, i, effect) {
        const char *action = json_string_value(json_object_get(effect, "action"));
        int finding = load_name(loader, &k->finding_names, "finding",
                                json_string_value(json_object_get(effect, "finding")));
        if (finding < 0)
            continue;
        if (action && strcmp(action, "implies") == 0)
            implied[medicine->implied_count++] = (uint16_t)finding;
        else if (action && strcmp(action, "ask") == 0)
            asked[medicine->asked_count++] = (uint16_t)finding;
        else
            load_mistake(loader, "an action is implies or ask");
    }
    medicine->implied = implied;
    medicine->asked = asked;
}

static void add_alias(struct loader *loader, uint32_t medicine, const char *name) {
    struct medicine_table *table = loader->knowledge->medicines;
    char *folded = fold_words(&loader->knowledge->arena, name, strlen(name));
    if (!folded || !*folded)
        return;
    int64_t known = name_map_get(&table->names, folded);
    if (known >= 0) {
        if (known != medicine)
            load_mistake(loader, "the name '%s' stands for '%s' already", name,
                         table->all[known].name ? table->all[known].name : "?");
        return;
    }
    if (!name_map_add(&table->names, folded, medicine))
        load_mistake(loader, "too many names");
    else
        table->aliases[table->alias_count++] =
            (struct alias){.name = folded,
                           .len = strlen(folded),
                           .letters = letters_of(folded, strlen(folded)),
                           .medicine = medicine};
}

static size_t count_aliases(json_t *rows) {
    size_t count = 0, i;
    json_t *row;
    json_array_foreach(rows, i, row) count += 1 + json_array_size(json_object_get(row, "aliases"));
    return count;
}

static void load_medicine(struct loader *loader, json_t *row, uint32_t number) {
    struct medicine_table *table = loader->knowledge->medicines;
    struct medicine *medicine = &table->all[number];
    const char *match = json_string_value(json_object_get(row, "match"));
    size_t i;
    json_t *alias;
    medicine->is_class = match && strcmp(match, "atc_class") == 0;
    loader->id = json_string_value(json_object_get(row, "name"));
    medicine->name = load_string(loader, row, "name", false);
    medicine->atc = load_string(loader, row, "atc", false);
    medicine->rxnorm = load_string(loader, row, "rxnorm", false);
    if (!loader->id)
        loader->id = medicine->atc;
    const char *verified = json_string_value(json_object_get(row, "rxnorm_verified"));
    medicine->verified = verified && *verified == 'v';
    load_effects(loader, row, medicine);
    if (medicine->is_class ? !medicine->atc : !medicine->name) {
        load_mistake(loader, "a class needs 'atc', an ingredient 'name'");
        return;
    }
    if (medicine->name && !medicine->is_class)
        add_alias(loader, number, medicine->name);
    json_array_foreach(json_object_get(row, "aliases"), i, alias) if (json_is_string(alias))
        add_alias(loader, number, json_string_value(alias));
    if (medicine->rxnorm && !name_map_add(&table->rxnorm, medicine->rxnorm, number))
        load_mistake(loader, "the RxNorm code %s stands twice", medicine->rxnorm);
}

static void load_ignored(struct loader *loader, struct medicine_table *table) {
    json_t *words = load_rows(loader, "medicine_words", "ignored_words");
    size_t i;
    json_t *word;
    if (!name_map_init(&table->ignored, &loader->knowledge->arena, json_array_size(words) + 1))
        return;
    json_array_foreach(words, i, word) {
        const char *name = json_string_value(word);
        if (name)
            name = arena_copy(&loader->knowledge->arena, name, strlen(name));
        if (!name || !name_map_add(&table->ignored, name, (uint32_t)i))
            load_mistake(loader, "an ignored word stands twice or is no word");
    }
}

void load_medicines(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "medicines", "medicines");
    size_t names = count_aliases(rows);
    struct medicine_table *table = k->medicines = load_take(loader, 1, sizeof *table);
    size_t i;
    json_t *row;
    if (!table)
        return;
    table->all = load_take(loader, json_array_size(rows), sizeof *table->all);
    table->aliases = load_take(loader, names, sizeof *table->aliases);
    if (!table->all || !table->aliases || !name_map_init(&table->names, &k->arena, names + 1) ||
        !name_map_init(&table->rxnorm, &k->arena, json_array_size(rows) + 1))
        return;
    load_ignored(loader, table);
    loader->file = "medicines";
    json_array_foreach(rows, i, row) {
        table->count = (uint32_t)i + 1;
        load_medicine(loader, row, (uint32_t)i);
    }
}

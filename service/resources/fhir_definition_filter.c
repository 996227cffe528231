/* Parameters and orders are rows of tables. */
#include "resources/fhir_definition_filter.h"

#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "resources/fhir_search.h"

struct text_piece {
    const char *start;
    size_t len;
};

static bool same(struct text_piece piece, const char *text) {
    return text && strlen(text) == piece.len && memcmp(text, piece.start, piece.len) == 0;
}

static char *folded(struct arena *arena, struct text_piece piece) {
    return fold_words(arena, piece.start, piece.len);
}

/* Strings match from their beginning, without case and accents. */
static bool begins(struct arena *arena, const char *text, struct text_piece piece) {
    char *wanted = folded(arena, piece);
    char *own = folded(arena, (struct text_piece){text, strlen(text)});
    return wanted && own && strncmp(own, wanted, strlen(wanted)) == 0;
}

static bool contains(struct arena *arena, const char *text, struct text_piece piece) {
    char *wanted = folded(arena, piece);
    char *own = folded(arena, (struct text_piece){text, strlen(text)});
    return wanted && own && strstr(own, wanted);
}

/* "system|code", "|code" or "code". */
static bool token_is(struct text_piece piece, const char *system, const char *code) {
    const char *bar = memchr(piece.start, '|', piece.len);
    if (!code)
        return false;
    if (!bar)
        return same(piece, code);
    struct text_piece left = {piece.start, (size_t)(bar - piece.start)};
    struct text_piece right = {bar + 1, piece.len - left.len - 1};
    return (right.len == 0 || same(right, code)) && same(left, system ? system : "");
}

#define KEEPS(name, holds)                                                                         \
    static bool keeps_##name(struct arena *arena, const struct fhir_entry *entry,                  \
                             struct text_piece piece) {                                            \
        (void)arena;                                                                               \
        return holds;                                                                              \
    }
KEEPS(id, same(piece, entry->id))
KEEPS(url, same(piece, entry->url))
KEEPS(version, token_is(piece, NULL, entry->version))
KEEPS(name, begins(arena, entry->name, piece))
KEEPS(name_exact, same(piece, entry->name))
KEEPS(name_contains, contains(arena, entry->name, piece))
KEEPS(title, begins(arena, entry->title, piece))
KEEPS(title_exact, same(piece, entry->title))
KEEPS(title_contains, contains(arena, entry->title, piece))
KEEPS(status, token_is(piece, "http://hl7.org/fhir/publication-status", entry->status))
KEEPS(identifier, token_is(piece, entry->identifier_system, entry->identifier))

/* ---- days ---- */

/* One date with its prefix; the release is from the beginning of its day. */
static bool read_day(struct text_piece piece, bool moment, struct fhir_bounds *bounds) {
    char text[40];
    (void)snprintf(text, sizeof text, "%.*s", (int)piece.len, piece.start);
    return piece.len && piece.len < sizeof text && !strchr(text, *FHIR_AGAIN) &&
           (moment ? fhir_search_moments(text, bounds) : fhir_search_period(text, bounds));
}

static bool is_from(const char *bound, const char *text) {
    return !*bound || strcmp(text, bound) >= 0;
}

static bool keeps_date(struct arena *arena, const struct fhir_entry *entry,
                       struct text_piece piece) {
    struct fhir_bounds b;
    (void)arena;
    return read_day(piece, false, &b) && is_from(b.start_from, entry->date) &&
           is_from(b.stop_from, entry->date) &&
           (!*b.start_to || is_from(entry->date, b.start_to)) &&
           (!*b.stop_to || is_from(entry->date, b.stop_to));
}

static bool keeps_updated(struct arena *arena, const struct fhir_entry *entry,
                          struct text_piece piece) {
    struct fhir_bounds b;
    (void)arena;
    return read_day(piece, true, &b) && is_from(b.start_from, entry->updated) &&
           (!*b.start_to || strcmp(entry->updated, b.start_to) < 0);
}

/* ---- filters ---- */

static const struct fhir_filter {
    const char *parameter;
    bool (*keeps)(struct arena *arena, const struct fhir_entry *entry, struct text_piece piece);
    enum { OF_TEXT, OF_DAYS, OF_MOMENTS } kind;
} filters[] = {
    {"_id", keeps_id, OF_TEXT},
    {"_lastUpdated", keeps_updated, OF_MOMENTS},
    {"date", keeps_date, OF_DAYS},
    {"url", keeps_url, OF_TEXT},
    {"version", keeps_version, OF_TEXT},
    {"name", keeps_name, OF_TEXT},
    {"name:exact", keeps_name_exact, OF_TEXT},
    {"name:contains", keeps_name_contains, OF_TEXT},
    {"title", keeps_title, OF_TEXT},
    {"title:exact", keeps_title_exact, OF_TEXT},
    {"title:contains", keeps_title_contains, OF_TEXT},
    {"status", keeps_status, OF_TEXT},
    {"identifier", keeps_identifier, OF_TEXT},
};

const struct fhir_filter *fhir_filter_named(const char *parameter) {
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (strcmp(filters[i].parameter, parameter) == 0)
            return &filters[i];
    return NULL;
}

/* The piece before the next comma; false after the last. */
static bool next_piece(const char **rest, struct text_piece *piece) {
    if (!*rest)
        return false;
    *piece = (struct text_piece){*rest, strcspn(*rest, ",")};
    *rest = (*rest)[piece->len] ? *rest + piece->len + 1 : NULL;
    return true;
}

bool fhir_filter_reads(const struct fhir_filter *filter, const char *values) {
    struct text_piece piece;
    struct fhir_bounds unused;
    while (filter->kind != OF_TEXT && next_piece(&values, &piece))
        if (!read_day(piece, filter->kind == OF_MOMENTS, &unused))
            return false;
    return true;
}

bool fhir_filter_keeps(const struct fhir_filter *filter, struct arena *arena,
                       const struct fhir_entry *entry, const char *values) {
    struct text_piece piece;
    while (next_piece(&values, &piece))
        if (filter->keeps(arena, entry, piece))
            return true;
    return false;
}

/* ---- orders ---- */

#define ORDER(name, member)                                                                        \
    static const char *by_##name(const struct fhir_entry *entry) {                                 \
        return entry->member;                                                                      \
    }
ORDER(id, id)
ORDER(updated, updated)
ORDER(date, date)
ORDER(url, url)
ORDER(version, version)
ORDER(name, name)
ORDER(title, title)
ORDER(status, status)

static const struct order {
    const char *key;
    const char *(*text)(const struct fhir_entry *entry);
} orders[] = {
    {"_id", by_id},    {"_lastUpdated", by_updated}, {"date", by_date},   {"url", by_url},
    {"name", by_name}, {"version", by_version},      {"title", by_title}, {"status", by_status},
};

static const struct order *order_named(struct text_piece key) {
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (same(key, orders[i].key))
            return &orders[i];
    return NULL;
}

/* "-date" as "date", and true. */
static bool take_minus(struct text_piece *key) {
    bool down = key->len && *key->start == '-';
    key->start += down;
    key->len -= down;
    return down;
}

bool fhir_order_reads(const char *keys) {
    struct text_piece key;
    while (next_piece(&keys, &key)) {
        (void)take_minus(&key);
        if (!order_named(key))
            return false;
    }
    return true;
}

static int compare(const char *keys, const struct fhir_entry *a, const struct fhir_entry *b) {
    struct text_piece key;
    int order = 0;
    while (order == 0 && next_piece(&keys, &key)) {
        bool down = take_minus(&key);
        const struct order *by = order_named(key);
        order = strcmp(by->text(a), by->text(b));
        order = down ? -order : order;
    }
    return order;
}

void fhir_order(const char *keys, const struct fhir_entry **entries, size_t count) {
    for (size_t i = 1; i < count; i++) /* some dozens: insertion is quick, and stable */
        for (size_t j = i; j > 0 && compare(keys, entries[j - 1], entries[j]) > 0; j--) {
            const struct fhir_entry *later = entries[j - 1];
            entries[j - 1] = entries[j];
            entries[j] = later;
        }
}

#include "care/summary.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "care/moment.h"
#include "engine/intake.h"

enum { DATE_TEXT = 64, AUTHOR_MAX = 28 };

struct making {
    const struct summary_source *from;
    json_t *page;
    bool failed;
};

/* ---- small pieces ---- */

static const char *phrase(const struct making *making, const char *name) {
    char path[96];
    (void)snprintf(path, sizeof path, "paper.%s", name);
    return care_phrase(making->from->words, path);
}

static const char *member(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}

static int whole(const json_t *object, const char *name) {
    return (int)json_integer_value(json_object_get(object, name));
}

static void set(struct making *making, json_t *object, const char *key, json_t *value_owned) {
    making->failed |= json_object_set_new(object, key, value_owned) != 0;
}

static void append(struct making *making, json_t *list, json_t *value_owned) {
    making->failed |= json_array_append_new(list, value_owned) != 0;
}

static json_t *said(const char *words) {
    return json_string(words ? words : "");
}

/* A phrase with its slots filled; text of strangers goes through whole. */
static json_t *filled(const struct making *making, const char *name, const struct care_slot *slots,
                      size_t count) {
    struct buffer out;
    buffer_init(&out);
    (void)buffer_puts(&out, "");
    care_fill(&out, phrase(making, name), slots, count);
    json_t *value = out.failed ? NULL : json_stringn(out.data ? out.data : "", out.len);
    buffer_free(&out);
    return value;
}

/* "22 November 2026" in the words of the language; as it stands when it is no date. */
static void write_date(const struct making *making, const char *date, char out[DATE_TEXT]) {
    char day[8], year[8], month[24] = "";
    (void)snprintf(out, DATE_TEXT, "%s", date ? date : "");
    if (!date || date_days(date) == INT_MIN)
        return;
    const char *names = phrase(making, "months");
    int months = (date[5] - '0') * 10 + date[6] - '0';
    for (int i = 1; i < months; i++) {
        names += strcspn(names, " ");
        names += *names == ' ';
    }
    (void)snprintf(month, sizeof month, "%.*s", (int)strcspn(names, " "), names);
    (void)snprintf(day, sizeof day, "%d", (date[8] - '0') * 10 + date[9] - '0');
    (void)snprintf(year, sizeof year, "%.4s", date);
    struct care_slot slots[] = {{"day", day}, {"month", month}, {"year", year}};
    struct buffer filled;
    buffer_init(&filled);
    care_fill(&filled, phrase(making, "date"), slots, 3);
    if (filled.data && !filled.failed)
        (void)snprintf(out, DATE_TEXT, "%s", filled.data);
    buffer_free(&filled);
}

/* {label, items}; takes the items. */
static json_t *section(const struct making *making, const char *label, json_t *items_owned) {
    return json_pack("{s:s, s:o}", "label", phrase(making, label), "items", items_owned);
}

static json_t *row_with(const struct making *making, const char *file, const char *list,
                        const char *key, const char *id) {
    size_t i;
    json_t *row;
    json_array_foreach(
        json_object_get(json_object_get(making->from->words.knowledge->files, file), list), i,
        row) if (id && strcmp(member(row, key), id) == 0) return row;
    return NULL;
}

/* The name of an area or a position for people; its id when the release knows it no more. */
static const char *name_of(const struct making *making, const char *file, const char *id) {
    const json_t *row = row_with(making, file, file, "id", id);
    return row ? care_text(making->from->words, json_object_get(row, "lay_name")) : id;
}

/* ---- head ---- */

static void put_banners(struct making *making) {
    const struct summary_source *from = making->from;
    json_t *banners = json_array();
    const char *stops = member(from->document, "stops_on");
    bool ended = stops && date_days(stops) < from->today;
    char path[64];
    size_t i;
    json_t *reason;
    (void)snprintf(path, sizeof path, "status.%s", from->status);
    if (*phrase(making, path))
        append(making, banners, said(phrase(making, path)));
    else if (ended)
        append(making, banners, said(phrase(making, "status.ended")));
    json_array_foreach(from->review_needed, i, reason) {
        (void)snprintf(path, sizeof path, "review_needed.%.40s", json_string_value(reason));
        append(making, banners, said(care_phrase(from->words, path)));
    }
    set(making, making->page, "banners", banners);
}

static void put_head(struct making *making) {
    set(making, making->page, "language",
        said(making->from->words.knowledge->languages[making->from->words.language]));
    set(making, making->page, "title", said(phrase(making, "title")));
    set(making, making->page, "lead", said(phrase(making, "lead")));
    put_banners(making);
}

/* ---- facts ---- */

static void put_fact(struct making *making, json_t *facts, const char *label, json_t *words_owned) {
    append(making, facts,
           json_pack("{s:s, s:o}", "label", phrase(making, label), "text", words_owned));
}

static json_t *positions_text(const struct making *making) {
    const json_t *positions =
        json_object_get(json_object_get(making->from->document, "limits"), "positions");
    struct buffer out;
    size_t i;
    json_t *id;
    buffer_init(&out);
    json_array_foreach(positions, i, id) {
        (void)buffer_puts(&out, i ? "; " : "");
        (void)buffer_puts(&out, name_of(making, "positions", json_string_value(id)));
    }
    json_t *value = out.failed ? NULL : said(out.len ? out.data : phrase(making, "no_positions"));
    buffer_free(&out);
    return value;
}

static void put_numbers(struct making *making, json_t *facts) {
    const json_t *dose = json_object_get(making->from->document, "dose");
    const json_t *pressure = json_object_get(dose, "pressure");
    const json_t *minutes = json_object_get(dose, "minutes");
    const struct {
        const char *name;
        const json_t *object;
        const char *member;
    } wanted[] = {{"start", pressure, "start"}, {"max", pressure, "max"},
                  {"min", minutes, "min"},      {"max", minutes, "max"},
                  {"start", minutes, "start"},  {"per_week", dose, "per_week"},
                  {"gap", dose, "gap_hours"},   {"sessions", dose, "max_sessions"}};
    char numbers[8][16];
    struct care_slot slots[8];
    for (size_t i = 0; i < 8; i++) {
        (void)snprintf(numbers[i], sizeof numbers[i], "%d",
                       whole(wanted[i].object, wanted[i].member));
        slots[i] = (struct care_slot){wanted[i].name, numbers[i]};
    }
    put_fact(making, facts, "pressure", filled(making, "pressure_text", slots, 2));
    bool one_length = strcmp(numbers[2], numbers[3]) == 0;
    put_fact(making, facts, "time",
             filled(making, one_length ? "time_one_text" : "time_text", slots + 2, 3));
    put_fact(making, facts, "often", filled(making, "often_text", slots + 5, 3));
    set(making, making->page, "pressure",
        json_pack("{s:i, s:i, s:s}", "start", whole(pressure, "start"), "max",
                  whole(pressure, "max"), "scale", phrase(making, "pressure_scale")));
}

static void put_facts(struct making *making) {
    const json_t *document = making->from->document;
    const char *expert = member(json_object_get(document, "therapist_needs"), "expert_only");
    json_t *facts = json_array();
    put_fact(making, facts, "patient", said(making->from->patient_ref));
    put_fact(making, facts, "technique", said(member(document, "technique_name")));
    put_numbers(making, facts);
    put_fact(making, facts, "positions", positions_text(making));
    if (expert)
        put_fact(making, facts, "expert", said(expert));
    set(making, making->page, "facts", facts);
}

/* ---- cautions and body ---- */

static json_t *texts_of(struct making *making, const json_t *rows, const char *otherwise) {
    json_t *items = json_array();
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) append(making, items, said(member(row, "text")));
    if (!json_array_size(rows) && otherwise)
        append(making, items, said(phrase(making, otherwise)));
    return items;
}

static void put_cautions(struct making *making) {
    const json_t *rows = json_object_get(making->from->document, "modifications");
    set(making, making->page, "cautions",
        section(making, "cautions", texts_of(making, rows, "no_cautions")));
}

/* "Calf, Foot" of [{name, max?}]; with the number where there is one. */
static void list_names(struct buffer *out, const json_t *areas) {
    size_t i;
    json_t *area;
    json_array_foreach(areas, i, area) {
        (void)buffer_puts(out, i ? ", " : "");
        (void)buffer_puts(out, member(area, "name"));
        if (json_object_get(area, "max"))
            (void)buffer_printf(out, " %d", whole(area, "max"));
    }
}

static json_t *describe_figure(const struct making *making, const json_t *avoid,
                               const json_t *limited) {
    struct buffer one, two;
    buffer_init(&one);
    buffer_init(&two);
    list_names(&one, avoid);
    list_names(&two, limited);
    const char *none = phrase(making, "none");
    struct care_slot slots[] = {{"avoid", one.len ? one.data : none},
                                {"limited", two.len ? two.data : none}};
    json_t *value = one.failed || two.failed ? NULL : filled(making, "figure", slots, 2);
    buffer_free(&one);
    buffer_free(&two);
    return value;
}

static bool lists(const json_t *list, const char *id) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) if (strcmp(json_string_value(item), id) == 0) return true;
    return false;
}

/* In the order of the vocabulary, from head to foot; what it knows no more comes last. */
static void gather_areas(struct making *making, json_t *avoid, json_t *limited) {
    const json_t *limits = json_object_get(making->from->document, "limits");
    const json_t *left_out = json_object_get(limits, "areas_to_avoid");
    json_t *caps = json_copy(json_object_get(limits, "areas_limited"));
    const struct knowledge *k = making->from->words.knowledge;
    const char *id;
    size_t i;
    json_t *value;
    for (unsigned a = 0; a < k->area_count; a++) {
        id = k->areas[a].id;
        if (lists(left_out, id))
            append(making, avoid,
                   json_pack("{s:s, s:s}", "id", id, "name", name_of(making, "areas", id)));
        value = json_object_get(caps, id);
        if (value)
            append(making, limited,
                   json_pack("{s:s, s:s, s:O}", "id", id, "name", name_of(making, "areas", id),
                             "max", value));
        (void)json_object_del(caps, id);
    }
    json_array_foreach(left_out, i, value) {
        id = json_string_value(value);
        if (name_map_get(&k->area_names, id) < 0)
            append(making, avoid, json_pack("{s:s, s:s}", "id", id, "name", id));
    }
    json_object_foreach(caps, id, value)
        append(making, limited, json_pack("{s:s, s:s, s:O}", "id", id, "name", id, "max", value));
    json_decref(caps);
}

static void put_body(struct making *making) {
    json_t *avoid = json_array(), *limited = json_array(), *body = json_object();
    static const char *const labels[] = {"front", "back", "avoid", "limited", "free"};
    gather_areas(making, avoid, limited);
    set(making, body, "label", said(phrase(making, "body")));
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        set(making, body, labels[i], said(phrase(making, labels[i])));
    set(making, body, "nothing", said(phrase(making, "nothing_to_avoid")));
    set(making, body, "description", describe_figure(making, avoid, limited));
    set(making, body, "areas_to_avoid", avoid);
    set(making, body, "areas_limited", limited);
    set(making, making->page, "body", body);
}

/* ---- when to stop ---- */

static void put_stops(struct making *making) {
    static const char *const shown[] = {"stop_worse", "stop_health_change"};
    const json_t *texts = json_object_get(making->from->words.knowledge->files, "texts");
    json_t *stop = json_array(), *pause = json_array();
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(texts, "watch_for"), i, row)
        append(making, stop, said(care_text(making->from->words, json_object_get(row, "text"))));
    append(making, stop, said(phrase(making, "stop_more")));
    json_array_foreach(json_object_get(making->from->document, "stop_rules"), i,
                       row) for (size_t s = 0; s < sizeof shown / sizeof *shown;
                                 s++) if (member(row, "id") &&
                                          strcmp(member(row, "id"), shown[s]) == 0)
        append(making, pause, said(member(row, "text")));
    set(making, making->page, "stop", section(making, "stop", stop));
    set(making, making->page, "pause", section(making, "pause", pause));
}

/* ---- dates and clearances ---- */

static void put_date(struct making *making, json_t *dates, const char *label, const char *date) {
    char words[DATE_TEXT];
    if (!date)
        return;
    write_date(making, date, words);
    put_fact(making, dates, label, said(words));
}

static void put_dates(struct making *making) {
    json_t *dates = json_array();
    put_date(making, dates, "validity", member(making->from->document, "stops_on"));
    put_date(making, dates, "review", making->from->recheck_due);
    put_date(making, dates, "clearance_ends", making->from->clearance_ends);
    set(making, making->page, "dates", dates);
    set(making, making->page, "expires", said(phrase(making, "expires")));
}

/* "doctor" as a sentence begins: "Doctor". */
static void write_role(const char *role, char out[DATE_TEXT]) {
    (void)snprintf(out, DATE_TEXT, "%s", role ? role : "");
    for (char *c = out; *c; c++)
        if (*c == '_')
            *c = ' ';
    if (*out >= 'a' && *out <= 'z')
        *out = (char)(*out - 'a' + 'A');
}

static json_t *clearance_text(const struct making *making, const json_t *clearance) {
    char role[DATE_TEXT], recorded[DATE_TEXT], expires[DATE_TEXT];
    const char *by = member(clearance, "by"), *reason = member(clearance, "reason");
    write_role(member(clearance, "role"), role);
    write_date(making, member(clearance, "recorded"), recorded);
    write_date(making, member(clearance, "expires"), expires);
    struct care_slot slots[] = {{"role", role},
                                {"by", by ? by : ""},
                                {"reason", reason ? reason : ""},
                                {"recorded", recorded},
                                {"expires", expires}};
    return filled(making, by && *by ? "clearance_by" : "clearance", slots, 5);
}

static void put_clearances(struct making *making) {
    json_t *items = json_array();
    size_t i;
    json_t *clearance;
    json_array_foreach(making->from->clearances, i, clearance) {
        const char *expires = member(clearance, "expires");
        if (expires && date_days(expires) >= making->from->today)
            append(making, items, clearance_text(making, clearance));
    }
    if (!json_array_size(items))
        append(making, items, said(phrase(making, "no_clearances")));
    set(making, making->page, "clearances", section(making, "clearances", items));
}

/* ---- sources and foot ---- */

/* How long the whole words in the first AUTHOR_MAX bytes are, without an "of" or "for" at the end.
 */
static size_t cut_words(const char *citation) {
    enum { SHORT_WORD = 3 };
    size_t len = 0, word = 0;
    for (size_t at = 0; at <= AUTHOR_MAX; at++) {
        bool end = citation[at] == ' ';
        if (end && (word > SHORT_WORD || len == 0))
            len = at;
        word = end ? 0 : word + 1;
    }
    return len ? len : AUTHOR_MAX;
}

/* "Furlan 2015" of a citation: its first name, and the year. */
static void cite(struct buffer *out, const json_t *source) {
    const char *citation = member(source, "citation");
    const json_t *year = json_object_get(source, "year");
    if (!citation)
        return;
    size_t len = strcspn(citation, ",.:;(");
    const char *space = memchr(citation, ' ', len);
    if (citation[len] == ',' && space)
        len = (size_t)(space - citation); /* "Furlan AD, Giraldo M" */
    (void)buffer_puts(out, out->len ? "; " : "");
    if (len > AUTHOR_MAX)
        len = cut_words(citation);
    (void)buffer_append(out, citation, len);
    if (json_is_integer(year))
        (void)buffer_printf(out, " %d", (int)json_integer_value(year));
}

static void put_sources(struct making *making) {
    struct buffer out;
    size_t i;
    json_t *key;
    buffer_init(&out);
    json_array_foreach(json_object_get(making->from->document, "sources"), i, key)
        cite(&out, row_with(making, "sources", "sources", "key", json_string_value(key)));
    set(making, making->page, "sources",
        json_pack("{s:s, s:s}", "label", phrase(making, "sources"), "text",
                  out.data ? out.data : ""));
    making->failed |= out.failed;
    buffer_free(&out);
}

static void put_foot(struct making *making) {
    const struct summary_source *from = making->from;
    char date[MOMENT_TEXT], changed[DATE_TEXT], version[24];
    json_t *foot = json_array();
    moment_text(from->changed, date);
    set(making, making->page, "changed", said(date));
    date[10] = '\0';
    write_date(making, date, changed);
    (void)snprintf(version, sizeof version, "%lld", (long long)from->version);
    struct care_slot slots[] = {{"version", version}, {"changed", changed}};
    append(making, foot, filled(making, "made", slots, 2));
    append(making, foot, json_pack("s++", phrase(making, "plan"), ": ", from->plan_ref));
    append(making, foot,
           said(knowledge_phrase(from->words.knowledge, "disclaimer", from->words.language)->utf8));
    set(making, making->page, "footer", foot);
}

json_t *summary_make(const struct summary_source *source) {
    struct making making = {.from = source, .page = json_object()};
    put_head(&making);
    put_facts(&making);
    put_cautions(&making);
    put_body(&making);
    put_stops(&making);
    put_dates(&making);
    put_clearances(&making);
    put_sources(&making);
    put_foot(&making);
    if (making.failed) {
        json_decref(making.page);
        return NULL;
    }
    return making.page;
}

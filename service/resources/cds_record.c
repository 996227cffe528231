#include "resources/cds_record.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/json_text.h"
#include "http/clock.h"
#include "http/log.h"
#include "http/metrics.h"
#include "outbound/peers.h"

/* As much as a client may send, and as many pages as a long life fills. */
enum { BYTES_MAX = 2 * 1024 * 1024, PAGES_MAX = 10, TOKEN_MAX = 8000, ID_MAX = 64 };

static const char *text_of(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

void cds_record_read(struct cds_record *record, const json_t *body) {
    *record = (struct cds_record){0};
    for (int part = 0; part < CDS_PARTS; part++)
        record->parts[part].given =
            cds_given(body, (enum cds_part)part, &record->parts[part].resource);
}

void cds_record_free(struct cds_record *record) {
    for (int part = 0; part < CDS_PARTS; part++)
        json_decref(record->parts[part].owned);
}

/* ---- what to ask for ---- */

/* One call's questions to one server. */
struct fetching {
    struct cds_record *record;
    struct outbound_peer *peer;
    const char *patient, *bearer;
    size_t bytes_left;
    bool answered;
    char urls[CDS_PARTS][OUTBOUND_URL_MAX]; /* "": nothing more to ask */
};

/* As FHIR has it, and no way up a path. */
static bool is_id(const char *id) {
    size_t len = id ? strlen(id) : 0;
    for (size_t i = 0; i < len; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.", id[i]))
            return false;
    return len > 0 && len <= ID_MAX && strspn(id, ".") < len;
}

/* A template with its token filled in, below the base; bars as RFC 3986 wants them. */
static void fill_in(const struct fetching *fetching, const char *template,
                    char url[OUTBOUND_URL_MAX]) {
    static const char token[] = "{{context.patientId}}";
    struct buffer text;
    buffer_init(&text);
    (void)buffer_printf(&text, "%s/", outbound_peer_base(fetching->peer));
    while (*template) {
        bool is_token = strncmp(template, token, sizeof token - 1) == 0;
        if (is_token)
            (void)buffer_puts(&text, fetching->patient);
        else if (*template == '|')
            (void)buffer_puts(&text, "%7C");
        else
            (void)buffer_append(&text, template, 1);
        template += is_token ? sizeof token - 1 : 1;
    }
    bool fits = !text.failed && text.len < OUTBOUND_URL_MAX;
    (void)snprintf(url, OUTBOUND_URL_MAX, "%s", fits ? text.data : "");
    buffer_free(&text);
}

static void aim_at_next(struct fetching *fetching, int part, const char *link) {
    struct cds_record_part *about = &fetching->record->parts[part];
    about->given = link ? CDS_PARTLY : CDS_WHOLE;
    fetching->urls[part][0] = '\0';
    if (!link || outbound_peer_link(fetching->peer, link, fetching->urls[part]))
        return;
    fetching->urls[part][0] = '\0';
    (void)snprintf(about->why, sizeof about->why, "its next page leads elsewhere");
}

static bool aim(struct fetching *fetching) {
    bool some = false;
    for (int part = 0; part < CDS_PARTS; part++) {
        const struct cds_record_part *about = &fetching->record->parts[part];
        if (about->given == CDS_ABSENT || about->given == CDS_FAILED)
            fill_in(fetching, cds_prefetch[part].template, fetching->urls[part]);
        else if (about->given == CDS_PARTLY && part != CDS_ANSWERS)
            aim_at_next(fetching, part, cds_next_page(about->resource));
        some |= fetching->urls[part][0] != '\0';
    }
    return some;
}

/* ---- what came ---- */

static bool is_json(const char *media_type) {
    static const char *const types[] = {"application/fhir+json", "application/json",
                                        "application/json+fhir"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(media_type, types[i]) == 0)
            return true;
    return false;
}

/* What is wrong with an answer as the part of the record that was asked for; NULL: nothing. */
static const char *fault_of(const struct fetching *fetching, int part, const json_t *document) {
    const char *type = text_of(document, "resourceType"), *id = text_of(document, "id");
    const json_t *entries = json_object_get(document, "entry");
    if (type && strcmp(type, "OperationOutcome") == 0)
        return "the server answered with an OperationOutcome";
    if (!type || strcmp(type, part == CDS_PATIENT ? "Patient" : "Bundle") != 0)
        return "the server answered with another resource";
    if (part == CDS_PATIENT && (!id || strcmp(id, fetching->patient) != 0))
        return "the server answered with another patient";
    return part != CDS_PATIENT && entries && !json_is_array(entries) ? "its entries are no list"
                                                                     : NULL;
}

/* Adds a page to those that are there, which may belong to the client's call. */
static bool join(struct cds_record_part *about, const json_t *page) {
    const json_t *more = json_object_get(page, "entry");
    if (!about->owned) {
        json_t *copy = json_copy((json_t *)about->resource);
        json_t *entries = json_array();
        json_t *had = json_object_get(about->resource, "entry");
        bool good = copy && entries && (!had || json_array_extend(entries, had) == 0) &&
                    json_object_set(copy, "entry", entries) == 0;
        json_decref(entries);
        about->resource = about->owned = copy;
        if (!good)
            return false;
    }
    return !more || json_array_extend(json_object_get(about->owned, "entry"), (json_t *)more) == 0;
}

/* Takes the document. */
static const char *adopt(struct fetching *fetching, int part, json_t *document_owned) {
    struct cds_record_part *about = &fetching->record->parts[part];
    const char *fault = fault_of(fetching, part, document_owned);
    bool first = about->given != CDS_PARTLY;
    if (!fault && first)
        about->resource = about->owned = json_incref(document_owned);
    else if (!fault && !join(about, document_owned))
        fault = "no memory";
    if (!fault)
        aim_at_next(fetching, part, part == CDS_ANSWERS ? NULL : cds_next_page(document_owned));
    json_decref(document_owned);
    return fault;
}

static const char *take(struct fetching *fetching, int part, const struct outbound_get *get) {
    struct json_text_problem problem;
    fetching->answered |= !get->silent;
    fetching->urls[part][0] = '\0';
    if (!get->done)
        return get->why;
    if (get->body.len > fetching->bytes_left)
        return "the record is too long";
    fetching->bytes_left -= get->body.len;
    if (!is_json(get->media_type))
        return "the server did not answer with JSON";
    json_t *document =
        json_text_parse(get->body.data ? get->body.data : "", get->body.len, &problem);
    return document ? adopt(fetching, part, document) : "the server's JSON is broken";
}

/* ---- asking ---- */

/* One page of everything that is still to be asked for. False: that was all. */
static bool ask_round(struct fetching *fetching, struct outbound_line *line, unsigned ms) {
    struct outbound_get gets[CDS_PARTS];
    int parts[CDS_PARTS];
    size_t count = 0;
    for (int part = 0; part < CDS_PARTS; part++) {
        if (!fetching->urls[part][0])
            continue;
        gets[count] = (struct outbound_get){.url = fetching->urls[part],
                                            .bearer = fetching->bearer,
                                            .accept = "application/fhir+json",
                                            .bytes_max = fetching->bytes_left};
        parts[count++] = part;
    }
    if (!count)
        return false;
    outbound_ask(line, gets, count, ms);
    for (size_t i = 0; i < count; i++) {
        const char *fault = take(fetching, parts[i], &gets[i]);
        struct cds_record_part *about = &fetching->record->parts[parts[i]];
        if (fault)
            (void)snprintf(about->why, sizeof about->why, "%s", fault);
        buffer_free(&gets[i].body);
    }
    return true;
}

/* What was still to be asked for when the time was over, or the pages were too many. */
static void give_up(struct fetching *fetching, const char *why) {
    for (int part = 0; part < CDS_PARTS; part++) {
        struct cds_record_part *about = &fetching->record->parts[part];
        if (fetching->urls[part][0])
            (void)snprintf(about->why, sizeof about->why, "%s", why);
    }
}

static void report(const struct fetching *fetching) {
    for (int part = 0; part < CDS_PARTS; part++)
        if (*fetching->record->parts[part].why) {
            log_event(LOG_LEVEL_WARN, "fhir_server_failed", "server",
                      outbound_peer_base(fetching->peer), "part", cds_prefetch[part].key, "why",
                      fetching->record->parts[part].why, NULL);
            return; /* one line a call is enough */
        }
}

static void ask_all(struct fetching *fetching, struct outbound_line *line, unsigned ms) {
    uint64_t deadline = clock_ms() + ms;
    for (unsigned page = 0; page < PAGES_MAX; page++) {
        uint64_t now = clock_ms();
        if (now >= deadline) {
            give_up(fetching, "no answer in time");
            return;
        }
        if (!ask_round(fetching, line, (unsigned)(deadline - now)))
            return;
    }
    give_up(fetching, "it has too many pages");
}

/* The token for it: NULL with true where none is needed, false where there is one that is not to be
 * used. */
static bool token_of(const json_t *body, const char *patient, const char **token) {
    const json_t *authorization = json_object_get(body, "fhirAuthorization");
    const char *type = text_of(authorization, "token_type");
    const char *whose = text_of(authorization, "patient");
    *token = text_of(authorization, "access_token");
    if (!authorization)
        return true;
    if (!*token || (type && strcasecmp(type, "Bearer") != 0) ||
        (whose && strcmp(whose, patient) != 0))
        return false;
    for (const char *c = *token; *c; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return **token && strlen(*token) <= TOKEN_MAX;
}

static void ask_nobody(struct fetching *fetching) {
    metrics_add(METRIC_OUTBOUND_NOT_ASKED, 1);
    give_up(fetching, "the server is not to be asked just now");
}

enum status cds_record_complete(struct cds_record *record, const struct app *app,
                                const struct http_request *request) {
    struct fetching fetching = {
        .record = record,
        .peer = outbound_peers_find(app->fhir_servers, text_of(request->json, "fhirServer")),
        .patient = cds_patient(request->json),
        .bytes_left = BYTES_MAX,
    };
    if (!fetching.peer || !is_id(fetching.patient) ||
        !token_of(request->json, fetching.patient, &fetching.bearer) || !aim(&fetching))
        return STATUS_OK;
    if (!outbound_peer_is_free(fetching.peer)) {
        ask_nobody(&fetching);
        return STATUS_OK;
    }
    if (!request->may_wait)
        return STATUS_MUST_WAIT;
    struct outbound_line *line = outbound_peer_take(fetching.peer);
    if (!line) {
        ask_nobody(&fetching);
        return STATUS_OK;
    }
    unsigned left = request_time_left(request) / 4 * 3; /* the rest is for the cards */
    ask_all(&fetching, line, app->fetch_ms < left ? app->fetch_ms : left);
    outbound_peer_give_back(fetching.peer, line, fetching.answered);
    report(&fetching);
    return STATUS_OK;
}

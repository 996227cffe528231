#include "outbound/get.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/clock.h"

enum { CONNECT_MS = 2000, HEADERS_MAX = 64 * 1024, HEADER_SIZE = 8192 + 64, CONNECTIONS_KEPT = 8 };

struct outbound_line {
    CURLM *multi;
    const char *ca_file;
};

/* ---- URLs ---- */

static bool is_loopback(const char *host, size_t len) {
    static const char *const names[] = {"127.0.0.1", "[::1]", "localhost"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t name = strlen(names[i]);
        if (strncmp(host, names[i], name) == 0 && (len == name || host[name] == ':'))
            return true;
    }
    return false;
}

bool outbound_url_is_good(const char *url, bool loopback) {
    static const char https[] = "https://", http[] = "http://";
    bool plain = strncmp(url, http, sizeof http - 1) == 0;
    if (!plain && strncmp(url, https, sizeof https - 1) != 0)
        return false;
    const char *host = url + (plain ? sizeof http : sizeof https) - 1;
    size_t len = strcspn(host, "/?");
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '#' || *c == '\\')
            return false;
    return len > 0 && !memchr(host, '@', len) && strlen(url) < OUTBOUND_URL_MAX &&
           (!plain || (loopback && is_loopback(host, len)));
}

/* ---- a line ---- */

struct outbound_line *outbound_line_new(const char *ca_file) {
    struct outbound_line *line = calloc(1, sizeof *line);
    if (!line)
        return NULL;
    line->ca_file = ca_file;
    line->multi = curl_multi_init();
    if (line->multi &&
        curl_multi_setopt(line->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT) == CURLM_OK)
        return line;
    outbound_line_free(line);
    return NULL;
}

void outbound_line_free(struct outbound_line *line) {
    if (!line)
        return;
    (void)curl_multi_cleanup(line->multi);
    free(line);
}

/* ---- one thing to ask for ---- */

/* What libcurl has in work for it. */
struct asking {
    struct outbound_get *get;
    CURL *curl;
    struct curl_slist *headers;
    size_t header_bytes;
    bool too_long;
};

static size_t take_body(char *bytes, size_t size, size_t count, void *cls) {
    struct asking *asking = cls;
    struct buffer *body = &asking->get->body;
    size_t len = size * count;
    asking->too_long = len > asking->get->bytes_max || body->len > asking->get->bytes_max - len;
    return !asking->too_long && buffer_append(body, bytes, len) ? len : 0; /* 0 ends the transfer */
}

/* Of what libcurl reads for itself, only how much it is. */
static size_t take_header(char *bytes, size_t size, size_t count, void *cls) {
    struct asking *asking = cls;
    (void)bytes;
    asking->header_bytes += size * count;
    asking->too_long = asking->header_bytes > HEADERS_MAX;
    return asking->too_long ? 0 : size * count;
}

static bool add_header(struct asking *asking, const char *name, const char *value) {
    char line[HEADER_SIZE];
    int len = snprintf(line, sizeof line, "%s%s", name, value);
    struct curl_slist *longer =
        len > 0 && (size_t)len < sizeof line ? curl_slist_append(asking->headers, line) : NULL;
    if (longer)
        asking->headers = longer;
    explicit_bzero(line, sizeof line); /* it may be a token */
    return longer != NULL;
}

static bool set_headers(struct asking *asking) {
    const struct outbound_get *get = asking->get;
    return (!get->bearer || add_header(asking, "Authorization: Bearer ", get->bearer)) &&
           (!get->accept || add_header(asking, "Accept: ", get->accept)) &&
           curl_easy_setopt(asking->curl, CURLOPT_HTTPHEADER, asking->headers) == CURLE_OK;
}

/* Who is asked, and that it is nobody else. */
static bool set_way(CURL *curl, const char *url, const char *ca_file) {
    bool plain = strncmp(url, "http:", 5) == 0;
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           (!ca_file || curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file) == CURLE_OK);
}

/* How long it may take; QUICK_EXIT: nobody waits for a name server that does not answer. */
static bool set_limits(CURL *curl, unsigned ms) {
    unsigned connect_ms = ms < CONNECT_MS ? ms : CONNECT_MS;
    return curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms) == CURLE_OK;
}

static bool set_ends(struct asking *asking) {
    CURL *curl = asking->curl;
    return curl_easy_setopt(curl, CURLOPT_USERAGENT, "unknot/" UNKNOT_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, asking) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, asking) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PRIVATE, asking) == CURLE_OK;
}

static void begin(struct asking *asking, const struct outbound_line *line, unsigned ms) {
    asking->curl = curl_easy_init();
    bool begun = asking->curl && set_way(asking->curl, asking->get->url, line->ca_file) &&
                 set_limits(asking->curl, ms) && set_headers(asking) && set_ends(asking) &&
                 curl_multi_add_handle(line->multi, asking->curl) == CURLM_OK;
    if (begun)
        return;
    asking->get->silent = false;
    (void)snprintf(asking->get->why, sizeof asking->get->why, "it cannot be asked for");
}

/* The type alone, in small letters: "application/fhir+json". */
static void take_media_type(struct outbound_get *get, CURL *curl) {
    const char *type = NULL;
    if (curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK || !type)
        return;
    size_t len = strcspn(type, "; \t");
    if (len >= sizeof get->media_type)
        return;
    for (size_t i = 0; i < len; i++)
        get->media_type[i] = (char)tolower((unsigned char)type[i]);
    get->media_type[len] = '\0';
}

static void finish(const struct asking *asking, CURLcode result) {
    struct outbound_get *get = asking->get;
    long code = 0;
    (void)curl_easy_getinfo(asking->curl, CURLINFO_RESPONSE_CODE, &code);
    take_media_type(get, asking->curl);
    get->done = result == CURLE_OK && code == 200;
    get->silent = result != CURLE_OK && !asking->too_long;
    if (asking->too_long)
        (void)snprintf(get->why, sizeof get->why, "the answer is too long");
    else if (result == CURLE_OPERATION_TIMEDOUT)
        (void)snprintf(get->why, sizeof get->why, "no answer in time");
    else if (result != CURLE_OK)
        (void)snprintf(get->why, sizeof get->why, "%s", curl_easy_strerror(result));
    else if (code != 200)
        (void)snprintf(get->why, sizeof get->why, "the server answered %ld", code);
}

static void end(struct asking *asking, const struct outbound_line *line) {
    if (asking->curl)
        (void)curl_multi_remove_handle(line->multi, asking->curl);
    curl_easy_cleanup(asking->curl);
    curl_slist_free_all(asking->headers);
}

/* ---- all of them ---- */

static void note_ends(const struct outbound_line *line) {
    int left;
    for (const CURLMsg *message; (message = curl_multi_info_read(line->multi, &left));) {
        struct asking *asking = NULL;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &asking) == CURLE_OK)
            finish(asking, message->data.result);
    }
}

static void drive(const struct outbound_line *line, unsigned ms) {
    uint64_t deadline = clock_ms() + ms;
    for (int running = 1; running > 0;) {
        uint64_t now = clock_ms();
        if (curl_multi_perform(line->multi, &running) != CURLM_OK || now >= deadline)
            break;
        note_ends(line);
        if (running &&
            curl_multi_poll(line->multi, NULL, 0, (int)(deadline - now), NULL) != CURLM_OK)
            break;
    }
    note_ends(line);
}

void outbound_ask(struct outbound_line *line, struct outbound_get *gets, size_t count,
                  unsigned ms) {
    struct asking *asking = calloc(count, sizeof *asking);
    for (size_t i = 0; i < count; i++) {
        gets[i].done = false;
        gets[i].silent = true;
        (void)snprintf(gets[i].why, sizeof gets[i].why, "no answer in time");
    }
    for (size_t i = 0; asking && i < count; i++) {
        asking[i].get = &gets[i];
        begin(&asking[i], line, ms);
    }
    if (asking)
        drive(line, ms);
    for (size_t i = 0; asking && i < count; i++)
        end(&asking[i], line);
    free(asking);
}

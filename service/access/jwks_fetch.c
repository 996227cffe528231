#include "access/jwks_fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "access/jwks.h"

bool jwks_url_is_good(const char *url) {
    static const char scheme[] = "https://";
    if (strncmp(url, scheme, sizeof scheme - 1) != 0)
        return false;
    const char *host = url + sizeof scheme - 1;
    size_t host_len = strcspn(host, "/?");
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '#' || *c == '\\')
            return false;
    return host_len > 0 && !memchr(host, '@', host_len) && strlen(url) < 2048;
}

static size_t take(char *bytes, size_t size, size_t count, void *cls) {
    struct buffer *body = cls;
    size_t len = size * count;
    bool fits = len <= JWKS_BYTES_MAX && body->len + len <= JWKS_BYTES_MAX;
    return fits && buffer_append(body, bytes, len) ? len : 0; /* 0 ends the transfer */
}

static bool prepare(CURL *curl, const char *url, const char *ca_file, struct buffer *body) {
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)JWKS_FETCH_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)JWKS_CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "unknot/" UNKNOT_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, body) == CURLE_OK &&
           (!ca_file || curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file) == CURLE_OK);
}

enum status jwks_fetch(const char *url, const char *ca_file, struct buffer *body, char *message,
                       size_t size) {
    CURL *curl = jwks_url_is_good(url) ? curl_easy_init() : NULL;
    long code = 0;
    if (!curl || !prepare(curl, url, ca_file, body)) {
        (void)snprintf(message, size, "it cannot be asked for");
        curl_easy_cleanup(curl);
        return STATUS_INVALID;
    }
    CURLcode failure = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_cleanup(curl);
    if (failure != CURLE_OK)
        (void)snprintf(message, size, "%s", curl_easy_strerror(failure));
    else if (code != 200)
        (void)snprintf(message, size, "the server answered %ld", code);
    return failure == CURLE_OK && code == 200 ? STATUS_OK : STATUS_UNAVAILABLE;
}

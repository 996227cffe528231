/* unknot ready: asks the service that the settings describe whether it should get requests. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

enum { WAIT_MS = 2500, URL_SIZE = 200 };

static int refuse(const char *why) {
    (void)fprintf(stderr, "unknot: %s\n", why);
    return EXIT_FAILED;
}

/* Where a socket that listens on `listen` is reached from this machine. False: that cannot be told
   from the setting. */
static bool make_url(const struct settings *settings, char url[URL_SIZE]) {
    static const char *const everywhere[][2] = {
        {"0.0.0.0:", "127.0.0.1"}, {"[::]:", "[::1]"}, {":", "127.0.0.1"}, {"unix:", "localhost"}};
    const char *listen = settings->listen;
    const char *scheme = *settings->tls_certificate ? "https" : "http";
    if (strncmp(listen, "shared:", 7) == 0)
        listen += 7;
    const char *port = strrchr(listen, ':');
    if (!port || strcmp(port, ":0") == 0)
        return false;
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        if (strncmp(listen, everywhere[i][0], strlen(everywhere[i][0])) == 0)
            return snprintf(url, URL_SIZE, "%s://%s%s/readyz", scheme, everywhere[i][1],
                            *everywhere[i][0] == 'u' ? "" : port) < URL_SIZE;
    return snprintf(url, URL_SIZE, "%s://%s/readyz", scheme, listen) < URL_SIZE;
}

static size_t drop(char *bytes, size_t size, size_t count, void *cls) {
    (void)bytes;
    (void)cls;
    return size * count;
}

/* The certificate is not looked at: it is our own, and rarely made for this address. */
static CURLcode ask(CURL *curl, const char *url, const char *listen) {
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)WAIT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
    if (strncmp(listen, "unix:", 5) == 0)
        (void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, listen + 5);
    return curl_easy_perform(curl);
}

int command_ready(const struct settings *settings, int argc, char **argv) {
    char url[URL_SIZE], message[60];
    long status = 0;
    (void)argv;
    if (argc)
        return EXIT_USAGE;
    if (!make_url(settings, url))
        return refuse("--listen must say where the service is");
    CURL *curl = curl_easy_init();
    if (!curl)
        return refuse("out of memory");
    CURLcode result = ask(curl, url, settings->listen);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    if (result != CURLE_OK)
        return refuse(curl_easy_strerror(result));
    (void)snprintf(message, sizeof message, "not ready: /readyz answers %ld", status);
    return status == 200 ? EXIT_DONE : refuse(message);
}

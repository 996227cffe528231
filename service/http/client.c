#include "http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "http/text.h"

static const unsigned char mapped_prefix[12] = {[10] = 0xFF, [11] = 0xFF};

static bool is_ipv4(const unsigned char *address) {
    return memcmp(address, mapped_prefix, sizeof mapped_prefix) == 0;
}

/* Fills key and text from the address. */
static void complete(struct client *client) {
    memcpy(client->key, client->address, CLIENT_KEY_SIZE);
    if (is_ipv4(client->address)) {
        (void)inet_ntop(AF_INET, client->address + 12, client->text, sizeof client->text);
        return;
    }
    /* One household or one attacker holds a whole /64. */
    memset(client->key + 8, 0, 8);
    (void)inet_ntop(AF_INET6, client->address, client->text, sizeof client->text);
}

void client_from_peer(struct client *client, const struct sockaddr *peer, socklen_t len) {
    memset(client, 0, sizeof *client);
    if (peer && peer->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
        const struct sockaddr_in *v4 = (const void *)peer;
        memcpy(client->address, mapped_prefix, sizeof mapped_prefix);
        memcpy(client->address + 12, &v4->sin_addr, 4);
        complete(client);
    } else if (peer && peer->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
        const struct sockaddr_in6 *v6 = (const void *)peer;
        memcpy(client->address, &v6->sin6_addr, CLIENT_KEY_SIZE);
        complete(client);
    } else {
        client->local = true;
        memcpy(client->text, "unix", sizeof "unix");
    }
}

/* Reads an address as proxies write it: bare, in brackets, with a port. */
static bool parse_address(struct text_span span, unsigned char address[CLIENT_KEY_SIZE]) {
    char copy[64];
    if (span.len > 0 && *span.start == '[') {
        const char *close = memchr(span.start, ']', span.len);
        if (!close)
            return false;
        span = (struct text_span){span.start + 1, (size_t)(close - span.start) - 1};
    } else {
        const char *colon = memchr(span.start, ':', span.len);
        const char *end = span.start + span.len;
        if (colon && !memchr(colon + 1, ':', (size_t)(end - colon) - 1))
            span.len = (size_t)(colon - span.start);
    }
    if (span.len == 0 || span.len >= sizeof copy)
        return false;
    memcpy(copy, span.start, span.len);
    copy[span.len] = '\0';
    memcpy(address, mapped_prefix, sizeof mapped_prefix);
    return inet_pton(AF_INET, copy, address + 12) == 1 || inet_pton(AF_INET6, copy, address) == 1;
}

static bool parse_bits(const char *text, const char *end, unsigned max, unsigned *bits) {
    char *stop;
    unsigned long value = strtoul(text, &stop, 10);
    *bits = (unsigned)value;
    return stop == end && stop != text && value <= max;
}

static bool add_net(struct proxies *proxies, struct text_span element) {
    if (proxies->count == PROXIES_MAX)
        return false;
    const char *slash = memchr(element.start, '/', element.len);
    const char *end = element.start + element.len;
    struct text_span host = {element.start, slash ? (size_t)(slash - element.start) : element.len};
    unsigned char *address = proxies->nets[proxies->count].address;
    unsigned *bits = &proxies->nets[proxies->count].bits;
    if (!parse_address(host, address))
        return false;
    unsigned max = is_ipv4(address) ? 32 : 128;
    *bits = max;
    if (slash && !parse_bits(slash + 1, end, max, bits))
        return false;
    *bits += 128 - max;
    proxies->count++;
    return true;
}

enum status proxies_parse(struct proxies *proxies, const char *text) {
    memset(proxies, 0, sizeof *proxies);
    struct text_span element;
    while (text && text_next_element(&text, &element)) {
        if (text_span_is(element, "unix"))
            proxies->local = true;
        else if (!add_net(proxies, element))
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static bool in_net(const unsigned char *address, const unsigned char *net, unsigned bits) {
    unsigned whole = bits / 8;
    unsigned mask = 0xFFu << (8 - bits % 8) & 0xFFu;
    return memcmp(address, net, whole) == 0 &&
           (bits % 8 == 0 || ((address[whole] ^ net[whole]) & mask) == 0);
}

bool client_is_here(const struct client *client) {
    static const unsigned char v4[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
    static const unsigned char v6[CLIENT_KEY_SIZE] = {[CLIENT_KEY_SIZE - 1] = 1};
    return client->local || memcmp(client->address, v4, sizeof v4) == 0 ||
           memcmp(client->address, v6, sizeof v6) == 0;
}

bool client_is_proxy(const struct client *client, const struct proxies *proxies) {
    if (client->local)
        return proxies->local;
    for (size_t i = 0; i < proxies->count; i++)
        if (in_net(client->address, proxies->nets[i].address, proxies->nets[i].bits))
            return true;
    return false;
}

/* The last element of a comma list; `*len` shrinks to what stands before it. */
static struct text_span take_last(const char *list, size_t *len) {
    while (*len > 0 && strchr(", \t", list[*len - 1]))
        --*len;
    size_t end = *len;
    while (*len > 0 && !strchr(", \t", list[*len - 1]))
        --*len;
    return (struct text_span){list + *len, end - *len};
}

void client_follow(struct client *client, const char *forwarded_for,
                   const struct proxies *proxies) {
    size_t left = forwarded_for ? strlen(forwarded_for) : 0;
    while (left > 0 && client_is_proxy(client, proxies)) {
        struct client next = {0};
        struct text_span hop = take_last(forwarded_for, &left);
        if (!parse_address(hop, next.address))
            return; /* the list ends at the first thing that is no address */
        complete(&next);
        *client = next;
    }
}

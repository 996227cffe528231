/* Who is calling: the peer, or the client a trusted proxy names. */
#ifndef UNKNOT_HTTP_CLIENT_H
#define UNKNOT_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/status.h"

enum { CLIENT_KEY_SIZE = 16, CLIENT_TEXT_SIZE = 46, PROXIES_MAX = 32 };

struct client {
    unsigned char address[CLIENT_KEY_SIZE]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned char key[CLIENT_KEY_SIZE];     /* what is counted: IPv4 whole, IPv6 its /64 */
    char text[CLIENT_TEXT_SIZE];            /* for people; "unix" for a local socket */
    bool local;
};

struct proxies {
    struct {
        unsigned char address[CLIENT_KEY_SIZE];
        unsigned bits;
    } nets[PROXIES_MAX];
    size_t count;
    bool local; /* callers on our unix socket are proxies */
};

/* Reads "10.0.0.0/8, ::1, unix". */
enum status proxies_parse(struct proxies *proxies, const char *text) MUST_CHECK;

void client_from_peer(struct client *client, const struct sockaddr *peer, socklen_t len);

/* Does it call from this machine: a local socket, or a loopback address? */
bool client_is_here(const struct client *client);

bool client_is_proxy(const struct client *client, const struct proxies *proxies);

/* When the client is a trusted proxy, becomes the nearest address in X-Forwarded-For that is not.
 */
void client_follow(struct client *client, const char *forwarded_for, const struct proxies *proxies);

#endif

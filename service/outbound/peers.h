/*
 * The servers that may be asked: named by the operator, letter by letter. A slow one cannot keep
 * more than a few threads waiting, and one that does not answer is left alone for a while.
 */
#ifndef UNKNOT_OUTBOUND_PEERS_H
#define UNKNOT_OUTBOUND_PEERS_H

#include "outbound/get.h"

struct outbound_peers;
struct outbound_peer;

struct outbound_peers_settings {
    const char
        *bases; /* with commas: "https://ehr.example/fhir"; plain http to this machine only */
    const char *ca_file; /* as for a line */
    unsigned at_once;    /* callers that may wait for answers at the same time */
};

/* Borrows ca_file. STATUS_INVALID with a message for people. */
enum status outbound_peers_new(const struct outbound_peers_settings *settings,
                               struct outbound_peers **peers, char *message,
                               size_t size) MUST_CHECK;
void outbound_peers_free(struct outbound_peers *peers); /* NULL is fine */

/* The one whose base this is, with or without a slash at its end; NULL: none. peers NULL is fine.
 */
struct outbound_peer *outbound_peers_find(struct outbound_peers *peers, const char *base);

/* Without a slash at its end. */
const char *outbound_peer_base(const struct outbound_peer *peer);

/* Where a link of one of its answers leads, in `url`. False: it leads elsewhere, or nowhere. */
bool outbound_peer_link(const struct outbound_peer *peer, const char *link,
                        char url[OUTBOUND_URL_MAX]) MUST_CHECK;

/* May it be asked now? Only a guess: others ask, too. */
bool outbound_peer_is_free(struct outbound_peer *peer);

/* A line to ask it by; NULL: too many wait already, it is left alone, or no memory. */
struct outbound_line *outbound_peer_take(struct outbound_peer *peer);
void outbound_peer_give_back(struct outbound_peer *peer, struct outbound_line *line, bool answered);

#endif

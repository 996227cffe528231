/* Ids of cards and suggestions: made from the call, and a card's names its rule. */
#ifndef UNKNOT_INTEROP_CDS_CARD_ID_H
#define UNKNOT_INTEROP_CDS_CARD_ID_H

#include "interop/cds_cards.h"

/*
 * A UUID of version 8 (RFC 9562): 4 bytes of the SHA-256 of the rule's id, a byte for the topic,
 * and the hash of all of it, so that it is the same for the same call and never the same for two.
 * rule: "" when there is none. number: tells things of the same card apart.
 */
enum status cds_uuid(const struct cds_case *about, enum cds_topic topic, const char *rule,
                     unsigned number, char uuid[CDS_UUID_SIZE]) MUST_CHECK;

#endif

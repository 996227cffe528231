/* SipHash-2-4 (Aumasson, Bernstein 2012): a hash of strangers' bytes that they cannot steer. */
#ifndef UNKNOT_ACCESS_KEYED_HASH_H
#define UNKNOT_ACCESS_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t keyed_hash(const uint64_t key[2], const void *bytes, size_t len);

#endif

/*
 * TLS inside the process: GnuTLS through libmicrohttpd. What the service shows is an identity: a
 * certificate, those it hangs on, and the private key. A new one takes the place of the old while
 * connections go on; handshakes that have begun end with the one they began with.
 */
#ifndef UNKNOT_HTTP_TLS_H
#define UNKNOT_HTTP_TLS_H

#include <gnutls/abstract.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct tls_identity;

/*
 * Reads both files (PEM; the certificate first, then those it hangs on) and checks that they
 * belong together. STATUS_INVALID with a message that names the file and never what is in it.
 */
enum status tls_identity_read(const char *certificate_path, const char *key_path,
                              struct tls_identity **identity, char *message,
                              size_t size) MUST_CHECK;
void tls_identity_free(struct tls_identity *identity);

/* Seconds since 1970 at which its certificate ends. */
int64_t tls_identity_ends(const struct tls_identity *identity);

/*
 * Shows this one from now on; takes it. The process has one at a time. One that was shown before is
 * kept for `linger_ms`, by when its last handshake is over: a handshake counts as a header that is
 * on its way.
 */
void tls_show(struct tls_identity *identity_owned, unsigned linger_ms);

/* Frees all of them. When no connection is left. */
void tls_forget(void);

/* For MHD_OPTION_HTTPS_CERT_CALLBACK2. */
int tls_present(gnutls_session_t session, const struct gnutls_cert_retr_st *asked,
                gnutls_pcert_st **certificates, unsigned *count, gnutls_ocsp_data_st **staples,
                unsigned *staple_count, gnutls_privkey_t *key, unsigned *flags);

/* For MHD_OPTION_HTTPS_PRIORITIES: TLS 1.2 and 1.3, forward secret, authenticated encryption. */
extern const char tls_priorities[];

#endif

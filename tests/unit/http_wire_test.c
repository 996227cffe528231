/* Framing that two readers could read differently, and who is behind a proxy. */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <string.h>

#include "http/client.h"
#include "http/wire.h"

Suite *http_wire_suite(void);

enum { HEADERS = 4 };

static const struct {
    struct http_header headers[HEADERS];
    bool http10;
    bool sound;
} framings[] = {
    {{{"Host", "x"}}, false, true},
    {{{"Host", "x"}, {"Content-Length", "5"}}, false, true},
    {{{"Host", "x"}, {"Transfer-Encoding", "Chunked"}}, false, true},
    {{{"X", "y"}}, true, true},
    {{{"Host", "x"}, {"Accept", "a"}, {"Accept", "b"}}, false, true},
    {{{"X", "y"}}, false, false},
    {{{"Host", "x"}, {"host", "y"}}, false, false},
    {{{"Host", "x"}, {"Content-Length", "5"}, {"content-length", "5"}}, false, false},
    {{{"Host", "x"}, {"Content-Length", "5, 5"}}, false, false},
    {{{"Host", "x"}, {"Content-Length", "+5"}}, false, false},
    {{{"Host", "x"}, {"Content-Length", "5 "}}, false, false},
    {{{"Host", "x"}, {"Content-Length", "0x5"}}, false, false},
    {{{"Host", "x"}, {"Content-Length", ""}}, false, false},
    {{{"Host", "x"}, {"Content-Length", "1000000000000000000"}}, false, false},
    {{{"Host", "x"}, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}, false, false},
    {{{"Host", "x"}, {"Transfer-Encoding", "chunked, chunked"}}, false, false},
    {{{"Host", "x"}, {"Transfer-Encoding", "gzip, chunked"}}, false, false},
    {{{"Host", "x"}, {"Transfer-Encoding", "identity"}}, false, false},
    {{{"Host", "x"}, {"Transfer-Encoding", "\vchunked"}}, false, false},
    {{{"Host", "x"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
     false,
     false},
    {{{"Transfer-Encoding", "chunked"}}, true, false},
    {{{"Host", "x"}, {"Transfer-Encoding ", "chunked"}}, false, false},
    {{{"Host", "x"}, {" Content-Length", "5"}}, false, false},
    {{{"Host", "x"}, {"A\tB", "5"}}, false, false},
    {{{"Host", "x"}, {"", "5"}}, false, false},
    {{{"Host", "x"}, {"A", "b\rc"}}, false, false},
    {{{"Host", "x"}, {"Authorization", "a"}, {"authorization", "b"}}, false, false},
};

START_TEST(framing) {
    struct wire_facts facts;
    size_t count = 0;
    while (count < HEADERS && framings[_i].headers[count].name)
        count++;
    const char *fault = wire_check(framings[_i].headers, count, !framings[_i].http10, &facts);
    ck_assert_msg((fault == NULL) == framings[_i].sound, "%s", fault ? fault : "accepted");
}
END_TEST

/* As libmicrohttpd leaves the block: NUL for the colon, two NULs for CR LF. */
START_TEST(block_ends_in_cr_lf) {
    static const char block[] = "A\0 1\0\0B\0 \0\0\0\0";
    const char *end = block + sizeof block - 1;
    struct http_header headers[] = {{block, block + 3}, {block + 6, block + 9}};
    ck_assert_ptr_null(wire_check_block(block, end, headers, 2));
    ck_assert_ptr_nonnull(wire_check_block(block, end, headers, 1));
    headers[1].value = "folded elsewhere";
    ck_assert_ptr_nonnull(wire_check_block(block, end, headers, 2));
}
END_TEST

START_TEST(block_with_bare_lf) {
    static const char block[] = "A\0 1\0B\0 2\0\0\0";
    struct http_header headers[] = {{block, block + 3}, {block + 5, block + 8}};
    ck_assert_ptr_nonnull(wire_check_block(block, block + sizeof block - 1, headers, 2));
}
END_TEST

static void peer(struct client *client, const char *address) {
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
        client_from_peer(client, (struct sockaddr *)&v4, sizeof v4);
    else if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1)
        client_from_peer(client, (struct sockaddr *)&v6, sizeof v6);
    else
        client_from_peer(client, NULL, 0);
}

START_TEST(ipv6_counts_by_64) {
    struct client a;
    struct client b;
    peer(&a, "2001:db8:1:2::1");
    peer(&b, "2001:db8:1:2:ffff::9");
    ck_assert_mem_eq(a.key, b.key, CLIENT_KEY_SIZE);
    ck_assert_mem_ne(a.address, b.address, CLIENT_KEY_SIZE);
    peer(&b, "2001:db8:1:3::1");
    ck_assert_mem_ne(a.key, b.key, CLIENT_KEY_SIZE);
    peer(&a, "::ffff:192.0.2.1");
    peer(&b, "192.0.2.1");
    ck_assert_mem_eq(a.key, b.key, CLIENT_KEY_SIZE);
    ck_assert_str_eq(a.text, "192.0.2.1");
}
END_TEST

static const struct {
    const char *peer;
    const char *forwarded;
    const char *client;
} followings[] = {
    {"192.0.2.1", "198.51.100.7", "192.0.2.1"}, /* nobody we trust */
    {"10.0.0.1", NULL, "10.0.0.1"},
    {"10.0.0.1", "", "10.0.0.1"},
    {"10.0.0.1", "198.51.100.7", "198.51.100.7"},
    {"10.0.0.1", "203.0.113.1, 198.51.100.7", "198.51.100.7"}, /* the left one is a claim */
    {"10.0.0.1", "198.51.100.7, 10.9.9.9", "198.51.100.7"},
    {"10.0.0.1", "198.51.100.7:1234", "198.51.100.7"},
    {"10.0.0.1", "[2001:db8::1]:80", "2001:db8::1"},
    {"10.0.0.1", "2001:db8::1", "2001:db8::1"},
    {"10.0.0.1", "unknown", "10.0.0.1"},
    {"10.0.0.1", "198.51.100.7, junk", "10.0.0.1"},
    {"::1", "198.51.100.7", "198.51.100.7"},
    {"unix", "198.51.100.7", "198.51.100.7"},
    {"2001:db8:f::1", "198.51.100.7", "198.51.100.7"},
    {"2001:db8:f8::1", "198.51.100.7", "2001:db8:f8::1"},
};

START_TEST(follows_proxies) {
    struct proxies proxies;
    struct client client;
    ck_assert_int_eq(proxies_parse(&proxies, "10.0.0.0/8, ::1,2001:db8:f::/45, unix"), STATUS_OK);
    peer(&client, followings[_i].peer);
    client_follow(&client, followings[_i].forwarded, &proxies);
    ck_assert_str_eq(client.text, followings[_i].client);
}
END_TEST

START_TEST(refuses_bad_proxies) {
    static const char *const bad[] = {"10.0.0.0/33", "10.0.0/8",   "::/129",      "proxy.example",
                                      "10.0.0.0/",   "10.0.0.0/x", "10.0.0.0/8 x"};
    struct proxies proxies;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(proxies_parse(&proxies, bad[i]) == STATUS_INVALID, "%s", bad[i]);
    ck_assert_int_eq(proxies_parse(&proxies, NULL), STATUS_OK);
    ck_assert_int_eq(proxies_parse(&proxies, ""), STATUS_OK);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

Suite *http_wire_suite(void) {
    Suite *suite = suite_create("http_wire");
    TCase *tcase = tcase_create("http_wire");
    tcase_add_loop_test(tcase, framing, 0, COUNT(framings));
    tcase_add_test(tcase, block_ends_in_cr_lf);
    tcase_add_test(tcase, block_with_bare_lf);
    tcase_add_test(tcase, ipv6_counts_by_64);
    tcase_add_loop_test(tcase, follows_proxies, 0, COUNT(followings));
    tcase_add_test(tcase, refuses_bad_proxies);
    suite_add_tcase(suite, tcase);
    return suite;
}

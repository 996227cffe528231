/* Whom the service may ask, and where their links may lead. */
#include <check.h>

#include "outbound/peers.h"

static struct outbound_peers *peers;
static struct outbound_peer *peer;

static enum status open_peers(const char *bases) {
    char message[300];
    const struct outbound_peers_settings settings = {.bases = bases, .at_once = 2};
    return outbound_peers_new(&settings, &peers, message, sizeof message);
}

static void set_up(void) {
    ck_assert_int_eq(open_peers("https://ehr.example/fhir/ , http://127.0.0.1:8090/r4"), STATUS_OK);
    peer = outbound_peers_find(peers, "https://ehr.example/fhir");
    ck_assert_ptr_nonnull(peer);
}

static void tear_down(void) {
    outbound_peers_free(peers);
}

START_TEST(urls_that_can_be_asked) {
    static const struct {
        const char *url;
        bool good, on_loopback;
    } rows[] = {
        {"https://ehr.example", true, true},
        {"https://ehr.example:8443/fhir?x=a@b", true, true},
        {"https://[2001:db8::1]/fhir", true, true},
        {"http://127.0.0.1/fhir", false, true},
        {"http://127.0.0.1:80/fhir", false, true},
        {"http://[::1]:80/fhir", false, true},
        {"http://localhost?x", false, true},
        {"http://127.0.0.1.example/fhir", false, false},
        {"http://localhost.example/fhir", false, false},
        {"http://10.0.0.1/fhir", false, false},
        {"http://ehr.example/fhir", false, false},
        {"http://127.0.0.1:80@ehr.example/", false, false},
        {"https://user:pw@ehr.example/", false, false},
        {"https://", false, false},
        {"https:///fhir", false, false},
        {"https://?x", false, false},
        {"https://ehr.example/a b", false, false},
        {"https://ehr.example/\r\nx", false, false},
        {"https://ehr.example/#x", false, false},
        {"https://ehr.example\\@evil", false, false},
        {"https://ehr.\xc3\xa9xample/", false, false},
        {"HTTPS://ehr.example", false, false},
        {"ftp://ehr.example", false, false},
        {"ehr.example", false, false},
        {"", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(outbound_url_is_good(rows[i].url, false) == rows[i].good, "%s", rows[i].url);
        ck_assert_msg(outbound_url_is_good(rows[i].url, true) == rows[i].on_loopback, "%s",
                      rows[i].url);
    }
}
END_TEST

START_TEST(only_the_letters_of_the_list_are_found) {
    static const char *const strangers[] = {"https://ehr.example",
                                            "https://ehr.example/fhi",
                                            "https://ehr.example/fhir2",
                                            "https://ehr.example/fhir//",
                                            "https://EHR.example/fhir",
                                            "http://ehr.example/fhir",
                                            "https://ehr.example./fhir",
                                            "",
                                            "/"};
    ck_assert_str_eq(outbound_peer_base(peer), "https://ehr.example/fhir");
    ck_assert_ptr_eq(outbound_peers_find(peers, "https://ehr.example/fhir/"), peer);
    ck_assert_ptr_nonnull(outbound_peers_find(peers, "http://127.0.0.1:8090/r4"));
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        ck_assert_msg(!outbound_peers_find(peers, strangers[i]), "%s", strangers[i]);
    ck_assert_ptr_null(outbound_peers_find(peers, NULL));
    ck_assert_ptr_null(outbound_peers_find(NULL, "https://ehr.example/fhir"));
}
END_TEST

START_TEST(links_lead_below_the_base_or_nowhere) {
    static const struct {
        const char *link, *url; /* NULL: nowhere */
    } rows[] = {
        {"https://ehr.example/fhir/Condition?page=2", "https://ehr.example/fhir/Condition?page=2"},
        {"https://ehr.example/fhir?next=https://x.example/..",
         "https://ehr.example/fhir?next=https://x.example/.."},
        {"Condition?page=2", "https://ehr.example/fhir/Condition?page=2"},
        {"?page=2", "https://ehr.example/fhir?page=2"},
        {"https://ehr.example/fhir", NULL},
        {"https://ehr.example/fhirs/x", NULL},
        {"https://ehr.example/fhir/../x", NULL},
        {"https://ehr.example/fhir/%2E%2e/x", NULL},
        {"../x", NULL},
        {"%2e./x", NULL},
        {"/fhir/Condition", NULL},
        {"//ehr.example/fhir/Condition", NULL},
        {"https://ehr.example:444/fhir/x", NULL},
        {"https://ehr.example@x.example/fhir/x", NULL},
        {"http://127.0.0.1:8090/r4/x", NULL},
        {"file:x", NULL},
        {"", NULL},
    };
    char url[OUTBOUND_URL_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(outbound_peer_link(peer, rows[i].link, url) == (rows[i].url != NULL), "%s",
                      rows[i].link);
        if (rows[i].url)
            ck_assert_str_eq(url, rows[i].url);
    }
}
END_TEST

START_TEST(so_many_wait_and_no_more) {
    struct outbound_line *one = outbound_peer_take(peer), *two = outbound_peer_take(peer);
    ck_assert_ptr_nonnull(one);
    ck_assert_ptr_nonnull(two);
    ck_assert(!outbound_peer_is_free(peer));
    ck_assert_ptr_null(outbound_peer_take(peer));
    outbound_peer_give_back(peer, one, true);
    ck_assert(outbound_peer_is_free(peer));
    ck_assert_ptr_eq(outbound_peer_take(peer), one);
    outbound_peer_give_back(peer, one, true);
    outbound_peer_give_back(peer, two, true);
}
END_TEST

START_TEST(who_is_silent_three_times_is_left_alone) {
    for (unsigned silent = 0; silent < 3; silent++) {
        ck_assert(outbound_peer_is_free(peer));
        struct outbound_line *line = outbound_peer_take(peer);
        ck_assert_ptr_nonnull(line);
        outbound_peer_give_back(peer, line, false);
    }
    ck_assert(!outbound_peer_is_free(peer));
    ck_assert(outbound_peer_is_free(outbound_peers_find(peers, "http://127.0.0.1:8090/r4")));
}
END_TEST

START_TEST(a_list_with_a_mistake_is_refused) {
    static const char *const lists[] = {
        "http://ehr.example/fhir",
        "https://ehr.example/fhir,x",
        "https://ehr.example/fhir?x=y",
        "https://u@ehr.example",
        "https:///",
    };
    outbound_peers_free(peers);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        ck_assert_msg(open_peers(lists[i]) == STATUS_INVALID, "%s", lists[i]);
        ck_assert_ptr_null(peers);
    }
    ck_assert_int_eq(open_peers(""), STATUS_OK);
}
END_TEST

Suite *outbound_peers_suite(void);
Suite *outbound_peers_suite(void) {
    Suite *suite = suite_create("outbound_peers");
    TCase *tests = tcase_create("peers");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, urls_that_can_be_asked);
    tcase_add_test(tests, only_the_letters_of_the_list_are_found);
    tcase_add_test(tests, links_lead_below_the_base_or_nowhere);
    tcase_add_test(tests, so_many_wait_and_no_more);
    tcase_add_test(tests, who_is_silent_three_times_is_left_alone);
    tcase_add_test(tests, a_list_with_a_mistake_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}

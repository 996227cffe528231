/* The drawing knows the vocabulary; a token of a calendar link is whole or nothing; markup holds.
 */
#include <check.h>
#include <string.h>

#include "care/body_figure.h"
#include "care/markup.h"
#include "care_fixture.h"
#include "resources/calendar_token.h"

static bool is_drawn(const char *area) {
    for (int side = BODY_FRONT; side <= BODY_BACK; side++) {
        size_t count;
        const struct body_shape *shapes = body_figure((enum body_side)side, &count);
        for (size_t i = 0; i < count; i++)
            if (strcmp(shapes[i].area, area) == 0)
                return true;
    }
    return false;
}

START_TEST(every_area_is_drawn) {
    const struct knowledge *k = fixture_knowledge();
    for (unsigned a = 0; a < k->area_count; a++)
        ck_assert_msg(is_drawn(k->areas[a].id), "%s is not in the figure", k->areas[a].id);
}
END_TEST

START_TEST(every_shape_is_an_area_within_the_figure) {
    const struct knowledge *k = fixture_knowledge();
    for (int side = BODY_FRONT; side <= BODY_BACK; side++) {
        size_t count;
        const struct body_shape *shapes = body_figure((enum body_side)side, &count);
        for (size_t i = 0; i < count; i++) {
            ck_assert_msg(name_map_get(&k->area_names, shapes[i].area) >= 0, "%s", shapes[i].area);
            ck_assert_uint_eq(strspn(shapes[i].path, "MLCZ .0123456789"), strlen(shapes[i].path));
            ck_assert_int_eq(shapes[i].path[0], 'M');
            ck_assert_int_le(shapes[i].label_x, FIGURE_WIDTH);
            ck_assert_int_le(shapes[i].label_y, FIGURE_HEIGHT);
        }
    }
}
END_TEST

static struct calendar_token token_of(const struct tenant_secrets *secrets,
                                      char path[CALENDAR_PATH_SIZE]) {
    struct calendar_token token = {.tenant = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
                                   .patient_id = "00112233445566778899aabbccddeeff",
                                   .link_id = "k-abcdefghijklmnopqrstuvwxyz"};
    ck_assert_int_eq(calendar_token_path(&token, secrets, path), STATUS_OK);
    return token;
}

START_TEST(a_token_is_read_back_and_is_ours) {
    struct tenant_secrets secrets = {.cursor = {.bytes = {7}, .len = 32}}, others = secrets;
    struct calendar_token read;
    char path[CALENDAR_PATH_SIZE];
    struct calendar_token made = token_of(&secrets, path);
    ck_assert_int_eq(strncmp(path, "/calendars/", 11), 0);
    ck_assert(calendar_token_parse(path + 11, &read));
    ck_assert_str_eq(read.tenant, made.tenant);
    ck_assert_str_eq(read.patient_id, made.patient_id);
    ck_assert_str_eq(read.link_id, made.link_id);
    ck_assert(calendar_token_is_ours(&read, &secrets));
    others.cursor.bytes[31] = 1;
    ck_assert(!calendar_token_is_ours(&read, &others));
}
END_TEST

START_TEST(a_token_with_another_letter_is_not_ours) {
    struct tenant_secrets secrets = {.cursor = {.bytes = {7}, .len = 32}};
    char path[CALENDAR_PATH_SIZE];
    (void)token_of(&secrets, path);
    for (size_t i = 11; i < 11 + CALENDAR_TOKEN_LEN; i++) {
        struct calendar_token read;
        char was = path[i];
        path[i] = was == 'A' ? 'B' : 'A';
        ck_assert(!calendar_token_parse(path + 11, &read) ||
                  !calendar_token_is_ours(&read, &secrets));
        path[i] = was;
    }
}
END_TEST

START_TEST(markup_escapes_what_could_be_markup) {
    struct buffer out;
    buffer_init(&out);
    markup_escape(&out, "a<b>&\"'\x01\x7f\xEF\xBF\xBF\xC3\xA9");
    ck_assert_str_eq(out.data, "a&lt;b&gt;&amp;&quot;&#39;   \xC3\xA9");
    buffer_free(&out);
}
END_TEST

Suite *care_summary_suite(void);

Suite *care_summary_suite(void) {
    Suite *suite = suite_create("care_summary");
    TCase *test = tcase_create("summary");
    tcase_add_test(test, every_area_is_drawn);
    tcase_add_test(test, every_shape_is_an_area_within_the_figure);
    tcase_add_test(test, a_token_is_read_back_and_is_ours);
    tcase_add_test(test, a_token_with_another_letter_is_not_ours);
    tcase_add_test(test, markup_escapes_what_could_be_markup);
    suite_add_tcase(suite, test);
    return suite;
}

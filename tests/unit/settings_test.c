/* Settings: default, file, environment, flag; later wins. */
#include "cli/settings.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *settings_suite(void);

static char path[] = "/tmp/unknot-settings-XXXXXX";

static void forget(void) {
    char name[64];
    for (size_t i = 0; i < settings_count; i++) {
        setting_variable(&settings_table[i], name, sizeof name);
        (void)unsetenv(name);
    }
    (void)unsetenv("UNKNOT_CONFIG");
}

static void write_file(const char *text) {
    (void)snprintf(path, sizeof path, "/tmp/unknot-settings-XXXXXX");
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    FILE *file = fdopen(descriptor, "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

/* Reads words separated by blanks; %s stands for the file. How many are left, -1: refused. */
static int read_words(struct settings *settings, const char *words, char *left) {
    char line[500];
    char *argv[24];
    int argc = 0;
    (void)snprintf(line, sizeof line, words, path);
    for (char *rest = line, *word; argc < 22 && (word = strtok_r(rest, " ", &rest));)
        argv[argc++] = word;
    argv[argc] = NULL;
    if (settings_read(settings, &argc, argv) != STATUS_OK)
        return -1;
    left[0] = '\0';
    for (int i = 0; i < argc; i++)
        (void)strcat(strcat(left, i ? " " : ""), argv[i]);
    ck_assert_ptr_null(argv[argc]);
    return argc;
}

START_TEST(defaults) {
    struct settings settings;
    char left[500];
    ck_assert_int_eq(read_words(&settings, "", left), 0);
    ck_assert_str_eq(settings.listen, "127.0.0.1:8080");
    ck_assert_str_eq(settings.state_dir, "");
    ck_assert_str_eq(settings.knowledge, "");
    ck_assert_int_eq(settings.connections, 4096);
    ck_assert_int_eq(settings.request_ms, 5000);
    ck_assert(!settings.log_clients);
    settings_free(&settings);
    ck_assert_ptr_null(settings.listen);
    settings_free(&settings);
}
END_TEST

START_TEST(later_wins) {
    struct settings settings;
    char left[500];
    write_file("# a comment\n\n  listen = file:1 \nconnections=7\r\nidle-seconds =\t9\n"
               "log-clients = on\nstate-dir =\n");
    (void)setenv("UNKNOT_CONNECTIONS", "8", 1);
    (void)setenv("UNKNOT_IDLE_SECONDS", "10", 1);
    ck_assert_int_eq(
        read_words(&settings, "serve --config %s --idle-seconds 11 --request-ms=100 x", left), 2);
    ck_assert_str_eq(left, "serve x");
    ck_assert_str_eq(settings.listen, "file:1");
    ck_assert_int_eq(settings.connections, 8);
    ck_assert_int_eq(settings.idle_seconds, 11);
    ck_assert_int_eq(settings.request_ms, 100);
    ck_assert_str_eq(settings.state_dir, "");
    ck_assert(settings.log_clients);
    settings_free(&settings);
    (void)setenv("UNKNOT_CONFIG", path, 1);
    ck_assert_int_eq(read_words(&settings, "--log-clients=off --listen a --listen b", left), 0);
    ck_assert_str_eq(settings.listen, "b");
    ck_assert(!settings.log_clients);
    settings_free(&settings);
    (void)unlink(path);
}
END_TEST

static const struct {
    const char *file, *variable, *value, *words;
} refusals[] = {
    {"", "UNKNOT_THREADS", "many", ""},
    {"", "UNKNOT_THREADS", "257", ""},
    {"", "UNKNOT_THREADS", "-1", ""},
    {"", "UNKNOT_THREADS", "", ""},
    {"", "UNKNOT_THREADS", "99999999999999999999999", ""},
    {"", "UNKNOT_LOG_CLIENTS", "maybe", ""},
    {"", NULL, NULL, "--threads 1x"},
    {"", NULL, NULL, "--threads=0x1"},
    {"", NULL, NULL, "--threads"},
    {"", NULL, NULL, "--request-ms 99"},
    {"", NULL, NULL, "--log-clients=yes"},
    {"", NULL, NULL, "--config /no/such/file"},
    {"", NULL, NULL, "--config"},
    {"unknown = 1\n", NULL, NULL, "--config %s"},
    {"listen\n", NULL, NULL, "--config %s"},
    {"listen 8080\n", NULL, NULL, "--config %s"},
    {"= 1\n", NULL, NULL, "--config=%s"},
    {"threads = 1 2\n", NULL, NULL, "--config=%s"},
    {"threads = 300\n", NULL, NULL, "--config=%s"},
};

START_TEST(refused) {
    struct settings settings;
    char left[500];
    write_file(refusals[_i].file);
    if (refusals[_i].variable)
        (void)setenv(refusals[_i].variable, refusals[_i].value, 1);
    ck_assert_int_eq(read_words(&settings, refusals[_i].words, left), -1);
    ck_assert_ptr_null(settings.listen);
    (void)unlink(path);
}
END_TEST

START_TEST(other_flags_stay) {
    struct settings settings;
    char left[500];
    ck_assert_int_eq(read_words(&settings, "--json --configure -x --listenx=1 - --", left), 6);
    ck_assert_str_eq(left, "--json --configure -x --listenx=1 - --");
    settings_free(&settings);
}
END_TEST

static char *printed(void (*print)(FILE *)) {
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    ck_assert_ptr_nonnull(out);
    print(out);
    (void)fclose(out);
    return text;
}

/* Every setting stands in every table, and the sample file says what holds without it. */
START_TEST(tables) {
    char *help = printed(settings_help), *sample = printed(settings_sample),
         *markdown = printed(settings_markdown);
    for (size_t i = 0; i < settings_count; i++) {
        char flag[80], variable[64], line[200];
        (void)snprintf(flag, sizeof flag, "--%s", settings_table[i].name);
        setting_variable(&settings_table[i], variable, sizeof variable);
        (void)snprintf(line, sizeof line, "\n#%s =%s%s\n", settings_table[i].name,
                       *settings_table[i].fallback ? " " : "", settings_table[i].fallback);
        ck_assert_ptr_nonnull(strstr(help, flag));
        ck_assert_ptr_nonnull(strstr(help, variable));
        ck_assert_ptr_nonnull(strstr(markdown, flag));
        ck_assert_ptr_nonnull(strstr(markdown, variable));
        ck_assert_ptr_nonnull(strstr(sample, line));
    }
    for (char *c = sample; *c; c++) /* take the comment off the settings, not off the words */
        if (*c == '#' && c[1] != ' ')
            *c = ' ';
    struct settings settings;
    char left[500];
    write_file(sample);
    ck_assert_int_eq(read_words(&settings, "--config %s", left), 0);
    ck_assert_str_eq(settings.listen, "127.0.0.1:8080");
    ck_assert_int_eq(settings.drain_limit_ms, 10000);
    settings_free(&settings);
    (void)unlink(path);
    free(help);
    free(sample);
    free(markdown);
}
END_TEST

START_TEST(variables) {
    char name[64], small[10];
    setting_variable(&settings_table[3], name, sizeof name);
    ck_assert_str_eq(name, "UNKNOT_STATE_DIR");
    setting_variable(&settings_table[3], small, sizeof small);
    ck_assert_str_eq(small, "UNKNOT_ST");
}
END_TEST

Suite *settings_suite(void) {
    Suite *suite = suite_create("settings");
    TCase *tcase = tcase_create("settings");
    tcase_add_checked_fixture(tcase, forget, forget);
    tcase_add_test(tcase, defaults);
    tcase_add_test(tcase, later_wins);
    tcase_add_loop_test(tcase, refused, 0, (int)(sizeof refusals / sizeof *refusals));
    tcase_add_test(tcase, other_flags_stay);
    tcase_add_test(tcase, tables);
    tcase_add_test(tcase, variables);
    suite_add_tcase(suite, tcase);
    return suite;
}

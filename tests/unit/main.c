/* Runs the unit tests: x_suite() of every tests/unit/x_test.c, collected by CMake. CK_RUN_SUITE and
 * CK_RUN_CASE narrow it down, CK_FORK=no keeps everything in one process. */
#include <check.h>
#include <stdlib.h>

#define UNIT_SUITE(name) Suite *name(void);
#include "suites.inc"
#undef UNIT_SUITE

#define UNIT_SUITE(name) name,
static Suite *(*const suites[])(void) = {
#include "suites.inc"
};

int main(void) {
    SRunner *runner = srunner_create(NULL);
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

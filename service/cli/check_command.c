/* unknot check FILE|-: one intake, a readable answer; --json the raw one; --batch a line each, for
 * tests. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json_text.h"
#include "cli/check_text.h"
#include "cli/cli.h"
#include "contract/contract.h"
#include "embedded.h"
#include "resources/answer.h"

struct check_options {
    const char *path;
    bool json, batch, brief;
};

static bool read_options(int argc, char **argv, struct check_options *options) {
    *options = (struct check_options){0};
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            options->json = true;
        else if (strcmp(argv[i], "--batch") == 0)
            options->batch = true;
        else if (strcmp(argv[i], "--brief") == 0)
            options->brief = true;
        else if (!options->path && (argv[i][0] != '-' || !argv[i][1]))
            options->path = argv[i];
        else
            return false;
    }
    return options->path != NULL;
}

static int today(void) {
    return (int)(time(NULL) / 86400);
}

static FILE *open_input(const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file)
        (void)fprintf(stderr, "unknot: cannot read %s: %s\n", path, strerror(errno));
    return file;
}

static bool read_all(FILE *file, struct buffer *all) {
    char chunk[65536];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        (void)buffer_append(all, chunk, got);
    return !all->failed && !ferror(file);
}

static struct contract *open_contract(void) {
    char message[300];
    for (size_t i = 0; i < embedded_documents_count; i++)
        if (strcmp(embedded_documents[i].name, "openapi.json") == 0) {
            struct contract *contract = contract_load(
                embedded_documents[i].bytes, embedded_documents[i].len, message, sizeof message);
            if (!contract)
                (void)fprintf(stderr, "unknot: the contract: %s\n", message);
            return contract;
        }
    return NULL;
}

static void print_complaints(const struct complaints *complaints) {
    for (size_t i = 0; i < complaints->count; i++)
        (void)fprintf(stderr, "%s: %s (%s)\n", complaints->all[i].pointer,
                      complaints->all[i].detail, complaints->all[i].code);
}

struct check {
    const struct knowledge *knowledge;
    const struct schema *schema;
    struct arena arena;
    struct complaints complaints;
};

/* Checks and decides one body; NULL when it was refused. */
static struct decision *decide_body(struct check *check, json_t *body, unsigned parts, bool brief) {
    complaints_init(&check->complaints, &check->arena);
    contract_check(check->schema, body, &check->complaints);
    struct intake *intake =
        intake_read(check->knowledge, body, today(), &check->arena, &check->complaints);
    if (!intake || check->complaints.total)
        return NULL;
    intake->brief = brief;
    return decide(intake, parts, &check->arena);
}

static int print_answer(const struct decision *decision, bool json) {
    struct buffer out;
    buffer_init(&out);
    enum status status = STATUS_OK;
    if (json)
        status = answer_recommendation(decision, &out);
    else
        check_text(decision, &out);
    if (status == STATUS_OK && !out.failed)
        (void)printf("%s\n", out.data);
    buffer_free(&out);
    return status == STATUS_OK ? EXIT_DONE : EXIT_FAILED;
}

static int check_one(struct check *check, FILE *file, const struct check_options *options) {
    struct buffer all;
    struct json_text_problem problem;
    int code = EXIT_BAD_INPUT;
    buffer_init(&all);
    if (!read_all(file, &all)) {
        buffer_free(&all);
        return EXIT_FAILED;
    }
    json_t *body = json_text_parse(all.data ? all.data : "", all.len, &problem);
    if (!body)
        (void)fprintf(stderr, "line %zu, column %zu: %s\n", problem.line, problem.column,
                      problem.detail);
    else {
        struct decision *decision = decide_body(check, body, DECIDE_EVERYTHING, options->brief);
        print_complaints(&check->complaints);
        if (decision)
            code = print_answer(decision, options->json);
    }
    json_decref(body);
    buffer_free(&all);
    return code;
}

/* ---- batch: what tests compare, a line an intake ---- */

static void write_rules(struct json_writer *json, const char *key, const struct decision *decision,
                        const uint64_t *set, const uint64_t *without) {
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned r = 0; r < decision->knowledge->rule_count; r++)
        if (set_has(set, r) && !(without && set_has(without, r)))
            jw_text(json, decision->knowledge->rules[r].id);
    jw_close_array(json);
}

static void write_limits(struct json_writer *json, const struct decision *decision) {
    const struct knowledge *k = decision->knowledge;
    static const char *const keys[] = {"verdicts", "caps", "areas", "positions", "minutes"};
    for (size_t key = 0; key < 5; key++) {
        jw_key(json, keys[key]);
        jw_open_object(json);
        for (unsigned t = 0; t < k->technique_count; t++) {
            const struct limits *limits = &decision->outcome.limits[t];
            jw_key(json, k->techniques[t].id);
            if (key == 0)
                jw_text(json, verdict_name((enum verdict)limits->verdict));
            else if (key == 1)
                jw_int(json, limits->cap);
            else if (key == 4)
                jw_int(json, limits->minutes_max);
            else {
                jw_open_array(json);
                uint32_t set = key == 2 ? limits->avoid : limits->positions;
                for (; set; set &= set - 1)
                    jw_text(json, key == 2 ? k->areas[__builtin_ctz(set)].id
                                           : k->positions[__builtin_ctz(set)].id);
                jw_close_array(json);
            }
        }
        jw_close_object(json);
    }
}

static void write_batch_line(struct json_writer *json, const struct decision *decision) {
    const struct evaluation *evaluation = decision->evaluation;
    jw_open_object(json);
    jw_member_text(json, "triage", triage_name(decision->outcome.triage));
    write_limits(json, decision);
    write_rules(json, "fired", decision, evaluation->fired, NULL);
    write_rules(json, "doubtful", decision, evaluation->strict, evaluation->fired);
    write_rules(json, "open", decision, evaluation->open, NULL);
    jw_member_text(json, "status", decision->complete ? "complete" : "needs_answers");
    jw_key(json, "questions");
    jw_open_array(json);
    for (unsigned q = 0; q < decision->question_count; q++)
        jw_text(json, decision->knowledge->findings[decision->questions[q].finding].id);
    jw_close_array(json);
    jw_key(json, "recommended");
    jw_open_array(json);
    for (unsigned r = 0; r < decision->ranked_count; r++)
        jw_text(json, decision->knowledge->techniques[decision->ranked[r].technique].id);
    jw_close_array(json);
    jw_close_object(json);
}

static void write_refusal(struct json_writer *json, const struct complaints *complaints,
                          const char *syntax) {
    jw_open_object(json);
    jw_member_text(json, "error", complaints->count ? complaints->all[0].detail : syntax);
    if (complaints->count) {
        jw_member_text(json, "pointer", complaints->all[0].pointer);
        jw_member_text(json, "code", complaints->all[0].code);
    }
    jw_close_object(json);
}

static void check_line(struct check *check, const char *line, size_t len, struct buffer *out) {
    struct json_writer json;
    struct json_text_problem problem = {0};
    jw_init(&json, out);
    complaints_init(&check->complaints, &check->arena);
    json_t *body = json_text_parse(line, len, &problem);
    struct decision *decision = body ? decide_body(check, body, DECIDE_QUESTIONS, false) : NULL;
    if (decision)
        write_batch_line(&json, decision);
    else
        write_refusal(&json, &check->complaints, problem.detail);
    (void)buffer_puts(out, "\n");
    json_decref(body);
}

static int check_batch(struct check *check, FILE *file) {
    struct buffer out;
    char *line = NULL;
    size_t room = 0;
    buffer_init(&out);
    for (ssize_t len; (len = getline(&line, &room, file)) > 0;) {
        out.len = 0;
        check_line(check, line, (size_t)len, &out);
        arena_reset(&check->arena);
        if (out.failed || fwrite(out.data, 1, out.len, stdout) != out.len)
            break;
    }
    bool good = !out.failed && feof(file);
    free(line);
    buffer_free(&out);
    return good ? EXIT_DONE : EXIT_FAILED;
}

int command_check(const struct settings *settings, int argc, char **argv) {
    struct check_options options;
    if (!read_options(argc, argv, &options))
        return EXIT_USAGE;
    FILE *file = open_input(options.path);
    struct knowledge *knowledge = file ? open_knowledge(settings) : NULL;
    struct contract *contract = knowledge ? open_contract() : NULL;
    int code = file ? EXIT_BAD_KNOWLEDGE : EXIT_FAILED;
    if (contract) {
        struct check check = {.knowledge = knowledge};
        check.schema = contract_request_schema(contract, "createRecommendation");
        arena_init(&check.arena, (size_t)256 * 1024);
        code = options.batch ? check_batch(&check, file) : check_one(&check, file, &options);
        arena_free(&check.arena);
    }
    contract_free(contract);
    knowledge_free(knowledge);
    if (file && file != stdin)
        (void)fclose(file);
    return code;
}

#include "paper/language.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

enum { OFFSET_MAX = 9999999, ENTRY = 20 };

struct object {
    size_t number, start, len; /* from "N 0 obj" to before its "endobj" */
};

struct document {
    struct buffer *pdf;
    size_t xref, table, size; /* where the table stands, where its rows begin, how many */
};

/* ---- reading what cairo wrote ---- */

static const char *find_last(const struct buffer *pdf, const char *word) {
    size_t len = strlen(word);
    for (size_t at = pdf->len >= len ? pdf->len - len + 1 : 0; at-- > 0;)
        if (memcmp(pdf->data + at, word, len) == 0)
            return pdf->data + at;
    return NULL;
}

/* "startxref\nN", and there "xref\n0 SIZE\n" and a row of 20 bytes for each object. */
static bool read_table(struct document *document) {
    const struct buffer *pdf = document->pdf;
    const char *word = find_last(pdf, "startxref");
    if (!word)
        return false;
    document->xref = strtoul(word + strlen("startxref"), NULL, 10);
    if (document->xref >= pdf->len || strncmp(pdf->data + document->xref, "xref\n0 ", 7) != 0)
        return false;
    char *end;
    document->size = strtoul(pdf->data + document->xref + 7, &end, 10);
    document->table = (size_t)(end - pdf->data) + 1;
    return *end == '\n' && document->size <= OFFSET_MAX &&
           document->table + document->size * ENTRY <= pdf->len;
}

static bool find_object(const struct document *document, size_t number, struct object *object) {
    const struct buffer *pdf = document->pdf;
    if (number == 0 || number >= document->size)
        return false;
    size_t start = strtoul(pdf->data + document->table + number * ENTRY, NULL, 10);
    if (start >= document->xref)
        return false;
    const char *end = memmem(pdf->data + start, document->xref - start, "endobj", 6);
    *object = (struct object){number, start, end ? (size_t)(end - pdf->data) - start : 0};
    return end != NULL;
}

/* The number behind a word of the trailer: "/Root 122 0 R". 0: none. */
static size_t trailer_number(const struct document *document, const char *word) {
    const char *trailer = find_last(document->pdf, "trailer");
    const char *at = trailer ? strstr(trailer, word) : NULL;
    return at ? strtoul(at + strlen(word), NULL, 10) : 0;
}

static bool find_figure(const struct document *document, struct object *figure) {
    for (size_t number = 1; number < document->size; number++) {
        if (!find_object(document, number, figure))
            continue;
        const char *text = document->pdf->data + figure->start;
        if (memmem(text, figure->len, "/StructElem", 11) &&
            memmem(text, figure->len, "/S /Figure", 10))
            return true;
    }
    return false;
}

/* ---- writing ---- */

/* A text string as UTF-16 in hexadecimal. */
static void put_utf16(struct buffer *out, const char *utf8) {
    size_t len = 0;
    uint16_t *text = u8_to_u16((const uint8_t *)utf8, strlen(utf8), NULL, &len);
    (void)buffer_puts(out, "<FEFF");
    for (size_t i = 0; text && i < len; i++)
        (void)buffer_printf(out, "%04X", text[i]);
    (void)buffer_puts(out, ">");
    out->failed |= !text;
    free(text);
}

static void put_language(struct buffer *out, const char *language) {
    (void)buffer_puts(out, "   /Lang (");
    for (; *language; language++)
        if ((*language >= 'a' && *language <= 'z') || (*language >= 'A' && *language <= 'Z') ||
            *language == '-')
            (void)buffer_append(out, language, 1);
    (void)buffer_puts(out, ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n");
}

/* The object once more, with `more` before the end of its dictionary; where it begins. */
static size_t put_again(struct buffer *pdf, const struct object *object,
                        const struct buffer *more) {
    size_t len = object->len, begin = pdf->len;
    while (len > 2 && strncmp(pdf->data + object->start + len - 2, ">>", 2) != 0)
        len--;
    len -= 2;
    if (!buffer_reserve(pdf, len))
        return begin;
    (void)buffer_append(pdf, pdf->data + object->start, len);
    (void)buffer_append(pdf, more->data ? more->data : "", more->len);
    (void)buffer_puts(pdf, ">>\nendobj\n");
    return begin;
}

static void put_row(struct buffer *pdf, size_t number, size_t offset) {
    (void)buffer_printf(pdf, "%zu 1\n%010zu 00000 n \n", number, offset);
}

static void put_update(const struct document *document, const struct object *catalog,
                       const struct object *figure, const struct buffer *more,
                       const struct buffer *alternative) {
    struct buffer *pdf = document->pdf;
    size_t info = trailer_number(document, "/Info ");
    size_t one = put_again(pdf, catalog, more);
    size_t two = figure ? put_again(pdf, figure, alternative) : 0;
    size_t table = pdf->len;
    (void)buffer_puts(pdf, "xref\n");
    if (figure && figure->number < catalog->number)
        put_row(pdf, figure->number, two);
    put_row(pdf, catalog->number, one);
    if (figure && figure->number > catalog->number)
        put_row(pdf, figure->number, two);
    (void)buffer_printf(pdf,
                        "trailer\n<< /Size %zu\n   /Root %zu 0 R\n   /Info %zu 0 R\n"
                        "   /Prev %zu\n>>\nstartxref\n%zu\n%%%%EOF\n",
                        document->size, catalog->number, info, document->xref, table);
}

enum status language_add(struct buffer *pdf, const char *language, const char *figure) {
    struct document document = {.pdf = pdf};
    struct object catalog, picture;
    struct buffer more, alternative;
    if (!pdf->data || !read_table(&document) ||
        !find_object(&document, trailer_number(&document, "/Root "), &catalog))
        return STATUS_INTERNAL;
    bool has_figure = find_figure(&document, &picture);
    buffer_init(&more);
    buffer_init(&alternative);
    put_language(&more, language);
    (void)buffer_puts(&alternative, "   /Alt ");
    put_utf16(&alternative, figure);
    (void)buffer_puts(&alternative, "\n");
    put_update(&document, &catalog, has_figure ? &picture : NULL, &more, &alternative);
    bool failed = pdf->failed || more.failed || alternative.failed;
    buffer_free(&more);
    buffer_free(&alternative);
    return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

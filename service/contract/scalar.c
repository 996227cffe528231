#include "contract/scalar.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/schema.h"

static struct number number_of_real(double real) {
    struct number number = {.real = real};
    if (real >= -9e18 && real <= 9e18 && (double)(int64_t)real == real) {
        number.whole = true;
        number.integer = (int64_t)real;
    }
    return number;
}

static struct number number_of_integer(int64_t integer) {
    return (struct number){.whole = true, .integer = integer, .real = (double)integer};
}

struct scalar scalar_of(const json_t *value) {
    struct scalar scalar = {.kind = SCALAR_OTHER};
    switch (json_typeof(value)) {
    case JSON_NULL:
        scalar.kind = SCALAR_NULL;
        break;
    case JSON_FALSE:
        scalar.kind = SCALAR_FALSE;
        break;
    case JSON_TRUE:
        scalar.kind = SCALAR_TRUE;
        break;
    case JSON_INTEGER:
        scalar.kind = SCALAR_NUMBER;
        scalar.number = number_of_integer(json_integer_value(value));
        break;
    case JSON_REAL:
        scalar.kind = SCALAR_NUMBER;
        scalar.number = number_of_real(json_real_value(value));
        break;
    case JSON_STRING:
        scalar.kind = SCALAR_TEXT;
        scalar.text = json_string_value(value);
        scalar.len = json_string_length(value);
        break;
    default:
        break;
    }
    return scalar;
}

/* Digits, perhaps a sign before and decimals after: no blanks, no exponent, no hexadecimal, no
 * "nan". */
static bool reads_as_number(const char *text, bool *whole) {
    text += *text == '-';
    size_t digits = strspn(text, "0123456789");
    text += digits;
    *whole = *text == '\0';
    if (digits == 0 || *whole)
        return digits > 0;
    size_t decimals = *text == '.' ? strspn(text + 1, "0123456789") : 0;
    return decimals > 0 && text[1 + decimals] == '\0';
}

static bool read_number(const char *text, struct number *number) {
    bool whole;
    if (!reads_as_number(text, &whole))
        return false;
    if (!whole) {
        *number = number_of_real(strtod(text, NULL));
        return true;
    }
    errno = 0;
    long long integer = strtoll(text, NULL, 10);
    if (errno == ERANGE)
        *number = (struct number){.real = integer < 0 ? -1e300 : 1e300};
    else
        *number = number_of_integer(integer);
    return true;
}

struct scalar scalar_read(const char *text, unsigned types) {
    struct scalar scalar = {.kind = SCALAR_TEXT, .text = text, .len = strlen(text)};
    if ((types & (TYPE_INTEGER | TYPE_NUMBER)) && read_number(text, &scalar.number))
        scalar.kind = SCALAR_NUMBER;
    else if ((types & TYPE_BOOLEAN) && strcmp(text, "true") == 0)
        scalar.kind = SCALAR_TRUE;
    else if ((types & TYPE_BOOLEAN) && strcmp(text, "false") == 0)
        scalar.kind = SCALAR_FALSE;
    return scalar;
}

int number_compare(const struct number *a, const struct number *b) {
    if (a->whole && b->whole)
        return (a->integer > b->integer) - (a->integer < b->integer);
    return (a->real > b->real) - (a->real < b->real);
}

bool scalar_equal(const struct scalar *a, const struct scalar *b) {
    if (a->kind != b->kind || a->kind == SCALAR_OTHER)
        return false;
    if (a->kind == SCALAR_NUMBER)
        return number_compare(&a->number, &b->number) == 0;
    if (a->kind == SCALAR_TEXT)
        return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
    return true;
}

void number_words(const struct number *number, char out[SCALAR_WORDS]) {
    if (number->whole)
        (void)snprintf(out, SCALAR_WORDS, "%" PRId64, number->integer);
    else
        (void)snprintf(out, SCALAR_WORDS, "%.15g", number->real);
}

void quote_words(const char *text, size_t len, char out[SCALAR_WORDS]) {
    enum { SHOWN = 60 };
    bool cut = len > SHOWN;
    if (cut) {
        len = SHOWN;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
            len--;
    }
    (void)snprintf(out, SCALAR_WORDS, "'%.*s%s'", (int)len, text, cut ? "..." : "");
}

void value_words(const json_t *value, char out[SCALAR_WORDS]) {
    static const char *const words[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null",
    };
    struct scalar scalar = scalar_of(value);
    if (scalar.kind == SCALAR_NUMBER) {
        number_words(&scalar.number, out);
    } else if (scalar.kind == SCALAR_TEXT) {
        char quoted[SCALAR_WORDS];
        quote_words(scalar.text, scalar.len, quoted);
        (void)snprintf(out, SCALAR_WORDS, "the text %.*s", SCALAR_WORDS - 10, quoted);
    } else {
        (void)snprintf(out, SCALAR_WORDS, "%s", words[json_typeof(value)]);
    }
}

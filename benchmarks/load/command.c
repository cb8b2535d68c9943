/* Parse a command, and write its answer. */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 32

static char *words[WORDS];
static int word_count;

const char *take_command(char *line) {
    word_count = 0;
    for (char *word = strtok(line, " "); word && word_count < WORDS; word = strtok(NULL, " "))
        words[word_count++] = word;
    return word_count ? words[0] : NULL;
}

const char *option(const char *name, const char *otherwise) {
    size_t length = strlen(name);
    for (int i = 1; i < word_count; i++)
        if (!strncmp(words[i], name, length) && words[i][length] == '=') return words[i] + length + 1;
    return otherwise;
}

long long number(const char *name, long long otherwise) {
    const char *text = option(name, NULL);
    return text ? strtoll(text, NULL, 10) : otherwise;
}

void answer(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    vprintf(format, rest);
    va_end(rest);
    putchar('\n');
    fflush(stdout);
}

_Noreturn void fail(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fputc('\n', stderr);
    exit(1);
}

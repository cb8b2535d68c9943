/* The load generator: one process with many readers, which times every event that they get.

   Commands on standard input, sockets by epoll, answers on standard output. */
#include "command.h"
#include "figures.h"
#include "http.h"
#include "readers.h"
#include "sockets.h"
#include "tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define AT_ONCE 512
#define TICK_MS 20

static char line[65536];
static size_t line_length;

static void arm_for_readers(void) { arm(reading_readers()); }

static const struct { const char *name; void (*act)(void); } COMMANDS[] = {
    {"open", open_readers}, {"close", close_readers}, {"change", change_readers},
    {"readers", tell_readers}, {"arm", arm_for_readers}, {"wait", await},
    {"published", published}, {"report", report}, {"http", ask},
};

static void obey(char *text) {
    const char *name = take_command(text);
    if (!name) return;
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
        if (!strcmp(COMMANDS[i].name, name)) {
            COMMANDS[i].act();
            return;
        }
    fail("there is no command %s", name);
}

/* The process ends when its standard input ends. */
static void hear(void) {
    ssize_t got = read(0, line + line_length, sizeof line - line_length - 1);
    if (got <= 0) exit(0);
    line_length += (size_t)got;
    line[line_length] = 0;
    for (char *end; (end = strchr(line, '\n'));) {
        *end = 0;
        obey(line);
        line_length -= (size_t)(end + 1 - line);
        memmove(line, end + 1, line_length + 1);
    }
    if (line_length == sizeof line - 1) fail("a command is too long");
}

int main(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    start_watching();
    watch(0, EPOLLIN, NULL);
    int64_t ticked = 0;
    for (;;) {
        struct epoll_event ready[AT_ONCE];
        /* Awake while an event comes in: else each `send` of a server would also pay for waking
           this process, which a network card's other end never asks of it. */
        int64_t before = now();
        int count = wait_for_sockets(ready, AT_ONCE, tally_coming() ? 0 : TICK_MS);
        tally_waited(now() - before);
        if (count < 0 && errno != EINTR) fail("epoll: %s", strerror(errno));
        bool told = false;
        for (int i = 0; i < count; i++) {
            struct watched *what = ready[i].data.ptr;
            if (!what) told = true;
            else if (what->kind == READER) reader_ready(what, ready[i].events);
            else asker_ready(what, ready[i].events);
        }
        if (told) hear(); /* last: a command may free what the others point at */
        if (now() - ticked > TICK_MS * 1000000LL) {
            ticked = now();
            readers_tick();
            tally_tick();
            ask_tick();
        }
    }
}

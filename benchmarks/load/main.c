/* Commands on standard input, sockets by epoll, answers on standard output. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE 512
#define TICK_MS 20
#define WORDS 32

static int poller;
static char line[65536];
static size_t line_length;
static char *words[WORDS];
static int word_count;

static const struct { const char *name; void (*act)(void); } COMMANDS[] = {
    {"open", open_readers}, {"close", close_readers}, {"change", change_readers},
    {"readers", tell_readers}, {"arm", arm}, {"wait", await}, {"published", published},
    {"report", report}, {"http", ask},
};

int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
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

int start_connection(int port, int receive_buffer) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("no socket: %s (is `ulimit -n` high enough?)", strerror(errno));
    if (receive_buffer) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS)
        fail("cannot connect to port %d: %s", port, strerror(errno));
    return fd;
}

void watch(int fd, uint32_t events, struct watched *what) {
    struct epoll_event event = {.events = events, .data.ptr = what};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) fail("epoll: %s", strerror(errno));
}

void watch_differently(int fd, uint32_t events, struct watched *what) {
    struct epoll_event event = {.events = events, .data.ptr = what};
    if (epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event)) fail("epoll: %s", strerror(errno));
}

void let_go(int fd) {
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}

int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t quantile(const int64_t *sorted, size_t count, double part) {
    return count ? sorted[(size_t)((double)(count - 1) * part + 0.5)] : 0;
}

static void obey(char *text) {
    word_count = 0;
    for (char *word = strtok(text, " "); word && word_count < WORDS; word = strtok(NULL, " "))
        words[word_count++] = word;
    if (!word_count) return;
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
        if (!strcmp(COMMANDS[i].name, words[0])) {
            COMMANDS[i].act();
            return;
        }
    fail("there is no command %s", words[0]);
}

/* Nobody is left to answer once standard input has ended: so ends the process. */
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
    poller = epoll_create1(EPOLL_CLOEXEC);
    watch(0, EPOLLIN, NULL);
    int64_t ticked = 0;
    for (;;) {
        struct epoll_event ready[AT_ONCE];
        /* Awake while an event comes in: else each `send` of a server would also pay for waking
           this process, which a network card's other end never asks of it. */
        int64_t before = now();
        int count = epoll_wait(poller, ready, AT_ONCE, tally_coming() ? 0 : TICK_MS);
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

/* The load generator: one process that holds many readers and times what reaches them. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What epoll knows a socket by: a reader's, or that of an HTTP connection. */
enum kind { READER, ASKER };
struct watched { enum kind kind; };

/* A command is one line of `name key=value …`; its answer is one line of JSON. */
const char *option(const char *name, const char *otherwise);
long long number(const char *name, long long otherwise);
void answer(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

int64_t now(void); /* nanoseconds of CLOCK_MONOTONIC, which Python's monotonic_ns() is too */
int start_connection(int port, int receive_buffer); /* a socket that is connecting */
void watch(int fd, uint32_t events, struct watched *what);
void watch_differently(int fd, uint32_t events, struct watched *what);
void let_go(int fd); /* close with a reset: no port of ours stays in TIME_WAIT */
int by_size(const void *a, const void *b); /* of int64_t, for qsort */
int64_t quantile(const int64_t *sorted, size_t count, double part);

/* readers.c */
void open_readers(void);
void close_readers(void);
void change_readers(void);
void tell_readers(void);
void reader_ready(struct watched *what, uint32_t events);
void readers_tick(void);
int reading_readers(void); /* open ones that read */

/* tally.c */
void arm(void);
void await(void);
void published(void);
void report(void);
bool tally_note(long long seq, long long *last, int64_t at); /* false: not armed */
void tally_tick(void);
bool tally_coming(void); /* what is waited for has begun to come */
void tally_waited(int64_t ns); /* in epoll_wait, and not at work */
void tally_lost(void); /* a reader that was counted on is gone */

/* http.c */
void ask(void);
void asker_ready(struct watched *what, uint32_t events);
void ask_tick(void);

#endif

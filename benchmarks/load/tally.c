/* When each armed event reached each reader: every arrival is kept, so quantiles are exact. */
#include "tally.h"

#include "command.h"
#include "figures.h"

#include <stdio.h>
#include <stdlib.h>

struct event { int64_t published; int count, room; int64_t *arrivals; };

static struct event *events;
static long long first = 1, last;
static int expected;
static long long duplicates, gaps, lost;
static long long awaited; /* a number, or 0 */
static int64_t awaited_until, waited;

static struct event *event_of(long long seq) { return &events[seq - first]; }

/* arm first=1 last=50 [expect=10000]: reset, and expect these events at every reader. */
void arm(int reading) {
    for (long long seq = first; seq <= last; seq++) free(event_of(seq)->arrivals);
    free(events);
    first = number("first", 1);
    last = number("last", 0);
    expected = (int)number("expect", reading);
    if (last < first - 1) fail("arm: last is before first");
    events = calloc((size_t)(last - first + 1) + 1, sizeof *events);
    for (long long seq = first; seq <= last; seq++) {
        event_of(seq)->room = expected + 64;
        event_of(seq)->arrivals = malloc(sizeof(int64_t) * (size_t)(expected + 64));
    }
    duplicates = gaps = lost = waited = 0;
    answer("{\"expected\":%d}", expected);
}

/* published seq=7 at=NANOSECONDS: the time at which the publisher got it; has no answer. */
void published(void) {
    long long seq = number("seq", 0);
    if (seq >= first && seq <= last) event_of(seq)->published = number("at", 0);
}

bool tally_note(long long seq, long long *seen, int64_t at) {
    if (seq < first || seq > last) return false;
    long long before = *seen < first ? first - 1 : *seen;
    if (seq <= before) {
        duplicates++;
        return true;
    }
    gaps += seq - before - 1;
    *seen = seq;
    struct event *event = event_of(seq);
    if (event->count == event->room) {
        event->room *= 2;
        event->arrivals = realloc(event->arrivals, sizeof(int64_t) * (size_t)event->room);
    }
    event->arrivals[event->count++] = at;
    if (seq == awaited && event->count >= expected) tally_tick();
    return true;
}

bool tally_coming(void) {
    return awaited && event_of(awaited)->count > 0;
}

void tally_waited(int64_t ns) { waited += ns; }

void tally_lost(void) { lost++; }

/* wait seq=7 timeout=MS: answers once all readers have it, or after the timeout. */
void await(void) {
    awaited = number("seq", last);
    if (awaited < first || awaited > last) fail("wait: %lld is not armed", awaited);
    awaited_until = now() + number("timeout", 30000) * 1000000LL;
    tally_tick();
}

void tally_tick(void) {
    if (!awaited) return;
    struct event *event = event_of(awaited);
    if (event->count < expected && now() < awaited_until) return;
    long long seq = awaited;
    awaited = 0;
    int64_t latest = 0;
    for (int i = 0; i < event->count; i++)
        if (event->arrivals[i] > latest) latest = event->arrivals[i];
    answer("{\"seq\":%lld,\"count\":%d,\"expected\":%d,\"last_ns\":%lld}", seq, event->count,
           expected, (long long)latest);
}

/* report: the arrivals of all armed events; delays are in nanoseconds since `published`. */
void report(void) {
    size_t all = 0, used = 0;
    for (long long seq = first; seq <= last; seq++) all += (size_t)event_of(seq)->count;
    int64_t *delays = malloc(sizeof(int64_t) * (all + 1));
    long long missing = 0;
    int64_t begin = 0, end = 0;
    printf("{\"events\":[");
    for (long long seq = first; seq <= last; seq++) {
        struct event *event = event_of(seq);
        int64_t *arrivals = event->arrivals;
        size_t count = (size_t)event->count;
        qsort(arrivals, count, sizeof *arrivals, by_size);
        missing += expected > event->count ? expected - event->count : 0;
        int64_t since = event->published;
        if (since)
            for (size_t i = 0; i < count; i++) delays[used++] = arrivals[i] - since;
        if (since && (!begin || since < begin)) begin = since;
        if (count && arrivals[count - 1] > end) end = arrivals[count - 1];
        printf("%s{\"seq\":%lld,\"count\":%zu,\"first\":%lld,\"p50\":%lld,\"p99\":%lld,\"last\":%lld}",
               seq > first ? "," : "", seq, count, (long long)(quantile(arrivals, count, 0) - since),
               (long long)(quantile(arrivals, count, 0.5) - since),
               (long long)(quantile(arrivals, count, 0.99) - since),
               (long long)(quantile(arrivals, count, 1) - since));
    }
    qsort(delays, used, sizeof *delays, by_size);
    answer("],\"expected\":%d,\"missing\":%lld,\"duplicates\":%lld,\"gaps\":%lld,\"lost\":%lld,"
           "\"span\":%lld,\"waited\":%lld,\"p50\":%lld,\"p99\":%lld,\"max\":%lld}",
           expected, missing, duplicates, gaps, lost, (long long)(end - begin), (long long)waited,
           (long long)quantile(delays, used, 0.5), (long long)quantile(delays, used, 0.99),
           (long long)quantile(delays, used, 1));
    free(delays);
}

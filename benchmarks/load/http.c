/* HTTP clients that request one page: again and again on persistent connections, or once each. */
#define _GNU_SOURCE
#include "http.h"

#include "command.h"
#include "figures.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define HEAD_BYTES 16384

struct asker {
    struct watched what;
    int fd;
    bool connected, over;
    int64_t asked_at;
    char head[HEAD_BYTES + 1];
    size_t head_length;
    long long left; /* bytes of the body to come; -1 while the head comes */
};

static struct {
    bool under_way, once;
    int wanted, over;
    char request[2048];
    size_t request_length;
    long long answers, refused, failed, body_bytes;
    int64_t at, until, end;
    int64_t *delays;
    size_t room;
    char failure[128];
} asking;

static struct asker *askers;
static unsigned char buffer[1 << 20];

/* http n=64 port=P [path=/] [ms=3000] [once=1]: `once` sends one request on each connection. */
void ask(void) {
    if (asking.under_way) fail("http: one is under way");
    free(askers);
    free(asking.delays);
    memset(&asking, 0, sizeof asking);
    asking.under_way = true;
    asking.once = number("once", 0);
    asking.wanted = (int)number("n", 1);
    asking.room = 1 << 20;
    asking.delays = malloc(asking.room * sizeof *asking.delays);
    int port = (int)number("port", 0);
    asking.request_length = (size_t)snprintf(asking.request, sizeof asking.request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/html\r\nAccept-Language: en\r\n%s\r\n",
        option("path", "/"), port, asking.once ? "Connection: close\r\n" : "");
    askers = calloc((size_t)asking.wanted, sizeof *askers);
    asking.at = asking.end = now();
    asking.until = asking.at + number("ms", 3000) * 1000000LL;
    for (int i = 0; i < asking.wanted; i++) {
        askers[i].what.kind = ASKER;
        askers[i].fd = start_connection(port, 0);
        watch(askers[i].fd, EPOLLOUT, &askers[i].what);
    }
}

static void end_asker(struct asker *asker, const char *why) {
    if (asker->over) return;
    let_go(asker->fd);
    asker->over = true;
    asking.over++;
    if (why) {
        asking.failed++;
        if (!asking.failure[0]) snprintf(asking.failure, sizeof asking.failure, "%s", why);
    }
    ask_tick();
}

void ask_tick(void) {
    if (!asking.under_way) return;
    if (asking.over < asking.wanted && now() < asking.until) return;
    asking.under_way = false;
    for (int i = 0; i < asking.wanted; i++)
        if (!askers[i].over) {
            if (asking.once) asking.failed++;
            askers[i].over = true;
            let_go(askers[i].fd);
        }
    size_t count = (size_t)asking.answers < asking.room ? (size_t)asking.answers : asking.room;
    qsort(asking.delays, count, sizeof *asking.delays, by_size);
    answer("{\"answers\":%lld,\"refused\":%lld,\"failed\":%lld,\"failure\":\"%s\","
           "\"body_bytes\":%lld,\"span\":%lld,\"p50\":%lld,\"p99\":%lld,\"max\":%lld}",
           asking.answers, asking.refused, asking.failed, asking.failure, asking.body_bytes,
           (long long)(asking.end - asking.at), (long long)quantile(asking.delays, count, 0.5),
           (long long)quantile(asking.delays, count, 0.99),
           (long long)quantile(asking.delays, count, 1));
}

static void ask_once(struct asker *asker) {
    asker->head_length = 0;
    asker->left = -1;
    asker->asked_at = now();
    if (send(asker->fd, asking.request, asking.request_length, MSG_NOSIGNAL) !=
        (ssize_t)asking.request_length)
        end_asker(asker, "could not ask");
}

static void answered(struct asker *asker) {
    asking.end = now();
    if ((size_t)asking.answers < asking.room)
        asking.delays[asking.answers] = asking.end - asker->asked_at;
    asking.answers++;
    if (strncmp(asker->head, "HTTP/1.1 200", 12)) asking.refused++;
    if (asking.once) end_asker(asker, NULL);
    else if (asking.end < asking.until) ask_once(asker);
    else ask_tick();
}

/* Returns how many of these bytes belong to the head. */
static size_t take_head(struct asker *asker, const unsigned char *data, size_t length) {
    size_t before = asker->head_length, more = length;
    if (more > HEAD_BYTES - before) more = HEAD_BYTES - before;
    memcpy(asker->head + before, data, more);
    asker->head[before + more] = 0;
    char *end = strstr(asker->head, "\r\n\r\n");
    asker->head_length = before + more;
    if (!end) {
        if (asker->head_length == HEAD_BYTES) end_asker(asker, "a head is too long");
        return length;
    }
    end[2] = 0;
    const char *size = strcasestr(asker->head, "\r\nContent-Length:");
    if (!size) {
        end_asker(asker, "an answer without Content-Length");
        return length;
    }
    asker->left = strtoll(size + 17, NULL, 10);
    return (size_t)(end + 4 - asker->head) - before;
}

void asker_ready(struct watched *what, uint32_t events) {
    struct asker *asker = (struct asker *)what;
    (void)events;
    if (asker->over) return;
    if (!asker->connected) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(asker->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            end_asker(asker, strerror(error));
            return;
        }
        asker->connected = true;
        watch_differently(asker->fd, EPOLLIN, what);
        ask_once(asker);
        return;
    }
    ssize_t got = recv(asker->fd, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        end_asker(asker, got ? strerror(errno) : "the server has closed");
        return;
    }
    size_t used = asker->left < 0 ? take_head(asker, buffer, (size_t)got) : 0;
    if (asker->over || asker->left < 0) return;
    asking.body_bytes += got - (ssize_t)used;
    asker->left -= got - (ssize_t)used;
    if (asker->left < 0) end_asker(asker, "more than Content-Length said");
    else if (!asker->left) answered(asker);
}

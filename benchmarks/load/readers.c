/* Readers: WebSocket clients (RFC 6455) that count what they get and send as little as allowed. */
#define _GNU_SOURCE
#include "readers.h"

#include "command.h"
#include "figures.h"
#include "tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The key of section 1.3's example: no secret is needed here, and its answer is known. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define MOST 65536
#define BUFFER (4 << 20)

enum state { CONNECTING, SHAKING, OPEN, GONE };
enum { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct reader {
    struct watched what;
    int fd, group;
    enum state state;
    bool deaf, applied, live;
    long long seen;
    unsigned char *held; /* the beginning of a frame or of a head */
    size_t held_length;
};

/* One `open` at a time. */
static struct {
    bool under_way, until_live;
    int wanted, begun, at_once, port, receive_buffer, group;
    int open, live, failed;
    bool deaf, applied;
    char head[4096], failure[256];
    int64_t at, open_at, live_at, until;
} opening;

static struct reader *readers[MOST];
static int count, in_flight;
static long long pings, heartbeats, said, frames, ended;
static int last_code;
static unsigned char buffer[BUFFER + 1];

int reading_readers(void) {
    int reading = 0;
    for (int i = 0; i < count; i++) reading += readers[i]->state == OPEN && !readers[i]->deaf;
    return reading;
}

static void begin_some(void) {
    while (opening.begun < opening.wanted && in_flight < opening.at_once) {
        if (count == MOST) fail("more than %d readers", MOST);
        struct reader *reader = calloc(1, sizeof *reader);
        reader->what.kind = READER;
        reader->group = opening.group;
        reader->deaf = opening.deaf;
        reader->applied = opening.applied;
        reader->fd = start_connection(opening.port, opening.receive_buffer);
        readers[count++] = reader;
        opening.begun++;
        in_flight++;
        watch(reader->fd, EPOLLOUT, &reader->what);
    }
}

/* open n=1 port=P path=/… [group=0] [flight=200] [protocol=…] [live=1] [applied=1] [deaf=1]
   [rcvbuf=BYTES] [timeout=MS]: answers when all are open, or live where `live=1`. */
void open_readers(void) {
    if (opening.under_way) fail("open: one is under way");
    memset(&opening, 0, sizeof opening);
    opening.under_way = true;
    opening.wanted = (int)number("n", 1);
    opening.port = (int)number("port", 0);
    opening.group = (int)number("group", 0);
    opening.at_once = (int)number("flight", 200);
    opening.until_live = number("live", 0);
    opening.applied = number("applied", 0);
    opening.deaf = number("deaf", 0);
    opening.receive_buffer = (int)number("rcvbuf", 0);
    const char *protocol = option("protocol", NULL);
    int length = snprintf(opening.head, sizeof opening.head,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n%s%s%s\r\n",
        option("path", "/"), opening.port, opening.port,
        protocol ? "Sec-WebSocket-Protocol: " : "", protocol ? protocol : "", protocol ? "\r\n" : "");
    if (length >= (int)sizeof opening.head) fail("open: the path is too long");
    opening.at = now();
    opening.until = opening.at + number("timeout", 120000) * 1000000LL;
    begin_some();
    readers_tick();
}

void readers_tick(void) {
    if (!opening.under_way) return;
    int done = opening.until_live ? opening.live : opening.open;
    if (done + opening.failed < opening.wanted && now() < opening.until) return;
    opening.under_way = false;
    answer("{\"wanted\":%d,\"open\":%d,\"live\":%d,\"failed\":%d,\"failure\":\"%s\","
           "\"open_ns\":%lld,\"live_ns\":%lld}",
           opening.wanted, opening.open, opening.live, opening.failed, opening.failure,
           (long long)(opening.open ? opening.open_at - opening.at : 0),
           (long long)(opening.live ? opening.live_at - opening.at : 0));
}

static void forget(struct reader *reader) {
    let_go(reader->fd);
    free(reader->held);
    reader->held = NULL;
    reader->held_length = 0;
    reader->state = GONE;
}

/* Replaces characters that would end a JSON string: a server's words go into an answer. */
static void note_failure(const char *words, const unsigned char *more, size_t length) {
    if (opening.failure[0]) return;
    int used = snprintf(opening.failure, sizeof opening.failure, "%s", words);
    for (size_t i = 0; i < length && used < (int)sizeof opening.failure - 1; i++) {
        unsigned char c = more[i];
        opening.failure[used++] = c < 32 || c > 126 || c == '"' || c == '\\' ? ' ' : (char)c;
    }
    opening.failure[used] = 0;
}

static void lose(struct reader *reader, const char *why) {
    if (reader->state < OPEN) {
        opening.failed++;
        in_flight--;
        note_failure(why, buffer, reader->held_length);
    } else {
        ended++;
        if (!reader->deaf) tally_lost();
        if (opening.under_way && opening.until_live && !reader->live) {
            opening.failed++;
            note_failure(why, NULL, 0);
        }
    }
    forget(reader);
    begin_some();
    readers_tick();
}

/* close [group=0]: disconnects the group's readers at once. */
void close_readers(void) {
    int group = (int)number("group", -1), closed = 0, kept = 0;
    if (opening.under_way) fail("close: an open is under way");
    for (int i = 0; i < count; i++) {
        struct reader *reader = readers[i];
        if (group >= 0 && reader->group != group) {
            readers[kept++] = reader;
            continue;
        }
        if (reader->state < OPEN) in_flight--;
        if (reader->state != GONE) forget(reader), closed++;
        free(reader);
    }
    count = kept;
    answer("{\"closed\":%d}", closed);
}

/* change applied=0: whether readers send `applied`. */
void change_readers(void) {
    for (int i = 0; i < count; i++) readers[i]->applied = number("applied", 0);
    answer("{\"changed\":%d}", count);
}

/* readers: counts of what they received and sent so far. */
void tell_readers(void) {
    answer("{\"reading\":%d,\"frames\":%lld,\"pings\":%lld,\"heartbeats\":%lld,\"applied\":%lld,"
           "\"ended\":%lld,\"last_code\":%d}",
           reading_readers(), frames, pings, heartbeats, said, ended, last_code);
}

/* Section 5.2, masked as a client's frames must be; a reader whose buffer is full has failed. */
static void say(struct reader *reader, int opcode, const unsigned char *data, size_t length) {
    static const unsigned char mask[4] = {0x5a, 0xa5, 0x3c, 0xc3};
    unsigned char frame[8 + 4096];
    size_t at = 0;
    if (length > 4096) fail("an answer of %zu bytes", length);
    frame[at++] = (unsigned char)(0x80 | opcode);
    if (length < 126) frame[at++] = (unsigned char)(0x80 | length);
    else {
        frame[at++] = 0x80 | 126;
        frame[at++] = (unsigned char)(length >> 8);
        frame[at++] = (unsigned char)length;
    }
    memcpy(frame + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < length; i++) frame[at++] = data[i] ^ mask[i & 3];
    if (send(reader->fd, frame, at, MSG_NOSIGNAL) != (ssize_t)at) lose(reader, "could not answer");
}

static void answer_heartbeat(struct reader *reader, const unsigned char *data, size_t length) {
    heartbeats++;
    const unsigned char *cursors = memmem(data, length, "\"cursors\":{", 11);
    if (!reader->applied || !cursors) return;
    const unsigned char *end = memchr(cursors, '}', length - (size_t)(cursors - data));
    if (!end) return;
    char text[2048];
    int size = snprintf(text, sizeof text, "{\"type\":\"applied\",%.*s,\"delay_ms\":1}",
                        (int)(end + 1 - cursors), (const char *)cursors);
    if (size >= (int)sizeof text) fail("a heartbeat has too many cursors");
    said++;
    say(reader, TEXT, (unsigned char *)text, (size_t)size);
}

static bool begins(const unsigned char *data, size_t length, const char *words) {
    return length >= strlen(words) && !memcmp(data, words, strlen(words));
}

static void take_text(struct reader *reader, const unsigned char *data, size_t length, int64_t at) {
    if (begins(data, length, "{\"type\":\"heartbeat\"")) {
        answer_heartbeat(reader, data, length);
        return;
    }
    if (begins(data, length, "{\"type\":\"live\"") && !reader->live) {
        reader->live = true;
        if (opening.under_way) {
            opening.live++;
            opening.live_at = at;
            readers_tick();
        }
        return;
    }
    if (begins(data, length, "{\"type\":\"snapshot\"")) return; /* what it holds are no events */
    const unsigned char *seq = memmem(data, length, "\"seq\":", 6);
    if (!seq) return;
    long long value = 0;
    for (seq += 6; seq < data + length && *seq == ' '; seq++) {}
    for (; seq < data + length && *seq >= '0' && *seq <= '9'; seq++) value = value * 10 + (*seq - '0');
    tally_note(value, &reader->seen, at);
}

/* Returns the length of the frame in bytes; 0 if it is not complete yet. */
static size_t take_frame(struct reader *reader, const unsigned char *data, size_t length, int64_t at) {
    if (length < 2) return 0;
    uint64_t size = data[1] & 127;
    size_t head = 2;
    if (size > 125) {
        head = size == 126 ? 4 : 10;
        if (length < head) return 0;
        size = 0;
        for (size_t i = 2; i < head; i++) size = size << 8 | data[i];
    }
    if (size > BUFFER - 16) {
        lose(reader, "a frame is too large");
        return 0;
    }
    if (length < head + size) return 0;
    const unsigned char *payload = data + head;
    frames++;
    switch (data[0] & 15) {
    case TEXT: case CONTINUATION: case BINARY:
        take_text(reader, payload, size, at);
        break;
    case PING:
        pings++;
        say(reader, PONG, payload, size);
        break;
    case CLOSE: {
        last_code = size > 1 ? payload[0] << 8 | payload[1] : 1005;
        char words[64];
        snprintf(words, sizeof words, "closed with %d", last_code);
        lose(reader, words);
        return 0;
    }
    default: break;
    }
    return head + size;
}

/* Returns the length of the response's head in bytes; 0 if it is not complete, or a refusal. */
static size_t take_head(struct reader *reader, unsigned char *data, size_t length, int64_t at) {
    data[length] = 0;
    char *end = strstr((char *)data, "\r\n\r\n");
    if (!end) return 0;
    reader->held_length = length < 160 ? length : 160;
    if (strncmp((char *)data, "HTTP/1.1 101", 12)) {
        lose(reader, "refused: ");
        return 0;
    }
    if (!strstr((char *)data, ACCEPT)) {
        lose(reader, "a wrong Sec-WebSocket-Accept: ");
        return 0;
    }
    reader->state = OPEN;
    in_flight--;
    opening.open++;
    opening.open_at = at;
    if (reader->deaf) watch_differently(reader->fd, 0, &reader->what);
    begin_some();
    readers_tick();
    return (size_t)(end + 4 - (char *)data);
}

static void take(struct reader *reader) {
    size_t length = reader->held_length, used = 0;
    if (length) memcpy(buffer, reader->held, length);
    reader->held_length = 0;
    ssize_t got = recv(reader->fd, buffer + length, BUFFER - length, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        reader->held_length = length;
        return;
    }
    if (got <= 0) {
        lose(reader, got ? strerror(errno) : "the server has closed");
        return;
    }
    int64_t at = now();
    length += (size_t)got;
    while (used < length && reader->state != GONE && !(reader->deaf && reader->state == OPEN)) {
        size_t taken = reader->state == SHAKING
                           ? take_head(reader, buffer + used, length - used, at)
                           : take_frame(reader, buffer + used, length - used, at);
        if (!taken) break;
        used += taken;
    }
    if (reader->state == GONE) return;
    reader->held_length = length - used;
    if (reader->held_length) {
        reader->held = realloc(reader->held, reader->held_length);
        memcpy(reader->held, buffer + used, reader->held_length);
    } else if (reader->held) {
        free(reader->held);
        reader->held = NULL;
    }
}

void reader_ready(struct watched *what, uint32_t events) {
    struct reader *reader = (struct reader *)what;
    if (reader->state == GONE) return;
    if (reader->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(reader->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        size_t length = strlen(opening.head);
        if (error || send(reader->fd, opening.head, length, MSG_NOSIGNAL) != (ssize_t)length) {
            lose(reader, error ? strerror(error) : "could not ask");
            return;
        }
        reader->state = SHAKING;
        watch_differently(reader->fd, EPOLLIN, what);
    } else if (reader->deaf && reader->state == OPEN) {
        if (events & (EPOLLHUP | EPOLLERR)) lose(reader, "hung up");
    } else {
        take(reader);
    }
}

/* The floor: what it costs to send one ready-made frame to every reader, and nothing else.

   sendloop PORT: each line of standard input is an article, sent to all as a text frame.
   Standard output says `listening` once, so that nobody needs to try. */
#define _GNU_SOURCE
#include "sha1.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 65536
#define HEAD_BYTES 2048
#define LINE_BYTES (1 << 20)
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

static int poller, listening;
static int readers[MOST], place_of[MOST], count; /* those whose handshake is done, packed */
static char *heads[MOST];                        /* of a handshake that has not come whole */
static char line[LINE_BYTES];
static size_t line_length;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) die("epoll");
}

static void listen_on(int port) {
    int yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listening, (struct sockaddr *)&address, sizeof address)) die("bind");
    if (listen(listening, 4096)) die("listen");
    watch(listening);
}

static void take_new(void) {
    int fd, yes = 1;
    while ((fd = accept(listening, NULL, NULL)) >= 0) {
        if (fd >= MOST) die("too many readers");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        place_of[fd] = -1;
        heads[fd] = calloc(1, HEAD_BYTES);
        watch(fd);
    }
}

static void let_go(int fd) {
    if (place_of[fd] >= 0) {
        readers[place_of[fd]] = readers[--count];
        place_of[readers[count]] = place_of[fd];
    }
    free(heads[fd]);
    heads[fd] = NULL;
    close(fd);
}

/* Section 4.2.2: the key's digest, in base64. */
static void accept_of(const char *key, char out[29]) {
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char text[80], digest[21] = {0};
    memcpy(text, key, 24);
    memcpy(text + 24, GUID, 36);
    sha1(text, 60, digest);
    for (int i = 0; i < 7; i++) {
        unsigned char *of = digest + 3 * i;
        unsigned bits = (unsigned)of[0] << 16 | (unsigned)of[1] << 8 | of[2];
        for (int j = 0; j < 4; j++) out[4 * i + j] = LETTERS[bits >> (18 - 6 * j) & 63];
    }
    out[27] = '=';
    out[28] = 0;
}

static void shake_hands(int fd) {
    char *head = heads[fd], reply[256], accepted[29];
    size_t before = strlen(head);
    ssize_t got = recv(fd, head + before, HEAD_BYTES - 1 - before, MSG_DONTWAIT);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) let_go(fd);
        return;
    }
    head[before + (size_t)got] = 0;
    if (!strstr(head, "\r\n\r\n")) return;
    char *key = strcasestr(head, "\r\nSec-WebSocket-Key:");
    if (!key || strlen(key) < 20 + 1 + 24) {
        let_go(fd);
        return;
    }
    accept_of(key + 20 + strspn(key + 20, " "), accepted);
    int length = snprintf(reply, sizeof reply,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accepted);
    if (send(fd, reply, (size_t)length, MSG_NOSIGNAL) != length) {
        let_go(fd);
        return;
    }
    free(head);
    heads[fd] = NULL;
    place_of[fd] = count;
    readers[count++] = fd;
}

/* Drops what readers send, and notices when they disconnect. */
static void hear_reader(int fd) {
    char said[4096];
    ssize_t got = recv(fd, said, sizeof said, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN)) let_go(fd);
}

static void publish(const char *article, size_t length) {
    static unsigned char frame[LINE_BYTES + 10];
    size_t head = 2;
    frame[0] = 0x81;
    if (length < 126) frame[1] = (unsigned char)length;
    else if (length < 65536) {
        frame[1] = 126, frame[2] = (unsigned char)(length >> 8), frame[3] = (unsigned char)length;
        head = 4;
    } else {
        frame[1] = 127;
        for (int i = 0; i < 8; i++) frame[2 + i] = (unsigned char)((unsigned long long)length >> (56 - 8 * i));
        head = 10;
    }
    memcpy(frame + head, article, length);
    /* The sockets block: a reader with a full buffer would delay the others, but none is full. */
    for (int i = 0; i < count; i++) send(readers[i], frame, head + length, MSG_NOSIGNAL);
}

static void hear_publisher(void) {
    ssize_t got = read(0, line + line_length, sizeof line - line_length - 1);
    if (got <= 0) exit(0);
    line_length += (size_t)got;
    line[line_length] = 0;
    for (char *end; (end = strchr(line, '\n'));) {
        publish(line, (size_t)(end - line));
        line_length -= (size_t)(end + 1 - line);
        memmove(line, end + 1, line_length + 1);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fputs("sendloop PORT\n", stderr);
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    poller = epoll_create1(0);
    listen_on(atoi(argv[1]));
    watch(0);
    puts("listening");
    fflush(stdout);
    for (;;) {
        struct epoll_event ready[512];
        int got = epoll_wait(poller, ready, 512, -1);
        if (got < 0 && errno != EINTR) die("epoll");
        for (int i = 0; i < got; i++) {
            int fd = ready[i].data.fd;
            if (fd == listening) take_new();
            else if (fd == 0) hear_publisher();
            else if (heads[fd]) shake_hands(fd);
            else hear_reader(fd);
        }
    }
}

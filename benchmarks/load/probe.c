/* A probe: requests one small URL again and again on one connection, and records every delay.

   probe PORT PATH: `start` begins, `stop` ends and answers with one line of JSON, in nanoseconds.
   The kernel says when an answer came, so that a busy neighbour on this CPU does not count. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST (1 << 20)
#define PAUSE_NS 200000

static int64_t delays[MOST];
static size_t count, refused;
static char answer[1 << 16];

static _Noreturn void die(const char *what) {
    perror(what);
    exit(1);
}

/* The kernel stamps packets with the wall clock. */
static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int connect_to(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    int stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof stamps);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    return fd;
}

/* Returns when the bytes came that stand in `answer` from `at` on; adds their number to `at`. */
static int64_t receive(int fd, size_t *at) {
    char control[256];
    struct iovec into = {answer + *at, sizeof answer - 1 - *at};
    struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = sizeof control};
    ssize_t got = recvmsg(fd, &message, 0);
    if (got <= 0) die("the server has closed");
    *at += (size_t)got;
    answer[*at] = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPING) {
            struct timespec stamps[3];
            memcpy(stamps, CMSG_DATA(c), sizeof stamps);
            if (stamps[0].tv_sec) return stamps[0].tv_sec * 1000000000LL + stamps[0].tv_nsec;
        }
    return now();
}

static void ask(int fd, const char *request) {
    size_t length = 0;
    int64_t asked = now(), came = asked;
    if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0) die("send");
    for (;;) {
        came = receive(fd, &length);
        char *end = strstr(answer, "\r\n\r\n");
        char *size = strcasestr(answer, "\r\nContent-Length:");
        if (end && (!size || size > end)) {
            fputs("probe: an answer without Content-Length\n", stderr);
            exit(1);
        }
        if (end && length >= (size_t)(end + 4 - answer) + strtoul(size + 17, NULL, 10)) break;
    }
    if (strncmp(answer, "HTTP/1.1 200", 12)) refused++;
    if (count < MOST) delays[count++] = came - asked;
}

static void tell(void) {
    qsort(delays, count, sizeof *delays, by_size);
    size_t last = count ? count - 1 : 0;
    printf("{\"answers\":%zu,\"refused\":%zu,\"p50\":%lld,\"p99\":%lld,\"max\":%lld}\n", count,
           refused, (long long)delays[last / 2], (long long)delays[last * 99 / 100],
           (long long)delays[last]);
    fflush(stdout);
    count = refused = 0;
    delays[0] = 0;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("probe PORT PATH\n", stderr);
        return 2;
    }
    char request[512], word[16];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n", argv[2], argv[1]);
    int fd = connect_to(atoi(argv[1]));
    bool asking = false;
    for (;;) {
        struct pollfd said = {.fd = 0, .events = POLLIN};
        if (poll(&said, 1, asking ? 0 : -1) > 0) {
            ssize_t got = read(0, word, sizeof word);
            if (got <= 0) return 0;
            asking = !strncmp(word, "start", 5);
            if (!asking) tell();
        }
        if (asking) {
            ask(fd, request);
            nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
        }
    }
}

/* Connections to this machine, and epoll. */
#include "sockets.h"

#include "command.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int poller;

void start_watching(void) { poller = epoll_create1(EPOLL_CLOEXEC); }

int wait_for_sockets(struct epoll_event *ready, int most, int ms) {
    return epoll_wait(poller, ready, most, ms);
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

/* Sockets that are watched by epoll. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <stdint.h>
#include <sys/epoll.h>

/* The kind of a socket in epoll: of a reader, or of an HTTP connection. */
enum kind { READER, ASKER };
struct watched { enum kind kind; };

void start_watching(void); /* first of all */
int wait_for_sockets(struct epoll_event *ready, int most, int ms); /* as epoll_wait does */
int start_connection(int port, int receive_buffer); /* a socket that is connecting */
void watch(int fd, uint32_t events, struct watched *what);
void watch_differently(int fd, uint32_t events, struct watched *what);
void let_go(int fd); /* close with a reset: no port of ours stays in TIME_WAIT */

#endif

#ifndef READERS_H
#define READERS_H

#include <stdint.h>

#include "sockets.h"

void open_readers(void);
void close_readers(void);
void change_readers(void);
void tell_readers(void);
void reader_ready(struct watched *what, uint32_t events);
void readers_tick(void);
int reading_readers(void); /* open ones that read */

#endif

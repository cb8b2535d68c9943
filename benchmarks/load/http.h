#ifndef HTTP_H
#define HTTP_H

#include <stdint.h>

#include "sockets.h"

void ask(void);
void asker_ready(struct watched *what, uint32_t events);
void ask_tick(void);

#endif

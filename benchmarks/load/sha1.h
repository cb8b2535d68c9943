/* Section 4.2.2 of RFC 6455 asks for it; nothing here keeps a secret with it. */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>

void sha1(const unsigned char *data, size_t length, unsigned char digest[20]);

#endif

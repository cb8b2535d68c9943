/* A command is one line of `name key=value …`; its answer is one line of JSON. */
#ifndef COMMAND_H
#define COMMAND_H

const char *take_command(char *line); /* its name, or NULL where there is none */
const char *option(const char *name, const char *otherwise);
long long number(const char *name, long long otherwise);
void answer(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

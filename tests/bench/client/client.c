/*
 * The least that a client can do. `client PATH`; a script on standard input, a line each step:
 *
 *   match LENGTH OFFSET MASK VALUE PREFIX SUFFIX   what an answer looks like; `-` is no bytes
 *   wait US                                        sleeps
 *   at NS                                          sleeps until CLOCK_MONOTONIC shows so much
 *   ask HEX                                        writes, reads until the answer, prints microseconds;
 *                                                  nothing when none comes within half a second
 *   say HEX                                        the same without printing
 *   drop                                           forgets what has arrived
 *
 * An answer has LENGTH bytes (0: whatever ends with SUFFIX), begins with PREFIX, ends with SUFFIX, and
 * its byte OFFSET under MASK is VALUE.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 64, BUFFER = 4096, PATIENCE_MS = 500 };

struct bytes {
  int length;
  unsigned char at[MOST];
};

static struct {
  int length, offset, mask, value;
  struct bytes prefix, suffix;
} wanted;

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static struct bytes from_hex(const char *hex) {
  struct bytes bytes = {0, {0}};
  unsigned int byte;
  while (bytes.length < MOST && sscanf(hex + 2 * bytes.length, "%2x", &byte) == 1)
    bytes.at[bytes.length++] = byte;
  return bytes;
}

static int ends(const unsigned char *end) {
  int length = wanted.suffix.length;
  return memcmp(end - length, wanted.suffix.at, length) == 0;
}

static int is_answer(const unsigned char *from) {
  return memcmp(from, wanted.prefix.at, wanted.prefix.length) == 0 && ends(from + wanted.length) &&
         (from[wanted.offset] & wanted.mask) == wanted.value;
}

/* Is there an answer among the bytes? */
static int answered(const unsigned char *bytes, int have) {
  if (wanted.length == 0) return have >= wanted.suffix.length && ends(bytes + have);
  for (int from = 0; from + wanted.length <= have; from++)
    if (is_answer(bytes + from)) return 1;
  return 0;
}

/* Microseconds; below 0: no answer. */
static double exchange(int fd, struct bytes frame) {
  unsigned char buffer[BUFFER];
  int have = 0;
  double start = now_us();
  if (write(fd, frame.at, frame.length) != frame.length) exit(1);
  do {
    struct pollfd readable = {fd, POLLIN, 0};
    if (poll(&readable, 1, PATIENCE_MS) != 1) return -1;
    int got = read(fd, buffer + have, BUFFER - have);
    if (got <= 0) exit(1);
    have += got;
  } while (!answered(buffer, have));
  return now_us() - start;
}

static void sleep_until(long long ns) {
  struct timespec t = {ns / 1000000000LL, ns % 1000000000LL};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  int fd = open(argv[1], O_RDWR | O_NOCTTY);
  if (fd < 0) return 1;
  struct termios settings;
  tcgetattr(fd, &settings);
  cfmakeraw(&settings);
  tcsetattr(fd, TCSANOW, &settings);
  char line[512], hex[2 * MOST + 1], more[2 * MOST + 1];
  long long number;
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "match %d %d %d %d %128s %128s", &wanted.length, &wanted.offset, &wanted.mask,
               &wanted.value, hex, more) == 6) {
      wanted.prefix = from_hex(hex);
      wanted.suffix = from_hex(more);
    } else if (sscanf(line, "wait %lld", &number) == 1) {
      usleep(number);
    } else if (sscanf(line, "at %lld", &number) == 1) {
      sleep_until(number);
    } else if (sscanf(line, "say %128s", hex) == 1) {
      exchange(fd, from_hex(hex));
    } else if (sscanf(line, "ask %128s", hex) == 1) {
      double us = exchange(fd, from_hex(hex));
      if (us >= 0) printf("%.1f\n", us);
    } else if (strncmp(line, "drop", 4) == 0) {
      tcflush(fd, TCIFLUSH);
    } else {
      return 2;
    }
  }
  return 0;
}

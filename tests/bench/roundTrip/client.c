/*
 * The least that a client can do: writes a frame, reads the answer, prints microseconds.
 * client PATH COUNT PAUSE_US ANSWER_BYTES FRAME_HEX
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int count = atoi(argv[2]), pause_us = atoi(argv[3]), wanted = atoi(argv[4]);
  unsigned char frame[64], answer[64];
  int length = strlen(argv[5]) / 2;
  if (length > 64 || wanted > 64) return 2;
  for (int i = 0; i < length; i++) {
    unsigned int byte;
    if (sscanf(argv[5] + 2 * i, "%2x", &byte) != 1) return 2;
    frame[i] = byte;
  }
  int fd = open(argv[1], O_RDWR | O_NOCTTY);
  if (fd < 0) return 1;
  struct termios settings;
  tcgetattr(fd, &settings);
  cfmakeraw(&settings);
  tcsetattr(fd, TCSANOW, &settings);
  tcflush(fd, TCIFLUSH);
  for (int i = 0; i < count; i++) {
    double start = now_us();
    if (write(fd, frame, length) != length) return 1;
    for (int have = 0; have < wanted;) {
      int got = read(fd, answer + have, wanted - have);
      if (got <= 0) return 1;
      have += got;
    }
    printf("%.1f\n", now_us() - start);
    usleep(pause_us);
  }
  return 0;
}

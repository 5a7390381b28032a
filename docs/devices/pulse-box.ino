// Reference sketch of the protocol in pulse-box.md, version 1, for an ATmega board (Uno, Nano, Mega).
// Lines 1 to 8 are pins 2 to 9, each with 10 kOhm to ground: pins float while a board resets.
// Never run on a board by us; see the page. It does nothing that waits, so its loop keeps the time.
const uint8_t PIN[8] = {2, 3, 4, 5, 6, 7, 8, 9};
const uint32_t WATCHDOG_US = 2000000, PATIENCE_US = 100000;
char line[51]; uint8_t used; uint32_t sinceUs, heardUs;
uint8_t levels, pulsing, seqMask, lastSeq; bool isHigh, isLocked = true, hasSeq;
uint32_t riseUs[8], widthUs[8];                          // pulses, by line
uint32_t nextUs, seqWidthUs, intervalUs; uint16_t count, begun; char seqName[3] = "--";  // the running sequence

uint8_t now() { return levels | pulsing | (isHigh ? seqMask : 0); }
void show() { for (uint8_t i = 0; i < 8; i++) digitalWrite(PIN[i], now() >> i & 1); }
uint16_t crcOf(const char *s) {
  uint16_t crc = 0xFFFF;
  for (; *s; s++) {
    crc ^= (uint16_t)(uint8_t)*s << 8;
    for (uint8_t b = 0; b < 8; b++) crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
  }
  return crc;
}
void say(const char *seq, const char *word, uint32_t us, const char *rest) {
  char out[56], end[8];
  snprintf(out, sizeof out, "%s %s %lu%s", seq, word, (unsigned long)us, rest);
  snprintf(end, sizeof end, "*%04X\n", crcOf(out));
  Serial.print(out); Serial.print(end);
}
void endSequence(uint32_t us) {
  if (!count) return;
  char rest[8]; snprintf(rest, sizeof rest, " %u", begun);
  count = 0; isHigh = false; show(); say(seqName, "D", us, rest);
}
bool hex(const char *s, uint8_t n, uint16_t &value) {    // upper case, exactly n digits
  for (value = 0; n--; s++) {
    if (*s >= '0' && *s <= '9') value = value << 4 | (*s - '0');
    else if (*s >= 'A' && *s <= 'F') value = value << 4 | (*s - 'A' + 10);
    else return false;
  }
  return *s == 0;
}
bool number(const char *s, uint32_t from, uint32_t to, uint32_t &value) {
  uint8_t n = strlen(s);
  if (n < 1 || n > 9 || (n > 1 && *s == '0')) return false;
  for (value = 0; *s; s++) {
    if (*s < '0' || *s > '9') return false;
    value = value * 10 + (*s - '0');
  }
  return value >= from && value <= to;
}
void hear(bool isWhole) {                                // one line, in `line`
  uint32_t us = micros(); uint16_t crc, seq, mask = 0; uint32_t w = 0, c = 0, t = 0;
  char *star = strrchr(line, '*'); bool ok = isWhole && star && hex(star + 1, 4, crc);
  if (ok) { *star = 0; ok = crc == crcOf(line) && strlen(line) > 3 && line[2] == ' ' && line[3] != ' '; }
  if (ok) { line[2] = 0; ok = hex(line, 2, seq); }
  if (!ok) { say("--", "E", us, " 1"); return; }
  heardUs = us;
  char *f[5]; uint8_t n = 0; f[n++] = line + 3;          // fields, empty ones too
  for (char *p = line + 3; *p; p++) if (*p == ' ') { *p = 0; if (n < 5) f[n++] = p + 1; else n = 99; }
  char kind = f[0][1] ? 0 : f[0][0]; uint8_t code = 0;
  if (!kind || !strchr("?ZPLN", kind)) code = 2;
  else if (n != (kind == 'P' ? 3 : kind == 'L' ? 2 : kind == 'N' ? 5 : 1)) code = 3;
  else if (n > 1) {
    bool good = hex(f[1], 2, mask) && (kind == 'L' || mask);
    if (n > 2) good = good && number(f[2], 20, 100000, w);
    if (n > 3) good = good && number(f[3], 1, 1000, c) && number(f[4], 1000, 10000000, t) && t >= w + 500;
    if (!good) code = 3;
    else if (isLocked) code = 4;
    else if (hasSeq && seq == lastSeq) code = 5;
    else if (count || (kind != 'L' && (mask & now()))) code = 6;
  }
  char rest[24]; snprintf(rest, sizeof rest, " %u", code);
  if (code) { say(line, "E", us, rest); return; }
  lastSeq = seq; hasSeq = true; rest[0] = 0; us = micros();
  if (kind == '?') {
    isLocked = false;
    snprintf(rest, sizeof rest, " pulse-box 1 8 %lu", (unsigned long)(WATCHDOG_US / 1000));
  }
  if (kind == 'Z' || kind == 'L') { levels = mask; pulsing = 0; isHigh = false; show(); endSequence(us); }
  if (kind == 'P') {
    for (uint8_t i = 0; i < 8; i++) if (mask >> i & 1) { riseUs[i] = us; widthUs[i] = w; }
    pulsing |= mask; show();
  }
  if (kind == 'N') {
    seqMask = mask; seqWidthUs = w; count = c; intervalUs = t; nextUs = us; begun = 1; isHigh = true; show();
    strcpy(seqName, line);
  }
  say(line, "OK", us, rest);
}
void setup() {
  for (uint8_t i = 0; i < 8; i++) { digitalWrite(PIN[i], LOW); pinMode(PIN[i], OUTPUT); }
  Serial.begin(115200); heardUs = micros(); say("--", "HELLO", heardUs, " pulse-box 1 8");
}
void loop() {
  uint32_t us = micros(); uint8_t before = now(); bool isOver = false;
  for (uint8_t i = 0; i < 8; i++)
    if ((pulsing >> i & 1) && us - riseUs[i] >= widthUs[i]) pulsing &= ~(1 << i);
  if (isHigh && us - nextUs >= seqWidthUs) { isHigh = false; isOver = begun == count; nextUs += intervalUs; }
  else if (count && !isHigh && (int32_t)(us - nextUs) >= 0) { isHigh = true; begun++; }
  if (now() != before) show();
  if (isOver) endSequence(us);
  if ((now() || count) && us - heardUs >= WATCHDOG_US) {
    levels = pulsing = 0; isHigh = false; show();
    say("--", "W", us, ""); endSequence(us);
  }
  if (!Serial.available()) return;
  char c = Serial.read();
  if (c != '\n') { if (!used) sinceUs = us; if (used < 50) line[used++] = c; return; }
  if (used && line[used - 1] == '\r') used--;
  line[used] = 0; if (used) hear(used <= 48 && us - sinceUs <= PATIENCE_US); used = 0;
}

/** Words of the board; each answer ends with `$$$` and nothing after it. */
export const END_OF_TEXT = "$$$";

const ADS = "ADS1299 Device ID: 0x3E";
const ACCELEROMETER = "LIS3DH Device ID: 0x33";

/** The banner names another patch level than `V` does, in the firmware library too. */
const BANNER_VERSION = "v3.1.2";
export const VERSION = "v3.1.5";

/** Without a version line: first generation, which also ends its lines differently. */
export function bannerText(generation: 1 | 3, hasDaisy: boolean): string {
  if (generation === 1) return `OpenBCI V3 16channel\n${ADS}\n${ACCELEROMETER}\n`;
  return [
    "OpenBCI V3 8-16 channel",
    `On Board ${ADS}`,
    ...(hasDaisy ? [`On Daisy ${ADS}`] : []),
    ACCELEROMETER,
    `Firmware: ${BANNER_VERSION}`,
    "",
  ].join("\r\n");
}

export const TEXT = {
  channelSet: (channel: number) => `Success: Channel set for ${channel}`,
  leadOffSet: (channel: number) => `Success: Lead off set for ${channel}`,
  testSignal: "Success: Configured internal test signal.",
  rate: (rateHz: number) => `Success: Sample rate is ${rateHz}Hz`,
  mode: (name: string) => `Success: ${name}`,
  defaultsSet: "updating channel settings to default",
  defaults: "060110",
  stampsOn: "Time stamp ON",
  stampsOff: "Time stamp OFF",
  tooFewChars: "Failure: too few chars",
  rateOutOfBounds: "Failure: sample value out of bounds",
  timeout: "Timeout processing multi byte message - please send all commands at once as of v2",
  boardOff: "Failure: Communications timeout - Device failed to poll Host",
  // No source has the words of these; only that there are some.
  noLatch: (place: string, latch: string) => `Failure: Err: ${place} char not ${latch}`,
  rateInvalid: "Failure: invalid sample value",
  modeOutOfBounds: "Failure: board mode value out of bounds",
  modeInvalid: "Failure: invalid board mode value",
  daisyRemoved: "daisy removed",
  systemUp: "Success: System is Up",
  cardFile: "Corresponding SD file OBCI_00.TXT\r\n",
  cardClosed: "SD file closed\r\n",
  noWifi: "Failure: Wifi shield not attached",
} as const;

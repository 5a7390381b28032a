import { type Board, type ChannelSettings, GAINS, INPUTS } from "./board.ts";

/**
 * The dump that `?` prints: a line a register of the converter, `NAME, address, value, bits`. The addresses
 * and the channel registers are those of the ADS1299; no source has the exact text.
 */
export function registerDump(board: Board): string {
  const main = ["Board ADS Registers", ...converterLines(board.channels.slice(0, 8))];
  const daisy = board.usesDaisy
    ? ["Daisy ADS Registers", ...converterLines(board.channels.slice(8))]
    : [];
  return [...main, ...daisy, "LIS3DH Registers", "0x0F, 0x33", ""].join("\r\n");
}

function converterLines(channels: readonly ChannelSettings[]): readonly string[] {
  const registers: readonly (readonly [string, number])[] = [
    ["ID", 0x3e],
    ["CONFIG1", 0xb6],
    ["CONFIG2", 0xd0],
    ["CONFIG3", 0xec],
    ["LOFF", 0x02],
    ...channels.map((settings, index) => [`CH${index + 1}SET`, channelRegister(settings)] as const),
    ["BIAS_SENSP", bitsOf(channels, ({ bias }) => bias)],
    ["BIAS_SENSN", bitsOf(channels, ({ bias }) => bias)],
    ["LOFF_SENSP", bitsOf(channels, ({ leadP }) => leadP)],
    ["LOFF_SENSN", bitsOf(channels, ({ leadN }) => leadN)],
  ];
  return registers.map(([name, value], address) => {
    const bits = value.toString(2).padStart(8, "0").split("").join(", ");
    return `${name}, ${hex(address)}, ${hex(value)}, ${bits}`;
  });
}

/** Bit 7 power down, 6..4 gain, 3 SRB2, 2..0 input. */
function channelRegister({ isOff, gain, input, srb2 }: ChannelSettings): number {
  return (
    (isOff ? 0x80 : 0) | (GAINS.indexOf(gain) << 4) | (srb2 ? 0x08 : 0) | INPUTS.indexOf(input)
  );
}

function bitsOf(
  channels: readonly ChannelSettings[],
  has: (settings: ChannelSettings) => boolean,
): number {
  return channels.reduce((bits, settings, index) => bits | (has(settings) ? 1 << index : 0), 0);
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
}

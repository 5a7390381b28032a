/** What the evidence says about each step, and what to do about it. Pure; knows no device. */
import type { StimulatorEvent } from "../../contract/stimulator.ts";
import type { SerialLine } from "../../contract/transport.ts";
import { CODES, type ErrorCode } from "../../errors/codes.ts";
import { type Check, failure, fine, skipped, warning } from "./check.ts";
import type { Attempt, DeviceEvidence, Traffic } from "./evidence.ts";
import { atShare } from "./host.ts";
import { latencyTimer, permissionCure } from "./judgePort.ts";

/** The steps of every device, in this order. */
export function judgeDevice(evidence: DeviceEvidence): readonly Check[] {
  return [
    open(evidence),
    loopback(evidence),
    framing(evidence),
    checksum(evidence),
    reply(evidence),
    control(evidence),
    version(evidence),
    keepAlive(evidence),
    timing(evidence),
    close(evidence),
  ];
}

const NOT_REACHED = "not reached";
const NOTHING_SENT = "nothing was sent";
const CABLE =
  "is the device on, the cable in the right socket of its main unit (not of a user interface), this the right port?";
const LOOP_TEST = `${CABLE} To test adapter and cable alone, join pins 2 and 3 at the device's end and run this again: the step must then fail`;
/** Answers that took longer than this bring the drivers near their own limits, ms. */
const SLOW_MS = 100;

function open({ opened, port }: DeviceEvidence): Check {
  if (opened.ok) return fine("open", "opened, and nothing was sent by that");
  return failure("open", `${opened.code}: ${opened.detail}`, openCure(opened.code, port));
}

function openCure(code: ErrorCode, port: DeviceEvidence["port"]): string {
  if (code === "PORT_PERMISSION") return permissionCure(port?.group ?? null);
  if (code === "PORT_BUSY" && port !== null && port.holders.length > 0)
    return `close ${port.holders.join(", ")}`;
  return CODES[code].cure;
}

function isLooped({ sentFrames, echoedFrames }: Traffic): boolean {
  return sentFrames > 0 && echoedFrames === sentFrames;
}

function loopback({ opened, connected, traffic }: DeviceEvidence): Check {
  if (!opened.ok) return skipped("loopback", NOT_REACHED);
  if (traffic.sentFrames === 0) return skipped("loopback", NOTHING_SENT);
  if (traffic.receivedBytes === 0)
    return skipped("loopback", "nothing came back, so there is no loop", LOOP_TEST);
  if (!isLooped(traffic)) return fine("loopback", "what is sent does not come back");
  const words = "every frame came back as it was sent";
  if (connected?.ok === true)
    return warning("loopback", `${words}, and answers too`, "switch the echo of the line off");
  return failure(
    "loopback",
    words,
    "adapter and cable work as far as the loop; take the loop away (a test plug, RX and TX joined, an echoing terminal server)",
  );
}

function framing({ line, opened, traffic }: DeviceEvidence): Check {
  if (!opened.ok) return skipped("framing", NOT_REACHED);
  if (isLooped(traffic)) return skipped("framing", "only our own bytes came back");
  const { frames, receivedBytes } = traffic;
  if (receivedBytes === 0) return skipped("framing", "not a byte came");
  const good = frames.filter(({ ok }) => ok).length;
  const junk = frames.filter((frame) => !frame.ok && frame.code !== "WIRE_BAD_CHECKSUM");
  if (junk.length === 0)
    return fine("framing", `${good} frames in ${receivedBytes} bytes, nothing else`);
  const words = `${junk.length} pieces of ${frames.length} are no frames of this device (${traffic.firstHex}...)`;
  if (good > 0)
    return warning(
      "framing",
      words,
      "cable, adapter or interference: shorter cable, ferrites, another adapter",
    );
  return failure("framing", words, strangerCure(traffic, line));
}

function strangerCure({ alsoReadAs }: Traffic, line: SerialLine): string {
  const settings = `${line.baudRate} baud, ${line.dataBits} data bits, parity ${line.parity}, ${line.stopBits} stop bits`;
  const other = alsoReadAs.map(
    (model) => `it reads as ${model}: correct \`driver\` in the rig file; `,
  );
  return `${other.join("")}another device, another model, or another rate than ${settings}`;
}

function checksum({ opened, traffic }: DeviceEvidence): Check {
  if (!opened.ok) return skipped("checksum", NOT_REACHED);
  if (isLooped(traffic)) return skipped("checksum", "only our own bytes came back");
  const bad = traffic.frames.filter(
    (frame) => !frame.ok && frame.code === "WIRE_BAD_CHECKSUM",
  ).length;
  const good = traffic.frames.filter(({ ok }) => ok).length;
  if (bad + good === 0) return skipped("checksum", "no frame came");
  if (bad === 0) return fine("checksum", `right in all ${good} frames`);
  const words = `wrong in ${bad} of ${bad + good} frames`;
  const cure = "cable, adapter or interference; also a wrong parity or number of data bits";
  return good === 0 ? failure("checksum", words, cure) : warning("checksum", words, cure);
}

function hasGoodFrame({ traffic }: DeviceEvidence): boolean {
  return !isLooped(traffic) && traffic.frames.some(({ ok }) => ok);
}

function reply(evidence: DeviceEvidence): Check {
  const { connected, traffic } = evidence;
  if (connected === null) return skipped("reply", NOT_REACHED);
  if (hasGoodFrame(evidence)) return fine("reply", "the device answers");
  if (traffic.sentFrames === 0) return skipped("reply", NOTHING_SENT);
  if (connected.ok)
    return warning(
      "reply",
      "nothing failed and nothing answered: this device tells nothing of itself",
      "see at the device itself that it follows",
    );
  const words = `${connected.code}: ${connected.detail}`;
  return failure(
    "reply",
    words,
    traffic.receivedBytes === 0 ? LOOP_TEST : CODES[connected.code].cure,
  );
}

/** Failures that say the device is there and what it is. */
const ABOUT_VERSION: ReadonlySet<ErrorCode> = new Set(["DEVICE_WRONG_VERSION"]);

function control(evidence: DeviceEvidence): Check {
  const { connected } = evidence;
  if (connected === null) return skipped("control", NOT_REACHED);
  if (connected.ok || ABOUT_VERSION.has(connected.code))
    return fine("control", "taken; the device is in standby");
  const isAsked = evidence.traffic.sentFrames > 0;
  if (isAsked && !hasGoodFrame(evidence)) return skipped("control", "no answer to judge by");
  return failure(
    "control",
    `${connected.code}: ${connected.detail}`,
    controlCure(connected, evidence),
  );
}

function controlCure(
  failed: Extract<Attempt<unknown>, { readonly ok: false }>,
  evidence: DeviceEvidence,
): string {
  if (failed.code === "WIRE_OUT_OF_RANGE" && evidence.hasUnlockCode)
    return "what `unlockCode` of the rig file points to has not the shape of such a code: look for typing errors";
  return CODES[failed.code].cure;
}

function version({ connected }: DeviceEvidence): Check {
  if (connected === null) return skipped("version", NOT_REACHED);
  if (!connected.ok) {
    return ABOUT_VERSION.has(connected.code)
      ? failure("version", connected.detail, CODES[connected.code].cure)
      : skipped("version", NOT_REACHED);
  }
  const { model, softwareVersion, detail } = connected.value;
  const more = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
  const told = softwareVersion === null ? "software not told" : `software ${softwareVersion}`;
  return fine("version", [model, told, ...more].join(", "));
}

/** News after which nobody can rely on the device. */
const TROUBLE: ReadonlySet<StimulatorEvent["kind"]> = new Set([
  "fault",
  "link-lost",
  "control-lost",
  "disarmed-itself",
]);

function keepAlive({ watched }: DeviceEvidence): Check {
  if (watched === null) return skipped("keep-alive", NOT_REACHED);
  const seconds = watched.durationMs / 1000;
  const trouble = watched.events.find(({ kind }) => TROUBLE.has(kind));
  const cure =
    "cable, adapter and power; another program or the device's own panel may have taken control";
  if (trouble !== undefined) {
    const detail = "detail" in trouble ? trouble.detail : "";
    return failure("keep-alive", `${trouble.kind} within ${seconds} s: ${detail}`, cure);
  }
  if (!watched.after.ok)
    return failure(
      "keep-alive",
      `after ${seconds} s: ${watched.after.code}: ${watched.after.detail}`,
      cure,
    );
  if (!watched.after.value.remote)
    return failure("keep-alive", `after ${seconds} s the device was under local control`, cure);
  const strange = watched.events.filter(({ kind }) => kind === "junk" || kind === "pulse").length;
  const words = `control kept for ${seconds} s by ${watched.polls} polls`;
  if (strange === 0) return fine("keep-alive", words);
  return warning(
    "keep-alive",
    `${words}, and ${strange} things came that nobody asked for`,
    "leave panel, pedals and triggers of the device alone; else cable or interference",
  );
}

function timing({ asked }: DeviceEvidence): Check {
  if (asked === null) return skipped("timing", NOT_REACHED);
  const { error, latencyTimerMs } = asked;
  if (error !== null)
    return failure("timing", `${error.code}: ${error.detail}`, CODES[error.code].cure);
  const tripsMs = [...asked.roundTripsMs].sort((a, b) => a - b);
  const words = `a status takes ${atShare(tripsMs, 0.5).toFixed(1)} ms (median of ${tripsMs.length}), ${atShare(tripsMs, 1).toFixed(1)} ms at worst`;
  const [latency] = latencyTimer(latencyTimerMs);
  if (latency?.verdict === "warn")
    return warning("timing", `${words}; ${latency.detail}`, latency.cure ?? "");
  if (atShare(tripsMs, 0.9) <= SLOW_MS) return fine("timing", words);
  return warning(
    "timing",
    words,
    "a slow adapter, hub or network: use a cable of this machine, without a hub",
  );
}

function close(evidence: DeviceEvidence): Check {
  const { connected, closed } = evidence;
  if (closed === null) return skipped("close", NOT_REACHED);
  if (closed.confirmed) return fine("close", "in standby, control given back");
  if (connected?.ok !== true) return skipped("close", closed.detail);
  if (!hasGoodFrame(evidence))
    return warning(
      "close",
      "nothing tells its state",
      "see at the device itself that it is in standby",
    );
  return failure("close", closed.detail, CODES.DEVICE_DISARM_UNCONFIRMED.cure);
}

/** What is agreed with a device server before its port may be used (RFC 2217), as a pure machine. */
import { toHex } from "../../base/hex.ts";
import type { SerialLine } from "../../contract/transport.ts";
import { type OptionVerb, optionFrame, subFrame, type TelnetPiece } from "./telnet.ts";

const BINARY = 0;
const SUPPRESS_GO_AHEAD = 3;
const COM_PORT = 44;

/** Commands of the COM-PORT option; a server answers with the number plus 100. */
const SET_BAUDRATE = 1;
const SET_DATASIZE = 2;
const SET_PARITY = 3;
const SET_STOPSIZE = 4;
const SET_CONTROL = 5;
const PURGE_DATA = 12;
const ANSWER = 100;
const FLOW_SUSPEND = ANSWER + 8;
const FLOW_RESUME = ANSWER + 9;

const PARITIES = { none: 1, odd: 2, even: 3 } as const;
const CONTROL = { noFlowControl: 1, breakOff: 6, dtrOff: 9, rtsOff: 12 } as const;
const PURGE_BOTH = 3;

/** One setting that the server must confirm with the same value. */
interface Setting {
  readonly what: string;
  readonly command: number;
  readonly value: readonly number[];
}

/** An option without which nothing works, in the words by which the server agrees. */
interface Agreement {
  readonly what: string;
  readonly verb: OptionVerb;
  readonly option: number;
}

export type Negotiation =
  | {
      readonly phase: "options";
      readonly open: readonly Agreement[];
      readonly settings: readonly Setting[];
      readonly refusedOptions: readonly string[];
    }
  | {
      readonly phase: "settings";
      readonly open: readonly Setting[];
      readonly refusedOptions: readonly string[];
    }
  | {
      readonly phase: "ready";
      /** The server asked for silence. */
      readonly suspended: boolean;
      readonly refusedOptions: readonly string[];
    }
  | { readonly phase: "refused"; readonly why: string };

export interface NegotiationStep {
  readonly state: Negotiation;
  readonly send: readonly Uint8Array[];
}

/** In binary, and with the port under our command; without either no frame would arrive as it left. */
const AGREEMENTS: readonly Agreement[] = [
  { what: "control of its port (COM-PORT-OPTION)", verb: "do", option: COM_PORT },
  { what: "binary data towards it", verb: "do", option: BINARY },
  { what: "binary data from it", verb: "will", option: BINARY },
];

/** The lines first: nothing that is wired to them may see them up for longer than it must. */
function settingsOf(line: SerialLine): readonly Setting[] {
  const baud = [24, 16, 8, 0].map((shift) => (line.baudRate >>> shift) & 0xff);
  return [
    { what: "RTS low", command: SET_CONTROL, value: [CONTROL.rtsOff] },
    { what: "DTR low", command: SET_CONTROL, value: [CONTROL.dtrOff] },
    { what: "no break", command: SET_CONTROL, value: [CONTROL.breakOff] },
    { what: "no flow control", command: SET_CONTROL, value: [CONTROL.noFlowControl] },
    { what: `${line.baudRate} baud`, command: SET_BAUDRATE, value: baud },
    { what: `${line.dataBits} data bits`, command: SET_DATASIZE, value: [line.dataBits] },
    { what: `parity ${line.parity}`, command: SET_PARITY, value: [PARITIES[line.parity]] },
    { what: `${line.stopBits} stop bits`, command: SET_STOPSIZE, value: [line.stopBits] },
    { what: "emptied buffers", command: PURGE_DATA, value: [PURGE_BOTH] },
  ];
}

export function startNegotiation(line: SerialLine): NegotiationStep {
  return {
    state: {
      phase: "options",
      open: AGREEMENTS,
      settings: settingsOf(line),
      refusedOptions: [],
    },
    send: [
      optionFrame("will", COM_PORT),
      optionFrame("will", BINARY),
      optionFrame("do", BINARY),
      optionFrame("will", SUPPRESS_GO_AHEAD),
      optionFrame("do", SUPPRESS_GO_AHEAD),
    ],
  };
}

/** What is still open, in words. */
export function waitingFor(state: Negotiation): string {
  if (state.phase === "options" || state.phase === "settings")
    return state.open.map(({ what }) => what).join(", ");
  return state.phase === "refused" ? state.why : "nothing";
}

export function negotiate(state: Negotiation, piece: TelnetPiece): NegotiationStep {
  if (state.phase === "refused" || piece.kind === "data") return { state, send: [] };
  if (piece.kind === "option") return onOption(state, piece.verb, piece.option);
  return piece.option === COM_PORT ? onAnswer(state, piece.payload) : { state, send: [] };
}

type Living = Exclude<Negotiation, { readonly phase: "refused" }>;

function onOption(state: Living, verb: OptionVerb, option: number): NegotiationStep {
  const withdrawn = AGREEMENTS.find((one) => one.option === option && verb === refusing(one.verb));
  if (withdrawn !== undefined) {
    return { state: { phase: "refused", why: `it does not give ${withdrawn.what}` }, send: [] };
  }
  if (!isWanted(verb, option)) return decline(state, verb, option);
  if (state.phase !== "options") return { state, send: [] };
  const open = state.open.filter((one) => one.verb !== verb || one.option !== option);
  if (open.length > 0) return { state: { ...state, open }, send: [] };
  const { settings, refusedOptions } = state;
  return {
    state: { phase: "settings", open: settings, refusedOptions },
    send: settings.map(({ command, value }) =>
      subFrame(COM_PORT, Uint8Array.of(command, ...value)),
    ),
  };
}

function refusing(verb: OptionVerb): OptionVerb {
  return verb === "do" ? "dont" : "wont";
}

function isWanted(verb: OptionVerb, option: number): boolean {
  return (
    option === BINARY || option === SUPPRESS_GO_AHEAD || (option === COM_PORT && verb === "do")
  );
}

/** Each offer is declined once: an answer to every repetition can go on for ever. */
function decline(state: Living, verb: OptionVerb, option: number): NegotiationStep {
  const key = `${verb} ${option}`;
  if (verb === "wont" || verb === "dont" || state.refusedOptions.includes(key))
    return { state, send: [] };
  return {
    state: { ...state, refusedOptions: [...state.refusedOptions, key] },
    send: [optionFrame(verb === "will" ? "dont" : "wont", option)],
  };
}

function onAnswer(state: Living, payload: Uint8Array): NegotiationStep {
  const [code = 0, ...value] = payload;
  if (state.phase === "ready" && (code === FLOW_SUSPEND || code === FLOW_RESUME))
    return { state: { ...state, suspended: code === FLOW_SUSPEND }, send: [] };
  if (state.phase !== "settings") return { state, send: [] };
  const asked = state.open.filter(({ command }) => command + ANSWER === code);
  const [first] = asked;
  // News of the line and of the modem, which nobody asked for.
  if (first === undefined) return { state, send: [] };
  const met = asked.find(
    (setting) => toHex(Uint8Array.from(setting.value)) === toHex(Uint8Array.from(value)),
  );
  if (met === undefined) {
    const got = toHex(Uint8Array.from(value));
    return { state: { phase: "refused", why: `asked for ${first.what}, it set ${got}` }, send: [] };
  }
  const open = state.open.filter((setting) => setting !== met);
  const { refusedOptions } = state;
  if (open.length > 0) return { state: { ...state, open }, send: [] };
  return { state: { phase: "ready", suspended: false, refusedOptions }, send: [] };
}

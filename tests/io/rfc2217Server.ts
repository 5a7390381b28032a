/**
 * The far side of RFC 2217 for tests: a device server with one serial port. Written from the RFC alone
 * and apart from `src/io/rfc2217`: it cuts its input with string patterns on Latin-1 text.
 */

export interface ServerBehaviour {
  /** Options, by number, that it does not take part in. */
  readonly refuses?: readonly number[];
  /** Answers to COM-PORT commands that are not what was asked: command to value. */
  readonly wrongAnswers?: Readonly<Record<number, string>>;
  /** Commands that it never answers. */
  readonly mute?: readonly number[];
  /** Says nothing at all. */
  readonly dead?: boolean;
  /** What it says before its first answer. */
  readonly greeting?: Uint8Array;
}

export interface Rfc2217Server {
  fromClient(bytes: Uint8Array): void;
  /** Bytes from the serial port to the client. */
  fromSerial(bytes: Uint8Array): void;
  /** Bytes as they would leave on the serial port. */
  readonly toSerial: number[];
  /** COM-PORT commands in order: number and value in hex. */
  readonly commands: string[];
  /** WILL, WONT, DO and DONT of the client, in order. */
  readonly said: string[];
  notify(command: number, value: string): void;
  /** Bytes of the connection as they are. */
  raw(bytes: Uint8Array): void;
}

const IAC = "\xff";
const SUB = /^\xff\xfa([\s\S])((?:[^\xff]|\xff\xff)*)\xff\xf0/;
const OPTION = /^\xff([\xfb-\xfe])([\s\S])/;
const PLAIN = /^(?:[^\xff]|\xff\xff)+/;
const AGREES: Readonly<Record<string, string>> = { "\xfb": "\xfd", "\xfd": "\xfb" };
const REFUSES: Readonly<Record<string, string>> = { "\xfb": "\xfe", "\xfd": "\xfc" };
const NAMES: Readonly<Record<string, string>> = {
  "\xfb": "WILL",
  "\xfc": "WONT",
  "\xfd": "DO",
  "\xfe": "DONT",
};

export function rfc2217Server(
  send: (bytes: Uint8Array) => void,
  behaviour: ServerBehaviour = {},
): Rfc2217Server {
  const { refuses = [], wrongAnswers = {}, mute = [], dead = false } = behaviour;
  let text = "";
  const toSerial: number[] = [];
  const commands: string[] = [];
  const said: string[] = [];
  const sendText = (latin1: string): void => {
    if (!dead) send(Uint8Array.from(Buffer.from(latin1, "latin1")));
  };

  const onOption = (verb: string, option: string): void => {
    const number = option.charCodeAt(0);
    said.push(`${NAMES[verb]} ${number}`);
    const isRefused = refuses.includes(number) || ![0, 3, 44].includes(number);
    const answer = (isRefused ? REFUSES : AGREES)[verb];
    if (answer !== undefined) sendText(`${IAC}${answer}${option}`);
  };
  const onSub = (option: string, payload: string): void => {
    if (option !== "\x2c") return;
    const command = payload.charCodeAt(0);
    const value = payload.slice(1).replaceAll("\xff\xff", IAC);
    commands.push(`${command}:${Buffer.from(value, "latin1").toString("hex")}`);
    if (mute.includes(command)) return;
    notify(command + 100, wrongAnswers[command] ?? value);
  };
  const notify = (command: number, value: string): void => {
    const escaped = value.replaceAll(IAC, "\xff\xff");
    sendText(`${IAC}\xfa\x2c${String.fromCharCode(command)}${escaped}${IAC}\xf0`);
  };
  const cut = (length: number): void => {
    text = text.slice(length);
  };
  const takeOne = (): boolean => {
    const sub = SUB.exec(text);
    const option = OPTION.exec(text);
    const plain = PLAIN.exec(text);
    if (sub !== null) {
      cut(sub[0].length);
      onSub(sub[1] ?? "", sub[2] ?? "");
    } else if (option !== null) {
      cut(option[0].length);
      onOption(option[1] ?? "", option[2] ?? "");
    } else if (plain !== null) {
      cut(plain[0].length);
      toSerial.push(...Buffer.from(plain[0].replaceAll("\xff\xff", IAC), "latin1"));
    } else return false;
    return true;
  };

  const greet = (): void => {
    if (isGreeted || behaviour.greeting === undefined || dead) return;
    isGreeted = true;
    send(behaviour.greeting);
  };
  let isGreeted = false;

  return {
    toSerial,
    commands,
    said,
    notify,
    raw: send,
    fromClient: (bytes) => {
      greet();
      text += Buffer.from(bytes).toString("latin1");
      while (text !== "" && takeOne());
    },
    fromSerial: (bytes) =>
      sendText(Buffer.from(bytes).toString("latin1").replaceAll(IAC, "\xff\xff")),
  };
}

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { sha256Hex } from "../base/canonical.ts";
import { err, ok } from "../base/result.ts";
import type { Result } from "../contract/result.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

/**
 * How a port proves that a simulator is behind it. The simulator leaves a token beside the link and
 * answers challenges on a socket. The proof guards against mistakes (a stale link, a link turned
 * towards a real device, a recycled pseudo-terminal), not against a malicious user of the machine.
 */
const Token = z.strictObject({
  pid: z.int().positive(),
  model: z.string(),
  /** The pseudo-terminal behind the link, or `tcp://127.0.0.1:PORT` (`udp` alike). */
  ptsPath: z.string(),
  socketPath: z.string(),
  nonce: z.string().regex(/^[0-9a-f]{64}$/),
  startedUtc: z.string(),
});
type SimulatorToken = z.infer<typeof Token>;

export interface SimulatorProof {
  readonly pid: number;
  readonly model: string;
  readonly ptsPath: string;
  readonly startedUtc: string;
}

const SUFFIX = ".pulsetrain-simulator";
/** `sun_path` has 108 bytes on Linux, 104 elsewhere. */
const LONGEST_SOCKET_PATH = 100;
const LONGEST_CHALLENGE = 256;
const ANSWER_TIMEOUT_MS = 2000;

export interface OfferedProof {
  /** Takes token and socket away. */
  close(): void;
}

/**
 * The simulator's side. `portPath` is what a rig file would name: the link, or `tcp://127.0.0.1:PORT`.
 * Throws `PORT_OPEN_FAILED` when token or socket cannot be made.
 */
export async function offerProof(
  portPath: string,
  about: { readonly model: string; readonly ptsPath: string; readonly startedUtc: string },
): Promise<OfferedProof> {
  const tokenPath = tokenPathOf(portPath);
  const socketPath = socketPathOf(tokenPath);
  const token: SimulatorToken = {
    pid: process.pid,
    ...about,
    socketPath,
    nonce: randomBytes(32).toString("hex"),
  };
  try {
    const server = await answerChallenges(socketPath, token.nonce);
    const draft = `${tokenPath}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(token)}\n`, { mode: 0o600 });
    renameSync(draft, tokenPath);
    return { close: () => withdraw(server, tokenPath, token.nonce) };
  } catch (cause) {
    throw new PulsetrainError(
      "PORT_OPEN_FAILED",
      `no proof can be left for ${portPath}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** The rig's side: is a running simulator behind this port? The error says in words what is missing. */
export async function checkProof(portPath: string): Promise<Result<SimulatorProof, string>> {
  const token = readToken(portPath);
  if (!token.ok) return token;
  const { pid, model, ptsPath, socketPath, nonce, startedUtc } = token.value;
  if (!isAlive(pid)) return err(`the simulator that left the token (process ${pid}) is gone`);
  const target = targetOf(portPath);
  if (target !== ptsPath)
    return err(`it leads to ${target ?? "nothing"}, and the simulator's token names ${ptsPath}`);
  const challenge = randomBytes(32).toString("hex");
  const answer = await ask(socketPath, challenge);
  if (!answer.ok) return answer;
  if (!isEqual(answer.value, responseTo(nonce, challenge)))
    return err("what answers beside it is not that simulator");
  return ok({ pid, model, ptsPath, startedUtc });
}

/** `tcp-PORT` of `tcp://127.0.0.1:PORT`, or `udp-PORT`; null for anything else, `localhost` too, which may mean another server on `::1`. */
function loopbackName(portPath: string): string | null {
  const [, scheme, digits] = /^(tcp|udp):\/\/127\.0\.0\.1:(\d+)$/.exec(portPath) ?? [];
  return digits === undefined ? null : `${scheme}-${Number(digits)}`;
}

function tokenPathOf(portPath: string): string {
  const name = loopbackName(portPath);
  return name === null ? `${portPath}${SUFFIX}` : join(ownFolder(), `${name}${SUFFIX}`);
}

function socketPathOf(tokenPath: string): string {
  const beside = `${tokenPath}.sock`;
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_PATH) return beside;
  return join(ownFolder(), `${sha256Hex(beside).slice(0, 16)}.sock`);
}

/** A folder of this user alone for what has no place beside a link. */
export function ownFolder(): string {
  const uid = process.getuid?.() ?? null;
  const folder = join(tmpdir(), `pulsetrain-${uid ?? "user"}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (uid !== null && statSync(folder).uid !== uid) {
    throw new PulsetrainError("PORT_PERMISSION", `${folder} belongs to another user`);
  }
  return folder;
}

async function answerChallenges(socketPath: string, nonce: string): Promise<Server> {
  rmSync(socketPath, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    readLine(socket, (challenge) => socket.end(`${responseTo(nonce, challenge)}\n`));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
  return server;
}

function withdraw(server: Server, tokenPath: string, nonce: string): void {
  // A later simulator may have taken over the same place; then the files are its own.
  const present = parseToken(tokenPath);
  if (present?.nonce === nonce) rmSync(tokenPath, { force: true });
  server.close();
}

function readLine(socket: Socket, onLine: (line: string) => void): void {
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    const end = text.indexOf("\n");
    if (end >= 0) onLine(text.slice(0, end));
    else if (text.length > LONGEST_CHALLENGE) socket.destroy();
  });
}

function ask(socketPath: string, challenge: string): Promise<Result<string, string>> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => socket.write(`${challenge}\n`));
    const fail = (): void => {
      socket.destroy();
      resolve(err("the simulator that left the token does not answer"));
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, fail).on("error", fail).on("close", fail);
    readLine(socket, (line) => {
      resolve(ok(line));
      socket.destroy();
    });
  });
}

function responseTo(nonce: string, challenge: string): string {
  return createHmac("sha256", nonce).update(challenge).digest("hex");
}

function isEqual(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

function readToken(portPath: string): Result<SimulatorToken, string> {
  if (/^(tcp|udp):/.test(portPath) && loopbackName(portPath) === null) {
    return err(`only ${portPath.slice(0, 3)}://127.0.0.1:PORT can belong to a simulator`);
  }
  const tokenPath = tokenPathOf(portPath);
  const token = parseToken(tokenPath);
  return token === null
    ? err(`no simulator has left a token (${basename(tokenPath)} in ${dirname(tokenPath)})`)
    : ok(token);
}

function parseToken(tokenPath: string): SimulatorToken | null {
  try {
    return Token.parse(JSON.parse(readFileSync(tokenPath, "utf8")));
  } catch {
    return null;
  }
}

/** Where the port leads; null when it does not exist. */
function targetOf(portPath: string): string | null {
  if (loopbackName(portPath) !== null) return portPath;
  try {
    return realpathSync(portPath);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

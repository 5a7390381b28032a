import { createServer, type Server, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { BytePort, SerialLine } from "../../src/contract/transport.ts";
import { createMemoryLink } from "../../src/io/memoryPort.ts";
import { createPort } from "../../src/io/openPort.ts";
import { createRfc2217Port } from "../../src/io/rfc2217/port.ts";
import {
  createTelnetDecoder,
  escapeData,
  optionFrame,
  subFrame,
  type TelnetPiece,
} from "../../src/io/rfc2217/telnet.ts";
import { createRealClock } from "../../src/time/realClock.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";
import { type Rfc2217Server, rfc2217Server, type ServerBehaviour } from "./rfc2217Server.ts";

const LINE: SerialLine = { baudRate: 38_400, dataBits: 7, parity: "even", stopBits: 2 };
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

interface Bench {
  readonly clock: VirtualClock;
  readonly port: BytePort;
  readonly server: Rfc2217Server;
  readonly got: number[];
  unplug(): void;
}

/** Port and server over a cable of this process, with single bytes in either direction when `bytewise`. */
function bench(behaviour: ServerBehaviour = {}, bytewise = false): Bench {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const link = createMemoryLink(clock, { baudRate: null, name: "cable" });
  const chunks = (bytes: Uint8Array): readonly Uint8Array[] =>
    bytewise ? [...bytes].map((byte) => Uint8Array.of(byte)) : [bytes];
  const server = rfc2217Server((bytes) => {
    for (const chunk of chunks(bytes)) link.far.send(chunk);
  }, behaviour);
  link.far.bytes$.subscribe((bytes) => {
    for (const chunk of chunks(bytes)) server.fromClient(chunk);
  });
  const port = createRfc2217Port({ name: "rfc2217://x:1", line: LINE, clock, link: link.port });
  const got: number[] = [];
  port.bytes$.subscribe(({ value }) => got.push(...value));
  return { clock, port, server, got, unplug: () => link.unplug("network gone") };
}

describe("a port of a device server", () => {
  it("opens when the whole line is set, with RTS and DTR low before anything else", async () => {
    const { clock, port, server } = bench();
    await clock.run(() => port.open());
    expect(port.isOpen).toBe(true);
    expect(server.commands).toEqual([
      "5:0c",
      "5:09",
      "5:06",
      "5:01",
      "1:00009600",
      "2:07",
      "3:03",
      "4:02",
      "12:03",
    ]);
    expect(server.toSerial).toEqual([]);
    expect(port.setRts).toBeUndefined();
  });

  it.each([false, true])(
    "carries every byte both ways as it is (bytewise: %s)",
    async (bytewise) => {
      const { clock, port, server, got } = bench({}, bytewise);
      await clock.run(() => port.open());
      port.write(ALL_BYTES);
      server.fromSerial(ALL_BYTES);
      await clock.advanceTo(clock.now() + 10);
      expect(server.toSerial).toEqual([...ALL_BYTES]);
      expect(got).toEqual([...ALL_BYTES]);
    },
  );

  it("is refused without control of the port and without binary data, and is closed then", async () => {
    for (const [option, words] of [
      [44, /COM-PORT-OPTION/],
      [0, /binary data/],
    ] as const) {
      const { clock, port, server } = bench({ refuses: [option] });
      await expect(clock.run(() => port.open())).rejects.toThrow(words);
      await expect(clock.run(() => port.open())).rejects.toThrow("PORT_OPEN_FAILED");
      expect([port.isOpen, server.commands]).toEqual([false, []]);
    }
  });

  it.each([
    [1, "\x00\x00\x25\x80", /38400 baud, it set 00002580/],
    [5, "\x0b", /RTS low, it set 0b/],
    [3, "\x01", /parity even, it set 01/],
  ] as const)(
    "is refused when the server sets command %i otherwise",
    async (command, value, words) => {
      const { clock, port } = bench({ wrongAnswers: { [command]: value } });
      await expect(clock.run(() => port.open())).rejects.toThrow(words);
      expect(port.isOpen).toBe(false);
    },
  );

  it("names what it waited for when the server does not answer, within 5 s", async () => {
    const silent = bench({ mute: [4] });
    await expect(silent.clock.run(() => silent.port.open())).rejects.toThrow(
      /PORT_OPEN_FAILED.*no word on 2 stop bits; is this an RFC 2217 server/,
    );
    expect(silent.clock.now()).toBe(5000);
    const dead = bench({ dead: true });
    await expect(dead.clock.run(() => dead.port.open())).rejects.toThrow(/COM-PORT-OPTION/);
  });

  it("declines what else is offered, each thing once", async () => {
    const offers = Uint8Array.of(255, 251, 1, 255, 253, 24, 255, 251, 1);
    const { clock, port, server } = bench({ greeting: offers });
    await clock.run(() => port.open());
    server.raw(offers);
    await clock.advanceTo(clock.now() + 10);
    const [asked, declined] = [server.said.slice(0, 5), server.said.slice(5)];
    expect(asked).toEqual(["WILL 44", "WILL 0", "DO 0", "WILL 3", "DO 3"]);
    expect(declined).toEqual(["DONT 1", "WONT 24"]);
  });

  it("hands no data on that came before the line was set", async () => {
    const { clock, port, got } = bench({ greeting: Uint8Array.of(1, 2, 3) });
    await clock.run(() => port.open());
    expect(got).toEqual([]);
  });

  it("writes nothing while the server asks for silence", async () => {
    const { clock, port, server } = bench();
    await clock.run(() => port.open());
    server.notify(108, "");
    await clock.advanceTo(clock.now() + 1);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_STALLED");
    server.notify(109, "");
    await clock.advanceTo(clock.now() + 1);
    port.write(Uint8Array.of(2));
    await clock.advanceTo(clock.now() + 1);
    expect(server.toSerial).toEqual([2]);
  });

  it("is lost with its connection, refuses writes then, and can be opened again", async () => {
    const { clock, port, server, unplug } = bench();
    const ends: boolean[] = [];
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    await clock.run(() => port.open());
    port.closed$.subscribe(({ lost }) => ends.push(lost));
    unplug();
    expect([port.isOpen, ends]).toEqual([false, [true]]);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    await expect(clock.run(() => port.open())).rejects.toThrow("PORT_NOT_FOUND");
    expect(server.toSerial).toEqual([]);
  });

  it("is lost when the server takes an agreement back", async () => {
    const { clock, port, server } = bench();
    await clock.run(() => port.open());
    const ends: unknown[] = [];
    port.closed$.subscribe((end) => ends.push(end));
    server.raw(Uint8Array.of(255, 254, 44));
    await clock.advanceTo(clock.now() + 10);
    expect(ends).toMatchObject([
      { lost: true, detail: expect.stringContaining("COM-PORT-OPTION") },
    ]);
    expect(port.isOpen).toBe(false);
  });
});

describe("a device server on a socket", () => {
  const ends: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  it("is opened, used, lost and opened again by its address", async () => {
    const clients: { readonly socket: Socket; readonly server: Rfc2217Server }[] = [];
    const listener: Server = createServer((socket) => {
      const server = rfc2217Server((bytes) => socket.write(bytes));
      clients.push({ socket, server });
      socket.on("data", (bytes) => server.fromClient(bytes)).on("error", () => undefined);
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    ends.push(() => void listener.close());
    const bound = listener.address();
    const address = `rfc2217://127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}`;
    const clock = createRealClock();
    const port = createPort(address, LINE, clock);
    ends.push(() => port.close());
    const got: number[] = [];
    port.bytes$.subscribe(({ value }) => got.push(...value));
    for (const round of [0, 1]) {
      await port.open();
      await expect(port.open()).rejects.toThrow("PORT_OPEN_FAILED");
      const client = clients[round];
      await port.write(ALL_BYTES).drained;
      client?.server.fromSerial(ALL_BYTES);
      const endMs = clock.now() + 5000;
      const isDone = (): boolean =>
        got.length === 256 * (round + 1) && client?.server.toSerial.length === 256;
      while (!isDone() && clock.now() < endMs) await clock.wait(2);
      expect(client?.server.toSerial).toEqual([...ALL_BYTES]);
      expect(got.slice(-256)).toEqual([...ALL_BYTES]);
      client?.socket.destroy();
      while (port.isOpen && clock.now() < endMs) await clock.wait(2);
      expect(port.isOpen).toBe(false);
    }
  });
});

describe("the telnet layer", () => {
  const piece: fc.Arbitrary<TelnetPiece> = fc.oneof(
    fc.record({
      kind: fc.constant("data" as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    }),
    fc.record({
      kind: fc.constant("option" as const),
      verb: fc.constantFrom("will" as const, "wont" as const, "do" as const, "dont" as const),
      option: fc.integer({ min: 0, max: 255 }),
    }),
    fc.record({
      kind: fc.constant("sub" as const),
      option: fc.integer({ min: 0, max: 254 }),
      payload: fc.uint8Array({ maxLength: 20 }),
    }),
  );

  it("reads what it writes, in whatever chunks it comes", () => {
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.integer({ min: 1, max: 9 })), (pieces, sizes) => {
        const stream = pieces.flatMap((one) => [...frameOf(one)]);
        const decoder = createTelnetDecoder();
        const read: TelnetPiece[] = [];
        let from = 0;
        for (let n = 0; from < stream.length; n += 1) {
          const to = from + (sizes[n % Math.max(1, sizes.length)] ?? 7);
          read.push(...decoder.push(Uint8Array.from(stream.slice(from, to))));
          from = to;
        }
        expect(joined(read)).toEqual(joined(pieces));
      }),
    );
  });

  it("drops a sub-negotiation that never ends and goes on behind it", () => {
    const decoder = createTelnetDecoder();
    const endless = Uint8Array.of(255, 250, 44, ...new Uint8Array(5000));
    expect(decoder.push(endless)).toEqual([]);
    expect(decoder.push(Uint8Array.of(255, 240, 7))).toEqual([
      { kind: "data", bytes: Uint8Array.of(7) },
    ]);
  });

  it("takes a command inside a sub-negotiation for the end of it", () => {
    const bytes = Uint8Array.of(255, 250, 44, 1, 255, 253, 0, 9);
    expect(createTelnetDecoder().push(bytes)).toEqual([
      { kind: "option", verb: "do", option: 0 },
      { kind: "data", bytes: Uint8Array.of(9) },
    ]);
  });

  it("passes over commands that ask for nothing", () => {
    expect(createTelnetDecoder().push(Uint8Array.of(1, 255, 241, 2))).toEqual([
      { kind: "data", bytes: Uint8Array.of(1, 2) },
    ]);
  });
});

function frameOf(piece: TelnetPiece): Uint8Array {
  switch (piece.kind) {
    case "data":
      return escapeData(piece.bytes);
    case "option":
      return optionFrame(piece.verb, piece.option);
    case "sub":
      return subFrame(piece.option, piece.payload);
  }
}

/** Data side by side is one stretch of data. */
function joined(pieces: readonly TelnetPiece[]): readonly unknown[] {
  const out: (number[] | TelnetPiece)[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (piece.kind !== "data") out.push(piece);
    else if (Array.isArray(last)) last.push(...piece.bytes);
    else out.push([...piece.bytes]);
  }
  return out;
}

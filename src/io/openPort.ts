import type { LabClock } from "../contract/time.ts";
import type { BytePort, SerialLine } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { parsePortAddress } from "./portAddress.ts";
import { listPorts } from "./portList.ts";
import { createRfc2217Port } from "./rfc2217/port.ts";
import { createSerialPort } from "./serialPort.ts";
import { createTcpPort } from "./tcpPort.ts";
import { createUdpPort } from "./udpPort.ts";
import { createUsbPort } from "./usbPort.ts";

/**
 * A port of a rig file, not opened. `line` is for serial ports and device servers; raw TCP and UDP have none.
 * Real ports keep real time: a virtual clock would run away from the device. The port may be opened
 * again after a loss; an adapter that is named by its identity is then looked for anew.
 */
export function createPort(portText: string, line: SerialLine, clock: LabClock): BytePort {
  if (clock.kind !== "real") {
    throw new PulsetrainError("CLI_BUG", `${portText}: a real port needs the real clock`);
  }
  const address = parsePortAddress(portText);
  switch (address.kind) {
    case "tcp":
      return createTcpPort({ host: address.host, port: address.port, clock });
    case "rfc2217": {
      const { host, port } = address;
      const name = `rfc2217://${host}:${port}`;
      return createRfc2217Port({ name, line, clock, link: createTcpPort({ host, port, clock }) });
    }
    case "udp":
      return createUdpPort({
        host: address.host,
        port: address.port,
        listenPort: address.listenPort,
        clock,
      });
    case "usb":
      return createUsbPort({
        name: portText.trim(),
        identity: address.identity,
        list: listPorts,
        openAt: (path) => createSerialPort({ path, line, clock }),
      });
    case "serial":
      return createSerialPort({ path: address.path, line, clock });
  }
}

/** A serial port of this machine and whose it is; null: not told. Ids are lower-case hex. */
export interface PortEntry {
  readonly path: string;
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly serialNumber: string | null;
  /** The kernel's own driver of the adapter, such as `ftdi_sio`; Linux only. */
  readonly driver: string | null;
}

/** A port in words: `/dev/ttyUSB0 (FTDI, 0403:6001, serial A50285BI)`. */
export function portWords({
  path,
  manufacturer,
  vendorId,
  productId,
  serialNumber,
}: PortEntry): string {
  const about = [
    ...(manufacturer === null ? [] : [manufacturer]),
    ...(vendorId === null ? [] : [`${vendorId}:${productId ?? "????"}`]),
    ...(serialNumber === null ? [] : [`serial ${serialNumber}`]),
  ];
  return `${path} (${about.length === 0 ? "no USB identity" : about.join(", ")})`;
}

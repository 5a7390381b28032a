/** Where packets, counted on from one to the next, become frames: one board, or two in turn. */
export interface PacketTarget {
  begin(): void;
  /** `ahead`: packets from the one before to this one; `atLeast`: or more by whole turns. */
  packet(bytes: Uint8Array, at: number, ahead: number, atLeast: boolean): void;
}

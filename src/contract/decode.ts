/** One frame of a capture, in the field names of the vectors under `meaning`. */
export type DecodedFrame =
  | { readonly ok: true; readonly hex: string; readonly meaning: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly hex: string; readonly code: string; readonly why: string };

export interface DecodeOptions {
  readonly direction: "host" | "device";
  readonly softwareVersion: string | null;
  readonly highResolution: boolean;
}

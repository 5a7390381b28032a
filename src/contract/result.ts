/** The outcome of something that may be refused as part of normal life. Bugs and I/O failures throw. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

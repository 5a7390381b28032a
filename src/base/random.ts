/** A seeded generator; the same seed gives the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** Spreads an integer seed and a purpose over 32 bits (FNV-1a), so that purposes draw independently. */
function seedWord(seed: number, purpose: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  for (const char of `${seed}/${purpose}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  }
  return hash >>> 0;
}

/** sfc32 (Chris Doty-Humphrey, PractRand; public domain), 128 bits of state. */
export function createRandom(seed: number, purpose: string): Random {
  let a = seedWord(seed, purpose, 1);
  let b = seedWord(seed, purpose, 2);
  let c = seedWord(seed, purpose, 3);
  let counter = 1;
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) word();
  const next = (): number => word() / 4294967296;
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: <T>(items: readonly T[]): T[] => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        const picked = out[j] as T;
        out[j] = out[i] as T;
        out[i] = picked;
      }
      return out;
    },
  };
}

/** One piece of work in the queue of a clock. `place` is its index in the heap, -1 when it is out. */
export interface HeapEntry {
  readonly dueMs: number;
  /** Tells equal instants apart: the one that was scheduled first comes first. */
  readonly order: number;
  place: number;
}

/** Binary heap by (dueMs, order). `remove` takes an entry from the middle, so nothing cancelled stays. */
export interface Heap<E extends HeapEntry> {
  readonly size: number;
  peek(): E | undefined;
  pop(): E | undefined;
  push(entry: E): void;
  /** Does nothing for an entry that is out already. */
  remove(entry: E): void;
}

function isBefore(left: HeapEntry, right: HeapEntry): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
}

export function createHeap<E extends HeapEntry>(): Heap<E> {
  const entries: E[] = [];

  const put = (entry: E, place: number): void => {
    entries[place] = entry;
    entry.place = place;
  };

  const rise = (entry: E, from: number): void => {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = entries[parentPlace];
      if (parent === undefined || !isBefore(entry, parent)) break;
      put(parent, place);
      place = parentPlace;
    }
    put(entry, place);
  };

  const sink = (entry: E, from: number): void => {
    let place = from;
    for (;;) {
      const left = entries[2 * place + 1];
      const right = entries[2 * place + 2];
      if (left === undefined) break;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, entry)) break;
      const childPlace = child.place;
      put(child, place);
      place = childPlace;
    }
    put(entry, place);
  };

  const remove = (entry: E): void => {
    const hole = entry.place;
    if (hole < 0) return;
    entry.place = -1;
    const last = entries.pop();
    if (last === undefined || last === entry) return;
    // The last entry may belong above or below the hole; only one of the two moves it.
    rise(last, hole);
    if (last.place === hole) sink(last, hole);
  };

  return {
    get size() {
      return entries.length;
    },
    peek: () => entries[0],
    pop: () => {
      const first = entries[0];
      if (first !== undefined) remove(first);
      return first;
    },
    push: (entry) => {
      entries.push(entry);
      rise(entry, entries.length - 1);
    },
    remove,
  };
}

/** Figures that every model of the family shares. */

/** From arming to ready at the earliest, ms (`nicolasmcnair/magpy`). */
export const ARM_DELAY_MS = 1000;
/** The capacitor sinks by one percent in this time, ms; upwards it is a tenth of it (`nicolasmcnair/magpy`). */
export const SINK_MS_PER_PCT = 100;
/**
 * One question and its answer, on average, where time is planned for them, ms: the lower end of what
 * `nicolasmcnair/magpy` advises to leave. The bytes themselves take 6 to 28 ms at 9600 baud.
 */
export const EXCHANGE_MS = 40;
/** Between two looks at whether a wait is over or still wanted, ms. */
export const LOOK_WAIT_MS = 100;
/** Between two looks at whether an armed device is ready, ms. */
export const LOOK_READY_MS = 50;
/**
 * BiStim: where one start gives one pulse, that of the second unit comes so long after it, ms. The
 * shortest step of low resolution, always the same, and far from 0, at which both units discharge.
 */
export const SINGLE_INTERVAL_MS = 1;
/** A start leaves only after a status that says ready, which is asked for this long ahead, ms. */
export const STATUS_AHEAD_MS = 150;
/**
 * From the bytes or the edge to the pulse, ms. Serial: above the longest that anybody measured on any
 * model (11.5 ms, BiStim², `nigelrogasch/MAGIC` issue 18; plots of `nicolasmcnair/magpy` end at 9.1 ms
 * for a 200² and at 5.9 ms for a Rapid²). Trigger input: above the slowest RTS edge of those plots (1.6 ms).
 */
export const WORST_LATENCY_MS = { serial: 12, trigger: 2 } as const;

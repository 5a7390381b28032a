/** The numbers of the body. Units in the names; a test or a bench may set each of them otherwise. */
export interface BodyFigures {
  /** Nobody states the rate; whoever sets it may set it to what a unit shows. */
  readonly framesPerS: number;
  /** From the end of the recharge delay to charged: a part of its own and one by intensity. All choices. */
  readonly rechargeBaseMs: number;
  readonly rechargeMsPerPct: number;
  /** The way to another intensity. Choices. */
  readonly raiseMsPerPct: number;
  readonly lowerMsPerPct: number;
  /** How long "receiving USB" stays after a byte. A choice. */
  readonly usbShownMs: number;
  /** Silence and deafness after a reboot. A choice. */
  readonly bootMs: number;
  /** What the `delay-answer` fault adds. */
  readonly delayFaultMs: number;
  readonly ambientC: number;
  /** The maker's safety sheet, as quoted by others, names 45 degrees inside a 70BF coil. */
  readonly coilLimitC: number;
  /** One pulse at 100 %; less by the square of the intensity. Choices, as all that follows. */
  readonly coilKPerPulse: number;
  readonly coilTauS: number;
  /** Resistor and discharge unit. */
  readonly innerLimitC: number;
  readonly innerKPerPulse: number;
  readonly innerTauS: number;
  /** Heat is over when so much below the limit. */
  readonly recoverK: number;
}

/** Single pulses of MP units against the repetitive XT, which gets most of its energy back. */
export type UnitKind = "mp" | "xt" | "mp-dual";
export const UNIT_KINDS = ["mp", "xt", "mp-dual"] as const;

const SHARED = {
  framesPerS: 50,
  raiseMsPerPct: 5,
  lowerMsPerPct: 10,
  usbShownMs: 500,
  bootMs: 1500,
  delayFaultMs: 500,
  ambientC: 24,
  coilLimitC: 45,
  coilKPerPulse: 0.012,
  coilTauS: 1800,
  innerLimitC: 90,
  innerKPerPulse: 0.01,
  innerTauS: 600,
  recoverK: 5,
} as const;

export const DEFAULT_FIGURES: Readonly<Record<UnitKind, BodyFigures>> = {
  mp: { ...SHARED, rechargeBaseMs: 300, rechargeMsPerPct: 12 },
  xt: { ...SHARED, rechargeBaseMs: 5, rechargeMsPerPct: 0.3 },
  "mp-dual": { ...SHARED, rechargeBaseMs: 300, rechargeMsPerPct: 12 },
};

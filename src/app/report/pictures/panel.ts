/**
 * A picture before it is drawn: panels with axes, and marks on them in the units of the axes. Every picture of a report is
 * built from these, so that lines, error bars and words look alike in all of them.
 */
import type { ColourName } from "./palette.ts";

export type Point = readonly [x: number, y: number];

export interface Axis {
  /** With its unit: `time after the pulse, ms`. Empty: no axis is drawn. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly scale?: "linear" | "log";
  /** Lines across the panel at the ticks of the upright axis; left out: yes. */
  readonly grid?: boolean;
  /** Left out: round numbers. */
  readonly ticks?: readonly { readonly at: number; readonly words: string }[];
}

export type DotShape = "dot" | "ring" | "cross" | "triangle" | "diamond";

export type Mark =
  | {
      readonly kind: "line";
      readonly points: readonly Point[];
      readonly colour: ColourName;
      readonly width: number;
      readonly opacity?: number;
      readonly dash?: boolean;
    }
  | {
      readonly kind: "dots";
      readonly points: readonly Point[];
      readonly colour: ColourName;
      readonly shape?: DotShape;
      readonly size?: number;
      readonly opacity?: number;
    }
  | {
      readonly kind: "errors";
      readonly bars: readonly { readonly x: number; readonly low: number; readonly high: number }[];
      readonly colour: ColourName;
    }
  | {
      readonly kind: "band";
      readonly edges: readonly {
        readonly x: number;
        readonly low: number;
        readonly high: number;
      }[];
      readonly colour: ColourName;
    }
  /** A filled rectangle; a side that is left out reaches to the edge of the panel. */
  | {
      readonly kind: "box";
      readonly x?: readonly [number, number];
      readonly y?: readonly [number, number];
      readonly colour: ColourName | { readonly fill: string };
      readonly opacity?: number;
    }
  /** Thin bars that stand on the lower edge of the panel. */
  | {
      readonly kind: "bars";
      readonly bars: readonly { readonly x: number; readonly top: number }[];
      readonly colour: ColourName;
    }
  /** A line across the whole panel at one value, with words at its end. */
  | {
      readonly kind: "rule";
      readonly at: number;
      readonly along: "x" | "y";
      readonly colour: ColourName;
      readonly words?: string;
      /** Further in than others, so that words of neighbours do not lie on each other. */
      readonly row?: number;
      readonly dash?: boolean;
    }
  | {
      readonly kind: "words";
      readonly at: Point;
      readonly words: string;
      readonly colour: ColourName | { readonly fill: string };
      readonly align?: "left" | "center" | "right";
      readonly size?: number;
      readonly bold?: boolean;
      /** Pixels off the point. */
      readonly shift?: Point;
    };

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
}

export interface LegendEntry {
  readonly words: string;
  readonly colour: ColourName;
  readonly shape: DotShape | "line" | "thin" | "band" | "dash";
}

export interface Picture {
  readonly title: string;
  /** Under the picture: what is drawn, what error bars are, how many. */
  readonly caption: string;
  readonly panels: readonly Panel[];
  readonly legend?: readonly LegendEntry[];
  /** Panels side by side. */
  readonly columns: number;
  /** Of one panel with its axes, pixels. */
  readonly panelHeight: number;
  readonly width: number;
  /** More room under the panels, where labels have two lines. */
  readonly bottomExtra?: number;
  /** More room above panels without titles, for words of their own. */
  readonly topExtra?: number;
}

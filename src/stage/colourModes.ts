/**
 * By what lines can be coloured: each way with its name, the colours it gives and what its legend says. Another way
 * is one entry here.
 */

import { describeView } from '../pipeline/pairMatches.ts';
import {
  categoryColour,
  colourGradient,
  confidenceColour,
  cssColour,
  INLIER_COLOUR,
  OUTLIER_COLOUR,
  packCategoryColours,
  packConfidenceColours,
  packInlierColours,
  packResidualColours,
  RESIDUAL_SPAN,
  residualColour,
} from './colourMap.ts';
import type { StageGeometry, StageMatches } from './stageData.ts';

/** What the colours of matches may depend on. */
export interface ColourSource {
  readonly matches: StageMatches;
  /** Null while there is none. */
  readonly geometry: StageGeometry | null;
}

export type Legend =
  | {
      readonly kind: 'scale';
      readonly name: string;
      readonly from: string;
      readonly to: string;
      /** CSS, from left to right. */
      readonly gradient: string;
      /** A value in between that matters, at its share of the way. */
      readonly mark?: { readonly share: number; readonly label: string };
    }
  | {
      readonly kind: 'classes';
      readonly classes: readonly { readonly label: string; readonly colour: string }[];
    };

interface ColourMode {
  readonly label: string;
  readonly description: string;
  /** One packed colour a match. */
  readonly pack: (source: ColourSource) => Uint32Array;
  readonly legend: (source: ColourSource) => Legend;
}

/** Of confidences, 0 to 1. */
export function legendOfConfidence(name: string): Legend {
  return { kind: 'scale', name, from: '0', to: '1', gradient: colourGradient(confidenceColour) };
}

export const colourModes = {
  confidence: {
    label: 'Confidence',
    description: 'How sure the matcher is of each match.',
    pack: ({ matches }) => packConfidenceColours(matches.confidence),
    legend: () => legendOfConfidence('Confidence'),
  },
  inlier: {
    label: 'Inlier',
    description: 'Whether a match agrees with the geometry.',
    pack: ({ matches, geometry }) => packInlierColours(matches.confidence.length, geometry?.inliers ?? null),
    legend: ({ geometry }) => {
      const inlier = cssColour(INLIER_COLOUR);
      if (!geometry) return { kind: 'classes', classes: [{ label: 'Match', colour: inlier }] };
      return {
        kind: 'classes',
        classes: [
          { label: 'Inlier', colour: inlier },
          { label: 'Outlier', colour: cssColour(OUTLIER_COLOUR) },
        ],
      };
    },
  },
  residual: {
    label: 'Residual',
    description: 'How far, in pixels, a match is from the geometry.',
    pack: ({ matches, geometry }) =>
      geometry
        ? packResidualColours(geometry.residualsPx, geometry.thresholdPx)
        : packInlierColours(matches.confidence.length, null),
    legend: ({ geometry }) => {
      if (!geometry) {
        return { kind: 'classes', classes: [{ label: 'No geometry', colour: cssColour(INLIER_COLOUR) }] };
      }
      const { thresholdPx } = geometry;
      const pixels = (value: number) => `${Number(value.toPrecision(3))}\u2009px`;
      return {
        kind: 'scale',
        name: 'Residual',
        from: '0',
        to: `${pixels(RESIDUAL_SPAN * thresholdPx)} or more`,
        gradient: colourGradient((share) => residualColour(share * RESIDUAL_SPAN * thresholdPx, thresholdPx)),
        mark: { share: 1 / RESIDUAL_SPAN, label: `threshold ${pixels(thresholdPx)}` },
      };
    },
  },
  view: {
    label: 'View',
    description: 'Which look at the photos was surest of a match.',
    pack: ({ matches }) => packCategoryColours(matches.view),
    // A view that failed, or was never the surest, has no line to explain.
    legend: ({ matches: { settings, view: views } }) => ({
      kind: 'classes',
      classes: settings.views
        .map((view, index) => ({ index, label: describeView(view).label }))
        .filter(({ index }) => views.includes(index))
        .map(({ index, label }) => ({ label, colour: cssColour(categoryColour(index)) })),
    }),
  },
} as const satisfies Readonly<Record<string, ColourMode>>;

export type ColourModeId = keyof typeof colourModes;

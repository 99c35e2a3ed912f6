/** The robust methods of the registry for epipolar models: how samples are drawn and models scored. */
import type { EpipolarMethod } from '../registry.ts';
import { type DrawSample, drawInTurns, drawProgressively, drawUniformly } from './drawSamples.ts';
import type { WorkingMatches } from './epipolarProblem.ts';
import { orderByLocalSupport } from './localSupport.ts';
import { marginalScore, type ResidualScore, truncatedSquare } from './marginalScore.ts';
import type { RandomNumbers } from './randomNumbers.ts';

export interface RobustMethod {
  readonly score: ResidualScore;
  /**
   * @param order indices of all matches by falling confidence
   * @param draws as many as there will be at most
   */
  draw(
    matches: WorkingMatches,
    order: Int32Array,
    sampleSize: number,
    draws: number,
    random: RandomNumbers,
  ): DrawSample;
}

/**
 * Noise levels are averaged up to the one that reaches twice the threshold: on matches of a learned matcher this
 * found poses better than one and a half or once the threshold (AUC at 5 degrees 92, 89 and 89).
 */
const marginalCutoff = 2;

const uniform: RobustMethod['draw'] = ({ count }, _order, _sampleSize, _draws, random) =>
  drawUniformly(count, random);

/** The confident first; where those do not do, in turns with those that have company. */
const progressive: RobustMethod['draw'] = (matches, order, sampleSize, draws, random) =>
  drawInTurns(
    drawProgressively(order, sampleSize, confidentDraws, random),
    () => drawProgressively(orderByLocalSupport(matches, order), sampleSize, companyShare * draws, random),
    drawsBeforeCompany,
  );

/** Slower growth draws too many samples of one corner of the photo where most matches are correct. */
const confidentDraws = 2000;
/** Most pairs are done before; looking for company takes as long as some hundred draws. */
const drawsBeforeCompany = 500;
/** Of all draws. Company is looked for where the search is hard: nearly every second draw is for it. */
const companyShare = 0.4;

export const robustMethods: Readonly<Record<EpipolarMethod, RobustMethod>> = {
  magsac: { score: marginalScore(marginalCutoff), draw: uniform },
  'magsac-prosac': { score: marginalScore(marginalCutoff), draw: progressive },
  'lo-ransac': { score: truncatedSquare(), draw: uniform },
};

/** Our own robust methods of the registry: how samples are drawn and models scored. */
import type { OwnMethod } from '../registry.ts';
import { type DrawSample, drawInTurns, drawProgressively, drawUniformly } from './drawSamples.ts';
import { orderByLocalSupport } from './localSupport.ts';
import { marginalScore, type ResidualScore, truncatedSquare } from './marginalScore.ts';
import type { RandomNumbers } from './randomNumbers.ts';
import type { WorkingMatches } from './workingMatches.ts';

export interface RobustMethod {
  /** @param noiseReach as of the problem */
  createScore(noiseReach: number): ResidualScore;
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

export const robustMethods: Readonly<Record<OwnMethod, RobustMethod>> = {
  magsac: { createScore: marginalScore, draw: uniform },
  'magsac-prosac': { createScore: marginalScore, draw: progressive },
  'lo-ransac': { createScore: truncatedSquare, draw: uniform },
};

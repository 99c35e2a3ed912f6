/**
 * Leaves bad models early: after a few matches the odds that a model is a bad one are so long that the rest need
 * not be looked at. J. Matas and O. Chum, "Randomized RANSAC with sequential probability ratio test" (ICCV 2005).
 */

export interface SequentialTest {
  /** Odds beyond which a model is dropped. */
  readonly limit: number;
  /** Factors of the odds for a match that agrees and one that does not. */
  readonly agree: number;
  readonly disagree: number;
  /** Share of good models that are dropped. */
  readonly mistakes: number;
}

/** Lets every model pass. */
export const noTest: SequentialTest = { limit: Infinity, agree: 1, disagree: 1, mistakes: 0 };

/**
 * The test that costs least time.
 *
 * @param good share of matches that agree with a good model, below 1
 * @param bad share of matches that agree with a bad model; no less than the good share means no test
 * @param solverCost time to find the models of a sample over the time to look at one match
 * @param modelsPerSample on average
 */
export function designTest(
  good: number,
  bad: number,
  solverCost: number,
  modelsPerSample: number,
): SequentialTest {
  if (!(bad > 0 && bad < good && good < 1)) return noTest;
  const agree = bad / good;
  const disagree = (1 - bad) / (1 - good);
  const information = bad * Math.log(agree) + (1 - bad) * Math.log(disagree);
  const start = (solverCost * information) / modelsPerSample + 1;
  let limit = start;
  for (let k = 0; k < 10; k++) limit = start + Math.log(limit);
  return { limit, agree, disagree, mistakes: 1 / limit };
}

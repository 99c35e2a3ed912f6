/**
 * Refuses sizes that a device cannot hold before anything is built for them, and says which size it can hold: both
 * are told by the graphs' own shapes. What no device tells beforehand (a GPU's free memory) is learnt when it
 * runs out; then half of what did not fit is taken to be there.
 */
import { CovisError } from '../reporting/covisError.ts';
import type { MemoryLimits } from '../runtime/session.ts';
import type {
  InputPicture,
  InputSize,
  Matcher,
  MatchingContext,
  MatchingResult,
  MeasuredMatcher,
  MemoryNeed,
  SizeAdvice,
} from './matcher.ts';

type Sizes = readonly [InputSize, InputSize];

/** @param limits of the runtime that `matcher` runs on */
export function guardMemory(matcher: MeasuredMatcher, limits: MemoryLimits): Matcher {
  let known: { readonly key: string; readonly need: MemoryNeed } | null = null;

  function needOf(sizes: Sizes): MemoryNeed {
    const key = JSON.stringify(sizes);
    if (known?.key !== key) known = { key, need: matcher.memoryNeed(sizes) };
    return known.need;
  }

  async function match(
    picture0: InputPicture,
    picture1: InputPicture,
    context: MatchingContext,
  ): Promise<MatchingResult> {
    context.signal.throwIfAborted();
    const pictures = [picture0, picture1] as const;
    const need = needOf([sizeOf(picture0), sizeOf(picture1)]);
    if (!fits(need, limits)) throw tooLarge(matcher, pictures, need, limits, context);
    try {
      return await matcher.match(picture0, picture1, context);
    } catch (error) {
      if (!(error instanceof CovisError) || error.code !== 'out-of-memory') throw error;
      throw ranOut(matcher, pictures, need, error, context);
    }
  }

  return {
    requirements: matcher.requirements,
    precision: matcher.precision,
    match,
    release: () => matcher.release(),
  };
}

function fits({ largestBufferBytes, totalBytes }: MemoryNeed, limits: MemoryLimits): boolean {
  return (
    largestBufferBytes <= (limits.bufferBytes ?? Number.POSITIVE_INFINITY) &&
    totalBytes <= (limits.totalBytes ?? Number.POSITIVE_INFINITY)
  );
}

function tooLarge(
  matcher: MeasuredMatcher,
  pictures: readonly [InputPicture, InputPicture],
  need: MemoryNeed,
  limits: MemoryLimits,
  { adviseSize = adviseItself }: MatchingContext,
): CovisError {
  const smaller = longEdgeThatFits(matcher, pictures, (other) => fits(other, limits));
  const { bufferBytes } = limits;
  const takes =
    bufferBytes !== null && need.largestBufferBytes > bufferBytes
      ? `a tensor of ${megabytes(need.largestBufferBytes)} where the device holds ${megabytes(bufferBytes)} at most`
      : `at least ${megabytes(need.totalBytes)} of memory where there are ${megabytes(limits.totalBytes!)}`;
  const start = `At a long edge of ${longEdgeOf(pictures)} pixels this network needs ${takes}`;
  return withAdvice('too-large', start, smaller === null ? null : adviseSize(smaller));
}

function ranOut(
  matcher: MeasuredMatcher,
  pictures: readonly [InputPicture, InputPicture],
  need: MemoryNeed,
  cause: CovisError,
  { adviseSize = adviseItself }: MatchingContext,
): CovisError {
  const most = need.totalBytes / 2;
  const smaller = longEdgeThatFits(matcher, pictures, ({ totalBytes }) => totalBytes <= most);
  const start = `There is not enough memory for this network at a long edge of ${longEdgeOf(pictures)} pixels`;
  return withAdvice('out-of-memory', start, smaller === null ? null : adviseSize(smaller), cause);
}

function adviseItself(longEdge: number): SizeAdvice {
  return { words: `choose ${longEdge} and run again`, remedy: { longEdge } };
}

/** @param advice null where no size would fit */
function withAdvice(code: string, start: string, advice: SizeAdvice | null, cause?: CovisError): CovisError {
  const end = advice
    ? `: ${advice.words}`
    : ', and no smaller size would fit: choose smaller weights or run on another device';
  return new CovisError('runtime', code, `${start}${end}.`, {
    ...(cause && { cause }),
    ...(advice?.remedy && { remedy: advice.remedy }),
  });
}

/** The largest multiple of what the network asks for below the present long edge; null where none fits. */
function longEdgeThatFits(
  matcher: MeasuredMatcher,
  pictures: readonly [InputPicture, InputPicture],
  isFitting: (need: MemoryNeed) => boolean,
): number | null {
  const { multipleOf } = matcher.requirements;
  const present = longEdgeOf(pictures);
  const sizesAt = (longEdge: number): Sizes => {
    const [size0, size1] = pictures.map((picture) =>
      scaleSize(sizeOf(picture), longEdge / present, multipleOf),
    );
    return [size0!, size1!];
  };
  // Everything grows with the size: halve the steps between what fits and what does not.
  let [fitting, failing] = [0, Math.ceil(present / multipleOf)];
  while (failing - fitting > 1) {
    const middle = (fitting + failing) >> 1;
    if (isFitting(matcher.memoryNeed(sizesAt(middle * multipleOf)))) fitting = middle;
    else failing = middle;
  }
  return fitting === 0 ? null : fitting * multipleOf;
}

function scaleSize({ width, height, fine }: InputSize, scale: number, multipleOf: number): InputSize {
  // A rounding error must not cost a whole further cell.
  const scaled = (side: number): number =>
    Math.max(1, Math.ceil((side * scale) / multipleOf - 1e-9)) * multipleOf;
  return {
    width: scaled(width),
    height: scaled(height),
    ...(fine && { fine: { width: scaled(fine.width), height: scaled(fine.height) } }),
  };
}

function sizeOf({ width, height, fine }: InputPicture): InputSize {
  return { width, height, ...(fine && { fine: { width: fine.width, height: fine.height } }) };
}

/** Of the part that shows the photo, as a person chose it. */
function longEdgeOf(pictures: readonly [InputPicture, InputPicture]): number {
  const edges = pictures.flatMap(({ content, width, height }) => [
    content?.width ?? width,
    content?.height ?? height,
  ]);
  return Math.round(Math.max(...edges));
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

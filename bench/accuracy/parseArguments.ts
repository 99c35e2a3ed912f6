/**
 * The command line of the accuracy benchmark: a few options of its own; all others are those of `npm run match` and
 * are read by its parser. An option given more than once is compared: every combination is a row of the table.
 */
import { basename, extname } from 'node:path';
import { fixedViewIds, readsOthers } from '../../src/augment/views.ts';
import { type MatchCommand, parseArguments as parseMatchArguments } from '../../src/cli/parseArguments.ts';
import { estimators } from '../../src/estimators/registry.ts';
import { viewPresetIds } from '../../src/pipeline/viewPresets.ts';

/** One way of matching and estimating. */
export interface Variation {
  /** What sets it apart from the others of the run, in words. */
  readonly label: string;
  readonly command: MatchCommand;
  /** OpenCV for Python, or the product's own estimator of the command. */
  readonly estimator: 'opencv' | 'own';
}

export interface AccuracyArguments {
  readonly folder: string;
  /** Empty for all. */
  readonly sets: readonly string[];
  /** Folders with match files of others to score; empty to run the product. */
  readonly matches: readonly string[];
  readonly variations: readonly Variation[];
  readonly repeats: number;
  /** File name of the result without extension; null, with `matches`, where those who made them name it. */
  readonly name: string | null;
  readonly out: string | null;
}

export const usage = `usage: npm run bench:accuracy -- EVAL_DIR [options]

Matches the pairs of an evaluation folder and scores them against their ground truth.

  --set NAME          only the pairs of this set (repeatable)
  --matches DIR       score the match files in DIR instead of matching (repeatable)
  --estimator opencv  score what OpenCV for Python estimates from the matches (default), or one of the product's own
                      estimators as npm run match has them
  --repeats N         estimations of each pair, in other orders or with other seeds (default: 10)
  --name NAME         the result's name (default: made of the options)
  --out DIR           where results and their table go (default: bench/accuracy/results)

All other options are those of npm run match: --weights, --size, --views, --min-confidence and so on. Each may be given
several times, and every combination becomes a row. "--views each", "--preset each" and "--estimator each" stand for all
there are; views and presets are alternatives to one another.`;

const ownOptions = ['set', 'matches', 'repeats', 'name', 'out'] as const;
type OwnOption = (typeof ownOptions)[number];

/** An option of the product and its value; null where it has none. */
type Option = readonly [name: string, value: string | null];

/** @throws Error with a sentence on wrong usage */
export function parseArguments(args: readonly string[]): AccuracyArguments {
  const [folder, ...rest] = args;
  if (folder === undefined || folder.startsWith('-')) {
    throw new Error('The folder with the evaluation pairs comes first.');
  }
  const own: Record<OwnOption, string[]> = { set: [], matches: [], repeats: [], name: [], out: [] };
  const forwarded: Option[] = [];
  for (const [name, value] of readOptions(rest)) {
    if (!isOwn(name)) forwarded.push([name, value]);
    else if (value === null) throw new Error(`--${name} needs a value.`);
    else own[name].push(value);
  }
  if (own.matches.length > 0 && forwarded.length > 0) {
    throw new Error(`--${forwarded[0]![0]} does nothing where --matches gives the matches.`);
  }
  const variations = own.matches.length > 0 ? [] : planVariations(forwarded);
  const repeats = Number(only(own, 'repeats') ?? 10);
  if (!Number.isInteger(repeats) || repeats < 1) throw new Error('--repeats needs a whole number above 0.');
  const name = only(own, 'name') ?? (own.matches.length > 0 ? null : nameOf(variations[0]!, forwarded));
  if (name !== null && !/^[\w.-]+$/.test(name)) {
    throw new Error('--name is made of letters, digits, dots, dashes and underscores.');
  }
  return { folder, sets: own.set, matches: own.matches, variations, repeats, name, out: only(own, 'out') };
}

function isOwn(name: string): name is OwnOption {
  return (ownOptions as readonly string[]).includes(name);
}

function only(own: Readonly<Record<OwnOption, readonly string[]>>, name: OwnOption): string | null {
  if (own[name].length > 1) throw new Error(`--${name} is given once.`);
  return own[name][0] ?? null;
}

function readOptions(args: readonly string[]): Option[] {
  const options: Option[] = [];
  for (let k = 0; k < args.length; k++) {
    const match = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(args[k]!);
    if (match === null) throw new Error(`"${args[k]}" is neither an option nor the value of one.`);
    const [, name, joined] = match;
    const next = args[k + 1];
    if (joined !== undefined) options.push([name!, joined]);
    else if (next !== undefined && !next.startsWith('--')) {
      options.push([name!, next]);
      k++;
    } else options.push([name!, null]);
  }
  return options;
}

function planVariations(options: readonly Option[]): Variation[] {
  for (const name of ['dense', 'focal-px', 'help']) {
    if (options.some(([given]) => given === name)) throw new Error(`--${name} has no place in a benchmark.`);
  }
  const axes = axesOf(options);
  const combinations = axes.reduce<Option[][]>(
    (sofar, axis) => sofar.flatMap((chosen) => axis.map((option) => [...chosen, option])),
    [[]],
  );
  return combinations.map((chosen) => {
    const differing = chosen.filter((_, k) => axes[k]!.length > 1);
    return {
      label: differing.map(([name, value]) => `${name} ${value}`).join(', '),
      command: parseForProduct(chosen.filter((option) => !isOpenCv(option))),
      estimator: chosen.some(([name]) => name === 'estimator') && !chosen.some(isOpenCv) ? 'own' : 'opencv',
    };
  });
}

/** The values of each option; views and presets are values of one axis. */
function axesOf(options: readonly Option[]): Option[][] {
  const axes = new Map<string, Option[]>();
  for (const option of options) {
    const axis = option[0] === 'preset' ? 'views' : option[0];
    axes.set(axis, [...(axes.get(axis) ?? []), ...expandEach(option)]);
  }
  return [...axes.values()];
}

function expandEach([name, value]: Option): Option[] {
  if (value !== 'each') return [[name, value]];
  switch (name) {
    case 'views':
      return fixedViewIds.map((view) => [name, readsOthers(view) ? `original,${view}` : view]);
    case 'preset':
      return viewPresetIds.map((preset) => [name, preset]);
    case 'estimator':
      return ['opencv', ...Object.keys(estimators)].map((model) => [name, model]);
    default:
      throw new Error(`--${name} cannot be "each".`);
  }
}

function isOpenCv([name, value]: Option): boolean {
  return name === 'estimator' && value === 'opencv';
}

function parseForProduct(options: readonly Option[]): MatchCommand {
  const args = options.flatMap(([name, value]) => (value === null ? [`--${name}`] : [`--${name}=${value}`]));
  // The parser wants photos, which differ from pair to pair here.
  const parsed = parseMatchArguments(['photo0', 'photo1', ...args]);
  if (parsed.kind === 'match') return parsed.command;
  throw new Error(parsed.kind === 'help' ? usage : parsed.message);
}

function nameOf({ command }: Variation, options: readonly Option[]): string {
  const weights = basename(command.weights, extname(command.weights));
  const others = options
    .filter(([name]) => name !== 'weights')
    .flatMap(([name, value]) => (value === null ? [name] : [name, value]));
  return [weights, ...others].join('-').replaceAll(/[^\w.-]+/g, '-');
}

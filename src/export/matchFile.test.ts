import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { CovisError, isAbort } from '../reporting/covisError.ts';
import { createPairResult, withEpipolarGeometry, withViews } from '../testing/createPairResult.ts';
import { createMatchFile, type MatchFile, writeMatchFile } from './matchFile.ts';
import { matchFileShape } from './matchFileShape.ts';
import { checkMatchFile, parseMatchFile } from './parseMatchFile.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../public/match-file.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ allErrors: true }).compile(schema);

function schemaErrors(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const result = createPairResult(200, { minimumConfidence: 0.2, maximumMatches: Infinity });
const text = writeMatchFile(createMatchFile(result, 'Covis 0.1.0'));

describe('writing', () => {
  it('follows the published schema', () => {
    expect(schemaErrors(JSON.parse(text))).toEqual([]);
    for (const other of [
      createPairResult(0),
      { ...result, estimation: null },
      createPairResult(50, { minimumConfidence: 0, maximumMatches: 10 }),
      withViews(result),
    ]) {
      expect(schemaErrors(JSON.parse(writeMatchFile(createMatchFile(other, ''))))).toEqual([]);
    }
  });

  it('has the fields of version 1, in order', () => {
    const file = JSON.parse(text) as MatchFile;
    expect(Object.keys(file)).toEqual([
      'format',
      'version',
      'createdBy',
      'images',
      'matcher',
      'coordinates',
      'keypoints0',
      'keypoints1',
      'confidence',
      'inlier',
      'view',
      'geometry',
      'settings',
      'timingsMs',
    ]);
    expect(file).toMatchObject({
      format: 'covis.matches',
      version: 1,
      createdBy: 'Covis 0.1.0',
      images: result.photos,
      matcher: {
        id: 'loftr',
        weights: { id: 'loftr-compact', sha256: 'b'.repeat(64) },
        inputSize: [
          [640, 480],
          [640, 480],
        ],
        views: ['original'],
        executionProvider: 'wasm',
        precision: 'fp32',
      },
      coordinates: 'pixel-centre-origin',
      geometry: {
        model: 'homography',
        method: 'usac-magsac',
        thresholdPx: 3,
        confidence: 0.9999,
        iterations: 10_000,
      },
      settings: { minimumConfidence: 0.2, maximumMatches: null, estimation: { seed: 0 } },
      timingsMs: { decode: 12.35, coarse: 1000, total: 1012.5 },
    });
  });

  it('keeps the confident matches, rounded to a thousandth of a pixel, confidence untouched', () => {
    const file = JSON.parse(text) as MatchFile;
    const { matches, estimation } = result;
    const count = matches.confidence.filter((confidence) => confidence >= Math.fround(0.2)).length;
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThan(200);
    for (const name of ['keypoints0', 'keypoints1', 'confidence', 'inlier', 'view'] as const) {
      expect(file[name]).toHaveLength(count);
    }
    for (let k = 0; k < count; k++) {
      for (const name of ['keypoints0', 'keypoints1'] as const) {
        expect(Math.abs(file[name][k]![0] - matches[name][2 * k]!)).toBeLessThanOrEqual(0.000501);
        expect(Math.abs(file[name][k]![1] - matches[name][2 * k + 1]!)).toBeLessThanOrEqual(0.000501);
      }
      expect(Math.fround(file.confidence[k]!)).toBe(matches.confidence[k]);
      expect(file.inlier[k]).toBe(estimation?.ok && estimation.inliers[k] === 1);
    }
    // Two points such as [123.456,234.567], a confidence of nine digits, true or false, and the view.
    const columns = text.split('\n').filter((line) => /^ {2}"(keypoints|confidence|inlier|view)/.test(line));
    expect(columns).toHaveLength(5);
    expect(columns.join('').length / count).toBeLessThan(2 * 18 + 12 + 6 + 2);
  });

  it('writes one line a field and the same bytes for the same result', () => {
    expect(text.split('\n')).toHaveLength(17);
    expect(writeMatchFile(createMatchFile(structuredClone(result), 'Covis 0.1.0'))).toBe(text);
  });

  it('says which places were refined and which matches propagated, and nothing of it where none was to be', () => {
    expect(text).not.toMatch(/refine|propagat/);
    const refined = result.matches.confidence.map((_, k) => k % 2);
    const propagated = refined.map((_, k) => (k % 4 === 3 ? 1 : 0));
    const { matches } = result;
    const settings = { ...matches.settings, refinement: 'propagation' } as const;
    const flags = { refined: Uint8Array.from(refined), propagated: Uint8Array.from(propagated) };
    const own = { ...result, matches: { ...matches, settings, ...flags } };
    const file = createMatchFile(own, '');
    expect(file.settings.match.refinement).toBe('propagation');
    expect(file.refined!.slice(0, 3)).toEqual([false, true, false]);
    expect(file.propagated!.slice(0, 4)).toEqual([false, false, false, true]);
    expect(file.refined).toHaveLength(file.keypoints0.length);
    const read = parseMatchFile(writeMatchFile(file)).matches;
    expect(read.settings).toEqual(settings);
    expect(read.refined).toEqual(flags.refined.subarray(0, file.keypoints0.length));
    expect(read.propagated).toEqual(flags.propagated.subarray(0, file.keypoints0.length));
  });

  it('says what each view cost and gave where there are several, and nothing of it where there is one', () => {
    expect(text).not.toMatch(/support|viewReports/);
    const file = createMatchFile(withViews(result), '');
    expect(file.support!.slice(0, 4)).toEqual([1, 2, 3, 1]);
    expect(file.support).toHaveLength(file.keypoints0.length);
    expect(file.viewReports).toMatchObject([
      { view: 'original', failure: null, milliseconds: 10.12 },
      { view: 'flip' },
      { view: 'scale:960' },
      { view: 'shared-region', found: 0, failure: { code: 'no-shared-region' } },
    ]);
  });

  it('says how the photos were preprocessed, and nothing of it where they were not', () => {
    expect(text).not.toMatch(/preprocessing/);
    const preprocessing = {
      resampling: 'lanczos',
      equalisation: { clipLimit: 2.5, tiles: 8 },
      gamma: 1.4,
    } as const;
    const { matches } = result;
    const settings = { ...matches.settings, preprocessing };
    const written = writeMatchFile(
      createMatchFile({ ...result, matches: { ...matches, settings } }, 'Covis 0.1.0'),
    );
    expect(schemaErrors(JSON.parse(written))).toEqual([]);
    expect(parseMatchFile(written).matches.settings).toEqual(settings);
  });

  it('marks no inliers where there is no geometry, and keeps the settings of a failed estimate', () => {
    const { settings } = result.estimation!;
    const file = createMatchFile(
      { ...result, estimation: { ok: false, settings, reason: 'no-model', message: 'None.' } },
      '',
    );
    expect(file.geometry).toBeNull();
    expect(file.inlier.every((inlier) => !inlier)).toBe(true);
    expect(file.settings.estimation).toEqual(settings);
    expect(createMatchFile({ ...result, estimation: null }, '').settings.estimation).toBeNull();
  });

  it('refuses a geometry of other matches', () => {
    const outdated = { ...result, selection: { minimumConfidence: 0.3, maximumMatches: Infinity } };
    expect(() => createMatchFile(outdated, '')).toThrow(
      expect.objectContaining({ code: 'estimation-of-other-matches', stage: 'export' }),
    );
  });
});

describe('reading', () => {
  it('brings back the views', () => {
    const { matches } = withViews(result);
    const { matches: read } = parseMatchFile(writeMatchFile(createMatchFile(withViews(result), '')));
    const count = read.confidence.length;
    expect(read.settings.views).toEqual(matches.settings.views);
    expect(read.view).toEqual(matches.view.subarray(0, count));
    expect(read.support).toEqual(matches.support.subarray(0, count));
    expect(read.viewReports[3]).toEqual(matches.viewReports[3]);
    expect(read.viewReports[0]).toEqual({ ...matches.viewReports[0], milliseconds: 10.12 });
  });

  it('takes files of one view at their columns', () => {
    const { matches } = parseMatchFile(text);
    const count = matches.confidence.length;
    expect(matches.support).toEqual(new Uint8Array(count).fill(1));
    expect(matches.viewReports).toEqual([
      { view: 'original', found: count, added: count, milliseconds: 1012.5, failure: null },
    ]);
  });

  it('brings the result back', () => {
    const parsed = parseMatchFile(text);
    const file = JSON.parse(text) as MatchFile;
    const { photos, selection, matches, estimation } = parsed;
    expect(parsed.createdBy).toBe('Covis 0.1.0');
    expect(photos).toEqual(result.photos);
    expect(selection).toEqual(result.selection);
    expect(parsed.estimationSettings).toEqual(result.estimation!.settings);
    expect(matches.settings).toEqual(result.matches.settings);
    expect(matches.weights).toEqual(result.matches.weights);
    expect(matches.inputSize).toEqual(result.matches.inputSize);
    expect(matches.provider).toBe('wasm');
    expect(matches.precision).toBe('fp32');
    expect(matches.keypoints0).toEqual(Float32Array.from(file.keypoints0.flat()));
    expect(matches.confidence).toEqual(result.matches.confidence.slice(0, file.confidence.length));
    if (!estimation?.ok || !result.estimation?.ok) throw new Error('No geometry.');
    expect(estimation.settings).toEqual(result.estimation.settings);
    expect(estimation.matrix).toEqual(result.estimation.matrix);
    expect(estimation.inliers).toEqual(result.estimation.inliers);
    expect(estimation.inlierCount).toBe(result.estimation.inlierCount);
    estimation.residualsPx.forEach((residual, k) => {
      // Rounding moves a point by up to 0.0007 px in either photo.
      expect(Math.abs(residual - (result.estimation as typeof estimation).residualsPx[k]!)).toBeLessThan(
        0.003,
      );
    });
  });

  it('writes the same file again', () => {
    expect(writeMatchFile(createMatchFile(parseMatchFile(text), 'Covis 0.1.0'))).toBe(text);
  });

  it('orders matches by falling confidence whatever the order of the file', () => {
    const file = JSON.parse(text) as Record<string, unknown[]>;
    for (const name of ['keypoints0', 'keypoints1', 'confidence', 'inlier', 'view']) file[name]!.reverse();
    expect(parseMatchFile(JSON.stringify(file))).toEqual(parseMatchFile(text));
  });

  it('reads a file without matches and one with fields it does not know', () => {
    const empty = writeMatchFile(createMatchFile({ ...createPairResult(0), estimation: null }, ''));
    expect(parseMatchFile(empty)).toMatchObject({ estimation: null, estimationSettings: null });
    expect(parseMatchFile(empty).matches.keypoints0).toEqual(new Float32Array(0));
    const extended = JSON.stringify({ ...JSON.parse(text), note: 'mine', __proto__: { a: 1 } });
    expect(parseMatchFile(extended)).toEqual(parseMatchFile(text));
  });

  it.each(['fundamental', 'essential'] as const)('brings back the %s matrix and what it means', (model) => {
    const written = withEpipolarGeometry(result, model);
    const content = writeMatchFile(createMatchFile(written, 'Covis 0.1.0'));
    expect(schemaErrors(JSON.parse(content))).toEqual([]);
    const { estimation } = parseMatchFile(content);
    if (!estimation?.ok || !written.estimation?.ok) throw new Error('No geometry.');
    expect({ ...estimation, residualsPx: null }).toEqual({ ...written.estimation, residualsPx: null });
    estimation.residualsPx.forEach((residual, k) => {
      const before = (written.estimation as typeof estimation).residualsPx[k]!;
      expect(Math.abs(residual - before)).toBeLessThan(0.003);
    });
    expect(writeMatchFile(createMatchFile(parseMatchFile(content), 'Covis 0.1.0'))).toBe(content);
  });

  it('does not say of an essential matrix what its file does not', () => {
    const file = createMatchFile(withEpipolarGeometry(result, 'essential'), '');
    expect(file.geometry).toMatchObject({ restsOnPlane: true });
    const { restsOnPlane: _, ...geometry } = file.geometry!;
    const silent = JSON.stringify({ ...file, geometry });
    expect(parseMatchFile(silent).estimation).toMatchObject({ model: 'essential', restsOnPlane: null });
    expect(createMatchFile(parseMatchFile(silent), '').geometry).toEqual(geometry);
  });

  it('keeps what was asked for and why a model was chosen', () => {
    const written = withEpipolarGeometry(result, 'fundamental');
    if (!written.estimation?.ok) throw new Error('No geometry.');
    const settings = { ...written.estimation.settings, model: 'automatic' } as const;
    const chosen = { ...written.estimation, settings, choiceReason: 'There is depth.' };
    const file = createMatchFile({ ...written, estimation: chosen }, '');
    expect(schemaErrors(file)).toEqual([]);
    expect(file.geometry).toMatchObject({ model: 'fundamental', choiceReason: 'There is depth.' });
    const { estimation, estimationSettings } = parseMatchFile(JSON.stringify(file));
    expect(estimation).toMatchObject({ model: 'fundamental', choiceReason: 'There is depth.', settings });
    expect(estimationSettings).toEqual(settings);
  });

  it.each(['cameras', 'pose'])('refuses an essential matrix without its %s', (name) => {
    const file = JSON.parse(writeMatchFile(createMatchFile(withEpipolarGeometry(result, 'essential'), '')));
    delete file.geometry[name];
    expect(refusal(JSON.stringify(file))).toMatchObject({ code: 'match-file-damaged' });
  });

  it.each([
    ['', 'match-file-not-json'],
    ['x0,y0,x1,y1', 'match-file-not-json'],
    [text.slice(0, 1000), 'match-file-not-json'],
    ['null', 'match-file-other-format'],
    ['[]', 'match-file-other-format'],
    ['"covis.matches"', 'match-file-other-format'],
    ['{"type":"FeatureCollection"}', 'match-file-other-format'],
    [text.replace('covis.matches', 'other.matches'), 'match-file-other-format'],
    [text.replace('"version": 1', '"version": 2'), 'match-file-newer'],
    [' '.repeat(100_000_001), 'match-file-too-large'],
  ])('says what another file is (case %#)', (content, code) => {
    expect(refusal(content)).toMatchObject({ code });
  });
});

/** What `parseMatchFile` says: always one sentence that a person can act on. */
function refusal(content: string): CovisError {
  try {
    parseMatchFile(content);
  } catch (error) {
    if (!(error instanceof CovisError) || isAbort(error)) throw error;
    expect(error.stage).toBe('export');
    expect(error.message).toMatch(/^(This|The)( match)? file [^\n]*[:;] [^\n]*\.$/);
    return error;
  }
  throw new Error('The file was read.');
}

type Damage = readonly [name: string, damage: (file: Draft) => void, message: RegExp];

// biome-ignore lint/suspicious/noExplicitAny: damaging a file means ignoring its type.
type Draft = any;

const seenBySchema: readonly Damage[] = [
  [
    'version as text',
    (file) => {
      file.version = '1';
    },
    /"version" must be 1/,
  ],
  [
    'version 0',
    (file) => {
      file.version = 0;
    },
    /"version" must be 1/,
  ],
  [
    'no creator',
    (file) => {
      delete file.createdBy;
    },
    /"createdBy" must be present/,
  ],
  [
    'one photo',
    (file) => {
      file.images.pop();
    },
    /"images" must be a list of 2/,
  ],
  [
    'three photos',
    (file) => {
      file.images.push(file.images[0]);
    },
    /"images" must be a list of 2/,
  ],
  [
    'photo without a name',
    (file) => {
      file.images[1].name = null;
    },
    /"images\[1\].name" must be text/,
  ],
  [
    'width 0',
    (file) => {
      file.images[0].width = 0;
    },
    /"images\[0\].width" must be a whole number/,
  ],
  [
    'width 640.5',
    (file) => {
      file.images[0].width = 640.5;
    },
    /"images\[0\].width"/,
  ],
  [
    'huge height',
    (file) => {
      file.images[0].height = 1e9;
    },
    /"images\[0\].height"/,
  ],
  [
    'short hash',
    (file) => {
      file.images[0].sha256 = 'abc';
    },
    /"images\[0\].sha256" must be a SHA-256/,
  ],
  [
    'upper-case hash',
    (file) => {
      file.images[0].sha256 = 'A'.repeat(64);
    },
    /sha256/,
  ],
  [
    'hash and a line break',
    (file) => {
      file.images[0].sha256 += '\n';
    },
    /sha256/,
  ],
  [
    'unknown matcher',
    (file) => {
      file.matcher.id = 'sift';
    },
    /"matcher.id" must be "loftr"/,
  ],
  [
    'unknown view',
    (file) => {
      file.matcher.views = ['upside-down'];
    },
    /"matcher.views\[0\]"/,
  ],
  [
    'found by no view',
    (file) => {
      file.support = file.view.map(() => 0);
    },
    /"support\[0\]"/,
  ],
  [
    'report without its view',
    (file) => {
      file.viewReports = [{ found: 1, added: 1, milliseconds: 1, failure: null }];
    },
    /"viewReports\[0\].view" must be present/,
  ],
  [
    'no views',
    (file) => {
      file.matcher.views = [];
    },
    /"matcher.views" must be a list of at least 1/,
  ],
  [
    'input of one size',
    (file) => {
      file.matcher.inputSize.pop();
    },
    /"matcher.inputSize"/,
  ],
  [
    'unknown provider',
    (file) => {
      file.matcher.executionProvider = 'tpu';
    },
    /"matcher.executionProvider"/,
  ],
  [
    'unknown precision',
    (file) => {
      file.matcher.precision = 'fp8';
    },
    /"matcher.precision" must be "fp32" or "fp16"/,
  ],
  [
    'other coordinates',
    (file) => {
      file.coordinates = 'pixel-corner-origin';
    },
    /"coordinates"/,
  ],
  [
    'keypoints as an object',
    (file) => {
      file.keypoints0 = {};
    },
    /"keypoints0" must be a list/,
  ],
  [
    'point of three',
    (file) => {
      file.keypoints0[3] = [1, 2, 3];
    },
    /"keypoints0\[3\]" must be a list of 2/,
  ],
  [
    'point of text',
    (file) => {
      file.keypoints1[0] = ['1', '2'];
    },
    /"keypoints1\[0\]\[0\]" must be a number/,
  ],
  [
    'NaN written as null',
    (file) => {
      file.keypoints0[1][0] = null;
    },
    /"keypoints0\[1\]\[0\]"/,
  ],
  [
    'infinite point',
    (file) => {
      file.keypoints0[1][1] = Infinity;
    },
    /"keypoints0\[1\]\[1\]"/,
  ],
  [
    'point far outside',
    (file) => {
      file.keypoints0[1][1] = 1e7;
    },
    /"keypoints0\[1\]\[1\]"/,
  ],
  [
    'confidence above 1',
    (file) => {
      file.confidence[0] = 1.5;
    },
    /"confidence\[0\]" must be a number from 0 to 1/,
  ],
  [
    'negative confidence',
    (file) => {
      file.confidence[5] = -0.1;
    },
    /"confidence\[5\]"/,
  ],
  [
    'inlier as a number',
    (file) => {
      file.inlier[0] = 1;
    },
    /"inlier\[0\]" must be true or false/,
  ],
  [
    'view of half',
    (file) => {
      file.view[0] = 0.5;
    },
    /"view\[0\]"/,
  ],
  [
    'view -1',
    (file) => {
      file.view[0] = -1;
    },
    /"view\[0\]"/,
  ],
  [
    'geometry as a list',
    (file) => {
      file.geometry = [];
    },
    /"geometry" must be an object/,
  ],
  [
    'geometry left out',
    (file) => {
      delete file.geometry;
    },
    /"geometry" must be present/,
  ],
  [
    'affine geometry',
    (file) => {
      file.geometry.model = 'affine';
    },
    /"geometry.model"/,
  ],
  [
    'flat matrix',
    (file) => {
      file.geometry.matrix = file.geometry.matrix.flat();
    },
    /"geometry.matrix" must be a list of 3/,
  ],
  [
    'matrix of 2 x 3',
    (file) => {
      file.geometry.matrix.pop();
    },
    /"geometry.matrix"/,
  ],
  [
    'matrix of 3 x 4',
    (file) => {
      file.geometry.matrix[1].push(0);
    },
    /"geometry.matrix\[1\]" must be a list of 3/,
  ],
  [
    'infinite matrix',
    (file) => {
      file.geometry.matrix[1][1] = -Infinity;
    },
    /"geometry.matrix\[1\]\[1\]"/,
  ],
  [
    'threshold 0',
    (file) => {
      file.geometry.thresholdPx = 0;
    },
    /"geometry.thresholdPx"/,
  ],
  [
    'certainty',
    (file) => {
      file.geometry.confidence = 1;
    },
    /"geometry.confidence"/,
  ],
  [
    'no iterations',
    (file) => {
      file.geometry.iterations = 0;
    },
    /"geometry.iterations"/,
  ],
  [
    'inliers -1',
    (file) => {
      file.geometry.inlierCount = -1;
    },
    /"geometry.inlierCount"/,
  ],
  [
    'no settings',
    (file) => {
      file.settings = null;
    },
    /"settings" must be an object/,
  ],
  [
    'long edge as text',
    (file) => {
      file.settings.match.longEdge = '640';
    },
    /"settings.match.longEdge"/,
  ],
  ...(
    [
      ['no preprocessing', null, 'preprocessing'],
      [
        'filter of another name',
        { resampling: 'box', equalisation: null, gamma: 1 },
        'preprocessing.resampling',
      ],
      ['gamma 0', { resampling: 'area', equalisation: null, gamma: 0 }, 'preprocessing.gamma'],
      ['gamma 5.1', { resampling: 'area', equalisation: null, gamma: 5.1 }, 'preprocessing.gamma'],
      ['equalisation left out', { resampling: 'area', gamma: 1 }, 'preprocessing.equalisation'],
      [
        'clip limit 0.9',
        { resampling: 'area', equalisation: { clipLimit: 0.9, tiles: 8 }, gamma: 1 },
        'preprocessing.equalisation.clipLimit',
      ],
      [
        'clip limit 41',
        { resampling: 'area', equalisation: { clipLimit: 41, tiles: 8 }, gamma: 1 },
        'preprocessing.equalisation.clipLimit',
      ],
      [
        '33 tiles',
        { resampling: 'area', equalisation: { clipLimit: 2, tiles: 33 }, gamma: 1 },
        'preprocessing.equalisation.tiles',
      ],
    ] as const
  ).map(
    ([name, preprocessing, path]): Damage => [
      name,
      (file) => {
        file.settings.match.preprocessing = preprocessing;
      },
      new RegExp(`"settings.match.${path}"`),
    ],
  ),
  [
    'minimum above 1',
    (file) => {
      file.settings.minimumConfidence = 2;
    },
    /"settings.minimumConfidence"/,
  ],
  [
    'half a match',
    (file) => {
      file.settings.maximumMatches = 0.5;
    },
    /"settings.maximumMatches"/,
  ],
  [
    'seed of 64 bits',
    (file) => {
      file.settings.estimation.seed = 2 ** 40;
    },
    /"settings.estimation.seed"/,
  ],
  [
    'timings as a list',
    (file) => {
      file.timingsMs = [1];
    },
    /"timingsMs" must be an object/,
  ],
  [
    'time running back',
    (file) => {
      file.timingsMs.total = -1;
    },
    /"timingsMs.total"/,
  ],
];

const beyondSchema: readonly Damage[] = [
  [
    'a point too few',
    (file) => {
      file.keypoints1.pop();
    },
    /"keypoints0" has \d+ entries and "keypoints1" has \d+/,
  ],
  [
    'confidence too long',
    (file) => {
      file.confidence.push(0.2);
    },
    /"confidence" has/,
  ],
  [
    'no inlier column',
    (file) => {
      file.inlier = [];
    },
    /"inlier" has 0/,
  ],
  [
    'view too short',
    (file) => {
      file.view.pop();
    },
    /"view" has/,
  ],
  [
    'support too short',
    (file) => {
      file.support = [1];
    },
    /"support" has 1/,
  ],
  [
    'refined too short',
    (file) => {
      file.refined = [true];
    },
    /"refined" has 1/,
  ],
  [
    'propagated too short',
    (file) => {
      file.propagated = [true];
    },
    /"propagated" has 1/,
  ],
  [
    'reports of other views',
    (file) => {
      file.viewReports = [{ view: 'flip', found: 1, added: 1, milliseconds: 1, failure: null }];
    },
    /"viewReports" and "matcher.views" name different views/,
  ],
  [
    'view that is not listed',
    (file) => {
      file.view[0] = 1;
    },
    /a view that "matcher.views" does not list/,
  ],
  [
    'wrong count of inliers',
    (file) => {
      file.geometry.inlierCount += 1;
    },
    /"inlier" marks \d+ matches/,
  ],
  [
    'inliers of no geometry',
    (file) => {
      file.geometry = null;
    },
    /"geometry" counts 0/,
  ],
  [
    'less confident than its settings',
    (file) => {
      file.confidence[7] = 0.1;
    },
    /goes below "settings.minimumConfidence"/,
  ],
  [
    'more than its settings',
    (file) => {
      file.settings.maximumMatches = 3;
    },
    /"settings.maximumMatches" is 3/,
  ],
];

describe('a damaged file', () => {
  const damaged = ([, damage]: Damage): Draft => {
    const file = JSON.parse(text);
    damage(file);
    return file;
  };
  const check = (file: unknown) => {
    try {
      checkMatchFile(file);
    } catch (error) {
      return error as CovisError;
    }
    throw new Error('The file was let through.');
  };

  it.each(seenBySchema)('is seen by the schema and by the reader: %s', (...damage) => {
    const file = damaged(damage);
    expect(schemaErrors(file)).not.toEqual([]);
    expect(check(file)).toMatchObject({
      code: 'match-file-damaged',
      message: expect.stringMatching(damage[2]),
    });
    expect(check(file).message).toMatch(
      /^The match file is damaged: [^\n]*; save it again from its photos\.$/,
    );
  });

  it.each(beyondSchema)('contradicts itself, which only the reader sees: %s', (...damage) => {
    const file = damaged(damage);
    expect(schemaErrors(file)).toEqual([]);
    expect(check(file)).toMatchObject({
      code: 'match-file-damaged',
      message: expect.stringMatching(damage[2]),
    });
  });

  it('is judged alike by the schema and the reader whatever is missing or null', () => {
    const visit = (value: Draft, path: readonly string[], found: (readonly string[])[]) => {
      if (typeof value !== 'object' || value === null) return;
      for (const key of Object.keys(value).slice(0, 3)) {
        found.push([...path, key]);
        visit(value[key], [...path, key], found);
      }
      for (const key of Object.keys(value).slice(3)) {
        if (!Array.isArray(value)) {
          found.push([...path, key]);
          visit(value[key], [...path, key], found);
        }
      }
    };
    const paths: (readonly string[])[] = [];
    const small = writeMatchFile(createMatchFile(createPairResult(8), ''));
    visit(JSON.parse(small), [], paths);
    expect(paths.length).toBeGreaterThan(80);
    for (const path of paths) {
      for (const change of ['delete', null, 'text', -3, 1.5, true, [], {}] as const) {
        const file = JSON.parse(small);
        const parent = path.slice(0, -1).reduce((value: Draft, key) => value[key], file);
        const key = path.at(-1)!;
        if (change !== 'delete') parent[key] = change;
        else if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
        const verdict = matchFileShape(file) === null;
        expect(verdict, `${path.join('.')} ${JSON.stringify(change)}`).toBe(schemaErrors(file).length === 0);
      }
    }
  });
});

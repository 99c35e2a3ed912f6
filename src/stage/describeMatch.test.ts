import { describe, expect, it } from 'vitest';
import { describeMatch, describeStage, sayMatch } from './describeMatch.ts';
import type { StageGeometry, StagePhoto } from './stageData.ts';

const photo = (name: string) => ({ name, width: 10, height: 10 }) as StagePhoto;
const matches = {
  keypoints0: new Float32Array([1, 2, 402.94, 404.66]),
  keypoints1: new Float32Array([3, 4, 556.5, 314.5]),
  confidence: new Float32Array([0.9, 0.5544]),
  view: new Uint8Array([1, 0]),
  support: new Uint8Array([3, 1]),
  settings: { views: ['original'] },
} as const;

/** Points keep their row. */
const geometry: StageGeometry = {
  relation: { kind: 'epipolar', fundamental: [0, 0, 0, 0, 0, -1, 0, 1, 0] },
  inliers: new Uint8Array([1, 0]),
  residualsPx: new Float32Array([1.25, 63.75]),
  thresholdPx: 1.5,
};

describe('describeMatch', () => {
  it('counts from one and gives photo pixels with one decimal', () => {
    const description = describeMatch(1, matches, geometry, photo('a.jpg'), photo('b.jpg'));
    expect(description).toEqual({
      title: 'Match 2',
      confidence: '0.554',
      agreement: 'outlier',
      view: null,
      rows: [
        { name: 'a.jpg', x: '402.9', y: '404.7' },
        { name: 'b.jpg', x: '556.5', y: '314.5' },
      ],
      measures: [
        { name: 'Residual', value: '63.8\u2009px' },
        { name: 'From its lines', value: '90.2\u2009px and 90.2\u2009px' },
      ],
    });
    expect(sayMatch(description)).toBe(
      'Match 2, confidence 0.554, outlier: a.jpg at 402.9, 404.7; b.jpg at 556.5, 314.5; ' +
        'residual 63.8\u2009px; from its lines 90.2\u2009px and 90.2\u2009px',
    );
  });

  it('names the view where there are several, and how many agree', () => {
    const several = { ...matches, settings: { views: ['original', 'flip', 'swap'] } } as const;
    const describeViewOf = (index: number) =>
      describeMatch(index, several, null, photo('a.jpg'), photo('b.jpg'));
    expect(describeViewOf(0).view).toBe('Mirrored and 2 other views');
    expect(describeViewOf(1).view).toBe('Original alone');
    expect(sayMatch(describeViewOf(1))).toContain('confidence 0.554, Original alone: a.jpg');
  });

  it('gives the residual alone under a homography, and none where there is none', () => {
    const relation = { kind: 'homography', matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] } as const;
    const residualsPx = new Float32Array([Infinity, Number.NaN]);
    const measuresOf = (index: number) =>
      describeMatch(index, matches, { ...geometry, relation, residualsPx }, photo('a.jpg'), photo('b.jpg'))
        .measures;
    expect(measuresOf(0)).toEqual([{ name: 'Residual', value: 'behind the camera' }]);
    expect(measuresOf(1)).toEqual([]);
  });

  it('says nothing of inliers while there is no geometry', () => {
    expect(describeMatch(0, matches, null, photo('a.jpg'), photo('b.jpg')).agreement).toBeNull();
  });
});

describe('describeStage', () => {
  it('names what is shown', () => {
    expect(describeStage(null, null, null, 0)).toBe('No photos');
    expect(describeStage(null, photo('b.jpg'), null, 0)).toBe('Photo b.jpg');
    expect(describeStage(photo('a.jpg'), photo('b.jpg'), 12345, 999)).toBe(
      'Photos a.jpg and b.jpg, 999 of 12,345 matches drawn',
    );
  });
});

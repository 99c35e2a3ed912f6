import { expect, it } from 'vitest';
import { placeReadout } from './placeReadout.ts';

const stage = { width: 390, height: 600 };

it('lies right and below the anchor where there is room', () => {
  expect(placeReadout({ x: 20, y: 30 }, { width: 200, height: 60 }, stage)).toEqual({ x: 38, y: 48 });
});

it('changes sides near the right and lower edge', () => {
  expect(placeReadout({ x: 380, y: 590 }, { width: 200, height: 60 }, stage)).toEqual({ x: 162, y: 512 });
});

it('is on the stage wherever the anchor is', () => {
  const readout = { width: 250, height: 60 };
  for (let x = -50; x <= 440; x += 7) {
    for (let y = -50; y <= 650; y += 7) {
      const place = placeReadout({ x, y }, readout, stage);
      expect(place.x).toBeGreaterThanOrEqual(8);
      expect(place.y).toBeGreaterThanOrEqual(8);
      expect(place.x + readout.width).toBeLessThanOrEqual(stage.width - 8);
      expect(place.y + readout.height).toBeLessThanOrEqual(stage.height - 8);
    }
  }
});

import { describe, expect, it } from 'vitest';
import { multiply3 } from '../geometry/matrix3.ts';
import { describePose } from './describePose.ts';

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Turns of the axes of a camera: right about the vertical, up about its own x axis, clockwise about its sight. */
function rotationOf(pan: number, tilt: number, roll: number): number[] {
  const [p, t, r] = [pan, tilt, roll].map(radians) as [number, number, number];
  const panned = [Math.cos(p), 0, -Math.sin(p), 0, 1, 0, Math.sin(p), 0, Math.cos(p)];
  const tilted = [1, 0, 0, 0, Math.cos(t), Math.sin(t), 0, -Math.sin(t), Math.cos(t)];
  const rolled = [Math.cos(r), Math.sin(r), 0, -Math.sin(r), Math.cos(r), 0, 0, 0, 1];
  return multiply3(rolled, multiply3(tilted, panned));
}

describe('describePose', () => {
  it('says how far the second camera turned, and which way', () => {
    const turn = (pan: number, tilt: number, roll: number) =>
      describePose({ rotation: rotationOf(pan, tilt, roll), translation: [1, 0, 0] });
    expect(turn(17, 0, 0)).toMatchObject({ angle: '17.0°' });
    expect(turn(17, 4, 2.5)).toMatchObject({ turn: '17.0° right, 4.0° up', roll: '2.5° clockwise' });
    expect(turn(-60, -12, -3)).toMatchObject({ turn: '60.0° left, 12.0° down', roll: '3.0° anticlockwise' });
    expect(turn(150, 0, 90)).toMatchObject({ turn: '150.0° right, 0.0° up', roll: '90.0° clockwise' });
  });

  it('says where the second camera stands, not where its points went', () => {
    const level = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    const move = (rotation: number[], translation: [number, number, number]) =>
      describePose({ rotation, translation }).move;
    expect(move(level, [-0.6, 0, -0.8])).toBe('0.60 right, 0.00 down, 0.80 forward');
    expect(move(level, [0.6, 0.8, 0])).toBe('0.60 left, 0.80 up, 0.00 forward');
    // Looking back at where it came from: points that come nearer to it go away from the first camera.
    expect(move(rotationOf(180, 0, 0), [0, 0, 1])).toBe('0.00 right, 0.00 down, 1.00 forward');
  });
});

/** Where the second camera stands and looks, in words, as seen from the first. */
import { apply3, cross, dot, rowOf, scale3, transpose3, type Vector3 } from '../geometry/matrix3.ts';
import { type RelativePose, rotationAngle } from '../geometry/relativePose.ts';

export interface PoseInWords {
  /** The whole turn in degrees. */
  readonly angle: string;
  /** Its pan and tilt, in this order. */
  readonly turn: string;
  /** The rest of it, about the line of sight. */
  readonly roll: string;
  /** Parts of a direction of length 1. */
  readonly move: string;
}

export function describePose(pose: RelativePose): PoseInWords {
  const { pan, tilt, roll } = panTiltRoll(pose.rotation);
  // The second camera's centre in the axes of the first: 0 = R C + t.
  const [right, down, forward] = scale3(apply3(transpose3(pose.rotation), pose.translation), -1);
  const degrees = (value: number) => `${value.toFixed(1)}°`;
  const share = (value: number) => value.toFixed(2);
  return {
    angle: degrees(rotationAngle(pose.rotation)),
    turn: [inWords(pan, 'right', 'left', degrees), inWords(tilt, 'up', 'down', degrees)].join(', '),
    roll: inWords(roll, 'clockwise', 'anticlockwise', degrees),
    move: [
      inWords(right, 'right', 'left', share),
      inWords(down, 'down', 'up', share),
      inWords(forward, 'forward', 'back', share),
    ].join(', '),
  };
}

function inWords(
  value: number,
  positive: string,
  negative: string,
  format: (size: number) => string,
): string {
  const size = format(Math.abs(value));
  // What is shown as nothing keeps one direction, whatever noise does to its sign.
  return `${size} ${value < 0 && Number.parseFloat(size) > 0 ? negative : positive}`;
}

/** First panned about the vertical, then tilted, then rolled about the line of sight; in degrees. */
function panTiltRoll(rotation: readonly number[]): { pan: number; tilt: number; roll: number } {
  const sight = rowOf(rotation, 2);
  const across = rowOf(rotation, 0);
  const pan = Math.atan2(sight[0], sight[2]);
  const level: Vector3 = [Math.cos(pan), 0, -Math.sin(pan)];
  const degrees = 180 / Math.PI;
  return {
    pan: pan * degrees,
    tilt: Math.atan2(-sight[1], Math.hypot(sight[0], sight[2])) * degrees,
    roll: Math.atan2(dot(across, cross(sight, level)), dot(across, level)) * degrees,
  };
}

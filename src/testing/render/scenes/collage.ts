/** A flat texture in pixels: shapes, type and noise of many sizes, without an end in any direction. */
import { createRandom } from '../../random.ts';
import { hex, mix, type Rgb } from '../colour.ts';
import { createSurfacePoint, paint } from '../material.ts';
import { fractalNoise } from '../noise.ts';
import { Print } from '../print.ts';

const palette = [0xd9552f, 0xf2a65a, 0x2a6f97, 0x33264a, 0x6a994e, 0xf3ead6, 0x1c1b22, 0xb23a48].map(hex);

const words = [
  'POINT',
  'LINE',
  'PLANE',
  'VIEW',
  'DEPTH',
  'MATCH',
  'RAY',
  'LENS',
  'SCENE',
  '0123',
  '4567',
  '89',
];

/** Linear colour at a position in pixels, averaged over about `footprint` pixels. */
export type Collage = (u: number, v: number, footprint: number) => Rgb;

export function createCollage(
  seed: number,
  { width, height }: { readonly width: number; readonly height: number },
): Collage {
  const random = createRandom(seed);
  const reach = Math.max(width, height);
  // Shapes cover three pictures each way; beyond them only noise goes on.
  const print = new Print(3 * reach, 3 * reach);
  for (let k = 0; k < 1800; k++) {
    const [u, v] = [random.uniform(0, 3 * reach), random.uniform(0, 3 * reach)];
    const size = reach * 0.075 * random.uniform(0.2, 1) ** 2 + 2;
    const colour = random.pick(palette);
    switch (k % 5) {
      case 0:
        print.disc(u, v, size * 0.7, colour);
        break;
      case 1:
        print.rectangle(u, v, size * 1.6, size * random.uniform(0.4, 1.4), colour);
        break;
      case 2:
        print.polygon(
          [
            [u, v],
            [u + size * 1.5, v + size * random.uniform(-0.5, 0.5)],
            [u + size * random.uniform(0, 1), v + size * 1.4],
          ],
          colour,
        );
        break;
      case 3:
        print.ring(u, v, size * 0.6, size * 0.22, colour);
        break;
      default:
        print.text(random.pick(words), u, v, { height: size * 0.6 + 3, colour, weight: 0.2 });
    }
  }
  const [ground0, ground1] = [hex(0xa89c84), hex(0x55606a)];
  const point = createSurfacePoint();
  return (u, v, footprint) => {
    const broad = fractalNoise(u, v, reach * 0.3, 6, footprint, seed + 1);
    paint(point, mix(ground0, ground1, Math.min(Math.max(0.5 + 0.6 * broad, 0), 1)));
    point.footprint = footprint;
    // Prints have v upwards.
    print.paintAt(point, u + reach, 2 * reach - v);
    const fine = fractalNoise(u, v, reach * 0.03, 4, footprint, seed + 2);
    const shade = Math.max(0.85 + 0.3 * fine, 0.1);
    return [Math.min(point.r * shade, 1), Math.min(point.g * shade, 1), Math.min(point.b * shade, 1)];
  };
}

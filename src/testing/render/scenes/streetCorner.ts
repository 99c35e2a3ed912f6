/**
 * A corner house with a cafe, two streets, trees and street furniture on a clear afternoon: depth, occlusion and
 * moving reflections between two photos taken a few steps apart.
 */
import { createRandom } from '../../random.ts';
import { placeCamera } from '../camera.ts';
import { hex } from '../colour.ts';
import { bar, block, column, createFrame, type Frame, locate, tree } from '../construct.ts';
import type { Lighting } from '../lighting.ts';
import { cobbles, roofTiles, slabs } from '../materials/ground.ts';
import { painted, printed } from '../materials/joinery.ts';
import { bark } from '../materials/plants.ts';
import { ashlar, brick, plaster } from '../materials/walls.ts';
import { Print } from '../print.ts';
import { createScene, type Quad } from '../scene.ts';
import { normalize } from '../vector.ts';
import {
  advertisingColumn,
  awning,
  bench,
  bollard,
  castIron,
  foliage,
  fruitCrate,
  litterBin,
  planter,
  signBoard,
  streetLamp,
} from './furniture.ts';
import { chalkBoard, concertPoster, fascia, streetPlate } from './prints.ts';
import { buildFacade, chimney, dormer, evenRow, type FacadeStyle, roofSlope } from './townhouse.ts';
import { type PairScene, photoSize } from './view.ts';

const street = -0.14;

function at(frame: Frame, x: number, z: number, d: number): Frame {
  return { ...frame, origin: locate(frame, x, z, d) };
}

export function streetCorner(): PairScene {
  const random = createRandom(7);
  const limestone = ashlar({ seed: 5, colour: hex(0xc9bda4) });
  const redBrick = brick({
    seed: 1,
    colours: [hex(0xa4533c), hex(0x94452f), hex(0xb0644a), hex(0x86402e), hex(0xa85f3e)],
    mortar: hex(0xb7ab98),
  });
  const tiles = roofTiles({ seed: 8, colour: hex(0x9a5138) });
  const slate = roofTiles({ seed: 9, colour: hex(0x5c6067) });
  const corner: FacadeStyle = {
    wall: redBrick,
    trim: limestone,
    frame: hex(0xe9e5da),
    door: hex(0x1f4a45),
    shutters: null,
    lintel: 'surround',
    litShare: 0,
    paneRows: [0.36, 0.36, 0.28],
    paneColumns: 2,
  };
  const south = createFrame([2.2, 0, 0], 0);
  const west = createFrame([0, 12.2, 0], -90);
  const chamfer = createFrame([0, 2.2, 0], -45);
  const chamferWidth = 2.2 * Math.SQRT2;
  const floors = [
    [4.7, 6.6],
    [7.9, 9.6],
  ] as const;
  const height = 10.7;
  const upper = (from: number, to: number, count: number) =>
    floors.flatMap((z) => evenRow('window', { from, to, count }, 1.05, z));
  const bands = [4.1, 7.4];

  const ochre: FacadeStyle = {
    ...corner,
    wall: plaster({ seed: 40, colour: hex(0xd9b26f), age: 0.55 }),
    trim: ashlar({ seed: 41, colour: hex(0xd6cdbb) }),
    frame: hex(0xf0ece2),
    door: hex(0x6b2d25),
    shutters: hex(0x4d6b57),
    lintel: 'stone',
    paneRows: [0.5, 0.5],
  };
  const teal: FacadeStyle = {
    ...corner,
    wall: plaster({ seed: 50, colour: hex(0x9fb8b0), age: 0.6 }),
    trim: ashlar({ seed: 51, colour: hex(0xcfc8b8) }),
    door: hex(0x41352b),
    paneRows: [0.65, 0.35],
  };
  const rose: FacadeStyle = {
    ...ochre,
    wall: plaster({ seed: 60, colour: hex(0xcf9a86), age: 0.4 }),
    shutters: hex(0x6d7f91),
  };
  const white: FacadeStyle = {
    ...teal,
    wall: plaster({ seed: 65, colour: hex(0xd8d2c4), age: 0.5 }),
    lintel: 'stone',
  };

  // Adjacent walls turn by 45 degrees, so their roofs meet along a line that leans by half of it.
  const hip = 1.5 * Math.tan(Math.PI / 8);
  const east = createFrame([13.2, 0, 0], 0);
  const fourth = createFrame([21.6, 0, 0], 0);
  const north = createFrame([0, 21.5, 0], -90);
  const endEast = createFrame([33, 0, 0], -90);
  const endNorth = createFrame([-15, 34, 0], 0);
  const acrossSouth = createFrame([40, -17, 0], 180);
  const acrossWest = createFrame([-16, -17, 0], 90);

  const quads: Quad[] = [
    // Ground.
    {
      corner: [-60, -60, street],
      sideU: [120, 0, 0],
      sideV: [0, 120, 0],
      material: cobbles({ seed: 13, colour: hex(0x8b857c) }),
    },
    ...block(
      createFrame([-2.2, -2.4, street], 0),
      { x: [0, 42], z: [0, 0.14], d: [-2.6, 0] },
      slabs({ seed: 14, colour: hex(0xa39c8f) }),
    ),
    ...block(
      createFrame([-2.4, -2.2, street], 90),
      { x: [0, 42], z: [0, 0.139], d: [0, 2.6] },
      slabs({ seed: 16, colour: hex(0xa39c8f) }),
    ),
    ...block(
      createFrame([-2.5, -2.58, street], 0),
      { x: [0, 42], z: [0, 0.15], d: [-0.2, 0] },
      ashlar({ seed: 17, colour: hex(0x9d968a), length: 1.1 }),
    ),
    ...block(
      createFrame([-2.6, 40, street], -90),
      { x: [0, 42.6], z: [0, 0.151], d: [-0.2, 0] },
      ashlar({ seed: 18, colour: hex(0x9d968a), length: 1.1 }),
    ),

    // The corner house.
    ...buildFacade(
      {
        frame: south,
        width: 11,
        height,
        bands,
        style: corner,
        cornice: 0.5,
        openings: [
          { kind: 'shop', x: [0.7, 4.1], z: [0.62, 3.1] },
          { kind: 'door', x: [5, 6.3], z: [0, 3.1] },
          { kind: 'shop', x: [7.1, 10.3], z: [0.62, 3.1] },
          ...upper(0.2, 10.8, 5),
        ],
      },
      random,
    ),
    ...buildFacade(
      {
        frame: west,
        width: 10,
        height,
        bands,
        style: corner,
        cornice: 0.5,
        openings: [
          { kind: 'shop', x: [6.1, 9.3], z: [0.62, 3.1] },
          { kind: 'door', x: [4, 5.2], z: [0, 3.1] },
          ...evenRow('window', { from: 0.3, to: 3.7, count: 2 }, 1.05, [1.1, 3.1]),
          ...upper(0.2, 9.8, 4),
        ],
      },
      random,
    ),
    ...buildFacade(
      {
        frame: chamfer,
        width: chamferWidth,
        height,
        bands,
        style: corner,
        cornice: 0.5,
        openings: [
          { kind: 'door', x: [chamferWidth / 2 - 0.8, chamferWidth / 2 + 0.8], z: [0, 3.1] },
          ...floors.map((z) => ({
            kind: 'window' as const,
            x: [chamferWidth / 2 - 0.75, chamferWidth / 2 + 0.75] as const,
            z,
          })),
        ],
      },
      random,
    ),
    ...roofSlope(south, 11, {
      height,
      depth: 1.5,
      rise: 2.3,
      material: tiles,
      hips: [hip, 0],
      gables: redBrick,
    }),
    ...roofSlope(west, 10, {
      height,
      depth: 1.5,
      rise: 2.3,
      material: tiles,
      hips: [0, hip],
      gables: redBrick,
    }),
    ...roofSlope(chamfer, chamferWidth, { height, depth: 1.5, rise: 2.3, material: tiles, hips: [hip, hip] }),
    ...dormer(south, 3.2, height + 0.35, -0.35, corner, random),
    ...dormer(south, 7.6, height + 0.35, -0.35, corner, random),
    ...dormer(west, 5.4, height + 0.35, -0.35, corner, random),
    ...chimney(south, 9.6, [height, height + 4.4], -3, redBrick, limestone),
    ...chimney(west, 1.2, [height, height + 4.6], -3, redBrick, limestone),

    // Neighbours.
    ...buildFacade(
      {
        frame: east,
        width: 8.4,
        height: 9,
        bands: [3.5],
        style: ochre,
        cornice: 0.35,
        openings: [
          { kind: 'door', x: [0.7, 1.9], z: [0, 2.7] },
          ...evenRow('window', { from: 2.2, to: 8.2, count: 3 }, 1, [0.95, 2.7]),
          ...evenRow('window', { from: 0.2, to: 8.2, count: 4 }, 0.95, [4, 5.7]),
          ...evenRow('window', { from: 0.2, to: 8.2, count: 4 }, 0.95, [6.7, 8.1]),
        ],
      },
      random,
    ),
    ...roofSlope(east, 8.4, { height: 9, depth: 4, rise: 3, material: slate, gables: ochre.wall }),
    ...chimney(east, 6, [9, 12.6], -2.5, redBrick, limestone),
    ...buildFacade(
      {
        frame: north,
        width: 9.3,
        height: 11.6,
        bands: [3.8, 7.4],
        style: teal,
        cornice: 0.45,
        openings: [
          { kind: 'shop', x: [5.2, 8.6], z: [0.6, 2.9] },
          { kind: 'door', x: [3.4, 4.6], z: [0, 2.9] },
          ...evenRow('window', { from: 0.3, to: 3.1, count: 1 }, 1.2, [1.1, 2.9]),
          ...evenRow('window', { from: 0.2, to: 9.1, count: 4 }, 1.05, [4.4, 6.5]),
          ...evenRow('window', { from: 0.2, to: 9.1, count: 4 }, 1.05, [8, 10]),
        ],
      },
      random,
    ),
    ...roofSlope(north, 9.3, { height: 11.6, depth: 4, rise: 3, material: tiles, gables: teal.wall }),
    ...buildFacade(
      {
        frame: fourth,
        width: 11.4,
        height: 10.4,
        bands: [3.9, 7],
        style: rose,
        cornice: 0.4,
        openings: [
          ...evenRow('door', { from: 1, to: 11, count: 2 }, 1.2, [0, 2.8]),
          ...evenRow('window', { from: 0.2, to: 11.2, count: 5 }, 1, [4.4, 6.2]),
          ...evenRow('window', { from: 0.2, to: 11.2, count: 5 }, 1, [7.5, 9.3]),
        ],
      },
      random,
    ),
    ...roofSlope(fourth, 11.4, { height: 10.4, depth: 4, rise: 3, material: tiles, gables: rose.wall }),
    ...buildFacade(
      {
        frame: endEast,
        width: 18,
        height: 11,
        bands: [4],
        style: white,
        cornice: 0.4,
        openings: [
          ...evenRow('window', { from: 0.2, to: 17, count: 7 }, 1.1, [1, 3]),
          ...evenRow('window', { from: 0.2, to: 17, count: 7 }, 1.1, [4.7, 6.6]),
          ...evenRow('window', { from: 0.2, to: 17, count: 7 }, 1.1, [7.7, 9.5]),
        ],
      },
      random,
    ),
    ...roofSlope(endEast, 18, { height: 11, depth: 5, rise: 3.4, material: slate, gables: white.wall }),
    ...buildFacade(
      {
        frame: endNorth,
        width: 22,
        height: 9.4,
        bands: [3.6],
        style: rose,
        cornice: 0.4,
        openings: [
          ...evenRow('door', { from: 1, to: 21, count: 4 }, 1.2, [0, 2.7]),
          ...evenRow('window', { from: 0.2, to: 21.8, count: 9 }, 1.05, [4.1, 5.8]),
          ...evenRow('window', { from: 0.2, to: 21.8, count: 9 }, 1.05, [6.7, 8.3]),
        ],
      },
      random,
    ),
    ...roofSlope(endNorth, 22, { height: 9.4, depth: 5, rise: 3.4, material: slate, gables: rose.wall }),
    // The other sides of both streets: seen in window panes only.
    ...buildFacade(
      {
        frame: acrossSouth,
        width: 56,
        height: 8,
        bands: [],
        style: { ...white, shutters: null },
        cornice: 0,
        openings: evenRow('window', { from: 0, to: 56, count: 20 }, 1.1, [4.4, 6.4]),
      },
      random,
    ),
    ...buildFacade(
      {
        frame: acrossWest,
        width: 52,
        height: 9,
        bands: [],
        style: { ...rose, shutters: null },
        cornice: 0,
        openings: evenRow('window', { from: 0, to: 52, count: 18 }, 1.1, [4.4, 6.4]),
      },
      random,
    ),
  ];

  // Signs, awnings, pipes.
  const gold = hex(0xe3c57a);
  const green = hex(0x1b4038);
  quads.push(
    ...signBoard(at(chamfer, 0.22, 3.42, 0), fascia(chamferWidth - 0.44, 0.5, 'CAFE', green, gold), green),
    ...signBoard(at(south, 0.6, 3.42, 0), fascia(3.6, 0.5, 'PARALLAX', green, gold), green),
    ...signBoard(
      at(south, 7, 3.42, 0),
      fascia(3.4, 0.5, 'BOOKS', hex(0x5c2230), hex(0xf0e3c4)),
      hex(0x5c2230),
    ),
    ...signBoard(at(west, 6, 3.42, 0), fascia(3.4, 0.5, 'BAKERY', green, gold), green),
    ...signBoard(at(west, 2.7, 4.3, 0.08), streetPlate('LENS LANE'), hex(0xf4f4ee), 0, 0.02),
    ...signBoard(at(south, 4.5, 4.3, 0.08), streetPlate('PRISM ST.'), hex(0xf4f4ee), 0, 0.02),
    ...awning(south, [0.55, 4.3], 3.36, 1.25, [hex(0xb23a30), hex(0xeee6d2)]),
    ...awning(west, [5.95, 9.45], 3.36, 1.2, [hex(0x2f6b57), hex(0xeee6d2)]),
    ...column(locate(south, 10.85, 0, 0.09), height - 0.4, 0.055, castIron, { sides: 10 }),
    ...column(locate(west, 0.15, 0, 0.09), height - 0.4, 0.055, castIron, { sides: 10 }),
  );
  // A sign that hangs out over the pavement.
  const hanging = new Print(0.8, 0.8);
  hanging
    .disc(0.4, 0.4, 0.4, gold)
    .disc(0.4, 0.4, 0.36, hex(0x5c2230))
    .rectangle(0.16, 0.28, 0.22, 0.28, hex(0xf0e3c4))
    .rectangle(0.42, 0.28, 0.22, 0.28, hex(0xf0e3c4))
    .text('ABC', 0.27, 0.41, { height: 0.05, colour: hex(0x5c2230), align: 'middle' })
    .text('XYZ', 0.53, 0.41, { height: 0.05, colour: hex(0x5c2230), align: 'middle' });
  quads.push(
    {
      corner: locate(south, 6.7, 3.9, 0.35),
      sideU: [0, -0.8, 0],
      sideV: [0, 0, 0.8],
      material: printed(hanging, gold),
      shape: 'round',
    },
    ...bar(locate(south, 6.7, 4.8, 0), locate(south, 6.7, 4.8, 1.2), 0.035, castIron),
    ...bar(locate(south, 6.7, 4.72, 0.75), locate(south, 6.7, 4.8, 0.75), 0.02, castIron),
  );

  // On the pavement and in the street.
  const wood = bark(12);
  quads.push(
    ...tree(
      [9.4, -1.75, 0],
      2.6,
      { middle: [9.4, -1.75, 4.5], radii: [1.6, 1.35, 1.5], count: 3400, size: 0.15 },
      wood,
      foliage,
      random,
    ),
    ...tree(
      [-1.75, 10.6, 0],
      2.7,
      { middle: [-1.75, 10.6, 4.8], radii: [1.35, 1.6, 1.6], count: 3400, size: 0.15 },
      wood,
      foliage,
      random,
    ),
    ...tree(
      [17.5, -1.75, 0],
      2.6,
      { middle: [17.5, -1.75, 4.5], radii: [1.6, 1.35, 1.5], count: 2000, size: 0.18 },
      wood,
      foliage,
      random,
    ),
    ...streetLamp([-1.95, -1.2, 0], 3.7),
    ...streetLamp([13.4, -2.1, 0], 3.7),
    ...advertisingColumn(
      [-1.45, 5.9, 0],
      [
        concertPoster('BRASS', hex(0xe9c46a), hex(0xb23a48), 5),
        concertPoster('FOLK', hex(0xdfe7e0), hex(0x2a7f62), 8),
        concertPoster('TANGO', hex(0xf0d9d2), hex(0x6a3d9a), 14),
        concertPoster('CHOIR', hex(0xcfe0ee), hex(0xc8553d), 20),
        concertPoster('CIRCUS', hex(0xf4f0dc), hex(0x27548a), 31),
        concertPoster('OPERA', hex(0xe8d6b0), hex(0x7a2e5c), 16),
      ],
    ),
    ...bench(at(south, 4.6, 0, 0.55)),
    ...litterBin([8.4, -1.9, 0]),
    ...planter(at(chamfer, -0.15, 0, 0.16), 0.62, hex(0x6b5138), hex(0xc23b52), random),
    ...planter(at(chamfer, chamferWidth - 0.5, 0, 0.16), 0.62, hex(0x6b5138), hex(0xe0a030), random),
    ...planter(at(south, 7.15, 0, 0.2), 1.4, hex(0x3f5a52), hex(0xd8d0e8), random),
    ...fruitCrate(at(west, 6.3, 0, 0.25), hex(0xd9701e), random),
    ...fruitCrate(at(west, 7.05, 0, 0.25), hex(0xb02a26), random),
    ...fruitCrate(at(west, 7.8, 0, 0.25), hex(0x9aa832), random),
    ...signBoard(
      { ...createFrame([0.15, -1.55, 0], -25), outward: normalize([-0.42, -0.9, 0]) },
      chalkBoard(4),
      hex(0x7a5a38),
    ),
  );
  for (let k = 0; k < 5; k++) quads.push(...bollard([1.6 + 1.7 * k, -2.15, 0]));
  for (let k = 0; k < 4; k++) quads.push(...bollard([-2.15, 1.7 + 1.7 * k, 0]));
  // Cast covers in the street, a worn line along the kerb.
  quads.push(
    {
      corner: [-5, -4.6, street + 0.003],
      sideU: [0.7, 0, 0],
      sideV: [0, 0.7, 0],
      material: painted({ seed: 70, colour: hex(0x4a4744), board: 0.06 }),
      shape: 'round',
    },
    {
      corner: [4.2, -5.4, street + 0.003],
      sideU: [0.6, 0, 0],
      sideV: [0, 0.6, 0],
      material: painted({ seed: 71, colour: hex(0x4a4744), board: 0.06 }),
      shape: 'round',
    },
  );

  const sunDirection = normalize([-0.52, -0.56, 0.66]);
  const lighting: Lighting = {
    sun: { direction: sunDirection, light: [1.75, 1.55, 1.25], radius: 0.006 },
    sky: {
      zenith: [0.14, 0.3, 0.66],
      horizon: [0.55, 0.68, 0.84],
      cloud: [0.95, 0.94, 0.92],
      cover: 0.42,
      glow: [0.3, 0.27, 0.2],
      glowDirection: sunDirection,
      seed: 4,
    },
    lamps: [],
    rooms: 0,
    visibility: 900,
  };
  const development = { whiteBalance: [1.03, 1, 0.97], vignetting: 0.25, glare: 0.05, noise: 0.035 } as const;
  return {
    scene: createScene(quads),
    views: [
      {
        camera: placeCamera({
          eye: [-8.4, -8.6, 1.65],
          target: [2.4, 1.8, 4.5],
          focalPx: 930,
          ...photoSize,
        }),
        lighting,
        development: { ...development, exposure: 0.9, seed: 3 },
      },
      {
        camera: placeCamera({
          eye: [-4.3, -10.6, 1.75],
          target: [2.3, 1.4, 4.4],
          rollDegrees: 1.5,
          focalPx: 930,
          ...photoSize,
        }),
        lighting,
        development: { ...development, exposure: 0.97, seed: 4 },
      },
    ],
    plane: null,
  };
}

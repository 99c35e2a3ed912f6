/**
 * A row of gabled houses on a market square, once on a hazy noon and once at nightfall with lit windows and street
 * lamps: the same place in light that has nothing in common.
 */
import { createRandom, type Random } from '../../random.ts';
import { placeCamera } from '../camera.ts';
import { hex, type Rgb } from '../colour.ts';
import { bar, block, column, createFrame, type Frame, locate, tree } from '../construct.ts';
import type { Lamp, Lighting } from '../lighting.ts';
import type { Material } from '../material.ts';
import { cobbles, rippledWater, roofTiles, slabs } from '../materials/ground.ts';
import { glowing, painted } from '../materials/joinery.ts';
import { bark } from '../materials/plants.ts';
import { ashlar, brick, plaster } from '../materials/walls.ts';
import { createScene, type Quad } from '../scene.ts';
import { normalize, type Vec3 } from '../vector.ts';
import { awning, bench, castIron, foliage, fruitCrate, planter, signBoard, streetLamp } from './furniture.ts';
import { chalkBoard, fascia } from './prints.ts';
import { buildFacade, chimney, evenRow, type Facade, type FacadeStyle, roofSlope } from './townhouse.ts';
import { type PairScene, photoSize } from './view.ts';

/** A gable of steps above a facade, with a small window in it. */
function steppedGable(facade: Facade, steps: number, rise: number): Quad[] {
  const { frame, width, height, style } = facade;
  const quads: Quad[] = [];
  const run = (width * 0.4) / steps;
  for (let step = 0; step < steps; step++) {
    const [left, right] = [step * run, width - step * run];
    const [low, high] = [height + step * rise, height + (step + 1) * rise];
    quads.push(
      ...block(frame, { x: [left, right], z: [low, high], d: [-0.35, 0] }, style.wall),
      ...block(frame, { x: [left - 0.06, left + run], z: [high, high + 0.1], d: [-0.4, 0.07] }, style.trim),
      ...block(frame, { x: [right - run, right + 0.06], z: [high, high + 0.1], d: [-0.4, 0.07] }, style.trim),
    );
  }
  const top = height + steps * rise;
  quads.push(
    ...block(
      frame,
      { x: [width * 0.4 - 0.06, width * 0.6 + 0.06], z: [top, top + 0.14], d: [-0.4, 0.1] },
      style.trim,
    ),
    ...block(
      frame,
      { x: [width / 2 - 0.18, width / 2 + 0.18], z: [top + 0.14, top + 0.5], d: [-0.3, -0.02] },
      style.trim,
    ),
  );
  const [x, z] = [width / 2, height + rise * 0.9];
  quads.push(
    ...block(frame, { x: [x - 0.5, x + 0.5], z: [z - 0.08, z + 1.08], d: [-0.02, 0.05] }, style.trim),
    ...block(
      frame,
      { x: [x - 0.36, x + 0.36], z: [z, z + 0.95], d: [0, 0.06] },
      painted({ seed: 88, colour: style.door, board: 0.12 }),
    ),
  );
  return quads;
}

function fountain(middle: Vec3, stone: Material, water: Material): Quad[] {
  const [x, y, z] = middle;
  return [
    ...column([x, y, z], 0.16, 2, stone, { sides: 8 }),
    ...column([x, y, z + 0.16], 0.5, 1.6, stone, { sides: 8, top: water }),
    ...column([x, y, z + 0.6], 0.9, 0.34, stone, { sides: 12 }),
    ...column([x, y, z + 1.5], 0.1, 0.8, stone, { sides: 16 }),
    ...column([x, y, z + 1.6], 0.16, 0.72, stone, { sides: 16, top: water }),
    ...column([x, y, z + 1.7], 0.7, 0.2, stone, { sides: 12 }),
    ...column([x, y, z + 2.4], 0.08, 0.34, stone, { sides: 12 }),
    ...column([x, y, z + 2.48], 0.3, 0.16, stone, { sides: 12 }),
  ];
}

/** A market stall: a table of crates under a striped roof. */
function stall(frame: Frame, colours: readonly [Rgb, Rgb], random: Random): Quad[] {
  const wood = painted({ seed: 30, colour: hex(0x94693d), board: 0.14 });
  const fruits = [0xd9701e, 0xb02a26, 0x9aa832, 0xe0c040].map((code) => hex(code));
  return [
    ...[0.05, 2.75].flatMap((x) =>
      [0.05, 1.35].flatMap((d) => bar(locate(frame, x, 0, d), locate(frame, x, 2.7, d), 0.07, wood)),
    ),
    ...block(frame, { x: [0.1, 2.7], z: [0.7, 0.78], d: [0.3, 1.4] }, wood),
    ...block(frame, { x: [0.1, 2.7], z: [0.15, 0.7], d: [1.32, 1.38] }, wood),
    ...awning(frame, [-0.15, 2.95], 2.95, 1.7, colours),
    ...[0, 1, 2, 3].flatMap((k) =>
      fruitCrate({ ...frame, origin: locate(frame, 0.12 + 0.65 * k, 0.78, 0.85) }, fruits[k]!, random),
    ),
  ];
}

function houses(random: Random): Quad[] {
  const sandstone = ashlar({ seed: 5, colour: hex(0xcbbd9f) });
  const base: FacadeStyle = {
    wall: plaster({ seed: 2, colour: hex(0xd9c59a), age: 0.5 }),
    trim: sandstone,
    frame: hex(0xefeae0),
    door: hex(0x3c5a4a),
    shutters: null,
    lintel: 'surround',
    litShare: 0.55,
    paneRows: [0.5, 0.5],
    paneColumns: 2,
  };
  const rows = (width: number, count: number, sills: readonly number[], size: readonly [number, number]) =>
    sills.flatMap((z) =>
      evenRow('window', { from: 0.25, to: width - 0.25, count }, size[0], [z, z + size[1]]),
    );
  const facades: ReadonlyArray<Facade & { gable: number }> = [
    {
      frame: createFrame([-13.6, 0.4, 0], 0),
      width: 6.8,
      height: 8.6,
      bands: [3.5, 6.2],
      cornice: 0.4,
      gable: 0,
      style: { ...base, wall: plaster({ seed: 21, colour: hex(0x8fa7b8), age: 0.55 }), door: hex(0x5b2a24) },
      openings: [
        { kind: 'door', x: [0.6, 1.8], z: [0, 2.7] },
        { kind: 'shop', x: [2.4, 6.2], z: [0.62, 2.7] },
        ...rows(6.8, 4, [4.1, 6.7], [0.9, 1.6]),
      ],
    },
    {
      frame: createFrame([-6.8, 0, 0], 0),
      width: 5.6,
      height: 8.2,
      bands: [3.6, 6],
      cornice: 0,
      gable: 6,
      style: {
        ...base,
        wall: brick({
          seed: 3,
          colours: [hex(0x9c4f3a), hex(0x8a4331), hex(0xab6048), hex(0x7f3d2d)],
          mortar: hex(0xbcb09c),
        }),
        lintel: 'stone',
        door: hex(0x24443f),
        paneRows: [0.36, 0.36, 0.28],
      },
      openings: [
        { kind: 'shop', x: [0.5, 3.3], z: [0.62, 2.9] },
        { kind: 'door', x: [3.8, 5], z: [0, 2.9] },
        ...rows(5.6, 3, [4.1, 6.4], [1, 1.5]),
      ],
    },
    {
      frame: createFrame([-1.2, 0.25, 0], 0),
      width: 7.4,
      height: 9.8,
      bands: [4, 7],
      cornice: 0.5,
      gable: 0,
      style: {
        ...base,
        wall: plaster({ seed: 23, colour: hex(0xd8a860), age: 0.6 }),
        shutters: hex(0x4a6a58),
        lintel: 'stone',
      },
      openings: [
        { kind: 'shop', x: [0.6, 2.8], z: [0.62, 3.1] },
        { kind: 'door', x: [3, 4.4], z: [0, 3.1] },
        { kind: 'shop', x: [4.6, 6.8], z: [0.62, 3.1] },
        ...rows(7.4, 4, [4.7, 7.6], [0.82, 1.6]),
      ],
    },
    {
      frame: createFrame([6.2, -0.1, 0], 0),
      width: 5,
      height: 8.9,
      bands: [3.4, 6.2],
      cornice: 0,
      gable: 5,
      style: { ...base, wall: plaster({ seed: 24, colour: hex(0xb9694f), age: 0.7 }), door: hex(0x2b3c56) },
      openings: [
        { kind: 'door', x: [0.5, 1.7], z: [0, 2.7] },
        ...evenRow('window', { from: 1.8, to: 4.8, count: 2 }, 1, [0.95, 2.7]),
        ...rows(5, 3, [3.9, 6.6], [0.9, 1.6]),
      ],
    },
    {
      frame: createFrame([11.2, 0.3, 0], 0),
      width: 8,
      height: 9.2,
      bands: [3.7, 6.5],
      cornice: 0.45,
      gable: 0,
      style: {
        ...base,
        wall: ashlar({ seed: 25, colour: hex(0xb8ac97), length: 0.8 }),
        door: hex(0x4a3728),
        lintel: 'stone',
      },
      openings: [
        ...evenRow('shop', { from: 0.3, to: 7.7, count: 2 }, 2.8, [0.62, 2.9]),
        ...rows(8, 4, [4.2, 7], [1, 1.6]),
      ],
    },
  ];
  const tiles = [0x8f4a34, 0x7a4436, 0x96543a, 0x834635, 0x5a5e66].map((code, k) =>
    roofTiles({ seed: 70 + k, colour: hex(code) }),
  );
  return facades.flatMap((facade, k) => [
    ...buildFacade(facade, random),
    ...(facade.gable > 0 ? steppedGable(facade, facade.gable, 0.62) : []),
    ...(facade.gable > 0
      ? []
      : [
          ...roofSlope(facade.frame, facade.width, {
            height: facade.height,
            depth: 4.4,
            rise: 3.4,
            material: tiles[k]!,
            gables: facade.style.wall,
          }),
          ...chimney(
            facade.frame,
            facade.width * 0.8,
            [facade.height, facade.height + 4.3],
            -2.8,
            facade.style.trim,
            sandstone,
          ),
        ]),
    // The sides, where a house stands proud of its neighbour or above it.
    ...block(
      facade.frame,
      { x: [0, facade.width], z: [0, facade.height], d: [-6, 0] },
      facade.style.wall,
    ).slice(1, 3),
  ]);
}

export function marketSquare(): PairScene {
  const random = createRandom(31);
  const lampFeet: readonly Vec3[] = [
    [-7.4, -3.1, 0],
    [2.7, -3.4, 0],
    [10.9, -3, 0],
  ];
  const gold = hex(0xe3c57a);
  const stone = ashlar({ seed: 33, colour: hex(0xbcb19c), length: 0.5 });
  const water = rippledWater(34);
  const wood = bark(3);
  const sign = (place: Vec3, width: number, text: string, ground: Rgb, lettering: Rgb) =>
    signBoard(createFrame(place, 0), fascia(width, 0.46, text, ground, lettering), ground, 0.35);
  const wallLights: readonly Vec3[] = [
    [-3.2, -0.28, 2.55],
    [8.1, -0.38, 2.3],
  ];
  const quads: Quad[] = [
    {
      corner: [-70, -70, -0.02],
      sideU: [140, 0, 0],
      sideV: [0, 140, 0],
      material: cobbles({ seed: 15, colour: hex(0x8d8478), size: 0.2 }),
    },
    ...block(
      createFrame([-30, -2.2, -0.02], 0),
      { x: [0, 70], z: [0, 0.12], d: [-4, 0] },
      slabs({ seed: 14, colour: hex(0xa89f90) }),
    ),
    ...houses(random),
    ...sign([-11.1, 0.4, 2.98], 3.5, 'FISH', hex(0x1f3f5c), hex(0xe9edf0)),
    ...sign([-6.2, 0, 2.98], 2.7, 'CLOCKS', hex(0x2a2a2a), gold),
    ...sign([-0.4, 0.25, 3.34], 5.8, 'HOTEL AURORA', hex(0x5c2230), hex(0xf0e3c4)),
    ...sign([11.9, 0.3, 2.98], 6.4, 'LIBRARY', hex(0x33402c), gold),
    ...awning(createFrame([-13.6, 0.4, 0], 0), [2.2, 6.4], 3.0, 1.3, [hex(0x2c5f86), hex(0xece5d4)]),
    ...awning(createFrame([-1.2, 0.25, 0], 0), [0.4, 2.9], 3.0, 1.1, [hex(0xa8332b), hex(0xece5d4)]),
    ...awning(createFrame([-1.2, 0.25, 0], 0), [4.5, 7], 3.0, 1.1, [hex(0xa8332b), hex(0xece5d4)]),
    ...lampFeet.flatMap((foot) => streetLamp(foot, 3.6)),
    ...wallLights.flatMap(([x, y, z]) => [
      ...block(
        createFrame([x, y, z], 0),
        { x: [-0.08, 0.08], z: [-0.15, 0.15], d: [-0.08, 0.08] },
        glowing(hex(0xffd9a0), 4),
      ),
      ...block(createFrame([x, y, z], 0), { x: [-0.11, 0.11], z: [0.15, 0.2], d: [-0.2, 0.11] }, castIron),
    ]),
    ...fountain([-0.7, -7.4, -0.02], stone, water),
    ...stall(createFrame([4.3, -5.2, -0.02], -8), [hex(0x3b6f4e), hex(0xeee6d2)], random),
    ...stall(createFrame([7.9, -5.4, -0.02], -5), [hex(0xc8862a), hex(0xeee6d2)], random),
    ...bench(createFrame([-4.9, -2, 0.1], 0)),
    ...bench(createFrame([-11.4, -2, 0.1], 0)),
    ...planter(createFrame([0.8, -0.2, 0.1], 0), 0.8, hex(0x5b5045), hex(0xc23b52), random),
    ...planter(createFrame([3.6, -0.2, 0.1], 0), 0.8, hex(0x5b5045), hex(0xe0a030), random),
    ...planter(createFrame([-9.6, -0.9, 0.1], 0), 1.2, hex(0x6b5138), hex(0xd8d0e8), random),
    ...signBoard(createFrame([-2.6, -1.2, 0.1], 12), chalkBoard(9), hex(0x7a5a38)),
    ...tree(
      [-9.2, -3.6, 0],
      2.6,
      { middle: [-9.2, -3.6, 4.5], radii: [1.6, 1.5, 1.5], count: 3600, size: 0.15 },
      wood,
      foliage,
      random,
    ),
    ...tree(
      [12.9, -3.4, 0],
      2.6,
      { middle: [12.9, -3.4, 4.6], radii: [1.6, 1.5, 1.6], count: 3600, size: 0.15 },
      wood,
      foliage,
      random,
    ),
  ];

  const noonSun = normalize([-0.45, -0.62, 0.82]);
  const noon: Lighting = {
    sun: { direction: noonSun, light: [1.6, 1.48, 1.28], radius: 0.01 },
    sky: {
      zenith: [0.2, 0.36, 0.68],
      horizon: [0.66, 0.74, 0.84],
      cloud: [0.95, 0.95, 0.95],
      cover: 0.55,
      glow: [0.22, 0.2, 0.16],
      glowDirection: noonSun,
      seed: 11,
    },
    lamps: [],
    rooms: 0,
    visibility: 1200,
  };
  const warm: Rgb = [1, 0.62, 0.26];
  const lampOf = ([x, y, z]: Vec3, height: number, power: number): Lamp => ({
    position: [x, y, z + height],
    light: [warm[0] * power, warm[1] * power, warm[2] * power],
  });
  const nightfall: Lighting = {
    sun: null,
    sky: {
      zenith: [0.035, 0.065, 0.17],
      horizon: [0.19, 0.19, 0.28],
      cloud: [0.13, 0.12, 0.17],
      cover: 0.4,
      glow: [0.22, 0.09, 0.035],
      glowDirection: normalize([0.75, 0.65, 0.03]),
      seed: 23,
    },
    lamps: [
      ...lampFeet.map((foot) => lampOf(foot, 3.87, 3.4)),
      ...wallLights.map((place) => lampOf(place, -0.2, 0.35)),
    ],
    rooms: 0.34,
    visibility: 700,
  };
  return {
    scene: createScene(quads),
    views: [
      {
        camera: placeCamera({ eye: [-4.6, -16.5, 1.7], target: [-0.6, 0, 4.7], focalPx: 980, ...photoSize }),
        lighting: noon,
        development: {
          exposure: 0.85,
          whiteBalance: [1.02, 1, 0.98],
          vignetting: 0.25,
          glare: 0.05,
          noise: 0.035,
          seed: 5,
        },
      },
      {
        camera: placeCamera({
          eye: [0.9, -15.3, 1.65],
          target: [0.4, 0, 4.6],
          rollDegrees: -2,
          focalPx: 980,
          ...photoSize,
        }),
        lighting: nightfall,
        development: {
          exposure: 2.5,
          whiteBalance: [0.99, 1, 1.02],
          vignetting: 0.32,
          glare: 0.12,
          noise: 0.08,
          seed: 6,
        },
      },
    ],
    plane: null,
  };
}

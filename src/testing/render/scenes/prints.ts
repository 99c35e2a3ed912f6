/** Posters, signs and notices of invented events, drawn shape by shape. */
import { createRandom, type Random } from '../../random.ts';
import { hex, mix, type Rgb } from '../colour.ts';
import { Print } from '../print.ts';

const ink = hex(0x1c1b22);
const cream = hex(0xf3ead6);

const sentences =
  'POINTS SEEN TWICE AGREE IN SPACE. EACH LINE JOINS ONE PLACE IN THIS VIEW TO THE SAME PLACE IN THE OTHER, AND ' +
  'WHERE MANY LINES AGREE THERE IS A PLANE, A CORNER, A STREET. OPEN DAILY 10:00 - 18:30, LATE ON THURSDAYS. ' +
  'ROOMS 4 TO 9, SECOND FLOOR. GUIDED WALKS LEAVE THE HALL AT 11, 14 AND 16. PLEASE BRING TWO PICTURES. ';

/** Lines of fine print that fill a column; returns the height of the last baseline. */
export function setColumn(
  print: Print,
  u: number,
  top: number,
  width: number,
  lines: number,
  height: number,
  colour: Rgb,
  seed: number,
): number {
  const random = createRandom(seed);
  const words = sentences.split(' ').filter((word) => word.length > 0);
  let word = random.integer(0, words.length - 1);
  let baseline = top;
  for (let line = 0; line < lines; line++) {
    baseline -= height * 1.75;
    const perLine = Math.floor(width / (height * 0.83));
    let text = '';
    for (;;) {
      const next = words[word % words.length]!;
      if (text.length + next.length + 1 > perLine) break;
      text += text === '' ? next : ` ${next}`;
      word++;
    }
    print.text(text, u, baseline, { height, colour, weight: 0.15 });
  }
  return baseline;
}

function barcode(print: Print, u: number, v: number, width: number, height: number, seed: number): void {
  const random = createRandom(seed);
  let at = 0;
  while (at < width - 0.006) {
    const bar = random.pick([0.0015, 0.003, 0.0045]);
    print.rectangle(u + at, v, bar, height, ink);
    at += bar + random.pick([0.0015, 0.003]);
  }
}

/** The main poster, 1.2 m by 1.7 m: an exhibition of paired pictures. */
export function exhibitionPoster(): Print {
  const [width, height] = [1.2, 1.7];
  const print = new Print(width, height);
  const dusk = (_: number, v: number): Rgb =>
    v > 1.05
      ? mix(hex(0xf2a65a), hex(0x1f4e79), Math.min((v - 1.05) / 0.62, 1))
      : mix(hex(0xd9552f), hex(0xf2a65a), Math.min(Math.max((v - 0.52) / 0.53, 0), 1));
  print.rectangle(0, 0, width, height, cream);
  print.rectangle(0.05, 0.52, 1.1, 1.13, dusk);

  // A low sun behind ridges.
  print.disc(0.79, 1.08, 0.2, hex(0xf3b54f));
  print.disc(0.79, 1.08, 0.165, hex(0xf9d27a));
  for (let k = 0; k < 26; k++) {
    const random = createRandom(400 + k);
    const size = random.uniform(0.0015, 0.004);
    print.disc(random.uniform(0.08, 1.12), random.uniform(1.36, 1.62), size, cream);
  }
  const ridge = (seed: number, base: number, swing: number, colour: Rgb) => {
    const random = createRandom(seed);
    const points: Array<readonly [number, number]> = [[0.05, 0.52]];
    const steps = 15;
    for (let k = 0; k <= steps; k++) {
      points.push([0.05 + (1.1 * k) / steps, base + swing * random.uniform(-1, 1)]);
    }
    points.push([1.15, 0.52]);
    print.polygon(points, colour);
  };
  ridge(11, 0.98, 0.075, hex(0x8d4a52));
  ridge(12, 0.86, 0.07, hex(0x5b3350));
  ridge(17, 0.74, 0.06, hex(0x33264a));

  // Two cameras on the last ridge, and their lines of sight that meet in one point.
  const target = [0.56, 1.27] as const;
  for (const [u, turn] of [
    [0.22, 1],
    [0.98, -1],
  ] as const) {
    for (let k = -2; k <= 2; k++) {
      print.line(u, 0.72, target[0] + k * 0.045, target[1] - Math.abs(k) * 0.02, 0.0035, cream);
    }
    print.polygon(
      [
        [u - 0.085, 0.58],
        [u + 0.085, 0.58],
        [u + 0.085, 0.7],
        [u + 0.035, 0.7],
        [u + 0.02, 0.73],
        [u - 0.04, 0.73],
        [u - 0.05, 0.7],
        [u - 0.085, 0.7],
      ],
      ink,
    );
    print.disc(u + 0.012 * turn, 0.64, 0.045, cream).disc(u + 0.012 * turn, 0.64, 0.034, hex(0x2a6f97));
    print.disc(u + 0.012 * turn + 0.01, 0.652, 0.01, cream);
  }
  for (let k = 0; k < 4; k++) print.ring(target[0], target[1], 0.03 + 0.022 * k, 0.006 - 0.001 * k, cream);
  print.disc(target[0], target[1], 0.016, hex(0xd9552f));

  print.text('TWO VIEWS', 0.085, 1.54, { height: 0.085, colour: cream, weight: 0.2, tracking: 0.9 });
  print.text('ONE SCENE', 0.085, 1.425, { height: 0.085, colour: cream, weight: 0.2, tracking: 0.9 });

  // A halftone band.
  for (let j = 0; j < 5; j++) {
    for (let i = 0; i < 62; i++) {
      print.disc(0.06 + i * 0.0177, 0.5 - j * 0.0153, 0.0068 * (1 - j / 6.5), hex(0xd9552f));
    }
  }

  print.text('COVIS', 0.06, 0.295, { height: 0.105, colour: ink, weight: 0.24, tracking: 0.8 });
  print.text('PICTURES THAT SHARE A PLACE', 0.06, 0.243, {
    height: 0.023,
    colour: hex(0xc0431f),
    weight: 0.17,
  });
  print.text('14.06 - 29.09', 1.14, 0.345, { height: 0.05, colour: ink, weight: 0.17, align: 'right' });
  print.text('HALL OF OPTICS', 1.14, 0.29, { height: 0.028, colour: ink, weight: 0.15, align: 'right' });
  print.text('7 PRISM STREET', 1.14, 0.245, { height: 0.028, colour: ink, weight: 0.15, align: 'right' });
  print.rectangle(0.06, 0.222, 1.08, 0.004, ink);
  setColumn(print, 0.06, 0.212, 0.32, 8, 0.0095, ink, 1);
  setColumn(print, 0.42, 0.212, 0.32, 8, 0.0095, ink, 2);
  setColumn(print, 0.78, 0.212, 0.22, 5, 0.0095, ink, 3);
  barcode(print, 1.02, 0.13, 0.11, 0.065, 8);
  for (const [k, colour] of [0xd9552f, 0xf2a65a, 0x2a6f97, 0x33264a, 0x6a994e].entries()) {
    print.rectangle(0.78 + k * 0.074, 0.05, 0.062, 0.042, hex(colour));
  }
  print.rectangle(0.0, 0.0, 0.004, height, mix(cream, [0, 0, 0], 0.3));
  print.rectangle(width - 0.004, 0.0, 0.004, height, mix(cream, [0, 0, 0], 0.3));
  return print;
}

type Motif = (print: Print, u: number, v: number, accent: Rgb, random: Random) => void;

const motifs: readonly Motif[] = [
  (print, u, v, accent) => {
    for (let k = 0; k < 7; k++) print.ring(u, v, 0.03 + 0.032 * k, 0.014, k % 2 === 0 ? accent : ink);
  },
  (print, u, v, accent, random) => {
    for (let k = 0; k < 24; k++) {
      const [a, b] = [(k * Math.PI) / 12, ((k + 0.5) * Math.PI) / 12];
      const reach = 0.17 + 0.07 * random.next();
      print.polygon(
        [
          [u, v],
          [u + reach * Math.cos(a), v + reach * Math.sin(a)],
          [u + reach * Math.cos(b), v + reach * Math.sin(b)],
        ],
        k % 3 === 0 ? ink : accent,
      );
    }
    print.disc(u, v, 0.05, ink).disc(u, v, 0.035, accent);
  },
  (print, u, v, accent, random) => {
    for (let k = 0; k < 30; k++) {
      const [x, y] = [u + random.uniform(-0.24, 0.24), v + random.uniform(-0.16, 0.19)];
      const size = random.uniform(0.015, 0.06);
      const colour = random.pick([accent, ink, mix(accent, cream, 0.55), mix(accent, ink, 0.5)]);
      if (k % 2 === 0) print.disc(x, y, size * 0.7, colour);
      else
        print.polygon(
          [
            [x - size, y - size * 0.6],
            [x + size, y - size * 0.4],
            [x, y + size],
          ],
          colour,
        );
    }
  },
  (print, u, v, accent) => {
    for (let row = 0; row < 8; row++) {
      for (let column = 0; column < 10; column++) {
        const [x, y] = [u - 0.23 + column * 0.05, v - 0.17 + row * 0.05];
        const size = 0.006 + 0.019 * (0.5 + 0.5 * Math.sin(column * 0.9 + row * 0.7));
        print.disc(x, y, size, (row + column) % 4 === 0 ? ink : accent);
      }
    }
  },
];

/** A bill with large type and a motif that the seed chooses, 0.6 m by 0.85 m. */
export function concertPoster(title: string, paper: Rgb, accent: Rgb, seed: number): Print {
  const print = new Print(0.6, 0.85);
  const random = createRandom(seed);
  print.rectangle(0, 0, 0.6, 0.85, paper);
  motifs[seed % motifs.length]!(print, 0.3, 0.49, accent, random);
  for (let k = 0; k < 9; k++) {
    const level = 0.01 + 0.05 * random.next();
    print.rectangle(0.03 + k * 0.062, 0.22, 0.042, level, mix(accent, ink, random.next()));
  }
  print.text(title, 0.3, 0.735, { height: 0.08, colour: ink, weight: 0.24, align: 'middle', tracking: 0.6 });
  const date = `${random.integer(2, 28)}.0${random.integer(3, 9)}`;
  print.text(date, 0.04, 0.145, { height: 0.06, colour: accent, weight: 0.2 });
  print.text('20:30', 0.56, 0.145, { height: 0.045, colour: ink, weight: 0.15, align: 'right' });
  print.text('OLD MARKET HALL', 0.04, 0.108, { height: 0.022, colour: ink, weight: 0.15 });
  setColumn(print, 0.04, 0.097, 0.5, 4, 0.009, ink, seed + 1);
  return print;
}

/** A sheet of notices or a timetable: rules, columns of numbers, 0.42 m by 0.594 m. */
export function timetable(accent: Rgb, seed: number): Print {
  const print = new Print(0.42, 0.594);
  const random = createRandom(seed);
  print.rectangle(0, 0, 0.42, 0.594, hex(0xf4f2ea));
  print.rectangle(0, 0.5, 0.42, 0.094, accent);
  print.text(`LINE ${random.integer(2, 48)}`, 0.025, 0.53, { height: 0.036, colour: cream, weight: 0.19 });
  print.text('HARBOUR - HILL', 0.395, 0.532, { height: 0.011, colour: cream, weight: 0.16, align: 'right' });
  for (let row = 0; row < 17; row++) {
    const v = 0.478 - row * 0.0262;
    if (row % 2 === 0) print.rectangle(0.02, v - 0.007, 0.38, 0.0262, hex(0xe2dfd2));
    print.text(String(row + 5), 0.045, v, { height: 0.013, colour: ink, weight: 0.2, align: 'middle' });
    for (let column = 0; column < random.integer(4, 8); column++) {
      const minute = String(random.integer(10, 59));
      print.text(minute, 0.085 + column * 0.041, v, { height: 0.011, colour: ink, weight: 0.14 });
    }
  }
  print.rectangle(0.066, 0.02, 0.002, 0.475, accent);
  return print;
}

/** Small pictures for hand bills: a cat, a house, a row of keys. */
const pictures: ReadonlyArray<(print: Print, tone: Rgb, random: Random) => void> = [
  (print, tone) => {
    print.disc(0.15, 0.26, 0.055, tone);
    for (const side of [-1, 1]) {
      print.polygon(
        [
          [0.15 + side * 0.045, 0.29],
          [0.15 + side * 0.045, 0.335],
          [0.15 + side * 0.01, 0.308],
        ],
        tone,
      );
      print.disc(0.15 + side * 0.02, 0.268, 0.009, ink);
    }
  },
  (print, tone, random) => {
    print.polygon(
      [
        [0.07, 0.27],
        [0.15, 0.33],
        [0.23, 0.27],
      ],
      tone,
    );
    print.rectangle(0.085, 0.2, 0.13, 0.07, tone);
    for (let k = 0; k < 3; k++) print.rectangle(0.1 + k * 0.038, 0.225, 0.022, 0.028, ink);
    print.disc(random.uniform(0.06, 0.24), 0.325, 0.012, tone);
  },
  (print, tone, random) => {
    for (let k = 0; k < 9; k++) {
      print.rectangle(0.05 + k * 0.0225, 0.2, 0.02, 0.12, tone);
      if (random.next() < 0.7) print.rectangle(0.065 + k * 0.0225, 0.25, 0.012, 0.07, ink);
    }
  },
];

/** A hand bill with a picture in it and slips to tear off, 0.3 m by 0.42 m. */
export function handBill(paper: Rgb, title: string, seed: number): Print {
  const print = new Print(0.3, 0.42);
  const random = createRandom(seed);
  print.rectangle(0, 0.075, 0.3, 0.345, paper);
  print.text(title, 0.15, 0.365, { height: 0.034, colour: ink, weight: 0.22, align: 'middle' });
  print.rectangle(0.04, 0.19, 0.22, 0.155, mix(paper, ink, 0.75));
  pictures[seed % pictures.length]!(print, mix(paper, ink, 0.35), random);
  setColumn(print, 0.03, 0.185, 0.24, 5, 0.0085, ink, seed);
  for (let k = 0; k < 8; k++) {
    if (random.next() < 0.3) continue;
    const u = 0.004 + k * 0.037;
    print.rectangle(u, 0.006 + random.uniform(0, 0.006), 0.033, 0.072, paper);
    print.text(`${random.integer(100, 999)}`, u + 0.006, 0.052, { height: 0.009, colour: ink });
    print.text(`${random.integer(100, 999)}`, u + 0.006, 0.034, { height: 0.009, colour: ink });
  }
  return print;
}

/** One line of raised letters on a shop's fascia. */
export function fascia(width: number, height: number, text: string, ground: Rgb, lettering: Rgb): Print {
  const print = new Print(width, height);
  print.rectangle(0, 0, width, height, ground);
  const rim = height * 0.06;
  print.rectangle(rim, rim, width - 2 * rim, height * 0.03, lettering);
  print.rectangle(rim, height - rim - height * 0.03, width - 2 * rim, height * 0.03, lettering);
  print.text(text, width / 2, height * 0.28, {
    height: height * 0.44,
    colour: lettering,
    weight: 0.19,
    tracking: 1.4,
    align: 'middle',
  });
  return print;
}

/** A plate with a street's name. */
export function streetPlate(text: string): Print {
  const print = new Print(0.9, 0.26);
  print.rectangle(0, 0, 0.9, 0.26, hex(0xf4f4ee));
  print.rectangle(0.015, 0.015, 0.87, 0.23, hex(0x1d3f8a));
  print.text(text, 0.45, 0.08, {
    height: 0.1,
    colour: hex(0xf4f4ee),
    weight: 0.16,
    align: 'middle',
    stretch: 0.85,
  });
  return print;
}

/** A menu in chalk. */
export function chalkBoard(seed: number): Print {
  const print = new Print(0.6, 0.95);
  const chalk = hex(0xe8e4d8);
  print.rectangle(0, 0, 0.6, 0.95, hex(0x7a5a38)).rectangle(0.035, 0.035, 0.53, 0.88, hex(0x23282a));
  print.text('TODAY', 0.3, 0.8, { height: 0.075, colour: hex(0xf2c14e), align: 'middle', weight: 0.14 });
  const random = createRandom(seed);
  for (const [k, dish] of ['SOUP', 'QUICHE', 'TROUT', 'PASTA', 'PLUM CAKE', 'COFFEE'].entries()) {
    const v = 0.69 - k * 0.1;
    print.text(dish, 0.075, v, { height: 0.042, colour: chalk, weight: 0.13, stretch: 0.85 });
    print.text(`${random.integer(3, 14)}.50`, 0.53, v, {
      height: 0.038,
      colour: chalk,
      weight: 0.13,
      align: 'right',
    });
  }
  print.line(0.08, 0.11, 0.52, 0.13, 0.012, hex(0x8fb8de));
  return print;
}

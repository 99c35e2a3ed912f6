import { describe, expect, it } from 'vitest';

import { PickleGlobal, PickleObject, unpickle } from './pickle.ts';
import { expectFailure } from './testing/expectFailure.ts';

const environment = {
  findGlobal: (name: string) =>
    name === 'known.Thing' ? new PickleGlobal(name, (args) => ['made', ...args]) : undefined,
  loadPersistent: (id: unknown) => new PickleObject(`persistent ${id}`),
};

/** A pickle from text, each character one byte, as Python's `pickle.dumps` prints it. */
const read = (text: string) =>
  unpickle(
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
    environment,
  );

describe('unpickle', () => {
  it('rebuilds plain values as Python wrote them', () => {
    // pickle.dumps([None, True, False, 7, 300, -2, 70000, 2**31, -2**63, 2**70, 0.5, 'é', b'\x00\xff'], 4)
    const values =
      '\x80\x04\x95F\x00\x00\x00\x00\x00\x00\x00]\x94(N\x88\x89K\x07M,\x01J\xfe\xff\xff\xffJp\x11\x01\x00\x8a\x05' +
      '\x00\x00\x00\x80\x00\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80\x8a\t\x00\x00\x00\x00\x00\x00\x00\x00@G?\xe0' +
      '\x00\x00\x00\x00\x00\x00\x8c\x02\xc3\xa9\x94C\x02\x00\xff\x94e.';
    expect(read(values)).toEqual([
      ...[null, true, false, 7, 300, -2, 70000, 2 ** 31, -(2n ** 63n), 2n ** 70n, 0.5, 'é'],
      new Uint8Array([0, 255]),
    ]);
  });

  it('rebuilds containers, shared values and cycles', () => {
    // pickle.dumps({'a': (1, 2), 'b': {3}}, 4)
    const containers =
      '\x80\x04\x95\x19\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x01a\x94K\x01K\x02\x86\x94\x8c\x01b\x94\x8f\x94(K\x03\x90u.';
    expect(read(containers)).toEqual(
      new Map<unknown, unknown>([
        ['a', [1, 2]],
        ['b', new Set([3])],
      ]),
    );
    // s = []; pickle.dumps((s, s), 2)
    const [first, second] = read('\x80\x02]q\x00h\x00\x86q\x01.') as unknown[];
    expect(first).toBe(second);
    // s = []; s.append(s); pickle.dumps(s, 2)
    const cycle = read('\x80\x02]q\x00h\x00a.') as unknown[];
    expect(cycle[0]).toBe(cycle);
  });

  it('calls only what the whitelist knows, by either way of naming it', () => {
    expect(read('\x80\x02cknown\nThing\nK\x01\x85R.')).toEqual(['made', 1]);
    expect(read('\x80\x04\x8c\x05known\x8c\x05Thing\x93K\x01\x85\x81.')).toEqual(['made', 1]);
    expect(read('\x80\x02X\x01\x00\x00\x00aQ.')).toEqual(new PickleObject('persistent a'));
  });

  it('refuses every other global by name', () => {
    expectFailure(
      () => read('\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.'),
      'pickle-refused',
      /call os\.system,/,
    );
    const stacked = '\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.';
    expectFailure(() => read(stacked), 'pickle-refused', /call builtins\.eval,/);
    // Refused when it is named, not when it is called.
    expectFailure(() => read('\x80\x02cos\nsystem\n.'), 'pickle-refused');
    // Names of JavaScript's own objects are no way around.
    expectFailure(() => read('\x80\x02c__proto__\nconstructor\n.'), 'pickle-refused');
    expectFailure(
      () => read(`\x80\x02ca\n${'\x1b[2J'.repeat(50)}\n.`),
      'pickle-refused',
      /^[\x20-\x7e]{1,300}$/,
    );
  });

  it('refuses pickles that are no well-formed program', () => {
    const cases: Array<[pickle: string, message: RegExp]> = [
      ['', /ends early/],
      ['\x80\x02', /ends early/],
      ['\x80\x02]', /ends early/],
      ['\x80\x02X\xff\xff\xff\xffab.', /ends early/],
      ['\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff.', /ends early/],
      ['\x80\x02cos', /ends early/],
      ['\x80\x06N.', /unknown protocol 6/],
      ['\x80\x02.', /where none is/],
      ['\x80\x02N\x86.', /where none is/],
      ['\x80\x02h\x05.', /never there/],
      ['\x80\x02Nt.', /mark/],
      ['\x80\x02NNa.', /no list/],
      ['\x80\x02NNNs.', /no dictionary/],
      ['\x80\x02}(Nu.', /without a value/],
      ['\x80\x02N(N\x90.', /no set/],
      ['\x80\x02N)R.', /no function/],
      ['\x80\x02cknown\nThing\nNR.', /list of arguments/],
      ['\x80\x02K\x01}b.', /plain value/],
      ['\x80\x04NN\x93.', /no text/],
      ['\x80\x02\x8b\xff\xff\x00\x00.', /integer of 65535 bytes/],
      ['\x80\x02\x82\x01.', /unknown instruction 0x82/],
      ['I1\n.', /unknown instruction 0x49/],
    ];
    for (const [pickle, message] of cases) expectFailure(() => read(pickle), 'pickle-damaged', message);
  });

  it('bounds the work of an endless program', () => {
    expectFailure(() => read(`\x80\x02${'N0'.repeat(500_001)}N.`), 'pickle-damaged', /instructions/);
  });
});

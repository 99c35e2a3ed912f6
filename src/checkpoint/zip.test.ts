import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';

import { expectFailure } from './testing/expectFailure.ts';
import { writeZip } from './testing/writeZip.ts';
import { openZip } from './zip.ts';

const text = (value: string) => new TextEncoder().encode(value);
const zeros = new Uint8Array(100_000);

describe('openZip', () => {
  it('returns stored entries as views of the archive', () => {
    const bytes = writeZip([
      { name: 'folder/', data: text('') },
      { name: 'folder/a', data: text('alpha') },
    ]);
    const archive = openZip(bytes);
    expect(archive.names).toEqual(['folder/a']);
    const read = archive.read('folder/a');
    expect(read).toEqual(text('alpha'));
    expect(read.buffer).toBe(bytes.buffer);
  });

  it('inflates what other writers deflate, over many inflating steps', () => {
    const noise = Uint8Array.from({ length: 200_000 }, (_, index) => (index * index) >>> 7);
    const archive = openZip(zipSync({ noise, zeros }));
    expect(Buffer.compare(archive.read('noise'), noise)).toBe(0);
    expect(Buffer.compare(archive.read('zeros'), zeros)).toBe(0);
  });

  it('reads zip64 sizes, offsets and end records, and views at any byte offset', () => {
    const archive = writeZip(
      [
        { name: 'a', data: text('alpha'), zip64: true },
        { name: 'b', data: text('beta') },
      ],
      { zip64: true },
    );
    const shifted = new Uint8Array(archive.length + 3).subarray(3);
    shifted.set(archive);
    expect(openZip(shifted).read('a')).toEqual(text('alpha'));
    expect(openZip(shifted).read('b')).toEqual(text('beta'));
  });

  it('says that a cut archive is cut', () => {
    const bytes = writeZip([{ name: 'a', data: text('alpha') }]);
    for (let length = 0; length < bytes.length; length++) {
      expectFailure(() => openZip(bytes.subarray(0, length)), 'zip-truncated', /cut off/);
    }
  });

  it('refuses sizes beyond the file and offsets that lead elsewhere', () => {
    const data = text('alpha');
    const entries = [
      { name: 'a', data, claimedSize: 9999, claimedCompressedSize: 9999 },
      { name: 'a', data, claimedSize: 4 },
      { name: 'a', data, claimedOffset: 1 },
      { name: 'a', data, claimedOffset: 1e9 },
      { name: 'a', data, zip64: true, claimedOffset: Number.MAX_SAFE_INTEGER },
      { name: 'a', data, zip64: true, claimedCompressedSize: 2 ** 60, claimedSize: 2 ** 60 },
    ];
    for (const entry of entries) expectFailure(() => openZip(writeZip([entry])), 'zip-damaged');
  });

  it('refuses a directory that claims more entries than it has, or one name twice', () => {
    const bytes = writeZip([{ name: 'a', data: text('alpha') }]);
    bytes[bytes.length - 12] = 2;
    expectFailure(() => openZip(bytes), 'zip-damaged', /too short/);
    const twice = writeZip([
      { name: 'a', data: text('1') },
      { name: 'a', data: text('2') },
    ]);
    expectFailure(() => openZip(twice), 'zip-damaged', /twice/);
  });

  it('refuses entries that share bytes, the way quoted bombs multiply', () => {
    const bytes = writeZip([
      { name: 'a', data: text('alpha') },
      { name: 'b', data: text('beta'), claimedOffset: 0, claimedSize: 5, claimedCompressedSize: 5 },
    ]);
    expectFailure(() => openZip(bytes), 'zip-bomb', /shares bytes/);
  });

  it('refuses bombs: honest ones by their total, lying ones while they unpack', () => {
    const honest = writeZip([{ name: 'a', data: zeros, deflate: true, claimedSize: 2 ** 31 }]);
    expectFailure(() => openZip(honest), 'zip-bomb', /claims 2147483648 bytes/);
    const total = { name: 'a', data: new Uint8Array(1_100_000), method: 8, claimedSize: 1_100_000_000 };
    expectFailure(() => openZip(writeZip([total])), 'zip-bomb', /would unpack to 1100000000/);
    const lying = openZip(writeZip([{ name: 'a', data: zeros, deflate: true, claimedSize: 10 }]));
    expectFailure(() => lying.read('a'), 'zip-bomb', /unpacks to more than the 10 bytes/);
  });

  it('refuses deflated entries that unpack to less, to other bytes or not at all', () => {
    const short = openZip(writeZip([{ name: 'a', data: zeros, deflate: true, claimedSize: 100_001 }]));
    expectFailure(() => short.read('a'), 'zip-damaged');
    const other = openZip(writeZip([{ name: 'a', data: zeros, deflate: true, claimedCrc32: 1 }]));
    expectFailure(() => other.read('a'), 'zip-damaged');
    const junk = openZip(writeZip([{ name: 'a', data: text('\xff\xff\xff\xff'), method: 8 }]));
    expectFailure(() => junk.read('a'), 'zip-damaged', /cannot be unpacked/);
  });

  it('says what it does not read', () => {
    const encrypted = openZip(writeZip([{ name: 'a', data: text('x'), flags: 1 }]));
    expectFailure(() => encrypted.read('a'), 'zip-unsupported', /encrypted/);
    const packed = openZip(writeZip([{ name: 'a', data: text('x'), method: 93 }]));
    expectFailure(() => packed.read('a'), 'zip-unsupported', /method 93/);
    expectFailure(() => packed.read('b'), 'zip-entry-missing', /no entry "b"/);
  });
});

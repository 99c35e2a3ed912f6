import { describe, expect, it } from 'vitest';
import { CovisError } from '../../reporting/covisError.ts';
import { takeFiles } from './takeFiles.ts';

const file = (name: string, type = '') => new File(['x'], name, { type });

function refusal(...names: string[]): string {
  try {
    takeFiles(names.map((name) => file(name)));
  } catch (error) {
    if (error instanceof CovisError) return `${error.code}: ${error.message}`;
  }
  return 'taken';
}

describe('takeFiles', () => {
  it('tells photos, weights and match files apart by name, and photos also by type', () => {
    expect(takeFiles([file('A.JPG')]).purpose).toBe('photo');
    expect(takeFiles([file('image', 'image/png')]).purpose).toBe('photo');
    for (const name of ['a.ckpt', 'a.pth', 'a.PT', 'a.safetensors']) {
      expect(takeFiles([file(name)]).purpose).toBe('weights');
    }
    expect(takeFiles([file('pair.matches.json', 'application/json')]).purpose).toBe('matches');
  });

  it('keeps the order of two photos', () => {
    const intake = takeFiles([file('b.png'), file('a.webp')]);
    expect(intake.purpose === 'photo' && intake.files.map(({ name }) => name)).toEqual(['b.png', 'a.webp']);
  });

  it('refuses everything else with one sentence that names the cause', () => {
    expect(refusal('notes.txt')).toMatch(/^file-unknown: "notes.txt" is not a photo/);
    expect(refusal('a.jpg', 'notes.txt')).toMatch(/"notes.txt"/);
    expect(refusal('a.jpg', 'b.jpg', 'c.jpg')).toMatch(/^too-many-photos: 3 photos/);
    expect(refusal('a.jpg', 'b.ckpt')).toMatch(/^files-mixed/);
    expect(refusal()).toMatch(/^file-missing/);
  });
});

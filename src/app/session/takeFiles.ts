/** Decides what dropped, picked or pasted files are for: photos, weights or a match file. */
import { CovisError } from '../../reporting/covisError.ts';

export type FilePurpose = 'photo' | 'weights' | 'matches';

export type Intake =
  | { readonly purpose: 'photo'; readonly files: readonly [File] | readonly [File, File] }
  | { readonly purpose: 'weights'; readonly file: File }
  | { readonly purpose: 'matches'; readonly file: File };

const weightsName = /\.(ckpt|pth|pt|safetensors)$/i;
const matchesName = /\.json$/i;
const photoName = /\.(jpe?g|jfif|png|webp|avif|gif|bmp|heic|heif|tiff?|ico|svg)$/i;

export const photoAccept = 'image/*';
export const weightsAccept = '.ckpt,.pth,.pt,.safetensors';
export const matchesAccept = '.json,application/json';

function purposeOf(file: File): FilePurpose | null {
  if (weightsName.test(file.name)) return 'weights';
  if (matchesName.test(file.name)) return 'matches';
  if (file.type.startsWith('image/') || photoName.test(file.name)) return 'photo';
  return null;
}

/** @throws CovisError that names the file, or the count, that nothing can be done with */
export function takeFiles(files: readonly File[]): Intake {
  for (const file of files) {
    if (purposeOf(file)) continue;
    throw new CovisError(
      'photos',
      'file-unknown',
      `"${file.name}" is not a photo, weights (.ckpt, .pth, .pt, .safetensors) or a match file (.json): drop one of those.`,
    );
  }
  const [first, second] = files;
  if (!first)
    throw new CovisError('photos', 'file-missing', 'Nothing was dropped that is a file: drop photos.');
  if (files.every((file) => purposeOf(file) === 'photo')) {
    if (files.length <= 2) return { purpose: 'photo', files: second ? [first, second] : [first] };
    throw new CovisError(
      'photos',
      'too-many-photos',
      `${files.length} photos were dropped, but Covis compares two: drop one or two.`,
    );
  }
  if (second) {
    throw new CovisError(
      'photos',
      'files-mixed',
      'Photos, weights and match files were dropped together: drop photos in one go, any other file alone.',
    );
  }
  if (purposeOf(first) === 'weights') return { purpose: 'weights', file: first };
  return { purpose: 'matches', file: first };
}

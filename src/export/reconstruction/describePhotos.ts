import type { JoinedPairs } from './joinPairs.ts';

/**
 * The beginning of a README: what it is, and what to call the photos.
 *
 * @param createdBy program and version
 */
export function describePhotos({ images, pairs }: JoinedPairs, program: string, createdBy: string): string {
  const copies = images.map(({ name, photoName }) =>
    name === photoName ? `    ${name}` : `    ${name}, a copy of "${photoName}"`,
  );
  const ofPairs = pairs.length === 1 ? '' : ` in ${pairs.length} pairs`;
  return `Matches of ${images.length} photos${ofPairs} for ${program}, written by ${createdBy}.

1. Make a folder "images" beside this file and put the photos in it, under these names:

${copies.join('\n')}

   ${program} does not turn photos as their EXIF orientation says, and these coordinates are of the turned ones: save a
   photo that has one as it is to be seen first.
`;
}

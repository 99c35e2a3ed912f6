/**
 * Names that COLMAP can tell apart: without spaces and folders, and not only by the case of letters, which some
 * systems do not tell apart.
 */
export function nameImages(photoNames: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return photoNames.map((photoName) => {
    const plain = photoName.replace(/[\s/\\]+/gu, '_');
    let name = plain;
    for (let copy = 1; taken.has(name.toLowerCase()); copy++) {
      name = plain.replace(/(\.[^.]*)?$/u, `_${copy}$1`);
    }
    taken.add(name.toLowerCase());
    return name;
  });
}

/** OpenCV's objects live outside the garbage collector's reach: a scope frees whatever it was given. */

interface Deletable {
  delete(): void;
}

/** Runs `work`; everything passed to `keep` is freed when it ends, also when it throws. */
export function matScope<T>(work: (keep: <D extends Deletable>(object: D) => D) => T): T {
  const kept: Deletable[] = [];
  try {
    return work((object) => {
      kept.push(object);
      return object;
    });
  } finally {
    for (const object of kept.reverse()) object.delete();
  }
}

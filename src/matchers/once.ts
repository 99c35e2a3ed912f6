/** A value computed when first asked for, and kept. */
export function once<Result>(compute: () => Result): () => Result {
  let kept: { readonly result: Result } | null = null;
  return () => {
    kept ??= { result: compute() };
    return kept.result;
  };
}

/** Keeps the last answer of a function of immutable values, so that equal questions get the same object. */
export function remember<Arguments extends readonly unknown[], Result>(
  compute: (...values: Arguments) => Result,
): (...values: Arguments) => Result {
  let last: { readonly values: Arguments; readonly result: Result } | null = null;
  return (...values) => {
    if (!last || values.some((value, k) => !Object.is(value, last!.values[k]))) {
      last = { values, result: compute(...values) };
    }
    return last.result;
  };
}

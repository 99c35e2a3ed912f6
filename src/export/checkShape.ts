/**
 * Checks of untrusted JSON, put together like a schema: a page need not carry a schema compiler to read one
 * format. A check answers null, or where and what it expected.
 */

export interface Mismatch {
  /** Such as `.images[0].width`; empty for the value itself. */
  readonly path: string;
  /** Completes "must be ...". */
  readonly expected: string;
}

export type Check = (value: unknown) => Mismatch | null;

const expect = (expected: string): Mismatch => ({ path: '', expected });

/** `fields` are required, `optional` ones may be missing; further fields are let through. */
export function object(
  fields: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return expect('an object');
    for (const [name, check] of Object.entries({ ...fields, ...optional })) {
      if (!Object.hasOwn(value, name)) {
        if (Object.hasOwn(optional, name)) continue;
        return { path: `.${name}`, expected: 'present' };
      }
      const mismatch = check((value as Record<string, unknown>)[name]);
      if (mismatch) return { ...mismatch, path: `.${name}${mismatch.path}` };
    }
    return null;
  };
}

/** Any names, every value checked. */
export function record(check: Check): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return expect('an object');
    for (const [name, entry] of Object.entries(value)) {
      const mismatch = check(entry);
      if (mismatch) return { ...mismatch, path: `.${name}${mismatch.path}` };
    }
    return null;
  };
}

export function list(check: Check, minimumLength = 0): Check {
  return (value) => {
    if (!Array.isArray(value)) return expect('a list');
    if (value.length < minimumLength) return expect(`a list of at least ${minimumLength}`);
    return firstMismatch(value, check);
  };
}

export function tuple(check: Check, length: number): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length !== length) return expect(`a list of ${length}`);
    return firstMismatch(value, check);
  };
}

function firstMismatch(values: readonly unknown[], check: Check): Mismatch | null {
  for (let k = 0; k < values.length; k++) {
    const mismatch = check(values[k]);
    if (mismatch) return { ...mismatch, path: `[${k}]${mismatch.path}` };
  }
  return null;
}

/** Both ends included. */
export function number(minimum: number, maximum: number): Check {
  return (value) =>
    typeof value === 'number' && value >= minimum && value <= maximum
      ? null
      : expect(`a number from ${minimum} to ${maximum}`);
}

/** Neither end included. */
export function numberBetween(low: number, high: number): Check {
  return (value) =>
    typeof value === 'number' && value > low && value < high
      ? null
      : expect(`a number between ${low} and ${high}`);
}

/** Both ends included. */
export function integer(minimum: number, maximum: number): Check {
  return (value) =>
    Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
      ? null
      : expect(`a whole number from ${minimum} to ${maximum}`);
}

export const text: Check = (value) => (typeof value === 'string' ? null : expect('text'));

export const boolean: Check = (value) => (typeof value === 'boolean' ? null : expect('true or false'));

export function textLike(pattern: RegExp, description: string): Check {
  return (value) => (typeof value === 'string' && pattern.test(value) ? null : expect(description));
}

export function oneOf(...values: readonly (string | number)[]): Check {
  const known = new Set<unknown>(values);
  return (value) =>
    known.has(value) ? null : expect(values.map((known) => JSON.stringify(known)).join(' or '));
}

export function nullable(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}

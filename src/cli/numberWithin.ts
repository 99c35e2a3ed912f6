/** @throws RangeError with a sentence for a person, unless the text is a number of that range */
export function numberWithin(
  option: string,
  value: string,
  least: number,
  most: number,
  whole: boolean,
): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= least && number <= most && (!whole || Number.isInteger(number))) {
    return number;
  }
  throw new RangeError(
    `${option} is a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not "${value}".`,
  );
}

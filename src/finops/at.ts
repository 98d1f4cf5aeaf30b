/** The element at `index`; throws instead of letting a hole become a number. */
export function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no element at ${index} of ${values.length}`);
  return value;
}

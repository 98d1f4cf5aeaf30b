/** Logarithmic mean of two positive numbers, (a − b) / ln(a / b): the weight that splits a change without a remainder. */
export function logMean(a: number, b: number): number {
  // Close to each other the quotient loses its digits, and the mean is the number itself.
  return Math.abs(a - b) <= 1e-9 * Math.max(a, b) ? (a + b) / 2 : (a - b) / Math.log(a / b);
}

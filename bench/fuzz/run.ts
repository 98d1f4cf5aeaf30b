import { type FuzzResult, fuzzArguments, fuzzBodies } from "./fuzz.ts";

// npm run bench:fuzz [-- <cases>]: random arguments, then damaged answers; no answer may break a rule of bench/fuzz/judge.ts.
const cases = Number(process.argv[2] ?? 10_000);

function print(what: string, { cases: done, codes }: FuzzResult, ms: number): void {
  const sorted = [...codes].sort((a, b) => b[1] - a[1]).map(([code, times]) => `${code} ${times}`);
  console.log(`${what}: ${done} cases in ${(ms / 1000).toFixed(0)} s, none broke a rule; ${sorted.join(", ")}`);
}

for (const [what, fuzz] of [
  ["arguments", fuzzArguments],
  ["bodies", fuzzBodies],
] as const) {
  const started = performance.now();
  print(what, await fuzz(cases), performance.now() - started);
}

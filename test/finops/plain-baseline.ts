import { logOffset } from "../../src/finops/offset.ts";

/** The baseline written down step by step, without windows that slide or work that is shared. */
export function plainBaseline(y: readonly number[], dow: readonly number[], idx: readonly number[]) {
  const n = idx.length;
  const val = (list: readonly number[], i: number) => list[i] ?? Number.NaN;
  const offset = logOffset(idx.map((i) => val(y, i)));
  const x = idx.map((i) => Math.log(val(y, i) + offset));
  const local = (eff: readonly number[]) =>
    idx.map((here) => median(x.map((v, b) => v - val(eff, b)).filter((_, b) => Math.abs(val(idx, b) - here) <= 7)));
  const fitKind = (kind: "none" | "weekend" | "weekday") => {
    const key = (i: number) => {
      const d = val(dow, val(idx, i));
      return kind === "none" ? 0 : kind === "weekday" ? d : Number(d === 0 || d === 6);
    };
    const all = x.map((_, i) => i);
    let eff = x.map(() => 0);
    let level = local(eff);
    if (kind !== "none") {
      for (let round = 0; round < 2; round++) {
        const raw = all.map((i) => {
          const group = all.filter((j) => key(j) === key(i)).map((j) => val(x, j) - val(level, j));
          return (median(group) * group.length) / (group.length + 0.5);
        });
        const centre = raw.reduce((a, b) => a + b, 0) / n;
        eff = raw.map((v) => v - centre);
        level = local(eff);
      }
    }
    const r = all.map((i) => val(x, i) - val(level, i));
    const errors = all.map((i) => {
      const others = all.filter((j) => j !== i && key(j) === key(i)).map((j) => val(r, j));
      const e = kind === "none" || others.length === 0 ? 0 : (median(others) * others.length) / (others.length + 0.5);
      return Math.min(Math.abs(val(r, i) - e), 1.5);
    });
    return { kind, eff, level, err: errors.reduce((a, b) => a + b, 0) / n };
  };
  let best = fitKind("none");
  if (n >= 12) {
    const weekend = fitKind("weekend");
    if (weekend.err < 0.9 * best.err) best = weekend;
  }
  if (n >= 21) {
    const weekday = fitKind("weekday");
    if (weekday.err < 0.85 * best.err) best = weekday;
  }
  const adjusted = x.map((v, i) => v - val(best.eff, i));
  const res = adjusted.map((v, i) => v - val(best.level, i));
  const factor = [0, 0, 1.196, 1.495, 1.363, 1.206, 1.2, 1.14, 1.129, 1.107][n] ?? n / (n - 0.8);
  const mad = n < 2 ? 0 : 1.4826 * factor * median(res.map(Math.abs));
  const rms = Math.sqrt(res.reduce((a, b) => a + Math.min(b * b, 9), 0) / n);
  const sigma = Math.max(mad, 0.5 * rms, 0.1) * Math.sqrt(1 + 1 / Math.min(n, 14));
  return { profile: best.kind, level: median(adjusted.slice(-14)), sigma, offset };
}

function median(values: readonly number[]): number {
  const s = [...values].sort((a, b) => a - b);
  const low = s[Math.floor((s.length - 1) / 2)] ?? Number.NaN;
  const high = s[Math.ceil((s.length - 1) / 2)] ?? Number.NaN;
  return low + 0.5 * (high - low);
}

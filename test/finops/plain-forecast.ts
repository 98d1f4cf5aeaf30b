import { expectedLog, fitBaseline } from "../../src/finops/anomaly-baseline.ts";

/**
 * The forecast, its interval and the paths once more, as the specification writes them and without any sharing of work. The
 * baseline has a plain version of its own.
 */

type Values = readonly (number | null)[];

const at = <T>(list: readonly T[], i: number): T => {
  const value = list[i];
  if (value === undefined) throw new RangeError(`no ${i}`);
  return value;
};
const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0);
const mean = (list: readonly number[]) => sum(list) / list.length;
const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
const median = (list: readonly number[]) => quantile(list, 0.5);
const known = (list: Values) => list.filter((value) => value !== null);

export function quantile(list: readonly number[], p: number): number {
  const ordered = [...list].sort((a, b) => a - b);
  const h = (ordered.length - 1) * p;
  const low = Math.floor(h);
  return at(ordered, low) + (h - low) * (at(ordered, Math.min(low + 1, ordered.length - 1)) - at(ordered, low));
}

function offset(list: Values): number {
  const positive = known(list).filter((value) => value > 0);
  return Math.max(0.01, 0.05 * (positive.length === 0 ? 1 : median(positive)));
}

/** y': spikes that are over and days that are not known take what was expected of them. */
function withoutSpikes(y: Values, dow: readonly number[]): number[] {
  const flagged = new Set<number>();
  const expected = new Map<number, number>();
  const judged: number[] = [];
  const hits: { t: number; isShift: boolean }[] = [];
  let run = 0;
  for (let t = 7; t < y.length; t++) {
    const history = [];
    for (let i = Math.max(0, t - 56); i < t; i++) if (y[i] !== null && !flagged.has(i)) history.push(i);
    if (history.length < 7) continue;
    const base = fitBaseline(y, dow, history);
    const mu = expectedLog(base, at(dow, t));
    expected.set(t, Math.max(0, Math.exp(mu) - base.offset));
    const value = at(y, t);
    if (value === null) continue;
    judged.push(t);
    const usual = expected.get(t) ?? 0;
    const z = (Math.log(value + base.offset) - mu) / base.sigma;
    const isLarge = usual < 0.005 || (value - usual) / usual >= 0.25;
    if (!(z >= 4 * (history.length < 14 ? 1.25 : 1) && isLarge)) {
      run = 0;
      continue;
    }
    run += 1;
    flagged.add(t);
    hits.push({ t, isShift: run >= 4 });
    if (run >= 4) for (let i = t - 6; i <= t; i++) flagged.delete(i);
  }
  const ofHit = new Set(hits.map(({ t }) => t));
  const kept = new Set(
    hits.filter(({ isShift }) => isShift).flatMap(({ t }) => [0, 1, 2, 3, 4, 5, 6].map((i) => t - i)),
  );
  for (const t of judged.reverse()) {
    if (!ofHit.has(t)) break;
    kept.add(t);
  }
  const usual = median(known(y));
  return y.map((value, t) => {
    if (value === null) return expected.get(t) ?? usual;
    return ofHit.has(t) && !kept.has(t) ? (expected.get(t) ?? value) : value;
  });
}

function candidates(y: readonly number[], dow: readonly number[], h: number): number[][] {
  const n = y.length;
  const c = offset(y);
  const x = y.map((value) => Math.log(Math.max(0, value) + c));
  const weekday = (k: number) => (at(dow, n - 1) + 1 + k) % 7;
  const profile = [0, 0, 0, 0, 0, 0, 0];
  if (n >= 14) {
    for (let d = 0; d < 7; d++) {
      const g: number[] = [];
      for (let i = 0; i < n; i++) {
        if (dow[i] !== d) continue;
        const start = clamp(i - 3, 0, n - 7);
        g.push(at(x, i) - mean(x.slice(start, start + 7)));
      }
      profile[d] = (median(g) * g.length) / (g.length + 0.5);
    }
    const centre = mean(profile);
    for (let d = 0; d < 7; d++) profile[d] = at(profile, d) - centre;
  }
  const z = x.map((value, i) => value - at(profile, at(dow, i)));
  const back = (level: number, k: number) => Math.max(0, Math.exp(level + at(profile, weekday(k))) - c);
  const steps = Array.from({ length: h }, (_, k) => k);
  const power = (f: number, k: number) => sum(Array.from({ length: k + 1 }, (_, j) => f ** (j + 1)));

  let l = median(z.slice(0, 7));
  const seen: number[] = [];
  for (const value of z) {
    const e = value - l;
    const s = seen.length < 8 ? Number.POSITIVE_INFINITY : Math.max(1.4826 * median(seen.map(Math.abs)), 0.05);
    seen.push(e);
    l += 0.2 * clamp(e, -3 * s, 3 * s);
  }
  const slopes: number[] = [];
  for (let i = Math.max(0, n - 28); i < n; i++)
    for (let j = i + 7; j < n; j += 7) slopes.push((at(x, j) - at(x, i)) / (j - i));
  const b = n < 14 ? 0 : 0.5 * clamp(median(slopes), -0.03, 0.03);

  let best = { loss: Number.POSITIVE_INFINITY, l: 0, t: 0, f: 0 };
  for (const a of [0.1, 0.3, 0.6, 0.9]) {
    for (const [beta, f] of [
      [0, 0.9],
      [0.05, 0.9],
      [0.05, 0.98],
      [0.2, 0.9],
      [0.2, 0.98],
    ] as const) {
      let level = median(z.slice(0, 5));
      let t = 0;
      let loss = 0;
      z.forEach((value, i) => {
        const ahead = level + f * t;
        if (i >= 5) loss += Math.min(Math.abs(value - ahead), 1);
        const e = clamp(value - ahead, -1, 1);
        level = ahead + a * e;
        t = f * t + a * beta * e;
      });
      if (loss < best.loss) best = { loss, l: level, t, f };
    }
  }
  return [
    steps.map((k) => at(y, n - 7 + (k % 7))),
    steps.map((k) => {
      const same: number[] = [];
      for (let i = n - 7 + (k % 7); i >= 0 && same.length < 4; i -= 7) same.push(at(y, i));
      return mean(same);
    }),
    steps.map((k) => back(l, k) * Math.exp(b * power(0.9, k))),
    steps.map((k) => back(best.l + best.t * power(best.f, k), k)),
  ];
}

/** @param clean y' of all days, @param y the same days as recorded, @param n how many of them are known at this origin */
function ahead(clean: readonly number[], y: Values, dow: readonly number[], n: number, h: number): number[] {
  const past = clean.slice(0, n);
  if (n < 7) return Array.from({ length: h }, () => mean(past));
  if (n < 14) {
    return Array.from({ length: h }, (_, k) => {
      const same = past.filter((_value, i) => (n - 7 + (k % 7) - i) % 7 === 0);
      return 0.5 * mean(same) + 0.5 * mean(past.slice(-7));
    });
  }
  const errors = [0, 0, 0, 0];
  for (let o = Math.max(10, n - 14); o + 3 <= n; o += 2) {
    const steps = Math.min(7, h, n - o);
    candidates(clean.slice(0, o), dow, steps).forEach((candidate, m) => {
      candidate.forEach((usd, k) => {
        if (y[o + k] !== null) errors[m] = at(errors, m) + Math.abs(at(clean, o + k) - usd);
      });
    });
  }
  const least = Math.max(1e-9, Math.min(...errors));
  const weights = errors.map((error) => 1 / (error / least + 0.05) ** 3);
  const all = candidates(past, dow, h);
  return Array.from({ length: h }, (_, k) => sum(all.map((f, m) => at(weights, m) * at(f, k))) / sum(weights));
}

export interface PlainForecast {
  days: number[];
  low: number;
  high: number;
  /** sorted totals of the paths */
  totals: number[];
}

/** The series begins with a known day; at least seven days are known. */
export function plainForecast(
  y: Values,
  dow: readonly number[],
  h: number,
  { before, today, random }: { before: number; today: number; random: () => number },
): PlainForecast {
  const n = y.length;
  const clean = withoutSpikes(y, dow);
  const days = ahead(clean, y, dow, n, h);
  const c = offset(y);
  const totals: number[] = [];
  const daily: number[][] = [];
  for (let o = Math.max(10, n - 14); o <= n - 2; o++) {
    const predicted = ahead(clean, y, dow, o, Math.min(h, n - o));
    const pairs = predicted.flatMap((f, k) => {
      const actual = at(y, o + k);
      return actual === null ? [] : [{ f, actual }];
    });
    daily.push(pairs.map(({ f, actual }) => Math.log((actual + c) / (f + c))));
    const [p, a] = [sum(pairs.map(({ f }) => f)), sum(pairs.map(({ actual }) => actual))];
    if (p > 0 && a > 0) totals.push(Math.log(a / p));
  }
  const flat = daily.flat();
  const sd = flat.length < 4 ? 0.25 : 1.4826 * median(flat.map(Math.abs));
  const prior = clamp(1.1 * sd, 0.05, 0.25) * Math.sqrt(Math.max(1, h / 7));
  const s = Math.sqrt((5 * prior ** 2 + sum(totals.map((e) => Math.min(e * e, 1)))) / (5 + totals.length));

  let pool = daily.filter((errors) => errors.length >= 2).flatMap((errors) => errors.map((e) => e - mean(errors)));
  if (pool.length < 10)
    pool = [-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816].map((e) => e / 4);
  const sp2 = mean(pool.map((e) => e * e));
  const sl = Math.sqrt(Math.max(s * s - sp2 / h, (s / 2) ** 2));
  const paths = Array.from({ length: 1_000 }, () => {
    const level = sl * Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
    return days.reduce((total, f, k) => {
      const v = Math.max(0, (f + c) * Math.exp(level + at(pool, Math.floor(random() * pool.length))) - c);
      return total + (k === 0 ? Math.max(v, today) : v);
    }, before);
  });
  const total = sum(days);
  return {
    days,
    low: total * Math.exp(-1.2816 * s),
    high: total * Math.exp(1.2816 * s),
    totals: paths.sort((a, b) => a - b),
  };
}

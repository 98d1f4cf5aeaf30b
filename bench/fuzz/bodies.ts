/** Small, fast and repeatable: equal seeds give equal numbers. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const JUNK: readonly unknown[] = [
  null,
  true,
  "",
  "12.50",
  "MARKER <script>x</script>\u001b[31m",
  "__proto__",
  -1,
  0.1,
  1e21,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[]],
  { data: null },
  { message: "x" },
  "9999-99-99",
  "2026-11-20T25:00:00Z",
  "x".repeat(3_000),
];

/** A real answer with a few places changed: replaced, removed, doubled, renamed, wrapped; or something else altogether. */
export function damaged(root: unknown, seed: number): unknown {
  const random = randomFrom(seed);
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  if (random() < 0.03) return pick(JUNK);
  const share = random() < 0.5 ? 0.02 : 0.2;
  const walk = (value: unknown, depth: number): unknown => {
    if (depth > 0 && random() < share) return pick(JUNK);
    if (Array.isArray(value)) {
      const rows = value.map((each) => walk(each, depth + 1));
      const first = rows[0];
      if (random() < share && rows.length > 0) rows.push(first);
      return random() < share ? rows.slice(0, Math.floor(random() * rows.length)) : rows;
    }
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).flatMap(([name, each]): [string, unknown][] => {
      if (random() < share / 2) return [];
      const renamed = random() < share / 2 ? `${name}X` : name;
      return [[renamed, walk(each, depth + 1)]];
    });
    return Object.fromEntries(entries);
  };
  return walk(root, 0);
}

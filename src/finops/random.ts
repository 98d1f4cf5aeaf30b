/** A source of numbers in [0, 1). */
export type Random = () => number;

/** The mulberry32 generator: 32 bits of state, the same sequence for the same seed on every machine. */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One standard normal draw (Box and Muller); takes two numbers from `random`. */
export function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(random() + 1e-12));
  return radius * Math.cos(2 * Math.PI * random());
}

/** 32-bit FNV-1a hash of the UTF-8 bytes of `text`, as an unsigned integer. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The seed of every random path: the same question on the same day draws the same paths. Days are `YYYY-MM-DD`. */
export function seedOf(scopeId: string, windowEnd: string, today: string): number {
  return fnv1a(`${scopeId}|${windowEnd}|${today}`);
}

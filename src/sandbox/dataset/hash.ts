/** A 32-bit mix of up to four integers: the only source of chance in the data, so every figure can be recomputed alone. */
export function hash(seed: number, a: number, b = 0, c = 0): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15) ^ a) + 0x7f4a7c15, 0x2c1b3c6d);
  h = Math.imul((h ^ (h >>> 13) ^ b) + 0x165667b1, 0x297a2d39);
  h = Math.imul((h ^ (h >>> 16) ^ c) + 0x27d4eb2f, 0x85ebca77);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae3d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Uniform in [0, 1). */
export function unit(h: number): number {
  return h / 4294967296;
}

/** Bell-shaped around 0 with standard deviation 1, never beyond 3: three uniforms out of one hash. */
export function bell(h: number): number {
  return ((h & 1023) + ((h >>> 10) & 1023) + ((h >>> 20) & 1023)) / 511.5 - 3;
}

export function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(8, "0").slice(-digits);
}

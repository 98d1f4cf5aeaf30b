import { expect } from "vitest";

const ESC = String.fromCharCode(0x1b);
const ZERO_WIDTH = String.fromCharCode(0x200b);
const UNSAFE = [ESC, ZERO_WIDTH, "](", "<script", "http://", "https://", "javascript:"];

/** Nothing in the text works as a terminal code, markup or link. */
export function expectInert(text: string): void {
  for (const part of UNSAFE) expect(text.toLowerCase()).not.toContain(part);
}

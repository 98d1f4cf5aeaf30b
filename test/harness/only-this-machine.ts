import { afterAll, expect } from "vitest";
import { watchConnections } from "./connect-hook.mjs";

// Set up before every test file: S6, nothing under test speaks to the world.
const strangers: string[] = [];
watchConnections(({ host, port, isHarmless }) => {
  if (!isHarmless) strangers.push(`${host}:${port}`);
});
afterAll(() => expect(strangers, "S6 sockets to other machines").toEqual([]));

import { describe, expect, it } from "vitest";
import { ConfigError, isSet, resolveMode } from "../src/mode.ts";

const WORKSPACE = "550e8400-e29b-41d4-a716-446655440000";

describe("resolveMode", () => {
  it.each([
    [{ ALEPHANT_VIRTUAL_KEY: "vk-a" }, { mode: "vk", ignored: [] }],
    [
      { ALEPHANT_VIRTUAL_KEY: "vk-a", ALEPHANT_PAT: "" },
      { mode: "vk", ignored: [] },
    ],
    [
      { ALEPHANT_VIRTUAL_KEY: "vk-a", ALEPHANT_WORKSPACE_ID: WORKSPACE },
      { mode: "vk", ignored: ["ALEPHANT_WORKSPACE_ID"] },
    ],
    [
      { ALEPHANT_PAT: "pat_a", ALEPHANT_WORKSPACE_ID: WORKSPACE },
      { mode: "manager", ignored: [] },
    ],
    [
      { ALEPHANT_PAT: "pat_a", ALEPHANT_WORKSPACE_ID: WORKSPACE, ALEPHANT_VIRTUAL_KEY: "vk-a" },
      { mode: "manager", ignored: ["ALEPHANT_VIRTUAL_KEY"] },
    ],
  ])("%j → %j", (env, expected) => {
    expect(resolveMode(env)).toEqual(expected);
  });

  it("does not fall back to the virtual key when the PAT's workspace is missing", () => {
    expect(() => resolveMode({ ALEPHANT_PAT: "pat_a", ALEPHANT_VIRTUAL_KEY: "vk-a" })).toThrow(ConfigError);
  });
});

describe("isSet", () => {
  it.each([
    [undefined, false],
    ["", false],
    [" \t\n", false],
    ["0", true],
    [" x ", true],
  ])("%j → %j", (value, expected) => {
    expect(isSet(value)).toBe(expected);
  });
});

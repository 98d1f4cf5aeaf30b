import { describe, expect, it } from "vitest";
import { findCredentialArgument, normaliseArguments } from "../../src/cli/arguments.ts";

describe("normaliseArguments", () => {
  it.each([
    [["--audit"], ["audit"]],
    [
      ["--sandbox=vk", "--audit", "--json"],
      ["audit", "--sandbox=vk", "--json"],
    ],
    [
      ["audit", "--json"],
      ["audit", "--json"],
    ],
    [[], []],
    [["--version"], ["--version"]],
  ])("%j → %j", (given, expected) => {
    expect(normaliseArguments(given)).toEqual(expected);
  });
});

describe("findCredentialArgument", () => {
  it.each([
    [["pat_wsabc_0123456789"], "ALEPHANT_PAT"],
    [["--token", "pat_x"], "ALEPHANT_PAT or ALEPHANT_VIRTUAL_KEY"],
    [["--token=pat_x"], "ALEPHANT_PAT"],
    [["audit", "vk-agent-1"], "ALEPHANT_VIRTUAL_KEY"],
    [["--key=vk-agent-1"], "ALEPHANT_VIRTUAL_KEY"],
    [["--virtual-key", "something"], "ALEPHANT_VIRTUAL_KEY"],
    [["--virtualkey=something"], "ALEPHANT_VIRTUAL_KEY"],
    [["--api-key=abc"], "ALEPHANT_PAT or ALEPHANT_VIRTUAL_KEY"],
    [["-token"], "ALEPHANT_PAT or ALEPHANT_VIRTUAL_KEY"],
    [["--password"], "ALEPHANT_PAT or ALEPHANT_VIRTUAL_KEY"],
    [["--header", "Authorization: Bearer pat_wsabc123_0123456789abcdef0123"], "ALEPHANT_PAT"],
    [["--env=X=pat_wsabc123_0123456789abcdef0123"], "ALEPHANT_PAT"],
    [["call", "x", "--json", '{"label":"vk-agent-0123456789abcdef"}'], "ALEPHANT_VIRTUAL_KEY"],
  ])("%j → %s", (args, variable) => {
    expect(findCredentialArgument(args)).toEqual({ variable });
  });

  it.each([
    [["--sandbox=vk"]],
    [["--sandbox", "vk"]],
    [["audit", "--fail-over-pct", "80"]],
    [["--help"]],
    [["vk"]],
    [["call", "list_virtual_keys", "--json", '{"label":"vk-team-a"}']],
    [["call", "x", "--json", '{"key_id":"550e8400-e29b-41d4-a716-446655440000"}']],
    [[]],
  ])("%j holds none", (args) => {
    expect(findCredentialArgument(args)).toBeNull();
  });
});

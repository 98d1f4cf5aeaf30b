import { afterEach, describe, expect, it } from "vitest";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let harness: SandboxHarness;
afterEach(() => harness.close());

describe("C25 what a host shows beside the tools", () => {
  it.each(["vk", "manager"] as const)("in %s mode is a reviewed file, whatever the service says", async (mode) => {
    harness = await withSandbox(mode, { labels: "hostile" });
    // Names of the service have been read before the texts are asked for.
    await harness.call(mode === "vk" ? "get_my_scope" : "list_virtual_keys");
    const { prompts } = await harness.client.listPrompts();
    const texts = await Promise.all(
      prompts.map(async ({ name }) =>
        (await harness.client.getPrompt({ name })).messages.map(({ content }) => content),
      ),
    );
    const shown = {
      instructions: harness.client.getInstructions(),
      prompts: prompts.map((each, i) => [each, texts[i]]),
    };
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`./words-${mode}.json`);
  });
});

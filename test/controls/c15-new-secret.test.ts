import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { type KeyFile, KeyFileUnavailable } from "../../src/tool/key-file.ts";
import { approving, type Harness, type HarnessOptions } from "../harness/client.ts";
import { connectTo, writesOf } from "../harness/fresh.ts";
import { NOON } from "../harness/sandbox.ts";
import { writeCase } from "../harness/writes.ts";

const NAME = "create_virtual_key";
let sandbox: Sandbox;
const open: Harness[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOON });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
  sandbox.reset();
});
afterAll(() => sandbox.close());

async function connected(more: Partial<HarnessOptions> = {}): Promise<Harness> {
  const harness = await connectTo(sandbox, more);
  open.push(harness);
  return harness;
}

const args = () => writeCase(sandbox, NAME).args;
const secretOf = (id: string) => sandbox.dataset.tokenOf(id) ?? "";
const occurrences = (text: string, part: string) => text.split(part).length - 1;

describe("C15 the secret of a new key", () => {
  it.each(["elicit", "token"] as const)(
    "C15 by %s: once in the text, once in the structure, nowhere else",
    async (road) => {
      const harness = await connected(road === "elicit" ? { answer: approving } : {});
      const { value: plan } = road === "token" ? await harness.call(NAME, args()) : { value: null };
      const confirmed = plan === null ? args() : { ...args(), confirmation_token: plan.confirmation.token };
      const progress: unknown[] = [];
      const result = await harness.client.callTool({ name: NAME, arguments: confirmed }, undefined, {
        onprogress: (step) => progress.push(step),
      });
      const structure = JSON.stringify(result.structuredContent);
      const after: { id: string } = JSON.parse(structure).after;
      const secret = secretOf(after.id);
      expect(secret).toMatch(/^vk-/);
      expect(occurrences(structure, secret)).toBe(1);
      expect(occurrences(JSON.stringify(result.content), secret)).toBe(1);
      expect(result.content).toEqual([expect.objectContaining({ type: "text", annotations: { audience: ["user"] } })]);
      const others = [
        JSON.stringify(harness.audit.entries),
        harness.logLines.join("\n"),
        harness.questions.join("\n"),
        JSON.stringify(progress),
        (await harness.call("list_virtual_keys", { page_size: 200 })).text,
        (await harness.call(NAME, confirmed)).text,
      ];
      for (const other of others) expect(other).not.toContain(secret);
      expect(harness.logLines.length).toBeGreaterThan(0);
    },
  );

  it("C15 a repeated approval gives no secret, and no second key", async () => {
    const harness = await connected();
    const { value } = await harness.call(NAME, args());
    const confirmed = { ...args(), confirmation_token: value.confirmation.token };
    await harness.call(NAME, confirmed);
    const again = await harness.call(NAME, confirmed);
    expect(again.text).toMatch(/^\[CONFIRMATION_USED\]/);
    expect(again.text).not.toContain("vk-");
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it.each(["elicit", "token"] as const)(
    "C15 by %s: the person is told beforehand that it will appear",
    async (road) => {
      const harness = await connected(road === "elicit" ? { answer: () => ({ action: "decline" }) } : {});
      const { text } = await harness.call(NAME, args());
      const shown = road === "elicit" ? harness.questions.join() : text;
      expect(shown).toContain("Its secret will appear in this conversation, once.");
    },
  );

  it("C15 created, but the answer carried no secret: applied, and what to do", async () => {
    sandbox.setSwitch("vkSecretField", "missing");
    const { value } = await (await connected()).change(NAME, args());
    expect(value).toMatchObject({
      status: "applied",
      secret: null,
      secret_note: "The answer carried no secret: reveal it in the dashboard, or revoke the key and create another.",
    });
  });

  it("C15 plans and errors carry no mark for the person's eyes", async () => {
    const harness = await connected();
    const plan = await harness.client.callTool({ name: NAME, arguments: args() });
    expect(JSON.stringify(plan.content)).not.toContain("audience");
  });
});

/** A file that lives in memory. */
function memoryFile(failure?: "reserve" | "deliver") {
  const file = { content: "", isReserved: false, isDiscarded: false };
  const reserveKeyFile = async (): Promise<KeyFile> => {
    if (failure === "reserve") throw new KeyFileUnavailable("The file for the secret cannot be made: EROFS.");
    file.isReserved = true;
    return {
      path: "/state/keys/new-key.txt",
      async deliver(secret) {
        if (failure === "deliver") throw new KeyFileUnavailable("The file for the secret cannot be written: ENOSPC.");
        file.content += secret.reveal();
        return "/state/keys/new-key.txt";
      },
      async discard() {
        file.isDiscarded = true;
      },
    };
  };
  return { file, options: { keyDelivery: "file", reserveKeyFile } as const };
}

describe("C15 ALEPHANT_KEY_DELIVERY=file", () => {
  it("C15 the secret goes to the file, its path to the result", async () => {
    const { file, options } = memoryFile();
    const harness = await connected(options);
    const plan = await harness.call(NAME, args());
    expect(plan.value.affected[0]).toBe(
      "Its secret will be written to a private file on this computer, and not be shown.",
    );
    expect(file.isReserved).toBe(false);
    const { value, text } = await harness.call(NAME, { ...args(), confirmation_token: plan.value.confirmation.token });
    expect(value).toMatchObject({ status: "applied", secret: null, secret_file: "/state/keys/new-key.txt" });
    expect(file.content).toBe(secretOf(value.after.id));
    for (const place of [text, harness.logLines.join(), JSON.stringify(harness.audit.entries)]) {
      expect(place).not.toContain(file.content);
    }
  });

  it("C15 a file that cannot be made: refused before sending", async () => {
    const harness = await connected(memoryFile("reserve").options);
    const { text } = await harness.change(NAME, args());
    expect(text).toMatch(
      /^\[AUDIT_UNAVAILABLE\] The file for the secret cannot be made: EROFS\. Nothing was changed\./,
    );
    expect(writesOf(sandbox)).toEqual([]);
    expect(harness.audit.events()).not.toContain("intent");
  });

  it("C15 a file that cannot be written after all: the key is made, and the loss is told", async () => {
    const harness = await connected(memoryFile("deliver").options);
    const { value } = await harness.change(NAME, args());
    expect(value).toMatchObject({ status: "applied", secret: null });
    expect(value.secret_file).toBeUndefined();
    expect(value.remarks).toContain(
      "The secret could not be written to its file and is not shown here: revoke the key and create another.",
    );
  });

  it.each(["422", "reset-after", "500"] as const)("C15 no secret came (%s): no empty file stays", async (kind) => {
    const { file, options } = memoryFile();
    sandbox.setFault({ kind, method: "POST", times: "once" });
    await (await connected(options)).change(NAME, args());
    expect([file.isDiscarded, file.content]).toEqual([true, ""]);
  });

  it("C15 other changes need no file", async () => {
    const { file, options } = memoryFile("reserve");
    const { value } = await (await connected(options)).change(
      "update_key_budget",
      writeCase(sandbox, "update_key_budget").args,
    );
    expect(value.status).toBe("applied");
    expect(file.isReserved).toBe(false);
  });
});

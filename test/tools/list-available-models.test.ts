import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../harness/client.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let manager: SandboxHarness;
let key: SandboxHarness;

beforeAll(async () => {
  manager = await withSandbox("manager");
  key = await withSandbox("vk");
});
afterEach(() => {
  manager.sandbox.reset();
  key.sandbox.reset();
});
afterAll(() => Promise.all([manager.close(), key.close()]));

const NAME = "list_available_models";
const names = (value: { rows: { model: string }[] }) => value.rows.map(({ model }) => model);

describe("the catalogue", () => {
  it("lists every model that may be called, in a fixed order, with prices per million tokens", async () => {
    const { value, text } = await manager.call(NAME);
    expect(value).toMatchObject({
      headline: "Models 1 to 11 of 11 in the catalogue, by provider and id.",
      basis: { source: ["model_catalogue"], as_of: NOON.toISOString(), notes: [] },
      total: 11,
      returned: 11,
      next: null,
      switched_off: 1,
      providers: ["anthropic", "google", "mistral", "openai"],
    });
    expect(value.rows[0]).toEqual({
      model: "claude-haiku-4-5",
      name: "Claude Haiku 4.5",
      provider: "anthropic",
      input_usd_per_1m_tokens: 1,
      output_usd_per_1m_tokens: 5,
      context_tokens: 200_000,
      max_output_tokens: 64_000,
      modalities: ["chat"],
    });
    expect([...names(value)].sort()).not.toEqual(names(value));
    expect(text.length).toBeLessThan(3_000);
  });

  it.each([
    [{ search: "CLAUDE" }, 3, "Models 1 to 3 of 3 that match, of 11 in the catalogue, by provider and id."],
    [{ provider: "OpenAI", search: "mini" }, 2, /^Models 1 to 2 of 2 that match/],
    [{ search: "Opus 4.5" }, 1, /^Models 1 to 1 of 1 that match/],
    [{ search: "no such model" }, 0, "No model matches, of 11 in the catalogue."],
    [{ provider: "nobody" }, 0, "No model matches, of 11 in the catalogue."],
  ])("%j finds %i", async (args, total, headline) => {
    const { value } = await manager.call(NAME, args);
    expect(value).toMatchObject({
      total,
      returned: total,
      next: null,
      headline: typeof headline === "string" ? headline : expect.stringMatching(headline),
    });
  });

  it("pages by offset without a gap or an overlap", async () => {
    const whole = names((await manager.call(NAME, { limit: 100 })).value);
    const seen: string[] = [];
    let args: Record<string, number> | null = { limit: 4 };
    while (args !== null) {
      const { value } = await manager.call(NAME, args);
      seen.push(...names(value));
      args = value.next;
    }
    expect(seen).toEqual(whole);
    const past = (await manager.call(NAME, { offset: 50 })).value;
    expect(past).toMatchObject({
      returned: 0,
      next: null,
      headline: "Offset 50 is past the end: there are 11 models.",
    });
  });

  it("answers the same for every container and envelope that the service may use", async () => {
    const { text } = await manager.call(NAME);
    for (const container of ["data.items", "data.plural", "data", "plural", "items", "root"] as const) {
      manager.sandbox.setSwitch("listContainer", container);
      expect((await manager.call(NAME)).text, container).toBe(text);
    }
    manager.sandbox.setSwitch("listContainer", "unknown");
    expect((await manager.call(NAME)).text).toMatch(/^\[BAD_DATA\] /);
    manager.sandbox.setSwitch("listContainer", "null");
    expect((await manager.call(NAME)).value).toMatchObject({ total: 0, headline: "No models are listed." });
  });

  it("says that a price is unknown where none was reported", async () => {
    manager.sandbox.setSwitch("modelsInfo", "off");
    const { value } = await manager.call(NAME);
    expect(value.rows[0]).toEqual({ model: "claude-haiku-4-5", name: "Claude Haiku 4.5", provider: "anthropic" });
    expect(value.basis.notes).toEqual([
      { code: "price_missing", text: "Where no price is shown, none per token was reported: it is unknown, not free." },
    ]);
  });
});

describe("a catalogue that this key may not read", () => {
  it("falls back to the models in the key's scope, without prices", async () => {
    key.sandbox.setSwitch("modelsVk", "403");
    const { value } = await key.call(NAME);
    expect(value).toMatchObject({
      headline: "Models 1 to 2 of the 2 this key may call, by provider and id.",
      switched_off: null,
      basis: {
        source: ["scope"],
        notes: [
          {
            code: "sub_call_failed",
            text: "This key cannot read the model catalogue (HTTP 403); the names are those its scope allows.",
          },
          { code: "price_missing" },
        ],
      },
      total: 2,
      rows: [{ model: "gpt-4.1" }, { model: "gpt-4o" }],
    });
  });

  it("does not take a missing restriction for a list", async () => {
    key.sandbox.setSwitch("modelsVk", "403");
    const { credentials, url } = key.sandbox;
    const other = await connect({ mode: "vk", baseUrl: url, credential: credentials.virtualKeys.unbound });
    const { value } = await other.call(NAME);
    expect(value).toMatchObject({
      headline: "The model catalogue cannot be read with this key, and no restriction of the key is known.",
      total: null,
      returned: 0,
      rows: [],
    });
    await other.close();
  });

  it("is an error when the scope refuses the key as well", async () => {
    const { credentials, url } = key.sandbox;
    const other = await connect({ mode: "vk", baseUrl: url, credential: credentials.virtualKeys.revoked });
    expect((await other.call(NAME)).text).toMatch(/^\[AUTH\] /);
    await other.close();
  });

  it("stays an error with a PAT", async () => {
    manager.sandbox.setFault({ kind: "403", path: "/api/v1/models" });
    expect((await manager.call(NAME)).text).toMatch(/^\[FORBIDDEN\] /);
  });
});

describe("a large catalogue", () => {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledRequest: "bypass" }));
  afterAll(() => server.close());

  it("is cut to 8 kB, and rows the service held back are named", async () => {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      modelId: `provider-model-with-a-long-name-${String(i).padStart(3, "0")}`,
      provider: "router",
      info: { modalities: ["chat", "vision"], prompt: 0.000001, completion: 0.000002, max_context_tokens: 128_000 },
    }));
    server.use(
      http.get("https://large.example/api/v1/models", () =>
        HttpResponse.json({ code: 0, data: { data: rows, total: 494 } }),
      ),
    );
    const large = await connect({
      mode: "vk",
      baseUrl: "https://large.example",
      credential: "vk-test-0123456789abcdef0123",
    });
    const { value, text } = await large.call(NAME, { limit: 100 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_000);
    expect(value.returned).toBeLessThan(100);
    expect(value.next).toEqual({ limit: value.returned, offset: value.returned });
    expect(value.basis.notes).toEqual([{ code: "truncated_rows", text: "The service has 494 models but sent 400." }]);
    await large.close();
  });
});

import { describe, expect, it } from "vitest";
import tool from "../../src/tools/shared/get-cost-by-model.ts";
import { useSmallService } from "../harness/small-service.ts";

const service = useSmallService();
const now = "2026-11-20T10:00:00Z";

const used = (model: string, cost: number, extra: object = {}) => ({
  ...{ provider: "acme", model, cost, requests: 100, inputTokens: 2_000_000, outputTokens: 500_000 },
  ...extra,
});
const listed = (id: string, input: number, output: number, modalities: string[] = ["text"]) => ({
  ...{ id, provider: "acme", enabled: true },
  info: { modalities, prompt: input / 1e6, completion: output / 1e6 },
});
/** 2.0M input at 3 and 0.5M output at 15 USD per 1M tokens are 13.50. */
const BIG = listed("big", 3, 15);
const MINI = listed("mini", 0.8, 4);

async function ask(models: object[], catalogue: object[] | number) {
  const workspace = { usage: { "2026-11-19": 20 }, models: () => models, catalogue };
  const { value } = await service.ask(workspace, tool, { args: { period: "7d" }, now });
  const notes = value.basis.notes.filter(({ code }: { code: string }) => /price_missing|sub_call_failed/.test(code));
  return { rows: value.what_if, texts: notes.map(({ text }: { text: string }) => text) };
}

const ASSUMED =
  /^what_if is price only, quality not tested: same requests, tokens counted up to 10% and answers up to 20%/;

describe("get_cost_by_model: what the same tokens would cost elsewhere", () => {
  it("is a range with its assumptions", async () => {
    const { rows, texts } = await ask([used("big", 13.5)], [BIG, MINI]);
    expect(rows).toEqual([
      {
        ...{ model: "big", instead: "mini", instead_provider: "acme" },
        ...{ same_usd: 3.6, low_usd: 2.88, high_usd: 4.4 },
        ...{ saving_usd: 9.9, saving_low_usd: 9.1, saving_high_usd: 10.62 },
        break_even_output_factor: 5.95,
      },
    ]);
    expect(texts).toEqual([expect.stringMatching(ASSUMED)]);
  });

  it.each([
    [
      "tokens are not told apart",
      [used("big", 13.5, { inputTokens: undefined, outputTokens: undefined, tokens: 2_500_000 })],
      [BIG, MINI],
      [/^No what-if on cheaper models: the service does not tell input and output tokens apart/],
    ],
    ["the catalogue fails", [used("big", 13.5)], 500, [/^The model catalogue could not be read \(upstream\)/]],
    ["no model is cheaper", [used("mini", 3.6)], [BIG, MINI], [/^No what-if: no model of the same kind/]],
    ["the model has no list price", [used("own", 13.5)], [BIG, MINI], [/^No what-if on "own": list price or kind/]],
    ["kinds are not told", [used("big", 13.5)], [listed("big", 3, 15, []), MINI], [/^No what-if on "big"/]],
    [
      "the cheap one is of another kind",
      [used("big", 13.5)],
      [BIG, listed("picture", 0.1, 0.1, ["image"])],
      [/^No what-if: no/],
    ],
  ])("offers nothing and says why when %s", async (_, models, catalogue, expected) => {
    const { rows, texts } = await ask(models, catalogue);
    expect(rows).toBeUndefined();
    expect(texts).toEqual(expected.map((text) => expect.stringMatching(text)));
  });

  it.each([
    [15, ['"big" was billed 11.1% above its tokens at list price; savings are against what was billed.']],
    [10.8, ['"big" was billed 20% below its tokens at list price; savings are against what was billed.']],
    [13.8, []],
  ])("tells when the recorded %d differs from the list price", async (cost, drift) => {
    const { texts } = await ask([used("big", cost)], [BIG, MINI]);
    expect(texts.slice(1)).toEqual(drift);
  });
});

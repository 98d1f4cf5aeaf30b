import { InitializeRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { revisionAskedFor } from "../../src/cli/handshake.ts";

const odd = fc.constantFrom<unknown>(null, true, 0, "", "x", [], [1], {}, { a: null }, { form: 1 });
const sometimes = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: odd });
const some = (fields: Record<string, fc.Arbitrary<unknown>>, required: readonly string[] = []) =>
  sometimes(fc.record(fields, { requiredKeys: [...required] }));

const text = sometimes(fc.constantFrom("a", ""));
const object = sometimes(fc.constantFrom<unknown>({}, { a: 1 }));
const named = sometimes(fc.dictionary(fc.constantFrom("a", "a/b", "__proto__"), object));
const icon = some(
  { src: text, mimeType: text, sizes: sometimes(fc.array(text)), theme: sometimes(fc.constantFrom("light", "dark")) },
  ["src"],
);
const clientInfo = some(
  {
    ...{ name: text, version: text, title: text, websiteUrl: text, description: text },
    icons: sometimes(fc.array(icon, { maxLength: 2 })),
  },
  ["name", "version"],
);
const form = some({ applyDefaults: sometimes(fc.boolean()) });
const known = {
  roots: some({ listChanged: sometimes(fc.boolean()) }),
  sampling: some({ context: object, tools: object }),
  elicitation: some({ form, url: object }),
  experimental: named,
  extensions: named,
};
const tasks = some({ list: object, requests: some({ elicitation: some({ create: object }) }) });
const capabilities = fc.oneof(
  { weight: 4, arbitrary: some(known) },
  { weight: 1, arbitrary: some({ ...known, tasks }) },
);
const basic = { protocolVersion: text, capabilities, clientInfo };
const params = fc.oneof(
  { weight: 4, arbitrary: some(basic, Object.keys(basic)) },
  { weight: 1, arbitrary: some({ ...basic, _meta: some({ progressToken: text }), extra: odd }, Object.keys(basic)) },
);

it("C11 whatever is answered without the server, the schema of the SDK takes", () => {
  const seen = { answered: 0, takenOnly: 0, refused: 0 };
  fc.assert(
    fc.property(params, (candidate) => {
      // Only what JSON can say arrives here.
      const message = JSON.parse(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: candidate }));
      const isTaken = InitializeRequestSchema.safeParse(message).success;
      const isAnswered = revisionAskedFor(message) !== null;
      seen[isAnswered ? "answered" : isTaken ? "takenOnly" : "refused"] += 1;
      return isTaken || !isAnswered;
    }),
    { numRuns: 5_000, seed: 1 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(300);
});

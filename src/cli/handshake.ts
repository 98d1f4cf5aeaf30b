import { isRecord, own } from "../api/record.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const named =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check);

/** An object with these fields and no other. */
const only =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value) => {
    if (!isRecord(value) || !Object.keys(required).every((name) => Object.hasOwn(value, name))) return false;
    const checks = { ...required, ...optional };
    return Object.entries(value).every(
      ([name, field]) => Object.hasOwn(checks, name) && checks[name]?.(field) === true,
    );
  };

const isIcon = only(
  { src: isText },
  { mimeType: isText, sizes: listOf(isText), theme: (value) => value === "light" || value === "dark" },
);

const isHandshake = only({
  protocolVersion: isText,
  capabilities: only(
    {},
    {
      roots: only({}, { listChanged: isFlag }),
      sampling: only({}, { context: isRecord, tools: isRecord }),
      elicitation: only({}, { form: only({}, { applyDefaults: isFlag }), url: isRecord }),
      experimental: named(isRecord),
      extensions: named(isRecord),
    },
  ),
  clientInfo: only(
    { name: isText, version: isText },
    { title: isText, websiteUrl: isText, description: isText, icons: listOf(isIcon) },
  ),
});

/**
 * The revision that a handshake asks for, when every field of it is one that is checked here. What the client can do decides
 * whether a person is asked before a change, so a handshake is answered without the server only when the server will take it
 * as well; a test holds this against the SDK's own schema, which is not used here because loading it takes longer than a
 * whole start.
 * @returns null for a handshake that the server shall judge
 */
export function revisionAskedFor(message: object): string | null {
  const params = isRecord(message) ? own(message, "params") : null;
  if (!isRecord(params) || !isHandshake(params)) return null;
  const { protocolVersion } = params;
  return typeof protocolVersion === "string" ? protocolVersion : null;
}

import { isRecord, type Wanted } from "./edit.ts";

/** The entry as an item of a YAML list, for pasting. */
export function yamlBlock({ spec, entry }: Wanted): string {
  const lines = Object.entries(entry).flatMap(([key, value]) =>
    isRecord(value)
      ? [`${key}:`, ...Object.entries(value).map(([name, inner]) => `  ${name}: ${scalar(inner)}`)]
      : [`${key}: ${scalar(value)}`],
  );
  const item = lines.map((line, index) => `  ${index === 0 ? "- " : "  "}${line}`);
  return `${[`${spec.section.join(".")}:`, ...item].join("\n")}\n`;
}

/** Every JSON value is YAML; plain words need no quotes. */
function scalar(value: unknown): string {
  return typeof value === "string" && /^[A-Za-z][\w-]*$/.test(value) ? value : JSON.stringify(value);
}

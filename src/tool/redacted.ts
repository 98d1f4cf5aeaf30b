/** A copy as JSON carries it, with every text passed through `redact`. */
export function redacted(value: Record<string, unknown>, redact: (text: string) => string): Record<string, unknown> {
  const copy: Record<string, unknown> = JSON.parse(JSON.stringify(value), (_name, item: unknown) =>
    typeof item === "string" ? redact(item) : item,
  );
  return copy;
}

/** Reads CSV as RFC 4180 describes it, by a way of its own: one character after the other. An empty unquoted field is null. */
export function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let field = "";
  let state: "start" | "plain" | "quoted" | "after" = "start";
  const endField = () => {
    row.push(state === "start" ? null : field);
    field = "";
    state = "start";
  };
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (state === "quoted") {
      if (char !== '"') field += char;
      else if (text.charAt(i + 1) === '"') {
        field += '"';
        i += 1;
      } else state = "after";
    } else if (char === '"' && state === "start") state = "quoted";
    else if (char === ",") endField();
    else if (char === "\r" && text.charAt(i + 1) === "\n") {
      endField();
      rows.push(row);
      row = [];
      i += 1;
    } else if (state === "after" || char === '"' || char === "\n") throw new Error(`stray character at ${i}`);
    else {
      field += char;
      state = "plain";
    }
  }
  if (row.length > 0 || state !== "start") throw new Error("the last line has no end");
  return rows;
}

/** Rows as objects by the names of the first line. */
export function parseRecords(text: string): Record<string, string | null>[] {
  const [head = [], ...rows] = parseCsv(text);
  return rows.map((row) => {
    if (row.length !== head.length) throw new Error(`${row.length} fields under ${head.length} names`);
    return Object.fromEntries(head.map((name, i) => [name ?? "", row[i] ?? null]));
  });
}

/** A plain decimal with at most 6 places → millionths, without floats. */
export function millionthsOf(text: string | null | undefined): number {
  const found = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text ?? "");
  if (found === null) throw new Error(`not a plain decimal: ${text}`);
  const [, sign = "", whole = "", places = ""] = found;
  return Number(`${sign}${whole}${places.padEnd(6, "0")}`);
}

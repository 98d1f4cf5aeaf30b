/** Generated parts of a document, by name. */
export type Blocks = Readonly<Record<string, string>>;

const open = (name: string) => `<!-- generated: ${name} -->`;
const CLOSE = "<!-- /generated -->";

/**
 * Puts each block between its markers.
 * @throws Error when a block has no place in the document, or the document has a place for an unknown block
 */
export function fillBlocks(document: string, blocks: Blocks): string {
  const wanted = new Set(Object.keys(blocks));
  const filled = document.replace(
    /<!-- generated: ([a-z-]+) -->\n[\s\S]*?<!-- \/generated -->/g,
    (_, name: string): string => {
      const block = blocks[name];
      if (block === undefined) throw new Error(`nothing generates the block "${name}"`);
      wanted.delete(name);
      return `${open(name)}\n\n${block}\n\n${CLOSE}`;
    },
  );
  if (wanted.size > 0) throw new Error(`no place for: ${[...wanted].join(", ")}`);
  return filled;
}

/** A Markdown table; cells hold Markdown of one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}

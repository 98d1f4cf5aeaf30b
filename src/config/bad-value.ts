/** A setting whose text cannot be used: what is wrong with it, as the end of a sentence that begins with its name. Never its value. */
export class BadValue extends Error {
  override readonly name = "BadValue";
}

/** The parsed value, or what is wrong with the text. */
export function tryParse<T>(
  parse: (text: string) => T,
  text: string,
): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    return { problem: error.message };
  }
}

/** A timestamp of the service as a moment. */
export function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

const LONGEST = 60;

/** A name of the service for a row or a sentence of a dense answer, at most 60 characters; its id still tells it apart. */
export function shortName(name: string): string {
  const points = [...name];
  return points.length <= LONGEST ? name : `${points.slice(0, LONGEST - 1).join("")}…`;
}

/** `agent "Research Agent"`: a name as quoted data, or the id where there is no name. */
export function quoted(
  type: string,
  { id, name }: { id?: string | null | undefined; name?: string | null | undefined },
): string {
  const shown = name ? JSON.stringify(shortName(name)) : (id ?? "without a name");
  return `${type.replace("_", " ")} ${shown}`;
}

import type { Answer } from "./answer.ts";
import { ShapeError } from "./errors.ts";
import type { Http } from "./http.ts";
import type { ApiPath } from "./path.ts";
import type { Payload } from "./payload.ts";

export interface Proof<T> {
  path: string;
  /** Null when the answer was a success of a shape that is not known. */
  answer: Answer<T> | null;
}

/** Asks with the credential: any success answer proves it, whatever its shape. */
export async function prove<T>(http: Http, path: ApiPath, parse: (payload: Payload) => Answer<T>): Promise<Proof<T>> {
  const payload = await http.get(path);
  try {
    return { path: payload.path, answer: parse(payload) };
  } catch (error) {
    if (error instanceof ShapeError) return { path: payload.path, answer: null };
    throw error;
  }
}

import { isRecord, own } from "../api/record.ts";

// The SDK takes a false id for none: it can cancel neither a call with the id 0 or "", nor withdraw its own first question,
// whose id is 0. So every id has another name inside, and none of them is false.

/** A text gets a letter in front; 0 becomes the only text without it. */
const name = (id: unknown): unknown => (typeof id === "string" ? `s${id}` : id === 0 ? "0" : id);
const unname = (id: unknown): unknown => (typeof id === "string" ? (id === "0" ? 0 : id.slice(1)) : id);

/** Our own questions are counted from 0 inside and from 1 outside; some clients give a number back as text. */
const count = (id: unknown): unknown => (typeof id === "number" ? id + 1 : id);
const uncount = (id: unknown): unknown => {
  if (typeof id === "string") return /^[1-9]\d{0,9}$/.test(id) ? Number(id) - 1 : name(id);
  return typeof id === "number" ? id - 1 : id;
};

/** What the client sent, with the ids in it as the server knows them. */
export function inward(message: object): object {
  return renamed(message, name, uncount);
}

/** What the server sends, with the ids in it as the client knows them. */
export function outward(message: object): object {
  return renamed(message, count, unname);
}

type Naming = (id: unknown) => unknown;

/** @param ask for the ids of the sender's own requests @param answer for those of the other side's, which it answers */
function renamed(message: object, ask: Naming, answer: Naming): object {
  if (!isRecord(message)) return message;
  const isCall = own(message, "method") !== undefined;
  const params = own(message, "params");
  return {
    ...message,
    ...(Object.hasOwn(message, "id") && { id: (isCall ? ask : answer)(message.id) }),
    ...(own(message, "method") === "notifications/cancelled" &&
      isRecord(params) &&
      Object.hasOwn(params, "requestId") && { params: { ...params, requestId: ask(params.requestId) } }),
  };
}

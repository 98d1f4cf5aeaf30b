import type { Person } from "../tool/confirm.ts";
import type { Reply } from "../tool/question.ts";
import type { AskLine } from "./terminal-line.ts";

const CLIENT = "alephant-mcp call";

/** Somebody who runs a command: asked at the terminal, or not at all. */
export function personAt(askLine: AskLine | null): Person {
  if (askLine === null) {
    return { clientName: CLIENT, canBeAsked: false, ask: async () => ({ action: "failed", confirm: undefined }) };
  }
  return {
    clientName: CLIENT,
    canBeAsked: true,
    ask: async (message, field, signal): Promise<Reply> => {
      const answer = (await askLine(`${message}\n> `, signal))?.trim();
      signal.throwIfAborted();
      if (answer === undefined) return { action: "cancel", confirm: undefined };
      if (answer === "") return { action: "decline", confirm: undefined };
      const isYes = /^y(es)?$/i.test(answer);
      return { action: "accept", confirm: field.type === "boolean" ? isYes : answer };
    },
  };
}

import type { Deadline } from "./deadline.ts";
import type { ToolContext } from "./define.ts";
import { ToolError } from "./errors.ts";
import { FIELDS, type Field, isApproval, type QuestionText, questionText, type Reply } from "./question.ts";
import type { QuestionDesk } from "./question-desk.ts";
import { quoted } from "./quote.ts";

/** The person behind the client, as far as the client lets us reach them. */
export interface Person {
  /** What the client calls itself; not our text. */
  readonly clientName: string | null;
  /** Whether the client can show a form of ours to them. */
  readonly canBeAsked: boolean;
  /** @throws the signal's reason when the call is cancelled while the question is open */
  ask(message: string, field: Field, signal: AbortSignal): Promise<Reply>;
}

/** How a change gets its yes: the host asks the person, or a second call brings back a token. */
export type Channel = "elicit" | "token";

/**
 * Which way this client must take. There is no falling back from one to the other.
 * @throws ToolError when it has none, or came with a token although the person can be asked
 */
export function channelFor(person: Person, confirmWith: "auto" | "elicit", token: string | null): Channel {
  if (!person.canBeAsked && confirmWith === "elicit") {
    throw cannotAsk(person, "ALEPHANT_CONFIRM=elicit allows changes only where the host itself asks a person");
  }
  if (person.canBeAsked && token !== null) {
    throw new ToolError(
      "CONFIRMATION_INVALID",
      "This client asks the person itself; no confirmation_token was given out.",
      "Call again without confirmation_token.",
    );
  }
  return person.canBeAsked ? "elicit" : "token";
}

/** @param why a clause that names the setting or rule */
export function cannotAsk({ clientName }: Person, why: string): ToolError {
  const client = clientName === null ? "this client" : `the client ${quoted(clientName)}`;
  return new ToolError(
    "CONFIRMATION_UNAVAILABLE",
    `${why}, and ${client} cannot (no form elicitation).`,
    "Make this change in a client that can, or in the Alephant dashboard.",
  );
}

export interface Asking extends Pick<ToolContext, "signal" | "progress"> {
  readonly person: Person;
  readonly desk: QuestionDesk;
  readonly deadline: Deadline;
}

/** Keeps clients that measure silence from giving up while a person reads. */
const PROGRESS_EVERY_MS = 15_000;

/**
 * Asks the person, who may take their time: it does not count as the call's own.
 * @param change digest of tool and arguments, to remember a no by
 * @throws ToolError NOT_CONFIRMED for everything but an exact approval; BUSY
 */
export async function askPerson(asking: Asking, change: string, question: QuestionText): Promise<void> {
  const { person, desk, deadline, signal, progress } = asking;
  const ticker = setInterval(() => progress("waiting for a person to answer"), PROGRESS_EVERY_MS).unref();
  try {
    const put = async () => {
      const given = await person.ask(questionText(question), FIELDS[question.answer.kind], signal);
      if (given.action === "decline") desk.noteDeclined(change);
      return given;
    };
    const reply = await desk.ask(change, () => deadline.pausedDuring(put));
    signal.throwIfAborted();
    if (isApproval(reply, question.answer)) return;
    throw new ToolError("NOT_CONFIRMED", REASONS[reply.action], "Do not ask again unless the person wants it.");
  } finally {
    clearInterval(ticker);
  }
}

const REASONS: Readonly<Record<Reply["action"], string>> = {
  accept: "The answer was not the one that approves this change.",
  decline: "The person declined.",
  cancel: "The question was closed without an answer.",
  timeout: "Nobody answered within 5 minutes.",
  failed: "The client could not ask the person.",
};

import type { Effect } from "../../src/tool/define.ts";
import { withoutTools } from "../../src/tool/wording.ts";
import {
  allText,
  as,
  described,
  firstSentence,
  namesIn,
  parametersOf,
  type Rule,
  type Subject,
  says,
  unless,
  without,
  withoutParameters,
  withParameter,
  wordsIn,
} from "./definition-subject.ts";

const HINTS: Record<Effect, readonly [readOnly: boolean, destructive: boolean, idempotent: boolean, open: boolean]> = {
  read: [true, false, true, true],
  create: [false, false, false, true],
  change: [false, true, true, true],
};

/** Words of our own house, which tell a caller nothing. */
const INTERNAL = /\b(TODO|FIXME|XXX|TBD|upstream|zod|schema|SDK|JSON|internal|gather|finops|cockpit|[CWS]\d{1,2})\b/;

/** A word that looks like a third person and is none. */
const NO_VERB = /^(This|Is|Was|Has|Its|Plus|Always|Returns\.)$/;

const WRITE_SCOPES: Record<string, string> = { set_budget_policy: "admin" };

/** What makes a definition good, as far as a machine can tell. */
export const TEXT_RULES: readonly Rule[] = [
  {
    name: "the name is short, lower-case and without a prefix of ours",
    check: ({ wire }) =>
      unless(/^[a-z][a-z0-9_]{2,39}$/.test(wire.name) && !/^alephant/.test(wire.name), `name ${wire.name}`),
    bad: ["getSpend", "alephant_spend", "a.b", "x".repeat(41)].map((name) => (good: Subject) => ({
      ...good,
      wire: { ...good.wire, name },
    })),
  },
  {
    name: "50 to 90 words",
    check: ({ wire }) => {
      const { length } = wordsIn(wire.description);
      return unless(length >= 50 && length <= 90, `${length} words`);
    },
    bad: [described(() => "Returns spend."), described((text) => `${text} ${text} ${text}`)],
  },
  {
    name: "the first sentence starts with a verb and has at most 60 words",
    check: ({ wire }) => {
      const words = wordsIn(firstSentence(wire.description));
      const isVerb = /^[A-Z][a-z]+s$/.test(words[0] ?? "") && !NO_VERB.test(words[0] ?? "");
      return unless(isVerb && words.length >= 8 && words.length <= 60, `first sentence: ${words.join(" ")}`);
    },
    bad: [
      described((text) => `This returns ${text}`),
      described((text) => `Return ${text}`),
      described((text) => `Returns. ${text}`),
      described(() => `Returns ${"a ".repeat(61)}b.`),
    ],
  },
  {
    name: "the first sentence does more than repeat the title",
    check: ({ wire }) => {
      const title = new Set(wordsIn(wire.title.toLowerCase()));
      const fresh = wordsIn(firstSentence(wire.description).toLowerCase()).filter((word) => !title.has(word));
      return unless(fresh.length >= 8, `first sentence has ${fresh.length} words of its own`);
    },
    bad: [described(() => "Returns the usage summary.")],
  },
  {
    name: "names at least one neighbour, and only tools of this mode",
    check: ({ wire, listed, known }) => {
      const named = namesIn(wire.description, known).filter((name) => name !== wire.name);
      const strangers = named.filter((name) => !listed.includes(name));
      return [
        ...unless(named.length > 0, "names no neighbour"),
        ...unless(strangers.length === 0, `names ${strangers.join(", ")}`),
      ];
    },
    bad: [described((text) => `${text} See get_my_scope.`), without(/[a-z]+_[a-z_]+/g)],
  },
  {
    name: "names no tool that does not exist",
    check: (subject) => {
      const own = [
        ...subject.known,
        ...parametersOf(subject).map(([name]) => name),
        ...subject.fields,
        ...subject.values,
      ];
      const values = parametersOf(subject).flatMap(([, { enum: choices }]) => (Array.isArray(choices) ? choices : []));
      const words = allText(subject).match(/\b[a-z0-9]+(_[a-z0-9]+)+\b/g) ?? [];
      const odd = words.filter((word) => !own.includes(word) && !values.includes(word));
      return unless(odd.length === 0, `unknown words ${odd.join(", ")}`);
    },
    bad: [described((text) => `${text} Or use get_spend.`)],
  },
  {
    name: "still reads whole without its neighbours",
    check: ({ wire, known }) => {
      const alone = withoutTools(wire.description, new Set(known));
      const isWhole = alone.startsWith(firstSentence(wire.description)) && alone.endsWith(".");
      return unless(isWhole && wordsIn(alone).length >= 35, `alone it reads: ${alone}`);
    },
    bad: [
      described((text) => `Returns what get_daily_costs gives. ${text}`),
      described((text) => text.replace(/\.$/, "")),
    ],
  },
  {
    name: "plain text in whole sentences",
    check: ({ wire }) => [
      ...unless(/^[\x20-\x7e]+$/.test(wire.description), "more than printable ASCII"),
      ...unless(!/[`{}<>*#]|https?:|\s\s|\.\.|\(\)|!/.test(wire.description), "markup, links or odd marks"),
      ...unless(/^[A-Z].*\.$/.test(wire.description), "no whole sentences"),
      ...unless((wire.description.match(/"/g) ?? []).length % 2 === 0, "an open quotation"),
    ],
    bad: ["`", "é", " {x}", "\n", ' "', ""].map((mark) => described((text) => text.replace(/\.$/, mark))),
  },
  {
    name: "no internal words",
    check: (subject) => {
      const found = INTERNAL.exec(allText(subject));
      return unless(found === null, `says ${found?.[0]}`);
    },
    bad: ["TODO", "the upstream service", "see C14", "a zod type"].map((word) =>
      described((text) => `${text} ${word}.`),
    ),
  },
  {
    name: "money is in US dollars, and says so",
    check: ({ wire, effect, fields }) => {
      const isMoney = effect === "read" ? fields : Object.keys(wire.inputSchema.properties);
      return isMoney.some((name) => name.includes("usd"))
        ? unless(wire.description.includes("US dollars"), "does not say US dollars")
        : [];
    },
    bad: [without(/US dollars/g)],
  },
  {
    name: "time is in UTC, and says so",
    check: (subject) =>
      subject.effect === "read" && subject.fields.some((field) => /(^at|_at|date|today|window|cycle|day)/.test(field))
        ? says(/\bUTC\b/, "UTC")(subject)
        : [],
    bad: [(good) => withoutParameters(without(/UTC/g)({ ...good, fields: ["last_used_at"] }))],
  },
  {
    name: "a window says whether today counts",
    check: (subject) =>
      parametersOf(subject).some(([name]) => name === "period") || subject.fields.includes("today_so_far_usd")
        ? says(/\btoday\b|\byesterday\b/i, "whether today counts")(subject)
        : [],
    bad: [
      (good) =>
        withParameter("period", { enum: ["7d"], description: "Window of days: 7d. Default 7d." })(
          without(/today|yesterday/gi)(good),
        ),
    ],
  },
  {
    name: "what goes on by pages says its order and how to go on",
    check: (subject) =>
      parametersOf(subject).some(([name]) => name === "page" || name === "offset")
        ? [...says(/order|by provider and id/, "the order")(subject), ...says(/\bnext\b/, "how to go on")(subject)]
        : [],
    bad: [withParameter("page", { type: "integer", description: "Page number, 1-9. Default 1." })],
  },
  {
    name: "what is ranked or runs over time says its order",
    check: (subject) =>
      subject.effect === "read" &&
      subject.fields.some((field) => /^(dates|buckets|points|share_pct|movers|risks)$/.test(field))
        ? says(/(largest|oldest|costliest)( \w+)? first|top movers/i, "the order")(subject)
        : [],
    bad: [as({ fields: ["dates"] })],
  },
  {
    name: "a read says when to use it",
    check: (subject) => (subject.effect === "read" ? says(/\bUse it\b/, "when to use it")(subject) : []),
    bad: [without(/Use it/g)],
  },
  {
    name: "a read says what nothing means",
    check: (subject) =>
      subject.effect === "read"
        ? says(
            /\bnull\b|\bempty\b|missing|\bzeros?\b|unknown|unread|not reported|never (shown as )?0/i,
            "what an empty answer means",
          )(subject)
        : [],
    bad: [without(/null|zero|missing|unknown/gi)],
  },
  {
    name: "says which access it needs",
    check: ({ wire, effect, needsPat }) => {
      if (!needsPat) return [];
      const scope = effect === "read" ? "read" : (WRITE_SCOPES[wire.name] ?? "write");
      return unless(wire.description.endsWith(`Needs ${scope} scope.`), `does not end with "Needs ${scope} scope."`);
    },
    bad: [
      as({ needsPat: true }),
      (good) => described((text) => `${text} Needs write scope.`)(as({ needsPat: true })(good)),
    ],
  },
  {
    name: "a change says that it is confirmed, what it does to live traffic, and whether it can be undone",
    check: (subject) =>
      subject.effect === "read"
        ? []
        : [
            ...says(/first call changes nothing/, "that the first call changes nothing")(subject),
            ...says(/confirmation_token/, "how it is confirmed")(subject),
            ...says(/the person is asked/, "who is asked")(subject),
            ...says(/after their yes/, "what it waits for")(subject),
            ...says(/traffic|are refused|works at once/, "what happens to live traffic")(subject),
            ...says(/undo it|cannot be (restored|unmade)/, "whether it can be undone")(subject),
            ...says(/before and after|returns its secret once/, "what comes back")(subject),
          ],
    bad: [as({ effect: "change" }), as({ effect: "create" })],
  },
  {
    name: "a change of a budget says that all else is kept",
    check: (subject) =>
      subject.effect === "change" && "budget_usd" in subject.wire.inputSchema.properties
        ? says(/all else is kept/i, "what is kept")(subject)
        : [],
    bad: [(good) => withParameter("budget_usd", { type: "number" })(as({ effect: "change" })(good))],
  },
  {
    name: "the four hints agree with the effect",
    check: ({ wire, effect }) => {
      const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = wire.annotations;
      const hints = [readOnlyHint, destructiveHint, idempotentHint, openWorldHint];
      return unless(JSON.stringify(hints) === JSON.stringify(HINTS[effect]), `hints ${hints.join()}`);
    },
    bad: [as({ effect: "change" }), as({ effect: "create" })],
  },
];

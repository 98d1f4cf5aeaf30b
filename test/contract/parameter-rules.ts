import { isRequired, namesIn, parametersOf, type Rule, unless, withParameter } from "./definition-subject.ts";

/** Hosts may drop every keyword of a schema but the type: format, range and default must be told in words. */
export const PARAMETER_RULES: readonly Rule[] = [
  {
    name: "every parameter is described in whole sentences",
    check: (subject) =>
      parametersOf(subject).flatMap(([name, { description = "" }]) =>
        unless(/^[A-Z].{9,}\.$/.test(description), `${name}: ${description}`),
      ),
    bad: [
      withParameter("x", {}),
      withParameter("x", { description: "the x." }),
      withParameter("x", { description: "X" }),
    ],
  },
  {
    name: "an id says its format and the tool that lists it",
    check: (subject) =>
      parametersOf(subject)
        .filter(([name]) => name.endsWith("_id"))
        .flatMap(([name, { description = "" }]) =>
          unless(
            /UUID/.test(description) && namesIn(description, subject.listed).length > 0,
            `${name}: ${description}`,
          ),
        ),
    bad: [
      withParameter("agent_id", { type: "string", description: "Id of the agent (UUID)." }),
      withParameter("agent_id", { type: "string", description: "Id of the agent; from list_agents." }),
    ],
  },
  {
    name: "a choice names its values in words, and its default where it may be left out",
    check: (subject) =>
      parametersOf(subject).flatMap(([name, { description = "", enum: choices }]) => {
        if (!Array.isArray(choices)) return [];
        const missing = choices.filter((value) => !new RegExp(`(^|\\W)${value}(\\W|$)`).test(description));
        return [
          ...unless(missing.length === 0, `${name} does not name ${missing.join(", ")}`),
          ...unless(isRequired(subject, name) || /\bDefault\b/.test(description), `${name} names no default`),
        ];
      }),
    bad: [
      withParameter("kind", { enum: ["a", "b"], description: "Kind of thing: a. Default a." }),
      withParameter("kind", { enum: ["a", "b"], description: "Kind of thing: a or b." }),
    ],
  },
  {
    name: "a number names its range in words, and its default where it may be left out",
    check: (subject) =>
      parametersOf(subject).flatMap(([name, { description = "", type, minimum, maximum }]) => {
        if (type !== "integer" && type !== "number") return [];
        const range = new RegExp(`(^|\\D)${minimum}-${maximum}(\\D|$)`);
        return [
          ...unless(range.test(description), `${name} names no range ${minimum}-${maximum}`),
          ...unless(isRequired(subject, name) || /\bDefault\b/.test(description), `${name} names no default`),
        ];
      }),
    bad: [
      withParameter("n", { type: "integer", minimum: 1, maximum: 9, description: "Rows to show. Default 5." }),
      withParameter("n", { type: "integer", minimum: 1, maximum: 9, description: "Rows to show, 1-9." }),
      withParameter("n", { type: "number", minimum: 1, description: "Rows to show, 1-9. Default 5." }),
    ],
  },
  {
    name: "a date says its format, UTC, and that it is inclusive",
    check: (subject) =>
      parametersOf(subject)
        .filter(([name]) => name === "from" || name === "to")
        .flatMap(([name, { description = "" }]) =>
          unless(/YYYY-MM-DD \(UTC, inclusive\)/.test(description), `${name}: ${description}`),
        ),
    bad: [withParameter("from", { type: "string", description: "First day of the window (UTC)." })],
  },
];

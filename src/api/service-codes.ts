/** The service's error codes whose meaning is documented, in our own words. */
const SENTENCES: Readonly<Record<number, string>> = {
  40004: "The time window is too long for this request.",
  40010: "Hourly figures are not available for success rate and latency.",
  40011: "The master key id is not a UUID.",
  40013: "The department id is not a UUID.",
  40014: "An id is not a UUID.",
  40016: "An entity id needs an entity type.",
  40020: "Only one of agent, member and department can be filtered at a time.",
  40027: "The search text is not a UUID.",
  40028: "An entity type cannot be combined with an agent or member.",
  40033: "The search text is not a UUID.",
  40401: "The request log was not found, or is not stored yet.",
};

export function knownSentence(serviceCode: number | undefined): string | undefined {
  return serviceCode === undefined ? undefined : SENTENCES[serviceCode];
}

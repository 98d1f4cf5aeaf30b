/** One text that can be found. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

const K1 = 1.2;
const B = 0.75;

/** Lower-case runs of letters and digits, with a plain plural taken off; nothing else is known of language. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).map(singular);
}

function singular(word: string): string {
  if (word.length <= 3 || !/[^s]s$/.test(word)) return word;
  return word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.slice(0, -1);
}

/**
 * Okapi BM25 over a few documents, with nothing but their words: how a host that searches its tools may find them.
 * @returns the names for a query, the best first; equal scores keep the order of the documents
 */
export function createSearch(documents: readonly Document[]): (query: string) => string[] {
  const counted = documents.map(({ name, text }) => ({ name, counts: countsOf(wordsOf(text)) }));
  const lengths = counted.map(({ counts }) => sum([...counts.values()]));
  const mean = sum(lengths) / lengths.length;
  const weight = (word: string): number => {
    const having = counted.filter(({ counts }) => counts.has(word)).length;
    return Math.log(1 + (counted.length - having + 0.5) / (having + 0.5));
  };
  return (query) => {
    const words = [...new Set(wordsOf(query))].map((word) => ({ word, idf: weight(word) }));
    const scored = counted.map(({ name, counts }, index) => {
      const norm = K1 * (1 - B + (B * (lengths[index] ?? 0)) / mean);
      const score = sum(
        words.map(({ word, idf }) => {
          const count = counts.get(word) ?? 0;
          return (idf * count * (K1 + 1)) / (count + norm);
        }),
      );
      return { name, score };
    });
    return scored.sort((a, b) => b.score - a.score).map(({ name }) => name);
  };
}

function countsOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

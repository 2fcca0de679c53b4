/** Letters that may be wrong, missing or too many in a word that somebody has misspelt. */
const SLIPS = 2;

/** Of some words the one that another was probably meant to be; undefined where none is near. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  const begun = words.find((word) => given !== '' && word.startsWith(given));
  if (begun !== undefined) return begun;
  const [best] = words
    .map((word) => ({ word, slips: distance(given, word) }))
    .filter(({ word, slips }) => slips <= Math.min(SLIPS, word.length / 2))
    .sort((a, b) => a.slips - b.slips);
  return best?.word;
}

/** Levenshtein's: how many letters have to be changed, added or taken away. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const [kept = 0, less = 0, more = 0] = [row[j], row[j + 1], next[j]];
      next.push(Math.min(kept + (letter === other ? 0 : 1), less + 1, more + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const LONGEST = 100;

/** What a user wrote, as messages show it: in quotes, on one line, without control characters, not endless. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

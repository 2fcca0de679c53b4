import { formatBytes, formatTable } from './text.ts';

/** Characters of the bar of all. */
const WIDTH = 32;

/** The smaller parts beyond them are one. */
const MOST_PARTS = 20;

/**
 * A bar for each part of a whole, the largest first, with its bytes and its share: lines of plain text.
 *
 * @param parts names and bytes
 */
export function bars(parts: readonly (readonly [string, number])[]): string {
  const sorted = [...parts].sort(([, a], [, b]) => b - a);
  const total = sum(sorted);
  const shown = sorted.length > MOST_PARTS + 1 ? sorted.slice(0, MOST_PARTS) : sorted;
  const others = sorted.slice(shown.length);
  const all =
    others.length === 0 ? shown : [...shown, [`${others.length} others`, sum(others)] as const];
  const rows = all.map(([name, bytes]) => [
    name,
    bar(bytes / total),
    formatBytes(bytes),
    `${((100 * bytes) / total).toFixed(1)} %`,
  ]);
  return formatTable(rows, new Set([2, 3]));
}

/** In eighths of a character, so that small parts differ, too. */
function bar(share: number): string {
  const eighths = Math.round(share * WIDTH * 8);
  const rest = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '';
  return '█'.repeat(eighths / 8) + rest;
}

function sum(parts: readonly (readonly [string, number])[]): number {
  return parts.reduce((total, [, bytes]) => total + bytes, 0);
}

import type { Finding } from '../images/finding.ts';

export { plural } from '../plural.ts';

/** `12.3 MB`: decimal units, as registries and disks count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Columns aligned by spaces: the first row is the head. Numbers are put to the right by `right`. */
export function formatTable(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number>,
): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  const pad = (cell: string, column: number) =>
    right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** The same as a table in Markdown. */
export function markdownTable(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number>,
): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (right.has(column) ? '---:' : '---'));
  return [line(head), line(rule), ...body.map(line)].join('\n');
}

/** `what; write: LINE` */
export function findingText({ message, hint }: Finding): string {
  return hint === undefined ? message : `${message}; write: ${hint}`;
}

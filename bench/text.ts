import type { Input } from './bench.ts';

/** One promise, and what came out. */
export interface Bar {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  readonly format: (value: number) => string;
}

/** What was measured at a level. */
export interface AtLevel<Result> {
  readonly level: number;
  readonly result: Result;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function ratio(value: number): string {
  return value.toFixed(3);
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

export function inputText([input]: readonly Input[]): string {
  if (input === undefined) return '';
  const { images, unpacked, distinct, registry } = input;
  const once = `${megabytes(distinct)} with each layer once: ${ratio(distinct / unpacked)} of it`;
  return [
    ...images.map((about) => `- ${about}`),
    '',
    `Layers: ${megabytes(unpacked)} uncompressed${distinct === unpacked ? '' : ` (${once})`}; ` +
      `${megabytes(registry)} in the registry (gzip -6).`,
  ].join('\n');
}

import { getSystemErrorMap } from 'node:util';

/**
 * Something that the user can mend: reported as one line, without a stack. Everything else that is
 * thrown is a bug of ours and keeps its stack.
 *
 * `usage` ends the command with exit code 2 (what was asked for makes no sense), `failure` with 1.
 */
export class UserError extends Error {
  readonly kind: 'usage' | 'failure';
  readonly origin: Origin | undefined;
  readonly hint: string | undefined;
  /** The line that `origin` names, where it is a line of a file. */
  readonly excerpt: string | undefined;

  /**
   * @param message what is wrong and why, without a final full stop
   * @param about where it was written and what to do about it
   */
  constructor(
    kind: 'usage' | 'failure',
    message: string,
    about: {
      origin?: Origin | undefined;
      hint?: string | undefined;
      excerpt?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, about.cause === undefined ? {} : { cause: about.cause });
    this.name = 'UserError';
    this.kind = kind;
    this.origin = about.origin;
    this.hint = about.hint;
    this.excerpt = about.excerpt;
  }
}

/** Where something was written. `line` and `column` count from 1; no `line` for an input that has none. */
export interface Origin {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** `file:line:column`, as compilers print it. */
export function formatOrigin(origin: Origin): string {
  return [origin.file, origin.line, origin.column].filter((part) => part !== undefined).join(':');
}

/** The one line that people see: `where: what: hint`. */
export function formatError(error: UserError): string {
  const where = error.origin === undefined ? '' : `${formatOrigin(error.origin)}: `;
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  return printable(`${where}${error.message}${hint}`);
}

/**
 * The line where the mistake is, and under its column a caret; undefined where it is not known. The
 * margin keeps what the line says from being a command to who reads the output.
 */
export function formatExcerpt({ excerpt, origin }: UserError): string | undefined {
  if (excerpt === undefined || origin?.column === undefined) return undefined;
  const number = String(origin.line);
  // Of a line without end the part around the column is enough.
  const cut = Math.max(0, origin.column - 1 - WIDEST_EXCERPT / 2);
  // A tab would push the rest aside.
  const line = printable(excerpt.slice(cut, cut + WIDEST_EXCERPT).replaceAll('\t', ' '));
  const caret = `${' '.repeat(origin.column - 1 - cut)}^`;
  return `  ${number} | ${line}\n  ${' '.repeat(number.length)} | ${caret}`;
}

/** Columns. */
const WIDEST_EXCERPT = 120;

/** One line without control characters: what a registry says must not steer a terminal or a job. */
export function printable(text: string): string {
  return text.replaceAll(/\s*[\r\n\t]\s*/g, ' ').replaceAll(/\p{Cc}/gu, '');
}

export function usageError(message: string, about?: ConstructorParameters<typeof UserError>[2]) {
  return new UserError('usage', message, about);
}

export function failure(message: string, about?: ConstructorParameters<typeof UserError>[2]) {
  return new UserError('failure', message, about);
}

/** What the operating system refuses, in words for people; everything else as it is. */
export function explainSystemError(error: unknown): unknown {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const known = SYSTEM_ERRORS[syscall] ?? SYSTEM_ERRORS[code];
  if (known === undefined) return error;
  return failure(path ? `${known.message}: ${path}` : known.message, {
    hint: known.hint,
    cause: error,
  });
}

/** Why the operating system refuses something, in a few words; undefined for all that it has not refused. */
export function refusalOf(error: unknown): string | undefined {
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return REFUSALS[code] ?? SYSTEM_ERRORS[code]?.message ?? getSystemErrorMap().get(errno ?? 0)?.[1];
}

/** Which may be a mistake of ours, too: only who was given the path knows. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
};

const OTHER_PATHS = 'check the paths that were given';

/** By code; by syscall, where that says more. */
const SYSTEM_ERRORS: Readonly<Record<string, { message: string; hint: string }>> = {
  ENOSPC: {
    message: 'no space left on the device',
    hint: 'free some, or choose other folders with cache-dir and output-dir',
  },
  EDQUOT: {
    message: 'the disk quota is used up',
    hint: 'free some, or choose other folders with cache-dir and output-dir',
  },
  EACCES: { message: 'permission denied', hint: 'check who may read and write there' },
  EPERM: { message: 'operation not permitted', hint: 'check who owns it' },
  EROFS: {
    message: 'the file system is read-only',
    hint: 'choose a folder that can be written',
  },
  EEXIST: { message: 'something that is no folder is in the way', hint: OTHER_PATHS },
  ENOTDIR: { message: 'something that is no folder is in the way', hint: OTHER_PATHS },
  ELOOP: { message: 'symbolic links that go in a circle', hint: OTHER_PATHS },
  ENAMETOOLONG: { message: 'the name is too long', hint: OTHER_PATHS },
  uv_cwd: { message: 'the current folder does not exist any more', hint: 'go to another one: cd' },
  EMFILE: { message: 'too many open files', hint: 'raise the limit: ulimit -n 4096' },
};

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

  /**
   * @param message what is wrong and why, without a final full stop
   * @param about where it was written and what to do about it
   */
  constructor(
    kind: 'usage' | 'failure',
    message: string,
    about: { origin?: Origin | undefined; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, about.cause === undefined ? {} : { cause: about.cause });
    this.name = 'UserError';
    this.kind = kind;
    this.origin = about.origin;
    this.hint = about.hint;
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
  return `${where}${error.message}${hint}`.replaceAll(/\s*\n\s*/g, ' ');
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
  const known = code === undefined || syscall === undefined ? undefined : SYSTEM_ERRORS[code];
  if (known === undefined) return error;
  return failure(path ? `${known.message}: ${path}` : known.message, {
    hint: known.hint,
    cause: error,
  });
}

const SYSTEM_ERRORS: Readonly<Record<string, { message: string; hint: string }>> = {
  ENOSPC: {
    message: 'no space left on the device',
    hint: 'free some, or choose other folders with cache-dir and output-dir',
  },
  EDQUOT: {
    message: 'the disk quota is used up',
    hint: 'free some, or choose other folders with cache-dir and output-dir',
  },
  EACCES: { message: 'permission denied', hint: 'check who may write cache-dir and output-dir' },
  EPERM: { message: 'operation not permitted', hint: 'check cache-dir and output-dir' },
  EROFS: {
    message: 'the file system is read-only',
    hint: 'choose other folders with cache-dir and output-dir',
  },
  EMFILE: { message: 'too many open files', hint: 'raise the limit: ulimit -n 4096' },
};

import { killed, run } from '../exec.ts';
import type { Image } from '../images/image.ts';
import { silenceError, skopeoError, type TransientError } from './failure.ts';
import { defaultPatience, withRetries } from './retry.ts';
import type { RegistryContext } from './types.ts';

/**
 * Runs a skopeo that asks a registry for a document, again where that may help.
 *
 * @returns what it printed
 * @throws UserError (failure)
 */
export async function inspect(
  image: Image,
  argv: readonly string[],
  context: RegistryContext,
): Promise<Buffer> {
  const { signal, onRetry, patience } = context;
  const attempt = () => inspectOnce(image, argv, context);
  return withRetries(attempt, { image: image.written, signal, onRetry, patience });
}

async function inspectOnce(image: Image, argv: readonly string[], context: RegistryContext) {
  const { inspectMs } = { ...defaultPatience, ...context.patience };
  const hanging = new AbortController();
  let said = '';
  const onStderr = (text: string) => {
    said += text;
  };
  const timer = setTimeout(() => hanging.abort(noAnswer(image, inspectMs, said)), inspectMs);
  try {
    const signal = AbortSignal.any([context.signal, hanging.signal]);
    const { code, stdout, stderr } = await run(argv, { signal, onStderr });
    if (code !== 0) throw killed(argv, code) ?? skopeoError(image, stderr);
    return stdout;
  } finally {
    clearTimeout(timer);
  }
}

function noAnswer(image: Image, milliseconds: number, said: string): TransientError {
  const why = `the registry did not answer within ${milliseconds / 1000} s`;
  return silenceError(image, { why, hint: 'check the network and the proxy settings' }, said);
}

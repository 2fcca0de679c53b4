import { checkAccess, checkSkopeo } from './skopeo.ts';
import type { RegistryAccess, RegistryContext, Retry } from './types.ts';

/**
 * Makes sure that skopeo is there and finds what it needs.
 *
 * @param workDir a folder for temporary files; the caller removes it
 * @throws UserError
 */
export async function connectRegistry(
  access: RegistryAccess,
  about: {
    workDir: string;
    signal: AbortSignal;
    onRetry: (retry: Retry) => void;
    onNote: (note: string) => void;
  },
): Promise<RegistryContext> {
  const { workDir, signal, onRetry, onNote } = about;
  checkAccess(access);
  const { policy, notes } = await checkSkopeo(workDir, signal);
  for (const note of notes) onNote(note);
  return {
    access: policy === undefined ? access : { ...access, policy },
    workDir,
    signal,
    onRetry,
  };
}

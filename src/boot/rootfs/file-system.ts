import { failure } from '../../errors.ts';
import { mustRun, run } from '../../exec.ts';
import { toolEnvironment } from '../base/root.ts';

/** An ext4 file system in a file, read without mounting it. Paths begin with a slash. */
export interface FileSystem {
  /** Names and types of a folder's members; none of a folder that is not there. */
  list(folder: string): Promise<Member[]>;
  /** The text of a file; `undefined` when it is not there. */
  read(path: string): Promise<string | undefined>;
  /** Copies a file out of it. */
  copy(path: string, target: string): Promise<void>;
}

export interface Member {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

/** By debugfs(8), which knows every ext4 and changes nothing. */
export function openFileSystem(disk: string, signal: AbortSignal): FileSystem {
  const env = toolEnvironment(process.env);
  const ask = async (request: string) => {
    const { stdout, stderr } = await run(['debugfs', '-R', request, disk], { env, signal });
    const complaint = stderr
      .split('\n')
      .find((line) => /^(debugfs|\S+): /.test(line) && !/^debugfs \d/.test(line));
    return { text: stdout.toString(), complaint };
  };
  return {
    async list(folder) {
      return parseListing((await ask(`ls -p ${quote(folder)}`)).text);
    },
    async read(path) {
      const { text, complaint } = await ask(`cat ${quote(path)}`);
      return complaint === undefined ? text : undefined;
    },
    async copy(path, target) {
      const { complaint } = await ask(`dump ${quote(path)} ${quote(target)}`);
      if (complaint !== undefined) throw failure(`${disk}: ${path} cannot be read: ${complaint}`);
      await mustRun(['test', '-s', target], { signal });
    },
  };
}

/** @param text lines `/INODE/MODE/UID/GID/NAME/SIZE/` of `ls -p` */
export function parseListing(text: string): Member[] {
  return [...text.matchAll(/^\/\d+\/(\d{2})\d{4}\/\d+\/\d+\/([^/]+)\/\d*\/$/gm)]
    .map(([, type = '', name = '']) => ({ name, type: TYPES[type] ?? ('other' as const) }))
    .filter(({ name }) => name !== '.' && name !== '..');
}

const TYPES: Readonly<Record<string, Member['type']>> = {
  '10': 'file',
  '04': 'folder',
  '12': 'link',
};

/** debugfs takes words in double quotes, and knows no way to write one in them. */
function quote(word: string): string {
  if (word.includes('"') || word.includes('\n')) throw failure(`not a usable path: ${word}`);
  return `"${word}"`;
}

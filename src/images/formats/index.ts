import { usageError } from '../../errors.ts';
import { compose } from './compose/compose.ts';
import { type FormatName, formatNames, type ListFormat, type ParsedList } from './format.ts';
import { isarRecipe } from './isar-recipe.ts';
import { kiwi } from './kiwi.ts';
import { kubernetes } from './kubernetes.ts';
import { lines } from './lines.ts';
import { firstContent, type ListFile } from './list-file.ts';
import { remark } from './parsed-list.ts';
import { quadlet } from './quadlet.ts';

export const formats: readonly ListFormat[] = [
  lines,
  compose,
  quadlet,
  kiwi,
  isarRecipe,
  kubernetes,
];

export function isFormatName(text: string): text is FormatName {
  return (formatNames as readonly string[]).includes(text);
}

export function formatNamed(name: FormatName): ListFormat {
  const found = formats.find((format) => format.name === name);
  if (found === undefined) throw new Error(`no format ${name}`);
  return found;
}

/** @throws UserError (usage) where a file is like none of the formats, or like several */
export function recognise({ file, text }: ListFile): ListFormat {
  const [found, ...others] = formats.filter((format) => format.recognises(file, text));
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined) {
    const names = [found, ...others].map(({ name }) => name);
    throw usageError(`the image list may be ${names.join(' or ')}`, {
      origin: { file },
      hint: `say which: ${names.map((name) => `${name}:${file}`).join(' or ')}`,
    });
  }
  // Then a mistake in its first line is told, rather than that no format is known.
  if (!looksStructured(file, text)) return lines;
  throw usageError('no format of image lists is recognised', {
    origin: { file },
    hint: `the formats are ${formats.map(({ name, looksFor }) => `${name} (${looksFor})`).join(', ')}; say which in image-list: FORMAT:${file}`,
  });
}

/**
 * What is said of a file that only a pattern names, and that neither by its name nor by what is in it is
 * a list for sure: beside quadlets there is a README. Undefined for any other.
 */
export function strayRemark({ file, text }: ListFile): ParsedList | undefined {
  const [word = ''] = firstContent(text).split(/\s/, 1);
  const known = formats.filter((format) => format.recognises(file, text));
  const mayBeLines = known.includes(lines);
  const isSure = mayBeLines ? word === '' || /[:/@]/.test(word) : known.length > 0;
  if (isSure || LIST_FILE.test(file)) return undefined;
  const message = `left out of the pattern, for it is no list for sure: as one it is lines:${file}`;
  return remark(mayBeLines ? 'warning' : 'notice', message, { file });
}

const SUFFIXES =
  'ya?ml|json|xml|kiwi|bb|inc|bbappend|container|image|volume|kube|pod|build|network';

/** By its name, a file for one of the formats and for nothing else, or for most of them. */
const LIST_FILE = new RegExp(`\\.(?:txt|list|${SUFFIXES})$`, 'i');

const STRUCTURED_FILE = new RegExp(
  `\\.(?:${SUFFIXES}|service|toml|ini)$|(?:^|/)(?:Dockerfile|Containerfile)[^/]*$`,
  'i',
);

/** A tag, a mapping's key, a section, a bracket, an assignment or the start of a YAML document. */
const STRUCTURED_START = /^(?:<[?!a-z]|[{"']|---|\[[A-Z][A-Za-z]*\]|\w[\w.-]*\s*(?::\s|\??[+:]?=))/;

function looksStructured(file: string, text: string): boolean {
  return STRUCTURED_FILE.test(file) || STRUCTURED_START.test(firstContent(text));
}

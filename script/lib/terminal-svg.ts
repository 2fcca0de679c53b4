/** What a terminal is like. */
interface Terminal {
  /** Characters of a line; a longer one goes on in the next. */
  readonly columns: number;
}

/**
 * The lines that a terminal shows at the end: what a live line has replaced is gone.
 *
 * @param output with `\r\x1b[K` before what replaces a line, the only control sequence that this program prints
 */
export function screenLines(output: string, { columns }: Terminal): string[] {
  const lines = output.replaceAll('\r\n', '\n').trimEnd().split('\n');
  const shown = lines.map((line) => line.split('\r\x1b[K').at(-1) ?? '');
  return shown.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']);
}

/** Pixels of a character, and of what is around all. */
const [WIDTH, HEIGHT, MARGIN] = [8.4, 19, 16];

/** A picture of lines of text, as SVG: sharp at any size, and its text can be searched. */
export function terminalSvg(lines: readonly string[], { columns }: Terminal): string {
  const [width, height] = [columns * WIDTH + 2 * MARGIN, lines.length * HEIGHT + 2 * MARGIN];
  const rows = lines.map((line, index) => {
    const y = MARGIN + (index + 0.75) * HEIGHT;
    const style = line.startsWith('$ ') ? ' font-weight="bold"' : '';
    return `<text x="${MARGIN}" y="${y}" xml:space="preserve"${style}>${escapeXml(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, monospace" font-size="14" fill="#e6edf3">`,
    '<title>container-preload in a terminal</title>',
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

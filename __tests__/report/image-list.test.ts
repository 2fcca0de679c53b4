import { expect, test } from '@jest/globals';
import { listFile } from '../../src/images/formats/list-file.ts';
import type { Image } from '../../src/images/image.ts';
import type { Lists } from '../../src/images/list.ts';
import { formatImageList, imageListResult } from '../../src/report/image-list.ts';
import { digest, image } from './sample.ts';

const pinned = image({
  source: {
    transport: 'docker',
    reference: { repository: 'ghcr.io/app', tag: '1', digest: digest('a') },
  },
  name: 'ghcr.io/app:1',
  fetchOnly: true,
  written: `ghcr.io/app:1@${digest('a')}`,
  origin: { file: 'lists/more.txt', line: 12, column: 3 },
});
const { name: _, ...unnamed } = image();
const archive = {
  ...unnamed,
  source: { transport: 'docker-archive', location: 'app.tar' },
  written: 'docker-archive:app.tar',
  origin: { file: 'images' },
} as const;

function lists(images: readonly Image[]): Lists {
  const files = ['images.txt', 'lists/more.txt'].map(
    (file) => [file, { ...listFile(file, ''), format: 'lines' }] as const,
  );
  return { images, findings: [], profiles: [], files: new Map(files) };
}

test('as JSON', () => {
  expect(imageListResult(lists([image(), pinned, archive]))).toEqual([
    {
      name: 'docker.io/library/alpine:3.20',
      source: 'docker.io/library/alpine:3.20',
      digest: null,
      fetchOnly: false,
      written: 'alpine:3.20',
      format: 'lines',
      file: 'images.txt',
      line: 7,
      column: null,
    },
    {
      name: 'ghcr.io/app:1',
      source: `ghcr.io/app:1@${digest('a')}`,
      digest: digest('a'),
      fetchOnly: true,
      written: `ghcr.io/app:1@${digest('a')}`,
      format: 'lines',
      file: 'lists/more.txt',
      line: 12,
      column: 3,
    },
    {
      name: null,
      source: 'docker-archive:app.tar',
      digest: null,
      fetchOnly: false,
      written: 'docker-archive:app.tar',
      format: null,
      file: 'images',
      line: null,
      column: null,
    },
  ]);
});

test('as a table', () => {
  const rows = formatImageList(lists([image(), archive, pinned])).split('\n');
  expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
    ['image', 'source', 'flags', 'format', 'written at'],
    ['docker.io/library/alpine:3.20', 'docker.io/library/alpine:3.20', 'lines', 'images.txt:7'],
    ['(told by the archive)', 'docker-archive:app.tar', 'images'],
    ['ghcr.io/app:1', `ghcr.io/app:1@${digest('a')}`, 'fetch-only', 'lines', 'lists/more.txt:12:3'],
  ]);
});

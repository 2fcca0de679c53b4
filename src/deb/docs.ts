import { gzipSync } from 'node:zlib';
import type { PackageSpec } from './types.ts';
import { parseDebianVersion } from './version.ts';

/** The changelog's name in /usr/share/doc/NAME (Debian policy, 12.7): native packages have their own. */
export function changelogName(version: string): string {
  return parseDebianVersion(version).revision === undefined
    ? 'changelog.gz'
    : 'changelog.Debian.gz';
}

/** One entry for the version that is built, compressed as gzip -9n does. */
export function changelog(spec: PackageSpec): Buffer {
  const count = spec.images.length;
  const text = [
    `${spec.name} (${spec.version}) unstable; urgency=medium`,
    '',
    `  * ${count} container ${count === 1 ? 'image' : 'images'} for ${spec.architecture};`,
    '    manifest.json names each with its digests.',
    '',
    ` -- ${spec.maintainer}  ${changelogDate(spec.epoch)}`,
    '',
  ].join('\n');
  const packed = gzipSync(text, { level: 9 });
  // RFC 1952: byte 9 names the operating system, which is not the same in all builds of zlib.
  packed[9] = 3;
  return packed;
}

/** As `date -R -u` has it (deb-changelog(5)). @param epoch seconds since 1970 */
export function changelogDate(epoch: number): string {
  return new Date(epoch * 1000).toUTCString().replace(/GMT$/, '+0000');
}

/** For /usr/share/lintian/overrides: what lintian finds and what is right all the same. */
export function lintianOverrides(spec: PackageSpec): string {
  const { revision } = parseDebianVersion(spec.version);
  return [
    '# The data are image layers that are compressed already.',
    `${spec.name}: uses-no-compression-for-data-tarball`,
    '# A few KiB, which every dpkg can read and which are the same wherever they are made.',
    `${spec.name}: uses-no-compression-for-control-tarball`,
    // lintian takes every -1 for a first upload to Debian.
    ...(revision === '1'
      ? [
          '# This package is made for devices: no request in Debian asks for it.',
          `${spec.name}: initial-upload-closes-no-bugs`,
        ]
      : []),
    '',
  ].join('\n');
}

/** In the machine-readable form of https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ */
export function copyright(spec: PackageSpec): string {
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${spec.name}
Upstream-Contact: ${spec.maintainer}
Comment:
 This package carries container images. What is inside them belongs to its
 authors, under the licenses that the images bring along themselves.

Files: usr/share/${spec.name}/layers/* usr/share/${spec.name}/images/*
Copyright: the authors of the software in the images
License: see-images
 The licenses are those of the software in the images, usually in their
 /usr/share/doc or /usr/share/licenses. /usr/share/${spec.name}/manifest.json
 says where each image comes from.

Files: *
Copyright: 2026 the authors of container-preload
License: Expat
 Permission is hereby granted, free of charge, to any person obtaining a copy
 of this software and associated documentation files (the "Software"), to deal
 in the Software without restriction, including without limitation the rights
 to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 copies of the Software, and to permit persons to whom the Software is
 furnished to do so, subject to the following conditions:
 .
 The above copyright notice and this permission notice shall be included in
 all copies or substantial portions of the Software.
 .
 THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 SOFTWARE.
`;
}

#!/usr/bin/env node
'use strict';

var require$$1 = require('node:url');
var require$$0 = require('node:util');
var runner = require('./shared.js');
var node_crypto = require('node:crypto');
var promises = require('node:fs/promises');
var require$$0$1 = require('node:stream');
var consumers = require('node:stream/consumers');
var node_path = require('node:path');
require('node:os');
require('node:child_process');
require('node:fs');
require('node:stream/promises');
require('node:zlib');
require('node:util/types');
require('node:events');
require('events');
require('node:timers/promises');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
/**
 * Reads `--name value` and `--name=value`. A boolean may stand alone; an option that may be given
 * several times collects lines.
 *
 * @throws UserError (usage) for an unknown or repeated option and for a missing value
 */ function parseArguments(args, options) {
    const { tokens } = require$$0.parseArgs({
        args: [
            ...args
        ],
        options: Object.fromEntries(Object.entries(options).map(([name, { boolean }])=>[
                name,
                {
                    type: boolean ? 'boolean' : 'string'
                }
            ])),
        allowPositionals: true,
        strict: false,
        tokens: true
    });
    const values = {};
    const positionals = [];
    for (const token of tokens){
        if (token.kind === 'positional') positionals.push(token.value);
        if (token.kind === 'option') addOption(token, options, values);
    }
    return {
        values,
        positionals
    };
}
function addOption({ name, rawName, value, inlineValue }, options, values) {
    const info = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!info || !rawName.startsWith('--')) {
        throw runner.usageError(`unknown option ${rawName}`, {
            hint: suggestion(name, options)
        });
    }
    const given = value ?? (info.boolean ? 'true' : undefined);
    if (given === undefined || !inlineValue && given.startsWith('--')) {
        throw runner.usageError(`${rawName} needs a value`, {
            hint: info.help
        });
    }
    if (Object.hasOwn(values, name) && !info.many) throw runner.usageError(`${rawName} is given twice`);
    values[name] = Object.hasOwn(values, name) ? `${values[name]}\n${given}` : given;
}
function suggestion(name, options) {
    const near = Object.keys(options).find((option)=>option.startsWith(name) || name.startsWith(option) || sorted(option) === sorted(name));
    return near ? `did you mean --${near}?` : 'see --help';
}
/** Two names with the same letters are probably the same word with a slip in it. */ function sorted(name) {
    return [
        ...name
    ].sort().join('');
}

/** Compares everything that a package says about itself with what is in it: one line a problem. */ function checkPackage(read, manifest) {
    return [
        ...checkFields(read, manifest),
        ...checkFiles(read),
        ...checkFragmentFiles(read, manifest),
        ...checkImageList(read, manifest),
        ...manifest.images.flatMap((image)=>checkImage(image, manifest, read))
    ];
}
function checkFields({ control }, manifest) {
    const pairs = [
        [
            'Package',
            manifest.package
        ],
        [
            'Version',
            manifest.version
        ],
        [
            'Architecture',
            manifest.architecture
        ]
    ];
    return pairs.filter(([field, value])=>control.get(field) !== value).map(([field, value])=>`manifest.json says ${value}, control ${field}: ${control.get(field)}`);
}
function checkFiles({ files, md5sums, conffiles, control }) {
    const name = control.get('Package') ?? '';
    const needed = [
        `usr/lib/${name}/load`,
        `usr/lib/systemd/system/${name}.service`
    ];
    const missing = [
        ...md5sums.keys(),
        ...conffiles,
        ...needed
    ].filter((path)=>!files.has(path));
    return [
        ...[
            ...new Set(missing)
        ].map((path)=>`/${path} is missing`),
        ...[
            ...files
        ].flatMap(([path, file])=>{
            if (file.type !== 'file') return [
                `/${path} is no regular file but a ${file.type}`
            ];
            if (conffiles.includes(path)) return [];
            const md5 = md5sums.get(path);
            if (md5 === undefined) return [
                `/${path} is unknown: md5sums does not name it`
            ];
            return md5 === file.md5 ? [] : [
                `/${path} is damaged: its MD5 is not that of md5sums`
            ];
        })
    ];
}
function checkFragmentFiles(read, manifest) {
    const share = runner.shareFolder(manifest.package);
    const fragments = new Map();
    for (const image of manifest.images){
        for (const fragment of [
            image.fragment,
            ...image.layers
        ])fragments.set(fragment.file, fragment);
    }
    const unknown = [
        ...read.pieces.keys()
    ].filter((file)=>!fragments.has(file));
    return [
        ...unknown.map((file)=>`${file} is unknown: no image of manifest.json has it`),
        ...[
            ...fragments.values()
        ].flatMap(({ file, size, sha256 })=>{
            const found = read.files.get(`${share}/${file}`);
            if (found === undefined) return [
                `${file} is missing`
            ];
            if (found.size !== size) return [
                `${file} has ${found.size} bytes instead of ${size}`
            ];
            return found.sha256 === sha256 ? [] : [
                `${file} is damaged: its sha256 is not ${sha256}`
            ];
        })
    ];
}
function checkImageList(read, manifest) {
    if (read.imageList === undefined) return [
        'image.list is missing'
    ];
    const expected = manifest.images.map((image)=>({
            reference: image.reference,
            key: runner.referenceKey(image.reference),
            config: image.configDigest,
            manifest: image.archiveManifestDigest,
            size: image.unpackedSize,
            fetchOnly: image.fetchOnly,
            image: image.fragment.file,
            layers: [
                ...new Set(image.layers.map((layer)=>layer.file))
            ]
        }));
    try {
        const same = runner.formatImageList(runner.parseImageList(read.imageList)) === runner.formatImageList(expected);
        return same ? [] : [
            'image.list and manifest.json do not agree'
        ];
    } catch (error) {
        return [
            `image.list: ${error.message}`
        ];
    }
}
function checkImage(image, manifest, read) {
    const original = manifest.compression === 'original';
    const layers = image.layers.map((layer)=>original ? layer.blob : layer.diffId);
    const problems = [
        ...image.layers.flatMap((layer)=>checkLayer(layer.file, original ? layer.blob : layer.diffId, layer.diffId, read.pieces)),
        ...checkImageFragment(image, layers, original, read.pieces)
    ];
    return [
        ...new Set(problems)
    ].map((problem)=>`${image.reference}: ${problem}`);
}
function checkLayer(file, name, diffId, pieces) {
    const piece = pieces.get(file);
    if (piece === undefined) return [
        `its layer ${file} is missing`
    ];
    if ('fault' in piece) return [
        `its layer ${file} cannot be read: ${piece.fault}`
    ];
    const [entry, ...more] = piece.entries;
    if (entry === undefined || more.length > 0 || piece.ended) {
        return [
            `its layer ${file} is not one tar entry`
        ];
    }
    return [
        ...checkBlob(file, entry, name),
        ...entry.diffId === diffId ? [] : [
            `its layer ${file} unpacks to ${entry.diffId}, not ${diffId}`
        ]
    ];
}
function checkBlob(file, entry, digest) {
    const name = blobName(digest);
    if (entry?.name !== name) return [
        `${file} holds ${entry?.name}, not ${name}`
    ];
    return entry.digest === digest ? [] : [
        `${file}: the bytes of ${name} are ${entry.digest}`
    ];
}
function checkImageFragment(image, layers, original, pieces) {
    const { file } = image.fragment;
    const piece = pieces.get(file);
    if (piece === undefined) return [
        `its ${file} is missing`
    ];
    if ('fault' in piece) return [
        `its ${file} cannot be read: ${piece.fault}`
    ];
    const [config, manifest, layout, index, docker, ...more] = piece.entries;
    if (more.length > 0 || !piece.ended) return [
        `${file} does not end where an archive ends`
    ];
    const problems = [
        ...checkBlob(file, config, image.configDigest),
        ...checkBlob(file, manifest, image.archiveManifestDigest)
    ];
    if (problems.length > 0 || config === undefined || manifest === undefined) return problems;
    return [
        ...differences(`${file}: oci-layout`, parsed(layout, 'oci-layout'), LAYOUT),
        ...differences(`${file}: index.json`, parsed(index, 'index.json'), indexOf(image, manifest)),
        ...differences(`${file}: manifest.json`, parsed(docker, 'manifest.json'), [
            {
                Config: config.name,
                RepoTags: [
                    image.reference
                ],
                Layers: layers.map(blobName)
            }
        ]),
        ...differences(`${file}: the manifest`, parsed(manifest), {
            config: {
                digest: image.configDigest,
                size: config.size
            },
            layers: layers.map((digest, at)=>({
                    digest,
                    ...layerSize(image, at, pieces)
                }))
        }),
        ...checkConfig(file, image, parsed(config)),
        ...original ? checkRegistryManifest(file, image, manifest) : []
    ];
}
/** `original` keeps the registry's manifest byte for byte. */ function checkRegistryManifest(file, image, manifest) {
    const expected = image.registryManifestDigest;
    const actual = runner.digestLike(expected, manifest.content ?? Buffer.alloc(0));
    return actual === expected ? [] : [
        `${file}: the manifest is not the registry's ${expected}`
    ];
}
const LAYOUT = {
    imageLayoutVersion: '1.0.0'
};
function indexOf(image, manifest) {
    const annotations = {
        'org.opencontainers.image.ref.name': image.reference,
        'io.containerd.image.name': image.reference
    };
    const { size } = manifest;
    return {
        manifests: [
            {
                digest: image.archiveManifestDigest,
                size,
                annotations
            }
        ]
    };
}
function checkConfig(file, image, value) {
    const config = isRecord(value) ? value : {};
    const platform = runner.formatPlatform({
        os: String(config.os),
        architecture: String(config.architecture)
    });
    return [
        ...differences(`${file}: the config`, config, {
            rootfs: {
                diff_ids: image.layers.map((layer)=>layer.diffId)
            }
        }),
        // Many configs of arm images leave the variant out.
        ...`${image.platform}/`.startsWith(`${platform}/`) ? [] : [
            `${file}: the config is for ${platform}, not ${image.platform}`
        ]
    ];
}
/** Nothing for a layer that could not be read, which is said elsewhere. */ function layerSize(image, at, pieces) {
    const piece = pieces.get(image.layers[at]?.file ?? '');
    const entry = piece === undefined || 'fault' in piece ? undefined : piece.entries[0];
    return entry === undefined ? {} : {
        size: entry.size
    };
}
/** What of `expected` is not in `actual`: other fields of objects do not matter, lists are whole. */ function differences(where, actual, expected) {
    const path = differs(actual, expected);
    return path === undefined ? [] : [
        `${where} does not agree with the package: ${path || 'it is no JSON'}`
    ];
}
/** The first place where the two differ: `manifests.0.digest`. */ function differs(actual, expected) {
    if (!isRecord(expected)) return actual === expected ? undefined : '';
    if (!isRecord(actual)) return '';
    if (Array.isArray(expected) && actual.length !== expected.length) {
        return 'length';
    }
    for (const [key, value] of Object.entries(expected)){
        const below = differs(actual[key], value);
        if (below !== undefined) return below === '' ? key : `${key}.${below}`;
    }
    return undefined;
}
/** Undefined for another entry and for what is no JSON. */ function parsed(entry, name = entry?.name) {
    if (entry?.name !== name || entry?.content === undefined) return undefined;
    try {
        return JSON.parse(entry.content.toString());
    } catch  {
        return undefined;
    }
}
function isRecord(value) {
    return typeof value === 'object' && value !== null;
}
function blobName(digest) {
    return `blobs/${digest.replace(':', '/')}`;
}

/** Takes a stream of chunks apart by length, with no more than one chunk in memory. */ class ByteReader {
    #chunks;
    #rest = Buffer.alloc(0);
    constructor(chunks){
        this.#chunks = chunks[Symbol.asyncIterator]();
    }
    /** The next bytes without taking them; fewer at the end of the stream. */ async peek(length) {
        while(this.#rest.length < length){
            const next = await this.#chunks.next();
            if (next.done) break;
            this.#rest = Buffer.concat([
                this.#rest,
                next.value
            ]);
        }
        return this.#rest.subarray(0, length);
    }
    /** The next bytes; fewer at the end of the stream. */ async take(length) {
        const bytes = await this.peek(length);
        this.#rest = this.#rest.subarray(bytes.length);
        return bytes;
    }
    /** The next bytes as they come, for lengths that do not belong in memory. */ async *part(length) {
        for(let left = length; left > 0;){
            const some = await this.peek(1);
            if (some.length === 0) return;
            const bytes = await this.take(Math.min(left, this.#rest.length));
            left -= bytes.length;
            yield bytes;
        }
    }
    /** Reads and forgets what is left, so that the other end of the stream comes to its end too. */ async drain() {
        this.#rest = Buffer.alloc(0);
        while(!(await this.#chunks.next()).done);
    }
}

/**
 * Reads a fragment's uncompressed bytes, strictly: plain files, checksums, zero padding, nothing
 * after the end.
 *
 * @throws Error that says what is wrong
 */ async function readPiece(chunks, kind, signal) {
    const bytes = new ByteReader(chunks);
    try {
        const entries = [];
        for(;;){
            const header = await bytes.take(runner.BLOCK);
            if (header.length === 0) return {
                entries,
                ended: false
            };
            if (isZero(header)) {
                await checkEnd(bytes);
                return {
                    entries,
                    ended: true
                };
            }
            entries.push(await readEntry(header, bytes, kind, signal));
        }
    } finally{
        await bytes.drain();
    }
}
/** Configs and manifests are far smaller; registries take no manifest beyond 4 MiB. */ const MAX_CONTENT = 64 * 1024 * 1024;
async function readEntry(header, bytes, kind, signal) {
    const { name, size } = parseHeader(header);
    const algorithm = name.startsWith('blobs/sha512/') ? 'sha512' : 'sha256';
    const hash = node_crypto.createHash(algorithm);
    let left = size;
    const content = tapped(bytes.part(size), (chunk)=>{
        hash.update(chunk);
        left -= chunk.length;
    });
    const read = await readContent(content, size, kind, await bytes.peek(Math.min(size, 4)), signal);
    if (left > 0) throw new Error(`it ends within ${name}`);
    const padding = await bytes.take(runner.paddingOf(size));
    if (padding.length !== runner.paddingOf(size)) throw new Error(`${name} is not padded to a whole block`);
    if (!isZero(padding)) throw new Error(`the padding of ${name} is not zero`);
    return {
        name,
        size,
        digest: `${algorithm}:${hash.digest('hex')}`,
        ...read
    };
}
async function readContent(content, size, kind, head, signal) {
    if (kind === 'image') {
        if (size > MAX_CONTENT) throw new Error(`an entry of ${size} bytes that describes an image`);
        const chunks = [];
        for await (const chunk of content)chunks.push(chunk);
        return {
            diffId: undefined,
            content: Buffer.concat(chunks)
        };
    }
    const hash = node_crypto.createHash('sha256');
    for await (const chunk of runner.decompress(content, runner.compressionOf(head), signal))hash.update(chunk);
    return {
        diffId: `sha256:${hash.digest('hex')}`,
        content: undefined
    };
}
async function checkEnd(bytes) {
    const second = await bytes.take(runner.BLOCK);
    if (second.length !== runner.BLOCK || !isZero(second)) throw new Error('one zero block at its end, not two');
    if ((await bytes.peek(1)).length > 0) throw new Error('bytes after its end');
}
function parseHeader(header) {
    if (header.length < runner.BLOCK) throw new Error('it ends within a tar header');
    const sum = Number.parseInt(header.toString('latin1', 148, 156), 8);
    if (sum !== runner.headerSum(header)) throw new Error('a tar header with a wrong checksum');
    if (header.toString('latin1', 156, 157) !== '0') throw new Error('a tar entry that is no file');
    return {
        name: header.toString('utf8', 0, 100).replace(/\0.*$/s, ''),
        size: runner.readSize(header)
    };
}
async function* tapped(chunks, onChunk) {
    for await (const chunk of chunks){
        onChunk(chunk);
        yield chunk;
    }
}
function isZero(bytes) {
    return bytes.every((byte)=>byte === 0);
}

/**
 * Reads a .deb once from its start to its end; nothing is written.
 *
 * @throws UserError (failure) for what cannot be read or is no .deb, or one that is cut or damaged so
 *   that dpkg-deb cannot read it either
 */ async function readPackage(path, signal) {
    await promises.access(path, promises.constants.R_OK).catch((error)=>{
        throw runner.failure(`${path} cannot be read: ${error.code}`, {
            cause: error
        });
    });
    const members = await readControl(path, signal);
    const control = parseControl(members.get('control') ?? '');
    const share = runner.shareFolder(control.get('Package') ?? '');
    const files = new Map();
    const texts = new Map();
    const pieces = new Map();
    await readData(path, signal, async (header, content)=>{
        const file = normalised(header.name);
        const name = file.startsWith(`${share}/`) ? file.slice(share.length + 1) : '';
        const sums = new Sums();
        const chunks = tapped(content, (chunk)=>sums.update(chunk));
        if (/^(?:layers|images)\/[^/]+$/.test(name)) pieces.set(name, await readFragment(name, chunks, signal));
        else if (TEXTS.has(name)) texts.set(name, await consumers.text(require$$0$1.Readable.from(chunks)));
        else for await (const _ of chunks);
        files.set(file, {
            type: header.type,
            ...sums.result()
        });
    });
    return {
        control,
        md5sums: parseMd5sums(members.get('md5sums') ?? ''),
        conffiles: lines(members.get('conffiles') ?? '').map(normalised),
        files,
        imageList: texts.get('image.list'),
        manifest: texts.get('manifest.json'),
        pieces
    };
}
const TEXTS = new Set([
    'image.list',
    'manifest.json'
]);
async function readFragment(name, chunks, signal) {
    const kind = name.startsWith('layers/') ? 'layer' : 'image';
    try {
        return await readPiece(name.endsWith('.zst') ? runner.unzstd(chunks, signal) : chunks, kind, signal);
    } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof runner.UserError) throw error;
        return {
            fault: error.message
        };
    }
}
async function readControl(path, signal) {
    const { code, stdout, stderr } = await runner.run([
        'dpkg-deb',
        '--ctrl-tarfile',
        path
    ], {
        signal
    });
    if (code !== 0) throw runner.failure(`${path} is no whole Debian package: ${runner.lastLines(stderr)}`);
    const members = new Map();
    const tar = runner.tarStreamExports.extract();
    tar.end(stdout);
    for await (const entry of tar){
        members.set(normalised(entry.header.name), (await consumers.buffer(entry)).toString());
    }
    return members;
}
/** Hands every entry of the data member to `visit`, which reads it to its end. */ async function readData(path, signal, visit) {
    const argv = [
        'dpkg-deb',
        '--fsys-tarfile',
        path
    ];
    const child = runner.start(argv, {
        signal
    });
    if (!child.stdout || !child.stderr) throw new Error('dpkg-deb without its streams');
    const end = Promise.all([
        runner.ended(child, argv),
        consumers.text(child.stderr)
    ]);
    end.catch(()=>undefined);
    const tar = runner.tarStreamExports.extract();
    child.stdout.pipe(tar);
    const fault = await visitAll(tar, visit);
    // Whoever stopped reading must not leave a program that waits for ever to write.
    if (fault !== undefined) child.kill();
    const [code, stderr] = await end;
    signal?.throwIfAborted();
    if (fault !== undefined && !isTarFault(fault)) throw fault;
    if (fault !== undefined || code !== 0) {
        const why = stderr.trim() === '' ? fault?.message : runner.lastLines(stderr);
        throw runner.failure(`${path} is cut or damaged: ${why}`, {
            cause: fault
        });
    }
}
async function visitAll(tar, visit) {
    try {
        for await (const entry of tar){
            if (entry.header.type === 'directory') entry.resume();
            else await visit(entry.header, entry);
        }
        return undefined;
    } catch (error) {
        return error;
    }
}
function isTarFault(error) {
    return /^(?:Invalid tar header|Invalid header|Unexpected end of data|Header exceeds)/.test(error.message);
}
class Sums {
    #size = 0;
    #md5 = node_crypto.createHash('md5');
    #sha256 = node_crypto.createHash('sha256');
    update(chunk) {
        this.#size += chunk.length;
        this.#md5.update(chunk);
        this.#sha256.update(chunk);
    }
    result() {
        return {
            size: this.#size,
            md5: this.#md5.digest('hex'),
            sha256: this.#sha256.digest('hex')
        };
    }
}
/** Fields of a control paragraph; continuation lines keep to their field. */ function parseControl(paragraph) {
    const fields = paragraph.split(/\n(?! )/).flatMap((field)=>{
        const [, name, value] = /^([^\s:]+):[ \t]*(.*)$/s.exec(field) ?? [];
        return name === undefined || value === undefined ? [] : [
            [
                name,
                value.trimEnd()
            ]
        ];
    });
    return new Map(fields);
}
function parseMd5sums(md5sums) {
    return new Map(lines(md5sums).map((line)=>[
            normalised(line.slice(34)),
            line.slice(0, 32)
        ]));
}
function lines(content) {
    return content.split('\n').filter((line)=>line !== '');
}
/** dpkg-deb writes `./usr/…`, conffiles `/etc/…`, md5sums `usr/…`. */ function normalised(path) {
    return path.replace(/^\.?\//, '').replace(/\/$/, '');
}

/**
 * Reads a package whole and verifies every digest in it.
 *
 * @throws UserError (failure) for what is no .deb, a damaged one, or one that this program did not make
 */ async function inspectPackage(path, signal) {
    const read = await readPackage(path, signal);
    const manifest = manifestOf(path, read);
    return {
        ...manifest,
        depends: read.control.get('Depends') ?? '',
        size: distinctFragments(manifest.images).reduce((sum, { size })=>sum + size, 0),
        problems: checkPackage(read, manifest)
    };
}
/** A table for people: the package, a line an image, the problems. */ function formatInspection(inspection) {
    const level = inspection.level === null ? '' : ` level ${inspection.level}`;
    const rows = inspection.images.map((image)=>imageRow(image, inspection.images));
    return [
        `${inspection.package} ${inspection.version} for ${inspection.architecture}, ${inspection.engine}`,
        `compression ${inspection.compression}${level}, made by ${inspection.generator}`,
        `depends on ${inspection.depends || 'nothing'}`,
        '',
        ...formatTable([
            HEADINGS,
            ...rows
        ]),
        '',
        ...inspection.problems.length === 0 ? [
            `${formatBytes(inspection.size)} in all; every digest is right`
        ] : inspection.problems.map((problem)=>`problem: ${problem}`),
        ''
    ].join('\n');
}
const HEADINGS = [
    'IMAGE',
    'PLATFORM',
    'CONFIG',
    'MANIFEST',
    'LAYERS',
    'SHARED',
    'SIZE',
    'UNPACKED',
    ''
];
function imageRow(image, all) {
    const others = all.filter((other)=>other !== image).flatMap((other)=>other.layers);
    const layers = distinctFragments([
        image
    ]).slice(1);
    const shared = layers.filter(({ file })=>others.some((other)=>other.file === file));
    const size = layers.reduce((sum, layer)=>sum + layer.size, image.fragment.size);
    return [
        image.reference,
        image.platform,
        short(image.configDigest),
        short(image.archiveManifestDigest),
        String(layers.length),
        String(shared.length),
        formatBytes(size),
        formatBytes(image.unpackedSize),
        [
            image.pinned ? 'pinned' : '',
            image.fetchOnly ? 'fetch-only' : ''
        ].filter(Boolean).join(' ')
    ];
}
/** Every fragment once; the image fragment of a single image comes first. */ function distinctFragments(images) {
    const fragments = images.flatMap((image)=>[
            image.fragment,
            ...image.layers
        ]);
    return [
        ...new Map(fragments.map((fragment)=>[
                fragment.file,
                fragment
            ])).values()
    ];
}
/** `sha256:` and twelve digits, as engines show it. */ function short(digest) {
    return digest.slice(0, digest.indexOf(':') + 13);
}
function formatBytes(bytes) {
    const units = [
        'B',
        'KiB',
        'MiB',
        'GiB'
    ];
    const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
    return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
function formatTable(rows) {
    const widths = HEADINGS.map((_, column)=>Math.max(...rows.map((row)=>row[column]?.length ?? 0)));
    return rows.map((row)=>row.map((cell, column)=>cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
function manifestOf(path, read) {
    if (read.manifest === undefined) {
        throw runner.failure(`${path} was not made by container-preload: it has no manifest.json`);
    }
    try {
        return runner.parseManifest(read.manifest);
    } catch (error) {
        throw runner.failure(`${path}: manifest.json cannot be read: ${error.message}`);
    }
}

function imageListResult(images) {
    return images.map((image)=>({
            name: image.name ?? null,
            source: runner.formatSource(image.source),
            digest: digestOf(image),
            fetchOnly: image.fetchOnly,
            written: image.written,
            file: image.origin.file,
            line: image.origin.line ?? null,
            column: image.origin.column ?? null
        }));
}
function formatImageList(images) {
    const rows = images.map((image)=>[
            image.name ?? '(told by the archive)',
            runner.formatSource(image.source),
            image.fetchOnly ? 'fetch-only' : '',
            runner.formatOrigin(image.origin)
        ]);
    return runner.formatTable([
        [
            'image',
            'source',
            'flags',
            'written at'
        ],
        ...rows
    ], new Set());
}
function digestOf({ source }) {
    return source.transport === 'docker' ? source.reference.digest ?? null : null;
}

/** A terminal, or a log, on standard error: standard output belongs to results. */ function consoleScreen(stream) {
    // Back to the start of the line, and erase what was there.
    const clear = stream.isTTY ? '\r\x1b[K' : '';
    const print = (line)=>void stream.write(`${clear}${line}\n`);
    return {
        print,
        live: stream.isTTY ? (line)=>void stream.write(`${clear}${line.slice(0, stream.columns - 1)}`) : undefined,
        finding: (finding)=>print(formatFinding(finding)),
        startGroup: (title)=>print(title),
        endGroup: ()=>undefined
    };
}
/** `warning: FILE:LINE: what; write: LINE` */ function formatFinding({ level, message, hint, origin }) {
    return `${level}: ${runner.formatOrigin(origin)}: ${message}; write: ${hint}`;
}

/**
 * Removes the entries that were used longest ago until the store is no larger than `maxBytes`, and
 * what killed runs have left. Safe beside running builds: those have their own links.
 */ async function pruneStore(root, maxBytes) {
    await runner.removeDeadWork(root).catch(ignoreAbsent);
    const entries = await readEntries(runner.entriesRoot(root));
    entries.sort((a, b)=>b.usedAt - a.usedAt);
    let keptBytes = 0;
    const removed = [];
    for (const entry of entries){
        if (keptBytes + entry.bytes <= maxBytes && removed.length === 0) keptBytes += entry.bytes;
        else removed.push(entry);
    }
    for (const path of removed.flatMap((entry)=>entry.paths))await promises.rm(path, {
        force: true
    });
    return {
        removedEntries: removed.length,
        removedBytes: removed.reduce((total, entry)=>total + entry.bytes, 0),
        keptBytes
    };
}
/** A file and the facts beside it are one entry. */ async function readEntries(root) {
    const names = await promises.readdir(root, {
        recursive: true,
        withFileTypes: true
    }).catch(ignoreAbsent);
    const groups = new Map();
    for (const name of names ?? []){
        if (!name.isFile()) continue;
        const path = node_path.join(name.parentPath, name.name);
        const entry = path.replace(/\.json$/, '');
        groups.set(entry, [
            ...groups.get(entry) ?? [],
            path
        ]);
    }
    return Promise.all([
        ...groups.values()
    ].map(async (group)=>{
        const stats = await Promise.all(group.map((path)=>promises.stat(path).catch(ignoreAbsent)));
        const found = stats.filter((one)=>one !== undefined);
        return {
            paths: group,
            bytes: found.reduce((total, one)=>total + one.size, 0),
            usedAt: Math.max(0, ...found.map((one)=>one.mtimeMs))
        };
    }));
}
function ignoreAbsent(error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
}

const JSON_OPTION = {
    json: {
        help: 'print the result as JSON',
        boolean: true
    }
};
const COMMANDS = {
    build: {
        usage: 'build [REFERENCE…] [OPTION…]',
        summary: 'make a Debian package that carries images and loads them on the device',
        options: {
            ...runner.BUILD_INPUTS,
            ...JSON_OPTION
        },
        run: build
    },
    list: {
        usage: 'list [REFERENCE…] [--image-list FILE…] [--json]',
        summary: 'show what references and lists come to, without any network',
        options: {
            images: runner.BUILD_INPUTS.images,
            'image-list': runner.BUILD_INPUTS['image-list'],
            ...JSON_OPTION
        },
        run: list
    },
    inspect: {
        usage: 'inspect DEB [--json]',
        summary: 'show what a package holds, and verify every digest in it',
        options: JSON_OPTION,
        run: inspect
    },
    'cache prune': {
        usage: 'cache prune --max-size SIZE [--cache-dir DIR]',
        summary: 'remove from the local store what was not used for longest',
        options: {
            'max-size': {
                help: 'what the store may keep, such as 500M or 10G'
            },
            'cache-dir': runner.BUILD_INPUTS['cache-dir']
        },
        run: prune
    }
};
async function build({ values, positionals }, signal) {
    runner.checkRunner();
    const { json, ...raw } = values;
    const options = runner.parseBuildOptions(withPositionals(raw, positionals), process.env);
    runner.widenThreadPool(options.jobs);
    const watch = runner.showProgress(consoleScreen(process.stderr));
    try {
        const result = runner.buildResult(await runner.preload(options, {
            env: process.env,
            cwd: process.cwd(),
            deviceDir: require$$1.fileURLToPath(new URL('../device', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('cli.js', document.baseURI).href)))),
            signal,
            now: new Date(),
            watch
        }));
        watch.stop();
        process.stderr.write(`\n${runner.textSummary(result)}\n`);
        if (json === 'true') printJson(result);
    } finally{
        watch.stop();
    }
}
async function list({ values, positionals }) {
    const { images = '', ...raw } = withPositionals(values, positionals);
    const found = await runner.readImages({
        images,
        imageLists: runner.lines(raw['image-list'])
    });
    if (values.json === 'true') printJson(imageListResult(found));
    else process.stdout.write(`${formatImageList(found)}\n`);
}
async function inspect({ values, positionals }, signal) {
    const [deb, ...more] = positionals;
    if (deb === undefined || more.length > 0) throw runner.usageError('inspect needs one package');
    const inspection = await inspectPackage(deb, signal);
    if (values.json === 'true') printJson(inspection);
    else process.stdout.write(`${formatInspection(inspection)}\n`);
    if (inspection.problems.length === 0) return;
    throw runner.failure(`${deb}: ${inspection.problems.length} problems, the first: ${inspection.problems[0]}`);
}
async function prune({ values, positionals }) {
    if (positionals.length > 0) throw runner.usageError(`unexpected argument ${positionals[0]}`);
    const maxSize = values['max-size'];
    if (!maxSize) throw runner.usageError('--max-size is missing', {
        hint: 'such as 500M or 10G'
    });
    const root = runner.cacheDir(values['cache-dir'], process.env);
    const { removedEntries, removedBytes, keptBytes } = await pruneStore(root, runner.parseSize(maxSize));
    process.stdout.write(`${root}: ${removedEntries} entries removed (${runner.formatBytes(removedBytes)}), ${runner.formatBytes(keptBytes)} kept\n`);
}
/** References may stand on the command line without `--images`. */ function withPositionals(values, positionals) {
    const images = [
        ...runner.lines(values.images),
        ...positionals
    ].join('\n');
    return {
        ...values,
        images
    };
}
function printJson(value) {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
function help() {
    const commands = Object.values(COMMANDS).map(({ usage, summary })=>`  container-preload ${usage}\n      ${summary}`);
    return [
        'Carries container images to devices in a Debian package.',
        '',
        ...commands,
        '',
        'container-preload COMMAND --help shows the options. --debug keeps the stack of an error.'
    ].join('\n');
}
function commandHelp({ usage, summary, options }) {
    const names = Object.keys(options);
    const width = Math.max(...names.map((name)=>name.length));
    const described = Object.entries(options).map(([name, info])=>{
        const fallback = info.default ? ` [${info.default}]` : '';
        return `  --${name.padEnd(width)}  ${info.help}${fallback}`;
    });
    return [
        `container-preload ${usage}`,
        `  ${summary}`,
        '',
        ...described
    ].join('\n');
}
/** The command and what follows it; `cache prune` is one command of two words. */ function findCommand(args) {
    for (const words of [
        1,
        2
    ]){
        const command = COMMANDS[args.slice(0, words).join(' ')];
        if (command) return {
            command,
            rest: args.slice(words)
        };
    }
    throw runner.usageError(`unknown command ${JSON.stringify(args[0])}`, {
        hint: `one of ${Object.keys(COMMANDS).join(', ')}`
    });
}
async function run(args, signal) {
    if (args.length === 0) throw runner.usageError('no command is given', {
        hint: 'see --help'
    });
    if (args[0] === '--version') return void process.stdout.write(`${runner.readProgramVersion()}\n`);
    if (args[0] === '--help' || args[0] === 'help') return void process.stdout.write(`${help()}\n`);
    const { command, rest } = findCommand(args);
    if (rest.includes('--help')) return void process.stdout.write(`${commandHelp(command)}\n`);
    await command.run(parseArguments(rest, command.options), signal);
}
/** Exit codes: 0, 1 for a failure, 2 for wrong usage, 130 and 143 after SIGINT and SIGTERM. */ async function main() {
    const debug = process.argv.includes('--debug');
    const args = process.argv.slice(2).filter((arg)=>arg !== '--debug');
    const signal = runner.untilInterrupted();
    try {
        await run(args, signal);
    } catch (thrown) {
        if (signal.aborted) {
            process.stderr.write(`container-preload: ${signal.reason.message}\n`);
            return runner.endInterrupted(signal.reason);
        }
        process.exitCode = report(runner.explainSystemError(thrown), debug);
    }
}
function report(error, debug) {
    if (!(error instanceof runner.UserError)) {
        process.stderr.write(`container-preload: a bug, please report it: ${error.stack}\n`);
        return 1;
    }
    process.stderr.write(`container-preload: error: ${runner.formatError(error)}\n`);
    if (debug) process.stderr.write(`${error.stack}\n`);
    return error.kind === 'usage' ? 2 : 1;
}
void main();

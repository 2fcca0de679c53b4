#!/usr/bin/env node
'use strict';

var fs = require('node:fs');
var node_url = require('node:url');
var runner = require('./shared-runner.js');
var util = require('node:util');
var watched = require('./shared-watched.js');
var promises = require('node:fs/promises');
var os = require('node:os');
var node_path = require('node:path');
var node_crypto = require('node:crypto');
require('node:zlib');
require('node:stream/consumers');
require('node:child_process');
require('node:stream/promises');
require('node:stream');
require('node:timers/promises');
require('./shared-client.js');
require('node:util/types');
require('node:events');
require('node:net');
require('node:v8');
require('node:vm');
require('process');
require('buffer');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
/** Letters that may be wrong, missing or too many in a word that somebody has misspelt. */ const SLIPS = 2;
/** Of some words the one that another was probably meant to be; undefined where none is near. */ function nearest(given, words) {
    const begun = words.find((word)=>given !== '' && word.startsWith(given));
    if (begun !== undefined) return begun;
    const [best] = words.map((word)=>({
            word,
            slips: distance(given, word)
        })).filter(({ word, slips })=>slips <= Math.min(SLIPS, word.length / 2)).sort((a, b)=>a.slips - b.slips);
    return best?.word;
}
/** Levenshtein's: how many letters have to be changed, added or taken away. */ function distance(from, to) {
    let row = Array.from({
        length: to.length + 1
    }, (_, index)=>index);
    for (const [i, letter] of [
        ...from
    ].entries()){
        const next = [
            i + 1
        ];
        for (const [j, other] of [
            ...to
        ].entries()){
            const [kept = 0, less = 0, more = 0] = [
                row[j],
                row[j + 1],
                next[j]
            ];
            next.push(Math.min(kept + (letter === other ? 0 : 1), less + 1, more + 1));
        }
        row = next;
    }
    return row.at(-1) ?? 0;
}

/**
 * Reads `--name value` and `--name=value`. A boolean may stand alone; an option that may be given
 * several times collects lines.
 *
 * @param explain what is to be said of an option that is not one of these
 * @throws UserError (usage) for an unknown or repeated option and for a missing value
 */ function parseArguments(args, options, explain = ()=>undefined) {
    const { tokens } = util.parseArgs({
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
    for (const [n, token] of tokens.entries()){
        if (token.kind === 'positional') {
            checkBoolean(tokens[n - 1], token.value);
            positionals.push(token.value);
        }
        if (token.kind !== 'option') continue;
        const { name, rawName } = token;
        const info = rawName.startsWith('--') && Object.hasOwn(options, name) ? options[name] : undefined;
        if (info === undefined) {
            throw runner.usageError(`unknown option ${rawName}`, {
                hint: explain(name) ?? suggestion(name, options)
            });
        }
        addOption(token, info, values);
    }
    return {
        values,
        positionals
    };
}
/** `--tls-verify false` would leave the option on, and name an image `false`. */ function checkBoolean(before, value) {
    if (before?.kind !== 'option' || !/^(true|false|yes|no)$/i.test(value)) return;
    const meant = /^(true|yes)$/i.test(value);
    throw runner.usageError(`${before.rawName} takes its value behind =`, {
        hint: `${before.rawName}=${meant}`
    });
}
function addOption({ name, rawName, value, inlineValue }, info, values) {
    const given = info.boolean ? readBoolean(name, value ?? 'true') : value;
    if (given === undefined || !inlineValue && given.startsWith('--')) {
        throw runner.usageError(`${rawName} needs a value`, {
            hint: info.help
        });
    }
    if (Object.hasOwn(values, name) && !info.many) throw runner.usageError(`${rawName} is given twice`);
    values[name] = Object.hasOwn(values, name) ? `${values[name]}\n${given}` : given;
}
function readBoolean(name, text) {
    return String(runner.within(name, ()=>runner.parseBoolean(text)));
}
function suggestion(name, options) {
    const near = nearest(name, Object.keys(options));
    return near ? `did you mean --${near}?` : 'see --help';
}

function help(all) {
    const commands = Object.values(all).map(({ usage, summary })=>`  container-preload ${usage}\n      ${summary}`);
    return [
        'Carries container images to devices in a Debian package.',
        '',
        ...commands,
        '',
        'container-preload COMMAND --help shows the options. --debug keeps the stack of an error.'
    ].join('\n');
}
function commandHelp({ usage, summary, options }) {
    const described = Object.entries(options).map(([name, info])=>{
        const fallback = info.default ? ` [${info.default}]` : '';
        return [
            `  --${name}${valueWord(info)}`,
            `${info.help}${fallback}`
        ];
    });
    const width = Math.max(...described.map(([option])=>option.length));
    return [
        `container-preload ${usage}`,
        `  ${summary}`,
        '',
        ...described.map(([option, text])=>`${option.padEnd(width)}  ${text}`),
        ...Object.values(options).some(({ many })=>many) ? [
            '',
            'An option with VALUE… may be given several times.'
        ] : []
    ].join('\n');
}
/** How a value stands behind an option's name. */ function valueWord({ boolean, many, default: byDefault }) {
    if (boolean) return byDefault === 'true' ? '=false' : '';
    return many ? ' VALUE…' : ' VALUE';
}
/**
 * The command and what follows it; `cache prune` is one command of two words, and for help the first one
 * is enough.
 */ function findCommand(commands, args) {
    const wantsHelp = args.some(isHelp);
    for (const words of [
        1,
        2
    ]){
        const name = args.slice(0, words).join(' ');
        const found = Object.entries(commands).find(([key])=>key === name || wantsHelp && key.startsWith(`${name} `));
        if (found) return {
            command: found[1],
            rest: args.slice(words)
        };
    }
    const [first = ''] = args;
    const names = Object.keys(commands);
    if (first.startsWith('-')) {
        throw runner.usageError(`no command stands before ${first}`, {
            hint: `one of ${names.join(', ')}`
        });
    }
    const near = nearest(first, names) ?? names.find((name)=>name.endsWith(` ${first}`));
    throw runner.usageError(`unknown command ${JSON.stringify(first)}`, {
        hint: near ? `did you mean ${near}?` : `one of ${names.join(', ')}`
    });
}
/** What there is to say of an option that the command does not have, but others. */ function explainOption(commands, option) {
    if (Object.hasOwn(runner.BOOT_TEST_INPUTS, option)) {
        return 'an input of the action; in a shell, prove the package by container-preload boot';
    }
    const owners = Object.entries(commands).filter(([, { options }])=>Object.hasOwn(options, option));
    return owners.length > 0 ? `an option of ${owners.map(([name])=>name).join(', ')}` : undefined;
}
function isHelp(arg) {
    return arg === '--help' || arg === '-h';
}

/** The text with all edits made; the same edit twice is made once. */ function applyEdits(text, edits) {
    const sorted = [
        ...new Map(edits.map((edit)=>[
                edit.start,
                edit
            ])).values()
    ].sort((one, other)=>one.start - other.start);
    let result = '';
    let at = 0;
    for (const edit of sorted){
        if (edit.start < at) throw new Error(`edits overlap at ${edit.start}`);
        result += text.slice(at, edit.start) + edit.text;
        at = edit.end;
    }
    return result + text.slice(at);
}
/**
 * Makes edits in UTF-8 files: in all or, where one cannot be written, in none. All else stays byte for
 * byte, mode, owner and a byte order mark too. New files appear by rename once all are written; where a
 * path is a link, what it links to is replaced.
 *
 * @throws UserError (failure) where a file was changed since, or cannot be replaced
 */ async function rewriteFiles(rewrites) {
    const replacements = [];
    let replaced = 0;
    try {
        for (const rewrite of rewrites)replacements.push(await replacing(rewrite, prepare));
        for (const replacement of replacements){
            await replacing(replacement, ({ temporary, target })=>promises.rename(temporary, target));
            replaced += 1;
        }
    } catch (error) {
        for (const { temporary } of replacements)await promises.rm(temporary, {
            force: true
        });
        for (const { target, before } of replacements.slice(0, replaced)){
            await promises.rename(await writeBeside(target, before), target);
        }
        throw error;
    }
}
/**
 * Tries whether files could be replaced, which is better known before any work is done for it.
 *
 * @throws UserError (failure)
 */ async function checkRewritable(files) {
    for (const file of files){
        await replacing({
            file
        }, async ()=>{
            if ((await promises.stat(file)).isFile()) return promises.rm(await writeBeside(await promises.realpath(file), ''));
            throw runner.failure(`cannot replace ${file}: it is a pipe or a device`, {
                hint: 'only a file can be written anew'
            });
        });
    }
}
async function replacing(about, work) {
    try {
        return await work(about);
    } catch (error) {
        const why = runner.refusalOf(error);
        if (why === undefined) throw error;
        const hint = 'the file and its folder must be writable; no list is changed';
        throw runner.failure(`cannot replace ${about.file}: ${why}`, {
            hint,
            cause: error
        });
    }
}
const MARK = '\uFEFF';
async function prepare({ file, text, edits }) {
    const target = await promises.realpath(file);
    const before = await promises.readFile(target);
    const found = before.toString();
    const mark = found.startsWith(MARK) ? MARK : '';
    if (found.slice(mark.length) !== text) {
        throw runner.failure(`${file} was changed while it was worked on`, {
            hint: 'try again'
        });
    }
    // What a process that was killed has left; who may write a file need not see its folder.
    await runner.removeLeftOvers(node_path.dirname(target), PREFIX).catch(()=>undefined);
    const temporary = await writeBeside(target, mark + applyEdits(text, edits));
    return {
        file,
        target,
        temporary,
        before
    };
}
/** Of a hidden name, which no pattern takes for a list. */ const PREFIX = '.container-preload-';
/** A new file with the mode and the owner of another; its path. */ async function writeBeside(target, content) {
    const name = `${PREFIX}${runner.ownerPrefix()}${node_crypto.randomBytes(6).toString('hex')}`;
    const temporary = node_path.join(node_path.dirname(target), name);
    try {
        const { mode, uid, gid } = await promises.stat(target);
        await promises.writeFile(temporary, content, {
            flag: 'wx',
            flush: true
        });
        // Who may write a file need not own it.
        await promises.chown(temporary, uid, gid).catch(()=>undefined);
        await promises.chmod(temporary, mode & 0o7777);
        return temporary;
    } catch (error) {
        await promises.rm(temporary, {
            force: true
        });
        throw error;
    }
}

/**
 * Writes the digest of every image into the list that names it, in that list's own syntax.
 *
 * @throws UserError; nothing is written then
 */ async function lock(options, around) {
    const { images, findings, files } = await watched.readLists({
        images: '',
        imageLists: options.imageLists,
        env: around.env,
        architecture: undefined,
        profiles: options.profiles.length > 0 ? options.profiles : [
            '*'
        ]
    });
    const paths = await realPaths(files);
    const fileOf = (name)=>paths.get(name) ?? name;
    const found = watched.lockables(images, fileOf);
    if (!options.check) await checkRewritable(unpinnedFiles(found));
    const plan = watched.planLock(await askRegistry(found, options, around), options.check);
    for (const finding of [
        ...findings,
        ...watched.localNotices(images),
        ...plan.findings
    ])around.watch.finding(finding);
    if (options.check) return {
        ...plan,
        files: []
    };
    const rewrites = planRewrites(files, plan.changes, fileOf);
    await rewriteFiles(rewrites);
    return {
        ...plan,
        files: rewrites.map(({ file })=>file)
    };
}
/** The real path of each file that was read, which can have several names; a pipe has none. */ async function realPaths(files) {
    const paths = new Map();
    for (const name of files.keys())paths.set(name, await promises.realpath(name).catch(()=>name));
    return paths;
}
/** The files that will be written for sure: a digest that is there may stay. */ function unpinnedFiles(found) {
    return new Set(found.filter((lockable)=>watched.isAsked(lockable, false)).flatMap(({ image: { place } })=>place ? [
            place.file
        ] : []));
}
/** What is to be written of each file, under whatever names it was read. */ function planRewrites(files, changes, fileOf) {
    const byTarget = new Map();
    for (const [file, { text }] of files){
        const edits = changes.filter(({ place })=>place.file === file).map(editOf);
        if (edits.length === 0) continue;
        const known = byTarget.get(fileOf(file));
        byTarget.set(fileOf(file), known ? {
            ...known,
            edits: [
                ...known.edits,
                ...edits
            ]
        } : {
            file,
            text,
            edits
        });
    }
    return [
        ...byTarget.values()
    ];
}
function editOf({ place: { start, end }, text }) {
    return {
        start,
        end,
        text
    };
}
/** A folder in TMPDIR for what is asked for. @throws UserError (failure) */ async function makeWorkDir() {
    const folder = os.tmpdir();
    const prefix = 'container-preload-lock-';
    await runner.removeLeftOvers(folder, prefix).catch(()=>undefined);
    try {
        return await promises.mkdtemp(node_path.join(folder, `${prefix}${runner.ownerPrefix()}`));
    } catch (cause) {
        const why = runner.refusalOf(cause) ?? cause.message;
        throw runner.failure(`no temporary folder can be made in ${folder}: ${why}`, {
            hint: 'choose another one with TMPDIR',
            cause
        });
    }
}
async function askRegistry(found, { access, check, update }, { signal, watch }) {
    const workDir = await makeWorkDir();
    try {
        const registry = await watched.connectRegistry(access, {
            workDir,
            signal,
            onRetry: watch.retry,
            onNote: watch.note
        });
        const asked = new Map();
        const ask = ({ image, reference }, context)=>{
            const key = `${reference.repository}:${reference.tag}@${reference.digest}`;
            const answer = asked.get(key) ?? watched.resolveTag(image, reference, context);
            asked.set(key, answer);
            return answer;
        };
        const look = async (lockable, until)=>{
            const asked = watched.isAsked(lockable, check || update);
            const current = asked ? await ask(lockable, {
                ...registry,
                signal: until
            }) : undefined;
            return {
                ...lockable,
                asked,
                current
            };
        };
        return await watched.askForAll(found, look, signal, watch.finding);
    } finally{
        await promises.rm(workDir, {
            recursive: true,
            force: true
        });
    }
}

/** The inputs of `lock`, in the order in which help shows them. */ const LOCK_INPUTS = {
    check: {
        help: 'change nothing, and fail where something would be changed',
        boolean: true
    },
    update: {
        help: 'also move digests to what the tags stand for now',
        boolean: true
    },
    'image-list': runner.BUILD_INPUTS['image-list'],
    profile: {
        help: 'only the images of these profiles; by default those of all',
        many: true
    },
    authfile: runner.BUILD_INPUTS.authfile,
    'tls-verify': runner.BUILD_INPUTS['tls-verify']
};
/**
 * @param files list files that stand on the command line without an option
 * @throws UserError (usage)
 */ function parseLockOptions(files, raw) {
    const imageLists = [
        ...files,
        ...runner.lines(raw['image-list'])
    ];
    if (imageLists.length === 0) {
        throw runner.usageError('lock needs a file', {
            hint: 'such as images.txt or compose.yml'
        });
    }
    const flag = (name)=>runner.within(name, ()=>runner.parseBoolean(raw[name] || 'false'));
    const [check, update] = [
        flag('check'),
        flag('update')
    ];
    if (check && update) {
        throw runner.usageError('check changes nothing, and update does', {
            hint: 'leave out one of the two'
        });
    }
    return {
        imageLists,
        profiles: runner.lines(raw.profile),
        check,
        update,
        access: runner.parseAccess(raw)
    };
}

/**
 * The jobs that build a package of every list for every architecture that it has images for and, where
 * shards are wanted, those that make the layers before.
 *
 * @param given options for each architecture, with all lists
 * @param shards jobs an architecture; undefined for none, and then no registry is asked
 * @throws UserError
 */ async function planJobs(given, shards, around) {
    const lists = [
        ...new Set(given[0]?.imageLists)
    ];
    if (lists.length === 0) throw runner.usageError('no image list is given', {
        hint: '--image-list FILE'
    });
    const leftOut = [];
    const builds = [];
    const known = [];
    for (const options of given){
        const { none, profiles } = await listsWithout(lists, options, around);
        leftOut.push(...none);
        known.push(...profiles);
        const imageLists = lists.filter((list)=>none.every(({ origin })=>origin.file !== list));
        builds.push({
            ...options,
            imageLists
        });
    }
    for (const finding of watched.unknownProfiles(given[0]?.profiles ?? [], known))around.watch.finding(finding);
    for (const finding of leftOut){
        const { file } = finding.origin;
        if (!builds.some(({ imageLists })=>imageLists.includes(file))) throw runner.usageError(finding.message, {
            origin: finding.origin
        });
        around.watch.finding(finding);
    }
    const build = builds.flatMap((options)=>options.imageLists.map((list)=>jobOf({
                ...options,
                imageLists: [
                    list
                ]
            })));
    const warm = [];
    for (const options of shards === undefined ? [] : builds){
        if (options.imageLists.length > 0) warm.push(...await warmJobs(options, shards ?? 1, around));
    }
    return {
        build: matrix(build),
        ...shards === undefined ? {} : {
            warm: matrix(warm)
        }
    };
}
function jobOf({ architecture, imageLists, profiles }) {
    const profile = profiles.map(watched.optionalProfile).join('\n');
    return {
        arch: architecture,
        'image-list': imageLists.join('\n'),
        ...profile === '' ? {} : {
            profile
        }
    };
}
/**
 * What is said of lists that have no image for an architecture: other jobs than theirs can be done.
 * And the profiles that any of the lists has.
 *
 * @throws UserError for what is wrong in any of them
 */ async function listsWithout(lists, { architecture, profiles }, { env }) {
    const none = [];
    const known = [];
    const asked = {
        images: '',
        architecture,
        profiles: profiles.map(watched.optionalProfile),
        env
    };
    for (const list of lists){
        const read = await watched.readLists({
            ...asked,
            imageLists: [
                list
            ],
            mayLeaveOut: true
        });
        watched.mergeImages(read.images);
        known.push(...read.profiles);
        if (read.images.length > 0) continue;
        const message = `no image for ${architecture}: ${watched.reasonsOf(read.findings)}`;
        none.push({
            level: 'notice',
            message,
            origin: {
                file: list
            }
        });
    }
    return {
        none,
        profiles: known
    };
}
async function warmJobs(options, shards, around) {
    return watched.withStores(options, around, async ({ store, registry })=>{
        const images = await watched.readSeparately({
            ...options,
            env: around.env
        });
        const resolutions = await watched.resolveAll(images, options, registry, {
            store,
            watch: around.watch
        });
        return runner.shareOut(resolutions, shards).map(({ parts, bytes }, index)=>({
                parts,
                bytes,
                shard: `${index + 1}/${shards}`
            })).filter(({ parts })=>parts.length > 0).map(({ shard, bytes })=>({
                ...jobOf(options),
                shard,
                bytes
            }));
    });
}
function matrix(include) {
    if (include.length <= runner.MAX_SHARDS) return {
        include
    };
    throw runner.usageError(`${include.length} jobs, and GitHub starts at most ${runner.MAX_SHARDS} of a matrix`, {
        hint: 'plan fewer lists, architectures or shards at once'
    });
}

function imageListResult({ images, files }) {
    return images.map((image)=>({
            name: image.name ?? null,
            source: watched.formatSource(image.source),
            digest: digestOf(image),
            fetchOnly: image.fetchOnly,
            written: image.written,
            format: files.get(image.origin.file)?.format ?? null,
            file: image.origin.file,
            line: image.origin.line ?? null,
            column: image.origin.column ?? null
        }));
}
function formatImageList({ images, files }) {
    const rows = images.map((image)=>[
            image.name ?? '(told by the archive)',
            watched.formatSource(image.source),
            image.fetchOnly ? 'fetch-only' : '',
            files.get(image.origin.file)?.format ?? '',
            runner.formatOrigin(image.origin)
        ]);
    return runner.formatTable([
        [
            'image',
            'source',
            'flags',
            'format',
            'written at'
        ],
        ...rows
    ], new Set());
}
function digestOf({ source }) {
    return source.transport === 'docker' ? source.reference.digest ?? null : null;
}

/** A table for people: the package, a line an image, the problems. */ function formatInspection(inspection) {
    const level = inspection.level === null ? '' : ` level ${inspection.level}`;
    const owner = inspection.user === null ? '' : ` of the user ${inspection.user}`;
    const settings = Object.entries(inspection.settings).map(([name, value])=>`${name}=${value}`);
    const rows = inspection.images.map((image)=>imageRow(image, inspection.images));
    return [
        `${inspection.package} ${inspection.version} for ${inspection.architecture}, ${inspection.engine}${owner}`,
        `compression ${inspection.compression}${level}, made by ${inspection.generator}`,
        `depends on ${inspection.depends || 'nothing'}`,
        `settings ${settings.join(' ')}`,
        '',
        runner.formatTable([
            HEADINGS,
            ...rows
        ], NUMBERS),
        '',
        ...LEGEND,
        '',
        ...inspection.problems.length === 0 ? [
            `${runner.formatBytes(inspection.size)} in all; every digest is right`
        ] : inspection.problems.map((problem)=>`problem: ${problem}`),
        ''
    ].join('\n').replaceAll(CONTROL_CHARACTERS, '?');
}
/** A package of others must not steer the terminal. */ const CONTROL_CHARACTERS = /[^\P{Cc}\n]/gu;
const HEADINGS = [
    'IMAGE',
    'PLATFORM',
    'DIGEST',
    'ID',
    'ID (CONTAINERD)',
    'LAYERS',
    'SHARED',
    'SIZE',
    'UNPACKED',
    ''
];
/** Columns. */ const NUMBERS = new Set([
    5,
    6,
    7,
    8
]);
/** Three digests of one image look alike. */ const LEGEND = [
    'DIGEST: what the registry calls it, and a list pins it by.',
    "ID: what Podman and Docker call it; ID (CONTAINERD): what Docker's containerd store calls it."
];
function imageRow(image, all) {
    const others = all.filter((other)=>other !== image).flatMap((other)=>other.layers);
    const layers = runner.distinctFragments([
        image
    ]).slice(1);
    const shared = layers.filter(({ file })=>others.some((other)=>other.file === file));
    const size = layers.reduce((sum, layer)=>sum + layer.size, image.fragment.size);
    return [
        image.reference,
        image.platform,
        short$1(image.indexDigest ?? image.registryManifestDigest),
        short$1(image.configDigest),
        short$1(image.archiveManifestDigest),
        String(layers.length),
        String(shared.length),
        runner.formatBytes(size),
        runner.formatBytes(image.unpackedSize),
        [
            image.pinned ? 'pinned' : '',
            image.fetchOnly ? 'fetch-only' : ''
        ].filter(Boolean).join(' ')
    ];
}
/** `sha256:` and twelve digits, as engines show it. */ function short$1(digest) {
    return digest.slice(0, digest.indexOf(':') + 13);
}

function lockResult(locked) {
    return {
        changes: locked.changes.map(({ image, place, old, text, new: digest })=>({
                file: place.file,
                line: place.line,
                column: place.column,
                reference: image.written,
                old: old ?? null,
                new: digest,
                written: text
            })),
        unpinnable: locked.obstacles.map(({ origin, written })=>({
                place: runner.formatOrigin(origin),
                reference: written
            })),
        kept: locked.kept,
        files: locked.files
    };
}
/**
 * A table of the changes, and what they come to.
 *
 * @param check whether they are only to be made
 */ function formatLocked(locked, check) {
    const { changes, obstacles, kept, files } = locked;
    const rows = changes.map(({ image, place, old, new: digest })=>[
            runner.formatOrigin({
                file: place.file,
                line: place.line,
                column: place.column
            }),
            image.written.split('@', 1)[0] ?? '',
            old === undefined ? '' : short(old),
            short(digest)
        ]);
    const table = runner.formatTable([
        [
            'place',
            'image',
            'old',
            'new'
        ],
        ...rows
    ], new Set());
    const counts = [
        `${changes.filter(({ old })=>old === undefined).length} ${check ? 'to pin' : 'pinned'}`,
        `${changes.filter(({ old })=>old !== undefined).length} ${check ? 'to move' : 'moved'}`,
        `${kept} as they ${check ? 'should be' : 'were'}`,
        ...obstacles.length === 0 ? [] : [
            `${obstacles.length} that cannot be pinned in place`
        ]
    ].join(', ');
    const where = files.length === 0 ? 'no file written' : `written: ${files.join(', ')}`;
    const end = check ? counts : `${counts}; ${where}`;
    return [
        ...rows.length === 0 ? [] : [
            table,
            ''
        ],
        end
    ].join('\n');
}
/** What to do about what `--check` found. */ function checkHint({ changes, obstacles }) {
    const moved = changes.filter(({ old })=>old !== undefined).length;
    return [
        ...changes.length > moved ? [
            'container-preload lock FILE… writes missing digests'
        ] : [],
        ...moved > 0 ? [
            'container-preload lock --update FILE… moves digests'
        ] : [],
        ...obstacles.length > 0 ? [
            `${obstacles.length} cannot be pinned in place, each for the reason given above`
        ] : []
    ].join('; ');
}
/** `sha256:0123456789ab`: enough to tell digests apart. */ function short(digest) {
    const [algorithm, hex = ''] = digest.split(':');
    return `${algorithm}:${hex.slice(0, 12)}`;
}

/** A terminal, or a log, on standard error: standard output belongs to results. */ function consoleScreen(stream) {
    // Back to the start of the line, and erase what was there.
    const clear = stream.isTTY ? '\r\x1b[K' : '';
    const print = (line)=>void stream.write(`${clear}${runner.printable(line)}\n`);
    return {
        print,
        live: stream.isTTY ? (line)=>void stream.write(`${clear}${runner.printable(line).slice(0, widthOf(stream) - 1)}`) : undefined,
        finding: (finding)=>print(formatFinding(finding)),
        warning: (text)=>print(`warning: ${text}`),
        startGroup: (title)=>print(title),
        endGroup: ()=>undefined
    };
}
/** A terminal that does not know its width, as over a serial line, says that it has none. */ function widthOf({ columns }) {
    return columns || 80;
}
/** `warning: FILE:LINE: what; write: LINE` */ function formatFinding(finding) {
    return `${finding.level}: ${runner.formatOrigin(finding.origin)}: ${runner.findingText(finding)}`;
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
            summary: runner.BOOT_INPUTS.summary,
            ...JSON_OPTION
        },
        run: build
    },
    boot: {
        usage: 'boot DEB… [OPTION…]',
        summary: 'prove packages in a machine: boot it, install them, run every image, boot again',
        options: {
            ...runner.BOOT_INPUTS,
            ...JSON_OPTION
        },
        run: boot
    },
    list: {
        usage: 'list [REFERENCE…] [--image-list FILE]… [OPTION…]',
        summary: 'show what references and lists come to, without any network',
        options: {
            images: runner.BUILD_INPUTS.images,
            'image-list': runner.BUILD_INPUTS['image-list'],
            profile: runner.BUILD_INPUTS.profile,
            arch: {
                help: `${runner.BUILD_INPUTS.arch.help}; by default a list is read for all`
            },
            ...JSON_OPTION
        },
        run: list
    },
    plan: {
        usage: 'plan (--image-list FILE)… (--arch ARCH)… [--shard N] [OPTION…]',
        summary: 'print the jobs of a build matrix as JSON, and of N jobs that make the layers before',
        options: {
            'image-list': runner.BUILD_INPUTS['image-list'],
            profile: runner.BUILD_INPUTS.profile,
            arch: {
                ...runner.BUILD_INPUTS.arch,
                many: true
            },
            shard: {
                help: 'N: also plan N jobs for each architecture that make the layers before'
            },
            compression: runner.BUILD_INPUTS.compression,
            authfile: runner.BUILD_INPUTS.authfile,
            'tls-verify': runner.BUILD_INPUTS['tls-verify'],
            'cache-dir': runner.BUILD_INPUTS['cache-dir']
        },
        run: plan
    },
    lock: {
        usage: 'lock FILE… [--check | --update] [OPTION…]',
        summary: 'write the digests of images into the lists that name them',
        options: {
            ...LOCK_INPUTS,
            ...JSON_OPTION
        },
        run: runLock
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
    const { json, summary, ...raw } = values;
    const options = runner.parseBuildOptions(withPositionals(raw, positionals), process.env);
    runner.widenThreadPool(runner.threadsFor(options.level, options.jobs));
    if (summary) await runner.prepareFile('summary', summary);
    const screen = consoleScreen(process.stderr);
    const summarize = (text)=>runner.appendSummary(summary, text, screen.warning);
    await watched.watched({
        screen,
        summarize
    }, async (watch)=>{
        const around = surroundings(signal, watch);
        return options.shard ? watched.warmResult(await watched.warmCaches(options, options.shard, around)) : watched.buildResult(await watched.preload(options, around));
    }, async (result)=>{
        const isPackage = 'deb' in result;
        process.stderr.write(`\n${isPackage ? runner.textSummary(result) : runner.warmSummary(result)}\n`);
        await summarize(isPackage ? runner.markdownSummary(result) : runner.warmSummary(result));
        if (json === 'true') await printJson(result);
    });
}
/** A command has no Actions cache: GitHub gives the means to use it to actions alone. */ function surroundings(signal, watch) {
    return {
        env: process.env,
        cwd: process.cwd(),
        deviceDir: node_url.fileURLToPath(new URL('../device', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('cli.js', document.baseURI).href)))),
        signal,
        now: new Date(),
        watch
    };
}
async function plan({ values, positionals }, signal) {
    runner.checkRunner();
    checkNone(positionals, 'give each list by --image-list, each architecture by --arch');
    const { arch, shard, ...raw } = values;
    const shards = shard ? runner.within('shard', ()=>runner.integer(1, runner.MAX_SHARDS)(shard)) : undefined;
    const architectures = [
        ...new Set(runner.lines(arch))
    ];
    if (architectures.length === 0) throw runner.usageError('arch is missing', {
        hint: runner.BUILD_INPUTS.arch.help
    });
    // Every plan is for jobs that make shares, so it needs no package.
    const builds = architectures.map((one)=>runner.parseBuildOptions({
            ...raw,
            arch: one,
            shard: '1/1'
        }, process.env));
    await watched.watched({
        screen: consoleScreen(process.stderr)
    }, (watch)=>planJobs(builds, shards, surroundings(signal, watch)), // On one line, as $GITHUB_OUTPUT wants it.
    (jobs)=>runner.print(JSON.stringify(jobs)));
}
async function boot({ values, positionals }, signal) {
    const { json, ...raw } = values;
    const options = runner.parseBootOptions(positionals, raw, process.env);
    const watch = runner.showBoot(consoleScreen(process.stderr));
    const verdict = await runner.proveByBoot(options, {
        guestDir: node_url.fileURLToPath(new URL('../guest', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('cli.js', document.baseURI).href)))),
        signal,
        watch
    }).finally(watch.stop);
    process.stderr.write(`\n${runner.textVerdict(verdict)}\n`);
    if (json === 'true') await printJson(verdict);
    if (verdict.ok) return;
    process.stderr.write(`\n${await runner.failureReport(verdict)}\n`);
    throw runner.verdictError(verdict, options.logDir);
}
async function list({ values, positionals }) {
    const { images = '', arch, ...raw } = withPositionals(values, positionals);
    const found = await watched.readImages({
        images,
        imageLists: runner.lines(raw['image-list']),
        profiles: runner.lines(raw.profile),
        architecture: arch ? runner.within('arch', ()=>runner.parseArchitecture(arch)) : undefined,
        env: process.env
    });
    const screen = consoleScreen(process.stderr);
    for (const finding of found.findings)screen.finding(finding);
    await (values.json === 'true' ? printJson(imageListResult(found)) : runner.print(formatImageList(found)));
}
async function runLock({ values, positionals }, signal) {
    const { json, ...raw } = values;
    const options = parseLockOptions(positionals, raw);
    // Annotations go where the JSON goes, so only one of them can be had.
    const inAction = process.env.GITHUB_ACTIONS === 'true' && json !== 'true';
    const locked = await watched.watched({
        screen: inAction ? await annotationScreen() : consoleScreen(process.stderr)
    }, (watch)=>lock(options, {
            env: process.env,
            signal,
            watch
        }), (found)=>json === 'true' ? printJson(lockResult(found)) : runner.print(formatLocked(found, options.check)));
    const { length } = [
        ...locked.changes,
        ...locked.obstacles
    ];
    if (!options.check || length === 0) return;
    throw runner.failure(`not pinned to what the registry has now: ${runner.plural(length, 'reference')}`, {
        hint: checkHint(locked)
    });
}
/** What it needs is large, and most commands get on without. */ async function annotationScreen() {
    const { actionScreen } = await Promise.resolve().then(function () { return require('./shared-action-screen.js'); });
    return actionScreen();
}
async function inspect({ values, positionals }, signal) {
    const [deb, ...more] = positionals;
    if (!deb || more.length > 0) {
        throw runner.usageError('inspect needs one package', {
            hint: 'inspect DEB'
        });
    }
    const inspection = await runner.inspectPackage(deb, signal);
    await (values.json === 'true' ? printJson(inspection) : runner.print(formatInspection(inspection)));
    if (inspection.problems.length === 0) return;
    throw runner.failure(`${deb}: ${runner.plural(inspection.problems.length, 'problem')}, the first: ${inspection.problems[0]}`);
}
async function prune({ values, positionals }) {
    checkNone(positionals, 'cache prune --max-size SIZE');
    const maxSize = values['max-size'];
    if (!maxSize) throw runner.usageError('--max-size is missing', {
        hint: 'such as 500M or 10G'
    });
    const root = runner.cacheDir(values['cache-dir'], process.env);
    const { removedEntries, removedBytes, keptBytes } = await pruneStore(root, runner.within('max-size', ()=>runner.parseSize(maxSize)));
    await runner.print(`${root}: ${runner.plural(removedEntries, 'entry', 'entries')} removed (${runner.formatBytes(removedBytes)}), ${runner.formatBytes(keptBytes)} kept`);
}
function checkNone([first], hint) {
    if (first !== undefined) throw runner.usageError(`unexpected argument ${first}`, {
        hint
    });
}
/** References may stand on the command line without `--images`. */ function withPositionals(values, positionals) {
    const file = positionals.find(isFile);
    if (file !== undefined) {
        throw runner.usageError(`${file} is a file`, {
            hint: `a list of images: --image-list ${file}; an image of that name: --images ${file}`
        });
    }
    const other = positionals.find((word)=>runner.debianArchitectures.some((name)=>name === word));
    if (other !== undefined) {
        throw runner.usageError(`unexpected argument ${other}`, {
            hint: `--arch takes one architecture; an image of that name: --images ${other}`
        });
    }
    const images = [
        ...runner.lines(values.images),
        ...positionals
    ].join('\n');
    return {
        ...values,
        images
    };
}
/** What cannot be looked at is no list of anybody's. */ function isFile(path) {
    try {
        return fs.statSync(path).isFile();
    } catch  {
        return false;
    }
}
function printJson(value) {
    return runner.print(JSON.stringify(value, null, 2));
}
async function run(args, signal) {
    if (args.length === 0) throw runner.usageError('no command is given', {
        hint: 'see --help'
    });
    if (args[0] === '--version') return runner.print(watched.readProgramVersion());
    if (args[0] === 'help') return run([
        ...args.slice(1),
        '--help'
    ], signal);
    if (isHelp(args[0])) return runner.print(help(COMMANDS));
    const { command, rest } = findCommand(COMMANDS, args);
    if (rest.some(isHelp)) return runner.print(commandHelp(command));
    await command.run(parseArguments(rest, command.options, (option)=>explainOption(COMMANDS, option)), signal);
}
/** Exit codes: 0, 1 for a failure, 2 for wrong usage, 129, 130 and 143 after SIGHUP, SIGINT and SIGTERM. */ async function main() {
    const debug = process.argv.includes('--debug');
    const args = process.argv.slice(2).filter((arg)=>arg !== '--debug');
    runner.outliveOutput();
    const signal = runner.untilInterrupted();
    try {
        await runner.unlessStuck(signal, run(args, signal));
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
    const excerpt = runner.formatExcerpt(error);
    if (excerpt) process.stderr.write(`${excerpt}\n`);
    if (debug) process.stderr.write(`${error.stack}\n`);
    return error.kind === 'usage' ? 2 : 1;
}
void main();

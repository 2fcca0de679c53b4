'use strict';

var node_os = require('node:os');
var node_path = require('node:path');
var shared = require('./shared.js');

/**
 * The inputs of `build`, in the order in which help shows them. The action's inputs and the
 * command's options are the same; `action.yml` is checked against this table.
 */ const BUILD_INPUTS = {
    images: {
        help: 'image references, one a line',
        many: true
    },
    'image-list': {
        help: 'files with image references, one path a line',
        many: true
    },
    arch: {
        help: 'Debian architecture of the device, such as amd64 or arm64'
    },
    engine: {
        help: 'docker or podman',
        default: 'docker'
    },
    package: {
        help: 'name of the Debian package'
    },
    version: {
        help: "its version; by default the git tag, or one that grows with the commit's time"
    },
    maintainer: {
        help: 'Name <mail>; by default DEBFULLNAME and DEBEMAIL, or git user'
    },
    description: {
        help: 'description of the package, the synopsis in the first line',
        default: 'container images, loaded at first boot'
    },
    section: {
        help: 'section of the package',
        default: 'misc'
    },
    depends: {
        help: "Depends of the package; ${engine:Depends} stands for the engine's packages",
        default: '${engine:Depends}'
    },
    files: {
        help: 'further files in the package, one SOURCE:/DESTINATION a line',
        many: true
    },
    compression: {
        help: "zstd, or original: keep the registry's own layers and digests",
        default: 'zstd'
    },
    level: {
        help: 'zstd level from 1 to 22',
        default: '9'
    },
    'digest-policy': {
        help: 'what a reference without a digest is: warn, strict (an error) or ignore',
        default: 'warn'
    },
    'delete-after-load': {
        help: 'delete the files on the device once all images are loaded',
        default: 'false',
        boolean: true
    },
    authfile: {
        help: 'file with registry logins, as skopeo knows it'
    },
    'tls-verify': {
        help: 'false: also take plain HTTP and unknown certificates',
        default: 'true',
        boolean: true
    },
    'cache-dir': {
        help: 'folder of the local store; by default in ~/.cache'
    },
    'output-dir': {
        help: 'folder for the package',
        default: '.'
    },
    jobs: {
        help: 'layers and frames compressed at once; by default one a processor'
    }
};
/** @throws UserError (usage), with the input's name as its origin */ function parseBuildOptions(raw, env) {
    const compression = parse(raw, 'compression', oneOf([
        'zstd',
        'original'
    ]));
    if (compression === 'original' && raw.level) {
        throw shared.usageError('level: compression original compresses nothing', {
            hint: 'leave out one of the two'
        });
    }
    return {
        images: raw.images ?? '',
        imageLists: lines(raw['image-list']),
        architecture: parse(raw, 'arch', shared.parseArchitecture),
        engine: parse(raw, 'engine', oneOf([
            'docker',
            'podman'
        ])),
        package: parse(raw, 'package', shared.parsePackageName),
        version: raw.version ? parse(raw, 'version', checkVersion) : undefined,
        maintainer: raw.maintainer || undefined,
        description: parse(raw, 'description', String),
        section: parse(raw, 'section', String),
        depends: parse(raw, 'depends', String),
        files: lines(raw.files).map((line)=>within('files', ()=>shared.parseExtraFile(line))),
        compression,
        level: parse(raw, 'level', integer(shared.MIN_LEVEL, shared.MAX_LEVEL)),
        digestPolicy: parse(raw, 'digest-policy', oneOf(shared.digestPolicies)),
        deleteAfterLoad: parse(raw, 'delete-after-load', parseBoolean),
        access: {
            tlsVerify: parse(raw, 'tls-verify', parseBoolean),
            ...raw.authfile ? {
                authfile: node_path.resolve(raw.authfile)
            } : {}
        },
        cacheDir: cacheDir(raw['cache-dir'], env),
        outputDir: node_path.resolve(parse(raw, 'output-dir', String)),
        jobs: raw.jobs ? parse(raw, 'jobs', integer(1, 256)) : node_os.availableParallelism()
    };
}
/** Where the local store lies (XDG Base Directory Specification). */ function cacheDir(given, env) {
    if (given) return node_path.resolve(given);
    const caches = env.XDG_CACHE_HOME || node_path.join(env.HOME ?? '/root', '.cache');
    return node_path.join(caches, 'container-preload');
}
/** Lines without the white space around them, and without empty ones. */ function lines(text = '') {
    return text.split('\n').map((line)=>line.trim()).filter((line)=>line !== '');
}
/** A size in bytes: `500M`, `10G`, `10GiB`; the units are powers of 1024, as in du and Docker. */ function parseSize(text) {
    const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
    if (digits === undefined) {
        throw shared.usageError(`not a size: ${JSON.stringify(text)}`, {
            hint: 'such as 500M or 10G'
        });
    }
    return Math.floor(Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '));
}
function parse(raw, name, parser) {
    const info = BUILD_INPUTS[name];
    const text = raw[name] || info.default;
    if (!text) throw shared.usageError(`${name} is missing`, {
        hint: info.help
    });
    return within(name, ()=>parser(text));
}
/** Says which input it was, where the error does not say it better. */ function within(name, parser) {
    try {
        return parser();
    } catch (error) {
        if (!(error instanceof shared.UserError) || error.origin) throw error;
        throw new shared.UserError(error.kind, error.message, {
            origin: {
                file: name
            },
            hint: error.hint
        });
    }
}
function checkVersion(text) {
    shared.parseDebianVersion(text);
    return text;
}
function oneOf(values) {
    return (text)=>{
        const found = values.find((value)=>value === text);
        if (found) return found;
        throw shared.usageError(`unknown value ${JSON.stringify(text)}`, {
            hint: `one of ${values.join(', ')}`
        });
    };
}
function integer(min, max) {
    return (text)=>{
        const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
        if (value >= min && value <= max) return value;
        throw shared.usageError(`not a whole number from ${min} to ${max}: ${JSON.stringify(text)}`);
    };
}
/** As YAML 1.2 and GitHub's own actions read it. */ function parseBoolean(text) {
    if (/^(true|True|TRUE)$/.test(text)) return true;
    if (/^(false|False|FALSE)$/.test(text)) return false;
    throw shared.usageError(`neither true nor false: ${JSON.stringify(text)}`);
}

/** `12.3 MB`: decimal units, as registries and disks count. */ function formatBytes(bytes) {
    const units = [
        'B',
        'kB',
        'MB',
        'GB',
        'TB'
    ];
    let value = bytes;
    let unit = 0;
    while(value >= 999.95 && unit < units.length - 1){
        value /= 1000;
        unit += 1;
    }
    return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
/** Columns aligned by spaces: the first row is the head. Numbers are put to the right by `right`. */ function formatTable(rows, right) {
    const widths = (rows[0] ?? []).map((_, column)=>Math.max(...rows.map((row)=>row[column]?.length ?? 0)));
    const pad = (cell, column)=>right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
    return rows.map((row)=>row.map(pad).join('  ').trimEnd()).join('\n');
}
/** The same as a table in Markdown. */ function markdownTable(rows, right) {
    const [head = [], ...body] = rows;
    const line = (cells)=>`| ${cells.map((cell)=>cell.replaceAll('|', '\\|')).join(' | ')} |`;
    const rule = head.map((_, column)=>right.has(column) ? '---:' : '---');
    return [
        line(head),
        line(rule),
        ...body.map(line)
    ].join('\n');
}

/** Milliseconds between two lines: what is live is drawn often, a log gets few. */ const LIVE_MS = 200;
const LOG_MS = 10_000;
const TITLES = {
    resolve: 'Resolving references',
    layers: 'Fetching and compressing layers',
    package: 'Writing the package'
};
/** Shows how a build goes on. `stop` must be called when it has ended. */ function showProgress(screen) {
    const state = {
        stage: undefined,
        layers: 0,
        done: 0,
        expected: 0,
        packed: 0
    };
    const downloads = new Map();
    let packageBytes;
    let since = Date.now();
    const rate = (bytes)=>`${formatBytes(bytes * 1000 / Math.max(1, Date.now() - since))}/s`;
    const status = ()=>{
        if (state.stage === 'package' && packageBytes) {
            const { written, total } = packageBytes;
            return `${formatBytes(written)} of ${formatBytes(total)} written`;
        }
        if (state.stage !== 'layers' || state.layers === 0) return undefined;
        const received = [
            ...downloads.values()
        ].reduce((sum, bytes)=>sum + bytes, 0);
        return [
            `${state.done} of ${state.layers} layers done`,
            `${formatBytes(received)} of ${formatBytes(state.expected)} downloaded`,
            `${formatBytes(state.packed)} read at ${rate(state.packed)}`
        ].join(', ');
    };
    const show = ()=>{
        const line = status();
        if (line) (screen.live ?? screen.print)(line);
    };
    const timer = setInterval(show, screen.live ? LIVE_MS : LOG_MS).unref();
    const leave = ()=>{
        if (state.stage === undefined) return;
        const line = status();
        if (line) screen.print(line);
        screen.endGroup();
        state.stage = undefined;
    };
    return {
        stage (stage) {
            leave();
            since = Date.now();
            screen.startGroup(TITLES[stage]);
            state.stage = stage;
        },
        planned (layers, bytes) {
            state.layers = layers;
            state.expected = bytes;
        },
        downloaded: (task, bytes)=>void downloads.set(task, bytes),
        packed (bytes) {
            state.packed += bytes;
        },
        layerDone () {
            state.done += 1;
        },
        written (written, total) {
            packageBytes = {
                written,
                total
            };
        },
        finding: screen.finding,
        note: screen.print,
        retry ({ image, why, attempt, tries, delayMs }) {
            const wait = `${(delayMs / 1000).toFixed(1)} s`;
            screen.print(`${image}: ${why}; try ${attempt} of ${tries} failed, the next one in ${wait}`);
        },
        stop () {
            clearInterval(timer);
            leave();
        }
    };
}

function buildResult({ deb, spec, resolutions, stats }) {
    const uses = countUses(spec.images.map((image)=>distinct(image.layers.map(fragmentOf))));
    return {
        deb: deb.path,
        'deb-sha256': deb.sha256,
        package: spec.name,
        version: spec.version,
        images: spec.images.map((image, index)=>{
            const layers = distinct(image.layers.map(fragmentOf));
            return {
                reference: image.reference,
                source: image.written,
                pinned: image.pinned,
                fetchOnly: image.fetchOnly,
                platform: image.platform,
                indexDigest: image.indexDigest ?? null,
                manifestDigest: image.registryManifestDigest,
                configDigest: image.configDigest,
                archiveManifestDigest: image.archiveManifestDigest,
                layers: image.layers.length,
                registrySize: sum(resolutions[index]?.layers ?? []),
                unpackedSize: image.unpackedSize,
                packageSize: sum([
                    ...layers,
                    image.imageFragment
                ]),
                sharedSize: sum(layers.filter(({ name })=>(uses.get(name) ?? 0) > 1))
            };
        }),
        stats: {
            ...stats,
            debSize: deb.size
        }
    };
}
function fragmentOf({ fragment }) {
    return fragment;
}
function distinct(fragments) {
    return [
        ...new Map(fragments.map((fragment)=>[
                fragment.name,
                fragment
            ])).values()
    ];
}
/** In how many images a fragment is needed, by its name. */ function countUses(images) {
    const uses = new Map();
    for (const { name } of images.flat())uses.set(name, (uses.get(name) ?? 0) + 1);
    return uses;
}
function sum(sized) {
    return sized.reduce((total, { size })=>total + size, 0);
}

/** What a build came to, for a terminal or a log. */ function textSummary(result) {
    return [
        formatTable(rows(result), NUMBERS),
        '',
        ...totals(result)
    ].join('\n');
}
/** The same for the job summary. */ function markdownSummary(result) {
    const [first, ...others] = totals(result);
    return [
        `### ${first}`,
        '',
        markdownTable(rows(result), NUMBERS),
        '',
        ...others
    ].join('\n');
}
const NUMBERS = new Set([
    2,
    3,
    4,
    5
]);
function rows({ images }) {
    const head = [
        'image',
        'image ID',
        'layers',
        'in the registry',
        'in the package',
        'shared'
    ];
    const body = images.map((image)=>[
            image.fetchOnly ? `${image.reference} (fetch-only)` : image.reference,
            image.configDigest.slice('sha256:'.length, 'sha256:'.length + 12),
            String(image.layers),
            formatBytes(image.registrySize),
            formatBytes(image.packageSize),
            formatBytes(image.sharedSize)
        ]);
    return [
        head,
        ...body
    ];
}
function totals({ deb, stats, ...result }) {
    const { seconds } = stats;
    return [
        `${deb}: ${formatBytes(stats.debSize)}`,
        `sha256 ${result['deb-sha256']}`,
        [
            `${stats.blobsDownloaded} blobs downloaded (${formatBytes(stats.bytesDownloaded)})`,
            `${stats.layersCompressed} layers compressed`,
            `${stats.layersReused} reused`,
            `${seconds.total} s (resolve ${seconds.resolve}, layers ${seconds.layers}, package ${seconds.package})`
        ].join(', ')
    ];
}

/** @throws UserError (usage) on anything but Linux: skopeo, dpkg and the stores are there alone */ function checkRunner(platform = process.platform) {
    if (platform === 'linux') return;
    throw shared.usageError(`container-preload runs on Linux, and this is ${platform}`, {
        hint: 'in GitHub Actions: runs-on: ubuntu-24.04'
    });
}
/** Beside compression, files and gzip use libuv's threads. */ const OTHER_THREADS = 4;
/**
 * Frames are compressed in libuv's thread pool, whose four threads would bound `jobs`. Its size is
 * read once, when the pool is first used: call this before any asynchronous work.
 */ function widenThreadPool(jobs = node_os.availableParallelism()) {
    process.env.UV_THREADPOOL_SIZE ??= String(jobs + OTHER_THREADS);
}

exports.BUILD_INPUTS = BUILD_INPUTS;
exports.buildResult = buildResult;
exports.cacheDir = cacheDir;
exports.checkRunner = checkRunner;
exports.formatBytes = formatBytes;
exports.formatTable = formatTable;
exports.lines = lines;
exports.markdownSummary = markdownSummary;
exports.parseBuildOptions = parseBuildOptions;
exports.parseSize = parseSize;
exports.showProgress = showProgress;
exports.textSummary = textSummary;
exports.widenThreadPool = widenThreadPool;

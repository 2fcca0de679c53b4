#!/usr/bin/env node
'use strict';

var require$$1 = require('node:url');
var require$$0 = require('node:util');
var runner = require('./shared-runner.js');
var summary = require('./shared-summary.js');
var promises = require('node:fs/promises');
var node_path = require('node:path');
require('node:os');
require('node:child_process');
require('node:stream/consumers');
require('node:crypto');
require('node:fs');
require('node:stream/promises');
require('node:zlib');
require('node:stream');
require('node:events');
require('node:util/types');
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
    for (const [n, token] of tokens.entries()){
        if (token.kind === 'positional') {
            checkBoolean(tokens[n - 1], token.value);
            positionals.push(token.value);
        }
        if (token.kind === 'option') addOption(token, options, values);
    }
    return {
        values,
        positionals
    };
}
/** `--tls-verify false` would leave the option on, and name an image `false`. */ function checkBoolean(before, value) {
    if (before?.kind !== 'option' || !/^(true|false)$/i.test(value)) return;
    throw runner.usageError(`${before.rawName} takes its value behind =`, {
        hint: `${before.rawName}=${value}`
    });
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

function imageListResult(images) {
    return images.map((image)=>({
            name: image.name ?? null,
            source: summary.formatSource(image.source),
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
            summary.formatSource(image.source),
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
    const print = (line)=>void stream.write(`${clear}${runner.printable(line)}\n`);
    return {
        print,
        live: stream.isTTY ? (line)=>void stream.write(`${clear}${line.slice(0, stream.columns - 1)}`) : undefined,
        warning: (text)=>print(`warning: ${text}`),
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
    await summary.removeDeadWork(root).catch(ignoreAbsent);
    const entries = await readEntries(summary.entriesRoot(root));
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
    const watch = summary.showProgress(consoleScreen(process.stderr));
    try {
        const result = summary.buildResult(await summary.preload(options, {
            env: process.env,
            cwd: process.cwd(),
            deviceDir: require$$1.fileURLToPath(new URL('../device', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('cli.js', document.baseURI).href)))),
            signal,
            now: new Date(),
            watch
        }));
        watch.stop();
        process.stderr.write(`\n${summary.textSummary(result)}\n`);
        if (json === 'true') await printJson(result);
    } finally{
        watch.stop();
    }
}
async function boot({ values, positionals }, signal) {
    const { json, ...raw } = values;
    const options = runner.parseBootOptions(positionals, raw, process.env);
    const watch = runner.showBoot(consoleScreen(process.stderr));
    const verdict = await runner.proveByBoot(options, {
        guestDir: require$$1.fileURLToPath(new URL('../guest', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('cli.js', document.baseURI).href)))),
        signal,
        watch
    });
    process.stderr.write(`\n${runner.textVerdict(verdict)}\n`);
    if (json === 'true') await printJson(verdict);
    if (verdict.ok) return;
    process.stderr.write(`\n${await runner.failureReport(verdict)}\n`);
    throw runner.verdictError(verdict, options.logDir);
}
async function list({ values, positionals }) {
    const { images = '', ...raw } = withPositionals(values, positionals);
    const found = await summary.readImages({
        images,
        imageLists: runner.lines(raw['image-list'])
    });
    await (values.json === 'true' ? printJson(imageListResult(found)) : runner.print(formatImageList(found)));
}
async function inspect({ values, positionals }, signal) {
    const [deb, ...more] = positionals;
    if (deb === undefined || more.length > 0) throw runner.usageError('inspect needs one package');
    const inspection = await runner.inspectPackage(deb, signal);
    await (values.json === 'true' ? printJson(inspection) : runner.print(runner.formatInspection(inspection)));
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
    await runner.print(`${root}: ${removedEntries} entries removed (${runner.formatBytes(removedBytes)}), ${runner.formatBytes(keptBytes)} kept`);
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
    return runner.print(JSON.stringify(value, null, 2));
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
        const name = args.slice(0, words).join(' ');
        const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
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
    if (args[0] === '--version') return runner.print(summary.readProgramVersion());
    if (args[0] === '--help' || args[0] === 'help') return runner.print(help());
    const { command, rest } = findCommand(args);
    if (rest.includes('--help')) return runner.print(commandHelp(command));
    await command.run(parseArguments(rest, command.options), signal);
}
/** Exit codes: 0, 1 for a failure, 2 for wrong usage, 130 and 143 after SIGINT and SIGTERM. */ async function main() {
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
    if (debug) process.stderr.write(`${error.stack}\n`);
    return error.kind === 'usage' ? 2 : 1;
}
void main();

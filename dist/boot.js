'use strict';

var actionBoot = require('./shared-action-boot.js');
var runner = require('./shared-runner.js');
var promises = require('node:fs/promises');
var node_path = require('node:path');
require('node:os');
require('node:url');
require('os');
require('crypto');
require('fs');
require('path');
require('http');
require('https');
require('net');
require('tls');
require('events');
require('assert');
require('util');
require('node:assert');
require('node:net');
require('node:http');
require('node:stream');
require('node:buffer');
require('node:util');
require('node:querystring');
require('node:events');
require('node:diagnostics_channel');
require('node:tls');
require('node:zlib');
require('node:perf_hooks');
require('node:util/types');
require('node:worker_threads');
require('node:async_hooks');
require('node:console');
require('node:dns');
require('string_decoder');
require('child_process');
require('timers');
require('node:child_process');
require('node:stream/consumers');
require('node:crypto');
require('node:fs');
require('node:stream/promises');

/**
 * The files that a pattern names, sorted: `*`, `?` and `[a-z]` within a name, `**` for folders of any
 * depth. As in a shell, a hidden name is matched only by a pattern that starts with a dot.
 *
 * @returns undefined where the text is the path of something, or has no such character
 */ async function expandGlob(pattern) {
    if (!/[*?[]/.test(pattern) || await exists(pattern)) return undefined;
    const found = await expand(pattern.startsWith('/') ? '/' : '', segmentsOf(pattern));
    return [
        ...new Set(found)
    ].sort();
}
function segmentsOf(pattern) {
    return pattern.split('/').filter((segment)=>segment !== '');
}
async function expand(folder, [segment, ...rest]) {
    if (segment === undefined) return [];
    if (segment === '**') {
        const deeper = (await entriesOf(folder)).filter((entry)=>entry.isDirectory() && !entry.name.startsWith('.')).map((entry)=>expand(node_path.join(folder, entry.name), [
                segment,
                ...rest
            ]));
        return [
            ...await expand(folder, rest),
            ...(await Promise.all(deeper)).flat()
        ];
    }
    const names = /[*?[]/.test(segment) ? await matching(folder, segment) : [
        segment
    ];
    const paths = names.map((name)=>node_path.join(folder, name));
    if (rest.length > 0) {
        return (await Promise.all(paths.map((path)=>expand(path, rest)))).flat();
    }
    const files = await Promise.all(paths.map(async (path)=>await isFile(path) ? [
            path
        ] : []));
    return files.flat();
}
async function matching(folder, segment) {
    const pattern = segmentPattern(segment);
    const names = (await entriesOf(folder)).map(({ name })=>name);
    return names.filter((name)=>pattern.test(name) && (segment[0] === '.' || name[0] !== '.'));
}
/** One name of a path as a regular expression. */ function segmentPattern(segment) {
    const source = segment.replaceAll(/\[!?\]?[^\]]*\]|[\s\S]/g, (piece)=>{
        if (piece === '*') return '[^/]*';
        if (piece === '?') return '[^/]';
        if (piece.length === 1) return piece.replace(/[\\^$.|+()[\]{}]/, '\\$&');
        const [, not, set = ''] = /^\[(!?)([\s\S]*)\]$/.exec(piece) ?? [];
        return `[${not ? '^' : ''}${set.replaceAll(/[\\[\]^]/g, '\\$&')}]`;
    });
    return new RegExp(`^${source}$`, 'u');
}
/** A folder that cannot be read has nothing that matches, as in a shell. */ async function entriesOf(folder) {
    return promises.readdir(folder || '.', {
        withFileTypes: true
    }).catch(()=>[]);
}
async function exists(path) {
    return promises.stat(path).then(()=>true, ()=>false);
}
async function isFile(path) {
    return promises.stat(path).then((stats)=>stats.isFile(), ()=>false);
}

/** The action `container-preload/boot`: proves packages that are there already. */ async function run(signal) {
    runner.checkRunner();
    const { deb, ...inputs } = actionBoot.readInputs(runner.BOOT_ACTION_INPUTS);
    const install = actionBoot.mayInstallTools();
    const debs = await packagesOf(runner.lines(deb));
    await actionBoot.bootInAction(runner.parseBootOptions(debs, inputs, process.env), {
        install,
        signal
    });
}
/** @throws UserError (usage) for a pattern that nothing matches */ async function packagesOf(patterns) {
    if (patterns.length === 0) {
        throw runner.usageError('deb is missing', {
            hint: runner.BOOT_ACTION_INPUTS.deb.help
        });
    }
    const found = await Promise.all(patterns.map(async (pattern)=>{
        const paths = await expandGlob(pattern) ?? [
            pattern
        ];
        if (paths.length > 0) return paths;
        throw runner.usageError(`deb: nothing matches ${JSON.stringify(pattern)}`, {
            hint: `patterns are seen from ${process.cwd()}`
        });
    }));
    return [
        ...new Set(found.flat())
    ];
}
void actionBoot.runAction(run);

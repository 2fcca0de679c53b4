'use strict';

var require$$1 = require('node:url');
var client = require('./shared-client.js');
var actionBoot = require('./shared-action-boot.js');
var runner = require('./shared-runner.js');
var summary = require('./shared-summary.js');
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
require('node:fs/promises');
require('node:path');
require('node:os');
require('node:crypto');
require('node:fs');
require('node:stream/promises');
require('node:stream/consumers');
require('node:timers/promises');
require('process');
require('buffer');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
/** GitHub shows that many annotations of a step and level; the others are only in the log. */ const MOST_ANNOTATIONS = 10;
/**
 * All warnings and errors in Markdown, with what to write instead; undefined where annotations show
 * them all.
 */ function problemSummary(findings) {
    const problems = findings.filter(({ level })=>level !== 'notice');
    if (problems.length <= MOST_ANNOTATIONS) return undefined;
    const rows = problems.map(({ level, origin, message, hint })=>[
            level,
            runner.formatOrigin(origin),
            runner.printable(message),
            hint === undefined ? '' : `\`${runner.printable(hint)}\``
        ]);
    const head = [
        '',
        'where',
        'what',
        'write'
    ];
    return [
        `### ${problems.length} problems`,
        '',
        runner.markdownTable([
            head,
            ...rows
        ], new Set())
    ].join('\n');
}

/** The action `container-preload`: builds a package, and proves it in a machine. */ async function run(signal) {
    runner.checkRunner();
    const inputs = actionBoot.readInputs({
        ...runner.BUILD_INPUTS,
        ...runner.BOOT_TEST_INPUTS
    });
    const options = runner.parseBuildOptions(inputs, process.env);
    const boot = runner.parseBootTest(inputs, options.architecture, process.env);
    runner.widenThreadPool(options.jobs);
    const install = actionBoot.mayInstallTools();
    const missing = await actionBoot.missingBuildTools();
    if (options.shard) {
        await actionBoot.installTools(missing, install);
        return warm(options, options.shard, signal);
    }
    if (boot.test) missing.push(...runner.missingBootTools(boot.architecture, process.env));
    await actionBoot.installTools(missing, install);
    const { deb } = await build(options, signal);
    if (boot.test) {
        const cached = options.cache !== 'off';
        return actionBoot.bootInAction({
            ...boot.test,
            debs: [
                deb
            ]
        }, {
            install,
            cached,
            signal
        });
    }
    if (boot.reason) client.notice(boot.reason);
    client.setOutput('boot-verdict', 'skipped');
}
async function warm(options, shard, signal) {
    const watch = summary.showProgress(runner.actionScreen());
    try {
        const result = summary.warmResult(await summary.warmCaches(options, shard, surroundings(signal, watch)));
        watch.stop();
        client.info(summary.warmSummary(result));
        setOutputs(result);
    } finally{
        watch.stop();
    }
}
async function build(options, signal) {
    const screen = runner.actionScreen();
    const findings = [];
    const finding = (found)=>{
        findings.push(found);
        screen.finding(found);
    };
    const watch = summary.showProgress({
        ...screen,
        finding
    });
    try {
        const result = summary.buildResult(await summary.preload(options, surroundings(signal, watch)));
        watch.stop();
        client.info(summary.textSummary(result));
        setOutputs(result);
        await addSummary(summary.markdownSummary(result));
        return result;
    } finally{
        watch.stop();
        await addSummary(problemSummary(findings));
    }
}
function surroundings(signal, watch) {
    return {
        env: process.env,
        cwd: process.env.GITHUB_WORKSPACE ?? process.cwd(),
        deviceDir: require$$1.fileURLToPath(new URL('../device', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('main.js', document.baseURI).href)))),
        actionsCache: {
            client: actionBoot.CACHE_CLIENT
        },
        signal,
        now: new Date(),
        watch
    };
}
function setOutputs(outputs) {
    for (const [name, value] of Object.entries(outputs))client.setOutput(name, value);
}
async function addSummary(markdown) {
    if (markdown === undefined || !process.env.GITHUB_STEP_SUMMARY) return;
    await client.summary.addRaw(`${markdown}\n`).write();
}
void actionBoot.runAction(run);

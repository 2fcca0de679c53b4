'use strict';

var node_url = require('node:url');
var core = require('./shared-core.js');
var actionBoot = require('./shared-action-boot.js');
var runner = require('./shared-runner.js');
var watched = require('./shared-watched.js');
var actionScreen = require('./shared-action-screen.js');
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
require('string_decoder');
require('child_process');
require('timers');
require('node:fs/promises');
require('node:os');
require('node:path');
require('node:fs');
require('node:crypto');
require('node:util');
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
/** The action `container-preload`: builds a package, and proves it in a machine. */ async function run(signal) {
    runner.checkRunner();
    const inputs = actionBoot.readInputs({
        ...runner.BUILD_INPUTS,
        ...runner.BOOT_TEST_INPUTS
    });
    const options = runner.parseBuildOptions(inputs, process.env);
    const boot = runner.parseBootTest(inputs, options.architecture, process.env);
    runner.widenThreadPool(runner.threadsFor(options.level, options.jobs));
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
    if (boot.reason) core.notice(boot.reason);
    actionBoot.setOutput('boot-verdict', 'skipped');
}
async function warm(options, shard, signal) {
    await watched.watched(audience(), async (watch)=>watched.warmResult(await watched.warmCaches(options, shard, surroundings(signal, watch))), async (result)=>{
        core.info(runner.warmSummary(result));
        setOutputs(result);
        await actionBoot.summarize(runner.warmSummary(result));
    });
}
function build(options, signal) {
    return watched.watched(audience(), async (watch)=>watched.buildResult(await watched.preload(options, surroundings(signal, watch))), async (result)=>{
        core.info(runner.textSummary(result));
        setOutputs(result);
        await actionBoot.summarize(runner.markdownSummary(result));
    });
}
function audience() {
    return {
        screen: actionScreen.actionScreen(),
        summarize: actionBoot.summarize,
        mostFindings: runner.MOST_ANNOTATIONS
    };
}
function surroundings(signal, watch) {
    return {
        env: process.env,
        cwd: process.env.GITHUB_WORKSPACE ?? process.cwd(),
        deviceDir: node_url.fileURLToPath(new URL('../device', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('main.js', document.baseURI).href)))),
        actionsCache: {
            client: actionBoot.CACHE_CLIENT
        },
        signal,
        now: new Date(),
        watch
    };
}
function setOutputs(outputs) {
    for (const [name, value] of Object.entries(outputs))actionBoot.setOutput(name, value);
}
void actionBoot.runAction(run);

'use strict';

var require$$1 = require('node:url');
var actionBoot = require('./shared-action-boot.js');
var runner = require('./shared-runner.js');
var summary = require('./shared-summary.js');
require('node:fs/promises');
require('node:os');
require('node:path');
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
require('node:timers/promises');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
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
    if (boot.test) missing.push(...runner.missingBootTools(boot.architecture, process.env));
    await actionBoot.installTools(missing, install);
    const { deb } = await build(options, signal);
    if (boot.test) return actionBoot.bootInAction({
        ...boot.test,
        debs: [
            deb
        ]
    }, {
        install,
        signal
    });
    if (boot.reason) actionBoot.notice(boot.reason);
    actionBoot.setOutput('boot-verdict', 'skipped');
}
async function build(options, signal) {
    const watch = summary.showProgress(actionBoot.actionScreen());
    try {
        const result = summary.buildResult(await summary.preload(options, {
            env: process.env,
            cwd: process.env.GITHUB_WORKSPACE ?? process.cwd(),
            deviceDir: require$$1.fileURLToPath(new URL('../device', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('main.js', document.baseURI).href)))),
            signal,
            now: new Date(),
            watch
        }));
        watch.stop();
        actionBoot.info(summary.textSummary(result));
        for (const [name, value] of Object.entries(result))actionBoot.setOutput(name, value);
        if (process.env.GITHUB_STEP_SUMMARY) {
            await actionBoot.summary.addRaw(`${summary.markdownSummary(result)}\n`).write();
        }
        return result;
    } finally{
        watch.stop();
    }
}
void actionBoot.runAction(run);

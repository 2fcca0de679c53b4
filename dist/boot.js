'use strict';

var actionBoot = require('./shared-action-boot.js');
var runner = require('./shared-runner.js');
require('node:fs/promises');
require('node:os');
require('node:path');
require('node:url');
require('./shared-core.js');
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
require('node:fs');
require('./shared-action-screen.js');
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

/** The action `container-preload/boot`: proves packages that are there already. */ async function run(signal) {
    runner.checkRunner();
    const { deb, ...inputs } = actionBoot.readInputs(runner.BOOT_ACTION_INPUTS);
    const install = actionBoot.mayInstallTools();
    const debs = await packagesOf(runner.lines(deb));
    await actionBoot.bootInAction(runner.parseBootOptions(debs, inputs, process.env), {
        install,
        cached: true,
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
        const paths = await runner.expandGlob(pattern) ?? [
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

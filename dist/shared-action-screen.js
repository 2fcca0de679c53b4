'use strict';

var node_crypto = require('node:crypto');
var core = require('./shared-core.js');
var runner = require('./shared-runner.js');
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

const annotate = {
    notice: core.notice,
    warning: core.warning,
    error: core.error
};
/** The log of a GitHub Actions job: groups, annotations, and lines that stay. */ function actionScreen() {
    return {
        print: (line)=>core.info(runner.printable(line)),
        live: undefined,
        finding (finding) {
            const { level, origin, endColumn } = finding;
            annotate[level](runner.printable(runner.findingText(finding)), annotationOf(origin, endColumn));
        },
        warning: (text)=>core.warning(runner.printable(text)),
        startGroup: core.startGroup,
        endGroup: core.endGroup
    };
}
/** Where GitHub shows a message. An input has no file, so its line is said in words. */ function annotationOf(origin, endColumn) {
    if (origin?.line === undefined || origin.file === 'images') return {};
    return {
        file: origin.file,
        startLine: origin.line,
        ...origin.column === undefined ? {} : {
            startColumn: origin.column
        },
        ...endColumn === undefined ? {} : {
            endColumn
        }
    };
}
/** Text that others wrote, line for line: what looks like a command to the runner is none. */ function printVerbatim(title, text) {
    const token = node_crypto.randomUUID();
    core.startGroup(runner.printable(title));
    process.stdout.write(`::stop-commands::${token}\n`);
    core.info(text.replaceAll(/[^\P{Cc}\n\t]/gu, ''));
    process.stdout.write(`::${token}::\n`);
    core.endGroup();
}

exports.actionScreen = actionScreen;
exports.annotationOf = annotationOf;
exports.printVerbatim = printVerbatim;

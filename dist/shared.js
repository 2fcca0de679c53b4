'use strict';

var node_os = require('node:os');
var node_path = require('node:path');
var promises = require('node:fs/promises');
var node_crypto = require('node:crypto');
var node_child_process = require('node:child_process');
var consumers = require('node:stream/consumers');
var node_fs = require('node:fs');
var promises$1 = require('node:stream/promises');
var require$$1 = require('node:zlib');
var require$$8$1 = require('node:util/types');
var require$$8 = require('node:events');
var promises$2 = require('node:timers/promises');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
/**
 * Something that the user can mend: reported as one line, without a stack. Everything else that is
 * thrown is a bug of ours and keeps its stack.
 *
 * `usage` ends the command with exit code 2 (what was asked for makes no sense), `failure` with 1.
 */ class UserError extends Error {
    kind;
    origin;
    hint;
    /**
   * @param message what is wrong and why, without a final full stop
   * @param about where it was written and what to do about it
   */ constructor(kind, message, about = {}){
        super(message, about.cause === undefined ? {} : {
            cause: about.cause
        });
        this.name = 'UserError';
        this.kind = kind;
        this.origin = about.origin;
        this.hint = about.hint;
    }
}
/** `file:line:column`, as compilers print it. */ function formatOrigin(origin) {
    return [
        origin.file,
        origin.line,
        origin.column
    ].filter((part)=>part !== undefined).join(':');
}
/** The one line that people see: `where: what: hint`. */ function formatError(error) {
    const where = error.origin === undefined ? '' : `${formatOrigin(error.origin)}: `;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return printable$1(`${where}${error.message}${hint}`);
}
/** One line without control characters: what a registry says must not steer a terminal or a job. */ function printable$1(text) {
    return text.replaceAll(/\s*[\r\n\t]\s*/g, ' ').replaceAll(/\p{Cc}/gu, '');
}
function usageError(message, about) {
    return new UserError('usage', message, about);
}
function failure(message, about) {
    return new UserError('failure', message, about);
}
/** What the operating system refuses, in words for people; everything else as it is. */ function explainSystemError(error) {
    const { code, path, syscall } = error;
    if (code === undefined || syscall === undefined) return error;
    const known = SYSTEM_ERRORS[syscall] ?? SYSTEM_ERRORS[code];
    if (known === undefined) return error;
    return failure(path ? `${known.message}: ${path}` : known.message, {
        hint: known.hint,
        cause: error
    });
}
const OTHER_PATHS = 'check the paths that were given';
/** By code; by syscall, where that says more. */ const SYSTEM_ERRORS = {
    ENOSPC: {
        message: 'no space left on the device',
        hint: 'free some, or choose other folders with cache-dir and output-dir'
    },
    EDQUOT: {
        message: 'the disk quota is used up',
        hint: 'free some, or choose other folders with cache-dir and output-dir'
    },
    EACCES: {
        message: 'permission denied',
        hint: 'check who may write cache-dir and output-dir'
    },
    EPERM: {
        message: 'operation not permitted',
        hint: 'check cache-dir and output-dir'
    },
    EROFS: {
        message: 'the file system is read-only',
        hint: 'choose other folders with cache-dir and output-dir'
    },
    EEXIST: {
        message: 'something that is no folder is in the way',
        hint: OTHER_PATHS
    },
    ENOTDIR: {
        message: 'something that is no folder is in the way',
        hint: OTHER_PATHS
    },
    ELOOP: {
        message: 'symbolic links that go in a circle',
        hint: OTHER_PATHS
    },
    ENAMETOOLONG: {
        message: 'the name is too long',
        hint: OTHER_PATHS
    },
    uv_cwd: {
        message: 'the current folder does not exist any more',
        hint: 'go to another one: cd'
    },
    EMFILE: {
        message: 'too many open files',
        hint: 'raise the limit: ulimit -n 4096'
    }
};

const KILL_AFTER_MS = 5000;
/** The Debian package that has a program, for programs whose package is called otherwise. */ const PACKAGE_OF = {
    'dpkg-deb': 'dpkg'
};
/**
 * Runs a program to its end, with both streams captured and nothing on its standard input.
 *
 * @throws UserError (failure) when the program is not installed, with the package that has it;
 *   the reason of `signal` when that ended it
 */ async function run(argv, options = {}) {
    const child = start(argv, options);
    const [stdout, stderr, code] = await Promise.all([
        child.stdout ? consumers.buffer(child.stdout) : Buffer.alloc(0),
        child.stderr ? consumers.buffer(child.stderr) : Buffer.alloc(0),
        ended(child, argv)
    ]);
    options.signal?.throwIfAborted();
    return {
        code,
        stdout,
        stderr: stderr.toString()
    };
}
/** As `run`, for programs that must succeed. @throws UserError (failure) with the end of stderr */ async function mustRun(argv, options = {}) {
    const output = await run(argv, options);
    if (output.code !== 0) {
        throw failure(`${argv[0]} failed with exit code ${output.code}: ${lastLines(output.stderr)}`);
    }
    return output;
}
/** Starts a program whose streams the caller reads; `ended` tells how it went. */ function start(argv, options = {}) {
    const [program, ...args] = argv;
    if (program === undefined) throw new Error('empty argv');
    options.signal?.throwIfAborted();
    const child = node_child_process.spawn(program, args, {
        cwd: options.cwd,
        env: options.env ?? process.env,
        stdio: [
            'pipe',
            'pipe',
            'pipe'
        ]
    });
    // A program that ends without reading its input is no error of ours: its exit code tells.
    child.stdin?.on('error', ()=>undefined);
    const stop = ()=>{
        child.kill('SIGTERM');
        setTimeout(()=>child.kill('SIGKILL'), KILL_AFTER_MS).unref();
    };
    options.signal?.addEventListener('abort', stop, {
        once: true
    });
    child.once('close', ()=>options.signal?.removeEventListener('abort', stop));
    return child;
}
/** The exit code of a started program, 128 + n for a signal as in a shell. */ function ended(child, argv) {
    return new Promise((resolve, reject)=>{
        child.once('error', (error)=>reject(notStarted(argv[0] ?? '', error)));
        child.once('close', (code, signal)=>resolve(code ?? 128 + signalNumber(signal)));
    });
}
/** The last lines of what a program wrote to stderr, as one line. */ function lastLines(text, count = 3) {
    const lines = text.split('\n').filter((line)=>line.trim() !== '');
    return lines.slice(-count).join(' | ') || 'it said nothing';
}
function notStarted(program, error) {
    if (error.code !== 'ENOENT') return error;
    return failure(`${program} is not installed`, {
        hint: `apt-get install ${PACKAGE_OF[program] ?? program}`,
        cause: error
    });
}
function signalNumber(signal) {
    return ({
        SIGTERM: 15,
        SIGKILL: 9,
        SIGINT: 2
    })[String(signal)] ?? 1;
}

const t=new Uint8Array([0,97,115,109,1,0,0,0,1,48,8,96,3,127,127,127,1,127,96,3,127,127,127,0,96,2,127,127,0,96,1,127,1,127,96,3,127,127,126,1,126,96,3,126,127,127,1,126,96,2,127,126,0,96,1,127,1,126,3,11,10,0,0,2,1,3,4,5,6,1,7,5,3,1,0,1,7,85,9,3,109,101,109,2,0,5,120,120,104,51,50,0,0,6,105,110,105,116,51,50,0,2,8,117,112,100,97,116,101,51,50,0,3,8,100,105,103,101,115,116,51,50,0,4,5,120,120,104,54,52,0,5,6,105,110,105,116,54,52,0,7,8,117,112,100,97,116,101,54,52,0,8,8,100,105,103,101,115,116,54,52,0,9,10,251,22,10,242,1,1,4,127,32,0,32,1,106,33,3,32,1,65,16,79,4,127,32,3,65,16,107,33,6,32,2,65,168,136,141,161,2,106,33,3,32,2,65,137,235,208,208,7,107,33,4,32,2,65,207,140,162,142,6,106,33,5,3,64,32,3,32,0,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,3,32,4,32,0,65,4,106,34,0,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,4,32,2,32,0,65,4,106,34,0,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,2,32,5,32,0,65,4,106,34,0,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,5,32,6,32,0,65,4,106,34,0,79,13,0,11,32,2,65,12,119,32,5,65,18,119,106,32,4,65,7,119,106,32,3,65,1,119,106,5,32,2,65,177,207,217,178,1,106,11,32,1,106,32,0,32,1,65,15,113,16,1,11,146,1,0,32,1,32,2,106,33,2,3,64,32,1,65,4,106,32,2,75,69,4,64,32,0,32,1,40,2,0,65,189,220,202,149,124,108,106,65,17,119,65,175,214,211,190,2,108,33,0,32,1,65,4,106,33,1,12,1,11,11,3,64,32,1,32,2,79,69,4,64,32,0,32,1,45,0,0,65,177,207,217,178,1,108,106,65,11,119,65,177,243,221,241,121,108,33,0,32,1,65,1,106,33,1,12,1,11,11,32,0,32,0,65,15,118,115,65,247,148,175,175,120,108,34,0,65,13,118,32,0,115,65,189,220,202,149,124,108,34,0,65,16,118,32,0,115,11,63,0,32,0,65,8,106,32,1,65,168,136,141,161,2,106,54,2,0,32,0,65,12,106,32,1,65,137,235,208,208,7,107,54,2,0,32,0,65,16,106,32,1,54,2,0,32,0,65,20,106,32,1,65,207,140,162,142,6,106,54,2,0,11,195,4,1,6,127,32,1,32,2,106,33,6,32,0,65,24,106,33,4,32,0,65,40,106,40,2,0,33,3,32,0,32,0,40,2,0,32,2,106,54,2,0,32,0,65,4,106,34,5,32,5,40,2,0,32,2,65,16,79,32,0,40,2,0,65,16,79,114,114,54,2,0,32,2,32,3,106,65,16,73,4,64,32,3,32,4,106,32,1,32,2,252,10,0,0,32,0,65,40,106,32,2,32,3,106,54,2,0,15,11,32,3,4,64,32,3,32,4,106,32,1,65,16,32,3,107,34,2,252,10,0,0,32,0,65,8,106,34,3,32,3,40,2,0,32,4,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,54,2,0,32,0,65,12,106,34,3,32,3,40,2,0,32,4,65,4,106,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,54,2,0,32,0,65,16,106,34,3,32,3,40,2,0,32,4,65,8,106,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,54,2,0,32,0,65,20,106,34,3,32,3,40,2,0,32,4,65,12,106,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,54,2,0,32,0,65,40,106,65,0,54,2,0,32,1,32,2,106,33,1,11,32,1,32,6,65,16,107,77,4,64,32,6,65,16,107,33,8,32,0,65,8,106,40,2,0,33,2,32,0,65,12,106,40,2,0,33,3,32,0,65,16,106,40,2,0,33,5,32,0,65,20,106,40,2,0,33,7,3,64,32,2,32,1,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,2,32,3,32,1,65,4,106,34,1,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,3,32,5,32,1,65,4,106,34,1,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,5,32,7,32,1,65,4,106,34,1,40,2,0,65,247,148,175,175,120,108,106,65,13,119,65,177,243,221,241,121,108,33,7,32,8,32,1,65,4,106,34,1,79,13,0,11,32,0,65,8,106,32,2,54,2,0,32,0,65,12,106,32,3,54,2,0,32,0,65,16,106,32,5,54,2,0,32,0,65,20,106,32,7,54,2,0,11,32,1,32,6,73,4,64,32,4,32,1,32,6,32,1,107,34,1,252,10,0,0,32,0,65,40,106,32,1,54,2,0,11,11,97,1,1,127,32,0,65,16,106,40,2,0,33,1,32,0,65,4,106,40,2,0,4,127,32,1,65,12,119,32,0,65,20,106,40,2,0,65,18,119,106,32,0,65,12,106,40,2,0,65,7,119,106,32,0,65,8,106,40,2,0,65,1,119,106,5,32,1,65,177,207,217,178,1,106,11,32,0,40,2,0,106,32,0,65,24,106,32,0,65,40,106,40,2,0,16,1,11,255,3,2,3,126,1,127,32,0,32,1,106,33,6,32,1,65,32,79,4,126,32,6,65,32,107,33,6,32,2,66,214,235,130,238,234,253,137,245,224,0,124,33,3,32,2,66,177,169,172,193,173,184,212,166,61,125,33,4,32,2,66,249,234,208,208,231,201,161,228,225,0,124,33,5,3,64,32,3,32,0,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,3,32,4,32,0,65,8,106,34,0,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,4,32,2,32,0,65,8,106,34,0,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,2,32,5,32,0,65,8,106,34,0,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,5,32,6,32,0,65,8,106,34,0,79,13,0,11,32,2,66,12,137,32,5,66,18,137,124,32,4,66,7,137,124,32,3,66,1,137,124,32,3,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,32,4,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,32,2,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,32,5,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,5,32,2,66,197,207,217,178,241,229,186,234,39,124,11,32,1,173,124,32,0,32,1,65,31,113,16,6,11,134,2,0,32,1,32,2,106,33,2,3,64,32,2,32,1,65,8,106,79,4,64,32,1,41,3,0,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,32,0,133,66,27,137,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,33,0,32,1,65,8,106,33,1,12,1,11,11,32,1,65,4,106,32,2,77,4,64,32,0,32,1,53,2,0,66,135,149,175,175,152,182,222,155,158,127,126,133,66,23,137,66,207,214,211,190,210,199,171,217,66,126,66,249,243,221,241,153,246,153,171,22,124,33,0,32,1,65,4,106,33,1,11,3,64,32,1,32,2,73,4,64,32,0,32,1,49,0,0,66,197,207,217,178,241,229,186,234,39,126,133,66,11,137,66,135,149,175,175,152,182,222,155,158,127,126,33,0,32,1,65,1,106,33,1,12,1,11,11,32,0,32,0,66,33,136,133,66,207,214,211,190,210,199,171,217,66,126,34,0,32,0,66,29,136,133,66,249,243,221,241,153,246,153,171,22,126,34,0,32,0,66,32,136,133,11,77,0,32,0,65,8,106,32,1,66,214,235,130,238,234,253,137,245,224,0,124,55,3,0,32,0,65,16,106,32,1,66,177,169,172,193,173,184,212,166,61,125,55,3,0,32,0,65,24,106,32,1,55,3,0,32,0,65,32,106,32,1,66,249,234,208,208,231,201,161,228,225,0,124,55,3,0,11,244,4,2,3,127,4,126,32,1,32,2,106,33,5,32,0,65,40,106,33,4,32,0,65,200,0,106,40,2,0,33,3,32,0,32,0,41,3,0,32,2,173,124,55,3,0,32,2,32,3,106,65,32,73,4,64,32,3,32,4,106,32,1,32,2,252,10,0,0,32,0,65,200,0,106,32,2,32,3,106,54,2,0,15,11,32,3,4,64,32,3,32,4,106,32,1,65,32,32,3,107,34,2,252,10,0,0,32,0,65,8,106,34,3,32,3,41,3,0,32,4,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,55,3,0,32,0,65,16,106,34,3,32,3,41,3,0,32,4,65,8,106,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,55,3,0,32,0,65,24,106,34,3,32,3,41,3,0,32,4,65,16,106,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,55,3,0,32,0,65,32,106,34,3,32,3,41,3,0,32,4,65,24,106,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,55,3,0,32,0,65,200,0,106,65,0,54,2,0,32,1,32,2,106,33,1,11,32,1,65,32,106,32,5,77,4,64,32,5,65,32,107,33,2,32,0,65,8,106,41,3,0,33,6,32,0,65,16,106,41,3,0,33,7,32,0,65,24,106,41,3,0,33,8,32,0,65,32,106,41,3,0,33,9,3,64,32,6,32,1,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,6,32,7,32,1,65,8,106,34,1,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,7,32,8,32,1,65,8,106,34,1,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,8,32,9,32,1,65,8,106,34,1,41,3,0,66,207,214,211,190,210,199,171,217,66,126,124,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,33,9,32,2,32,1,65,8,106,34,1,79,13,0,11,32,0,65,8,106,32,6,55,3,0,32,0,65,16,106,32,7,55,3,0,32,0,65,24,106,32,8,55,3,0,32,0,65,32,106,32,9,55,3,0,11,32,1,32,5,73,4,64,32,4,32,1,32,5,32,1,107,34,1,252,10,0,0,32,0,65,200,0,106,32,1,54,2,0,11,11,188,2,1,5,126,32,0,65,24,106,41,3,0,33,1,32,0,41,3,0,34,2,66,32,90,4,126,32,0,65,8,106,41,3,0,34,3,66,1,137,32,0,65,16,106,41,3,0,34,4,66,7,137,124,32,1,66,12,137,32,0,65,32,106,41,3,0,34,5,66,18,137,124,124,32,3,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,32,4,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,32,1,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,32,5,66,207,214,211,190,210,199,171,217,66,126,66,31,137,66,135,149,175,175,152,182,222,155,158,127,126,133,66,135,149,175,175,152,182,222,155,158,127,126,66,157,163,181,234,131,177,141,138,250,0,125,5,32,1,66,197,207,217,178,241,229,186,234,39,124,11,32,2,124,32,0,65,40,106,32,2,66,31,131,167,16,6,11]);async function e(){return function(t){const{exports:{mem:e,xxh32:n,xxh64:r,init32:i,update32:a,digest32:o,init64:s,update64:u,digest64:c}}=t;let h=new Uint8Array(e.buffer);function g(t,n){if(e.buffer.byteLength<t+n){const r=Math.ceil((t+n-e.buffer.byteLength)/65536);e.grow(r),h=new Uint8Array(e.buffer);}}function f(t,e,n,r,i,a){g(t);const o=new Uint8Array(t);return h.set(o),n(0,e),o.set(h.subarray(0,t)),{update(e){let n;return h.set(o),"string"==typeof e?(g(3*e.length,t),n=w.encodeInto(e,h.subarray(t)).written):(g(e.byteLength,t),h.set(e,t),n=e.byteLength),r(0,t,n),o.set(h.subarray(0,t)),this},digest:()=>(h.set(o),a(i(0)))}}function y(t){return t>>>0}const b=2n**64n-1n;function d(t){return t&b}const w=new TextEncoder,l=0,p=0n;function x(t,e=l){return g(3*t.length,0),y(n(0,w.encodeInto(t,h).written,e))}function L(t,e=p){return g(3*t.length,0),d(r(0,w.encodeInto(t,h).written,e))}return {h32:x,h32ToString:(t,e=l)=>x(t,e).toString(16).padStart(8,"0"),h32Raw:(t,e=l)=>(g(t.byteLength,0),h.set(t),y(n(0,t.byteLength,e))),create32:(t=l)=>f(48,t,i,a,o,y),h64:L,h64ToString:(t,e=p)=>L(t,e).toString(16).padStart(16,"0"),h64Raw:(t,e=p)=>(g(t.byteLength,0),h.set(t),d(r(0,t.byteLength,e))),create64:(t=p)=>f(88,t,s,u,c,d)}}((await WebAssembly.instantiate(t)).instance)}

const MIN_LEVEL = 1;
const MAX_LEVEL = 22;
/**
 * A compressor whose frames carry the content size and the content checksum (RFC 8878, 3.1.1): the
 * library writes neither, and a device must notice a damaged fragment before an engine reads it.
 *
 * The work runs in libuv's thread pool. The bytes must not change until the promise settles.
 */ async function createCompressor() {
    const { compress } = await loadZstd();
    const { create64 } = await e();
    return async (bytes, level)=>{
        const frame = await compress(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), level);
        return withSizeAndChecksum(frame, bytes.length, contentChecksum(create64(), bytes));
    };
}
/**
 * A skippable frame of exactly `size` bytes (RFC 8878, 3.1.2), which decompresses to nothing.
 *
 * @param size at least 8
 */ function skippableFrame(size) {
    const frame = Buffer.alloc(size);
    frame.writeUInt32LE(0x184d2a50, 0);
    frame.writeUInt32LE(size - 8, 4);
    return frame;
}
/** The library is native code: loaded when it is needed, so that its absence can be explained. */ async function loadZstd() {
    try {
        return await import('./zstd/index.js');
    } catch (cause) {
        throw failure(`zstd's native library does not load here: ${cause.message}`, {
            hint: 'it is there for Linux with glibc on amd64 and arm64',
            cause
        });
    }
}
const CHECKSUM_FLAG = 0x04;
const CONTENT_SIZE_4_BYTES = 0x80;
/** Both fields are optional in a frame's header; adding them moves nothing but what follows. */ function withSizeAndChecksum(frame, contentSize, checksum) {
    // Descriptor 0: a window descriptor follows, no dictionary, no size, no checksum.
    if (frame.readUInt32LE(0) !== 0xfd2fb528 || frame[4] !== 0) {
        throw new Error('@mongodb-js/zstd writes another frame header than the one this code extends');
    }
    const header = Buffer.alloc(10);
    frame.copy(header, 0, 0, 6);
    header[4] = CONTENT_SIZE_4_BYTES | CHECKSUM_FLAG;
    header.writeUInt32LE(contentSize, 6);
    return [
        header,
        frame.subarray(6),
        checksum
    ];
}
/** The low four bytes of XXH64, little-endian, read in slices so that no second copy is made. */ function contentChecksum(hash, bytes) {
    const slice = 1 << 20;
    for(let at = 0; at < bytes.length; at += slice)hash.update(bytes.subarray(at, at + slice));
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(Number(hash.digest() & 0xffffffffn));
    return checksum;
}

/**
 * `SOURCE:DESTINATION`. The destination is absolute and holds no colon, so the source may hold one.
 *
 * @throws UserError (usage)
 */ function parseExtraFile(text) {
    const [, source, destination] = /^(.+):(\/[^:]*)$/s.exec(text) ?? [];
    if (source === undefined || destination === undefined) {
        throw usageError(`file ${JSON.stringify(text)} is not of the form SOURCE:/DESTINATION`, {
            hint: 'for example config/app.conf:/etc/app/app.conf'
        });
    }
    return {
        source,
        destination
    };
}
/**
 * Looks at the files on this machine; they stay executable when they are.
 *
 * @throws UserError (usage) for a source that is no readable regular file, and for a destination
 *   that a package must not have
 */ async function findExtraFiles(files, name) {
    return Promise.all(files.map(async ({ source, destination })=>({
            source,
            path: extraPath(destination, name),
            mode: await isExecutable(source) ? 0o755 : 0o644
        })));
}
/** The destination as a path in the package. @throws UserError (usage) */ function extraPath(destination, name) {
    const path = node_path.posix.normalize(destination).slice(1);
    const fault = faultOf$1(destination) ?? faultOfPath(path, name);
    if (fault !== undefined) {
        throw usageError(`file destination ${JSON.stringify(destination)}: ${fault}`);
    }
    return path;
}
/** Folders that are links since /usr was merged: dpkg would lose files there (policy, 10.1). */ const MERGED = new Set([
    'bin',
    'lib',
    'lib32',
    'lib64',
    'libx32',
    'sbin'
]);
/** What a running system makes anew, and the folder that dpkg-deb takes for itself. */ const NOT_PACKAGED = new Set([
    'DEBIAN',
    'dev',
    'proc',
    'run',
    'sys',
    'tmp'
]);
/** File systems take 255, of which dpkg needs ten for the `.dpkg-dist` that it adds. */ const MAX_NAME = 245;
/** Half of PATH_MAX, which leaves room for the folder in which the package is put together. */ const MAX_PATH = 2048;
function faultOf$1(destination) {
    if (!destination.startsWith('/')) return 'it is not absolute';
    if (destination.endsWith('/')) return 'it names a folder: add the name of the file';
    if (destination.split('/').some((part)=>part === '..' || part === '.')) {
        return 'it holds . or .. as a folder';
    }
    // conffiles and md5sums know no quoting.
    if (!/^[\x21-\x7e]+$/.test(destination) || /[\\:]/.test(destination)) {
        return 'only ASCII without spaces, backslashes and colons is possible';
    }
    return undefined;
}
function faultOfPath(path, name) {
    const top = path.split('/')[0] ?? '';
    if (path === top) return 'a package has no files in the root folder';
    if (path.length > MAX_PATH) return `more than ${MAX_PATH} characters are not possible`;
    if (path.split('/').some((part)=>part.length > MAX_NAME)) {
        return `a name in it has more than ${MAX_NAME} characters`;
    }
    if (MERGED.has(top)) return `/${top} is a link to /usr/${top}: use that`;
    if (NOT_PACKAGED.has(top)) return `a package has no files in /${top}`;
    const own = ownFolders(name).find((folder)=>`${path}/`.startsWith(`${folder}/`));
    if (own !== undefined) return `/${own} belongs to the loader`;
    if (path === 'usr/lib/systemd/system/container-preload.target') return 'it belongs to the loader';
    return undefined;
}
function ownFolders(name) {
    return [
        'etc/container-preload',
        ...[
            'lib',
            'share',
            'share/doc'
        ].map((folder)=>`usr/${folder}/${name}`),
        `var/lib/${name}`
    ];
}
async function isExecutable(source) {
    const found = await readable(source).catch((error)=>{
        throw usageError(`file ${JSON.stringify(source)} cannot be read: ${error.code}`, {
            cause: error
        });
    });
    if (!found.isFile()) throw usageError(`file ${JSON.stringify(source)} is no regular file`);
    return (found.mode & 0o111) !== 0;
}
async function readable(source) {
    await promises.access(source, promises.constants.R_OK);
    return promises.stat(source);
}

/** Debian policy, 5.6.1: at least two characters, the first one a letter or a digit. */ const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/;
/**
 * The package is purged with its /var/lib/NAME and owns NAME.service: a name that is already a
 * folder or a unit of the base system or of an engine would take those away.
 */ const TAKEN = new Set([
    ...[
        'apt',
        'dbus',
        'dpkg',
        'initramfs-tools',
        'logrotate',
        'misc',
        'pam',
        'polkit-1',
        'private'
    ],
    ...[
        'sudo',
        'systemd',
        'ucf',
        'containerd',
        'containers',
        'docker',
        'podman',
        'container-preload'
    ]
]);
/**
 * A Debian package name that can also name the loader's unit and folders.
 *
 * @throws UserError (usage)
 */ function parsePackageName(text) {
    const quoted = JSON.stringify(text);
    if (!PACKAGE_NAME.test(text)) {
        throw usageError(`${quoted} is no Debian package name`, {
            hint: 'two or more of a-z 0-9 + - . and a letter or digit first'
        });
    }
    if (text.includes('+')) {
        throw usageError(`package name ${quoted}: systemd allows no + in the name of a unit`);
    }
    if (text.length > 128) throw usageError(`package name ${quoted} has more than 128 characters`);
    if (TAKEN.has(text)) {
        throw usageError(`package name ${quoted} is taken by the system that it is to be installed on`, {
            hint: `for example ${text}-images`
        });
    }
    return text;
}

/** dpkg keeps an epoch in a C int. */ const MAX_EPOCH$1 = 2 ** 31 - 1;
/** @throws UserError (usage) */ function parseDebianVersion(text) {
    const [, epoch, rest = ''] = /^(?:([^:]*):)?(.*)$/s.exec(text) ?? [];
    const hyphen = rest.lastIndexOf('-');
    const upstream = hyphen === -1 ? rest : rest.slice(0, hyphen);
    const revision = hyphen === -1 ? undefined : rest.slice(hyphen + 1);
    const fault = faultOf(epoch, upstream, revision);
    if (fault !== undefined) {
        throw usageError(`${JSON.stringify(text)} is no Debian version: ${fault}`, {
            hint: 'for example 1.2.3, 1.2.3-1, 1:1.2.3 or 1.2.3~rc1'
        });
    }
    return {
        text,
        epoch: epoch === undefined ? undefined : Number(epoch),
        upstream,
        revision
    };
}
/** The version as the name of a .deb has it: the epoch is left out, since no colon may stand there. */ function fileVersion(version) {
    return version.text.slice(version.text.indexOf(':') + 1);
}
/**
 * The version of a package that was given none: that of the tag, else one that grows with time and
 * stays below every real version.
 */ function defaultVersion({ gitTag, commitTime, commit, now }) {
    const tagged = gitTag === undefined ? undefined : versionOfTag(gitTag);
    return tagged ?? [
        `0~${timestamp(commitTime ?? now)}`,
        commit
    ].filter(Boolean).join('.');
}
/**
 * `v1.2.3` says 1.2.3. A pre-release of Semantic Versioning (`v2.0.0-rc.1`) becomes `2.0.0~rc.1`, since
 * 2.0.0-rc.1 would be newer than 2.0.0 in Debian. Undefined for a tag that is no version.
 */ function versionOfTag(tag) {
    const version = tag.replace(/^v(?=\d)/, '').replace(/^([\d.]+)-(?=[A-Za-z])/, '$1~');
    try {
        return parseDebianVersion(version).text;
    } catch (error) {
        if (error instanceof UserError) return undefined;
        throw error;
    }
}
function faultOf(epoch, upstream, revision) {
    if (epoch !== undefined && !/^\d+$/.test(epoch)) return 'the epoch before the colon is no number';
    if (epoch !== undefined && Number(epoch) > MAX_EPOCH$1) return 'the epoch is too large';
    if (upstream === '') return 'it is empty';
    if (!/^\d/.test(upstream)) return 'it does not start with a digit';
    if (upstream.includes(':')) return 'a colon stands only after the epoch';
    if (!/^[A-Za-z0-9.+~-]+$/.test(upstream)) return 'only A-Z a-z 0-9 . + ~ - are allowed';
    if (revision === '') return 'the revision after the last hyphen is empty';
    if (revision !== undefined && !/^[A-Za-z0-9.+~]+$/.test(revision)) {
        return 'only A-Z a-z 0-9 . + ~ are allowed after the last hyphen';
    }
    return undefined;
}
/** YYYYMMDDhhmmss in UTC. */ function timestamp(time) {
    return time.toISOString().slice(0, 19).replaceAll(/[^0-9]/g, '');
}

const LONGEST = 100;
/** What a user wrote, as messages show it: in quotes, on one line, without control characters, not endless. */ function quote(text) {
    return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
function isDigest(text) {
    return DIGEST.test(text);
}
/** Hexadecimal digits by algorithm. */ const LENGTHS = new Map([
    [
        'sha256',
        64
    ],
    [
        'sha512',
        128
    ]
]);
/** @throws UserError (usage) that says what is wrong with the algorithm or the digits */ function parseDigest(text, origin) {
    if (isDigest(text)) return text;
    throw usageError(`invalid digest ${quote(text)}: ${fault(text)}`, {
        origin,
        hint: 'sha256: and 64 lower-case hexadecimal digits, or sha512: and 128'
    });
}
function fault(text) {
    const [algorithm = '', digits] = text.split(/:(.*)/s);
    if (digits === undefined) return 'it does not start with an algorithm';
    const length = LENGTHS.get(algorithm);
    if (length === undefined) return `the algorithm ${quote(algorithm)} is not known`;
    if (digits.length !== length) return `${digits.length} digits, not ${length}`;
    return 'it has characters other than 0-9 and a-f';
}
/** The sha256 digest of bytes that are in memory (manifests, configs). */ function sha256$1(bytes) {
    return `sha256:${node_crypto.createHash('sha256').update(bytes).digest('hex')}`;
}
/** The digest of bytes in the algorithm of `like`, so that the two can be compared. */ function digestLike(like, bytes) {
    const algorithm = algorithmOf(like);
    return `${algorithm}:${node_crypto.createHash(algorithm).update(bytes).digest('hex')}`;
}
function algorithmOf(digest) {
    return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}
/** The digits after the algorithm: what files are named by. */ function hexOf(digest) {
    return digest.slice(digest.indexOf(':') + 1);
}

const DEFAULT_DOMAIN = 'docker.io';
const DEFAULT_TAG = 'latest';
/** Of the whole normalised name, domain included: what every version of skopeo and the engines takes. */ const LONGEST_NAME = 255;
// The grammar of https://github.com/distribution/reference (the comment at the top of reference.go).
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const DOMAIN = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[A-Fa-f0-9:]+\\])(?::[0-9]+)?$`);
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const IDENTIFIER = /^(?:sha256:)?[a-f0-9]{64}$/;
/**
 * Reads `[HOST/]PATH[:TAG][@DIGEST]` as Docker and Podman do: without a host it is Docker Hub's, without
 * tag and digest the tag is `latest`.
 *
 * @throws UserError (usage) that says which part is wrong and why
 */ function parseReference(text, origin) {
    const { domain, path, tag, digest } = split(text);
    const fault = nameFault(text, domain, path);
    if (fault !== undefined) {
        const [why, hint] = fault;
        throw usageError(`invalid image reference ${quote(text)}: ${why}`, {
            origin,
            hint
        });
    }
    return {
        repository: repositoryOf$1(domain, path),
        ...tag === undefined ? {} : {
            tag: parseTag(tag, origin)
        },
        ...digest === undefined ? {} : {
            digest: parseDigest(digest, origin)
        },
        ...tag === undefined && digest === undefined ? {
            tag: DEFAULT_TAG
        } : {}
    };
}
/** @throws UserError (usage) */ function parseTag(text, origin) {
    if (TAG.test(text)) return text;
    throw usageError(`invalid tag ${quote(text)}`, {
        origin,
        hint: 'at most 128 letters, digits, underscores, dots and dashes, not starting with a dot or a dash'
    });
}
/** `docker.io/library/alpine:3.20@sha256:…`, with the parts that are there. */ function formatReference(reference) {
    const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
    const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
    return `${reference.repository}${tag}${digest}`;
}
/**
 * The name under which an engine shows the image. A reference with a digest alone is called `latest`:
 * an engine needs some tag, and Isar, whose lists are read too, does the same.
 */ function nameAndTag(reference) {
    return `${reference.repository}:${reference.tag ?? DEFAULT_TAG}`;
}
/** The parts as they stand there, unchecked; the domain is always one of today's. */ function split(text) {
    const [name, digest] = cut$1(text, '@');
    const slash = name.indexOf('/');
    const host = name.slice(0, Math.max(slash, 0));
    const [path, tag] = cut$1(isDomain(host) ? name.slice(slash + 1) : name, ':');
    const domain = isDomain(host) && host !== 'index.docker.io' ? host : DEFAULT_DOMAIN;
    return {
        domain,
        path,
        tag,
        digest
    };
}
/**
 * Whether the text before the first slash is a host: only that has a dot, a port, or an upper-case
 * letter (which no path may have), or is `localhost`.
 */ function isDomain(host) {
    return host === 'localhost' || /[.:]/.test(host) || host !== host.toLowerCase();
}
/** The text before the first separator and after it; the latter undefined where there is none. */ function cut$1(text, separator) {
    const at = text.indexOf(separator);
    return at < 0 ? [
        text,
        undefined
    ] : [
        text.slice(0, at),
        text.slice(at + 1)
    ];
}
/** Docker Hub's own images have no user in their names: `alpine` is `library/alpine` there. */ function repositoryOf$1(domain, path) {
    const official = domain === DEFAULT_DOMAIN && !path.includes('/');
    return `${domain}/${official ? 'library/' : ''}${path}`;
}
/** What is wrong with a name, and what to do about it. */ function nameFault(text, domain, path) {
    if (IDENTIFIER.test(text)) {
        return [
            'an image ID names nothing in a registry',
            'write HOST/PATH@sha256:…'
        ];
    }
    if (path === '' || path.startsWith('[')) return [
        'it has no repository name',
        'write HOST/PATH:TAG'
    ];
    if (!DOMAIN.test(domain)) {
        return [
            `invalid host ${quote(domain)}`,
            'write it as registry.example:5000 or [2001:db8::1]:5000'
        ];
    }
    if (path !== path.toLowerCase()) {
        return [
            'the repository name must be lower case',
            `write ${quote(path.toLowerCase())}`
        ];
    }
    if (!PATH.test(path)) {
        const hint = 'letters and digits, parted by one of . _ __ or dashes, in parts with / between them';
        return [
            `invalid repository name ${quote(path)}`,
            hint
        ];
    }
    const { length } = repositoryOf$1(domain, path);
    if (length > LONGEST_NAME) {
        return [
            `the repository name has ${length} characters`,
            `at most ${LONGEST_NAME}, host included`
        ];
    }
    return undefined;
}

const SCHEME = 'docker://';
/** Parameters that bitbake gives a meaning for any kind of source; none of them changes the image. */ const IGNORED = new Set([
    'name',
    'unpack',
    'subdir',
    'destsuffix',
    'downloadfilename'
]);
/**
 * Reads `docker://HOST/PATH;digest=sha256:…;tag=…`, an entry of SRC_URI for Isar's container fetcher.
 * The image is fetched by the digest where there is one; the tag is then only its name.
 *
 * @throws UserError (usage)
 */ function parseIsar(text, origin) {
    const { base, parameters } = splitIsar(text);
    const fault = baseFault(base) ?? parametersFault(parameters);
    if (fault !== undefined) {
        throw usageError(`invalid entry ${quote(text)}: ${fault}`, {
            origin,
            hint: 'docker://HOST/PATH;digest=sha256:…;tag=…'
        });
    }
    const { repository, tag: latest = '' } = parseReference(base.slice(SCHEME.length), origin);
    const values = new Map(parameters);
    const digest = values.get('digest');
    const tag = values.get('tag') ?? (digest === undefined ? latest : undefined);
    return {
        repository,
        ...tag === undefined ? {} : {
            tag: parseTag(tag, origin)
        },
        ...digest === undefined ? {} : {
            digest: parseDigest(digest, origin)
        }
    };
}
/** `docker://HOST/PATH` and the parameters after it as `[key, value]`, digest and tag among them. */ function splitIsar(text) {
    const [base = '', ...parameters] = text.split(';');
    return {
        base,
        parameters: parameters.filter((parameter)=>parameter !== '').map(keyAndValue)
    };
}
function keyAndValue(parameter) {
    const [key = '', value = ''] = parameter.split(/=(.*)/s);
    return [
        key,
        value
    ];
}
/** Tag and digest belong to the parameters: in the name they could contradict those. */ function baseFault(base) {
    if (!base.startsWith(SCHEME)) return `it does not start with ${SCHEME}`;
    const lastPart = base.slice(base.lastIndexOf('/') + 1);
    return /[:@]/.test(lastPart) ? 'tag and digest stand in the parameters' : undefined;
}
function parametersFault(parameters) {
    const seen = new Set();
    for (const [key, value] of parameters){
        if (IGNORED.has(key)) continue;
        if (key !== 'tag' && key !== 'digest') return `unknown parameter ${quote(key)}`;
        if (value === '') return `${key} has no value`;
        if (value.includes('${')) return `the variable in ${quote(`${key}=${value}`)} has no value here`;
        if (seen.has(key)) return `${key} is given twice`;
        seen.add(key);
    }
    return undefined;
}

const digestPolicies = [
    'warn',
    'strict',
    'ignore'
];
/**
 * What to say about an image whose content the line does not fix; undefined where there is nothing to say.
 *
 * @param digest what the reference stands for now: the index's where there is one, so that the pinned
 *   line serves every architecture
 */ function checkPin(image, digest, policy) {
    const { source } = image;
    if (policy === 'ignore' || source.transport !== 'docker' || source.reference.digest) return undefined;
    return {
        level: levelOf(policy),
        message: `${image.written} has no digest, so another build may get another image`,
        hint: pinnedLine(image, digest),
        origin: image.origin
    };
}
/**
 * What to say when the tag of a reference with a digest now stands for something else.
 *
 * @param given the digest of the reference, or of the index that lists it
 * @param current what the registry answers for the tag
 */ function tagMoved(image, given, current, policy) {
    const { source } = image;
    if (policy === 'ignore' || source.transport !== 'docker' || given === current) return undefined;
    return {
        level: levelOf(policy),
        message: `${nameAndTag(source.reference)} now is ${current}; the image is the given ${given}`,
        hint: pinnedLine(image, current),
        origin: image.origin
    };
}
function levelOf(policy) {
    return policy === 'strict' ? 'error' : 'warning';
}
/** The line as it was written, with the digest in it. */ function pinnedLine(image, digest) {
    const flags = image.fetchOnly ? ' fetch-only' : '';
    return `${pinnedReference(image, digest)}${givenName(image)}${flags}`;
}
/** `written` with the digest in it, in the same syntax. A local image has nothing to pin. */ function pinnedReference({ source, syntax, written }, digest) {
    if (source.transport !== 'docker') return written;
    const pin = syntax === 'isar' ? pinnedIsar : pinnedPlain;
    return pin(written, source.reference, digest);
}
function pinnedPlain(written, { tag }, digest) {
    const [name = ''] = written.split('@');
    const hasTag = name.slice(name.lastIndexOf('/') + 1).includes(':');
    return `${name}${hasTag || tag === undefined ? '' : `:${tag}`}@${digest}`;
}
function pinnedIsar(written, { tag }, digest) {
    const { base, parameters } = splitIsar(written);
    const others = parameters.filter(([key])=>key !== 'digest' && key !== 'tag');
    const pinned = [
        [
            'digest',
            digest
        ],
        ...tag === undefined ? [] : [
            [
                'tag',
                tag
            ]
        ],
        ...others
    ];
    return [
        base,
        ...pinned.map(([key, value])=>`${key}=${value}`)
    ].join(';');
}
/** ` as NAME:TAG` where the device's name is not the reference's own. */ function givenName({ name, source }) {
    const own = source.transport === 'docker' ? nameAndTag(source.reference) : undefined;
    return name === undefined || name === own ? '' : ` as ${name}`;
}

const PLATFORMS = {
    amd64: {
        os: 'linux',
        architecture: 'amd64',
        variants: []
    },
    arm64: {
        os: 'linux',
        architecture: 'arm64',
        variants: [
            'v8'
        ]
    },
    armhf: {
        os: 'linux',
        architecture: 'arm',
        variants: [
            'v7',
            'v6',
            'v5'
        ]
    },
    armel: {
        os: 'linux',
        architecture: 'arm',
        variants: [
            'v5'
        ]
    },
    i386: {
        os: 'linux',
        architecture: '386',
        variants: []
    },
    ppc64el: {
        os: 'linux',
        architecture: 'ppc64le',
        variants: []
    },
    s390x: {
        os: 'linux',
        architecture: 's390x',
        variants: []
    },
    riscv64: {
        os: 'linux',
        architecture: 'riscv64',
        variants: []
    },
    loong64: {
        os: 'linux',
        architecture: 'loong64',
        variants: []
    }
};
const debianArchitectures = Object.keys(PLATFORMS);
/** @throws UserError (usage) for `all` and for what is no Debian architecture */ function parseArchitecture(text) {
    if (Object.hasOwn(PLATFORMS, text)) return text;
    if (text === 'all') {
        throw usageError('architecture all: an image has an architecture, so its package has one too', {
            hint: `one of ${debianArchitectures.join(', ')}`
        });
    }
    const meant = debianArchitectures.find((debian)=>PLATFORMS[debian].architecture === text);
    throw usageError(`unknown Debian architecture ${JSON.stringify(text)}`, {
        hint: meant ? `Debian calls it ${meant}` : `one of ${debianArchitectures.join(', ')}`
    });
}
function platformOf(architecture) {
    return PLATFORMS[architecture];
}
/** `linux/arm/v7`, as registries and engines print it. */ function formatPlatform(platform) {
    return [
        platform.os,
        platform.architecture,
        platform.variant
    ].filter(Boolean).join('/');
}

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
    const compression = parse$1(raw, 'compression', oneOf$1([
        'zstd',
        'original'
    ]));
    // The action always has a level: its default says nothing.
    if (compression === 'original' && raw.level && raw.level !== BUILD_INPUTS.level.default) {
        throw usageError('level: compression original compresses nothing', {
            hint: 'leave out one of the two'
        });
    }
    return {
        images: raw.images ?? '',
        imageLists: lines(raw['image-list']),
        architecture: parse$1(raw, 'arch', parseArchitecture),
        engine: parse$1(raw, 'engine', oneOf$1([
            'docker',
            'podman'
        ])),
        package: parse$1(raw, 'package', parsePackageName),
        version: raw.version ? parse$1(raw, 'version', checkVersion) : undefined,
        maintainer: raw.maintainer || undefined,
        description: parse$1(raw, 'description', String),
        section: parse$1(raw, 'section', String),
        depends: parse$1(raw, 'depends', String),
        files: lines(raw.files).map((line)=>within('files', ()=>parseExtraFile(line))),
        compression,
        level: parse$1(raw, 'level', integer(MIN_LEVEL, MAX_LEVEL)),
        digestPolicy: parse$1(raw, 'digest-policy', oneOf$1(digestPolicies)),
        deleteAfterLoad: parse$1(raw, 'delete-after-load', parseBoolean),
        access: {
            tlsVerify: parse$1(raw, 'tls-verify', parseBoolean),
            ...raw.authfile ? {
                authfile: node_path.resolve(raw.authfile)
            } : {}
        },
        cacheDir: cacheDir(raw['cache-dir'], env),
        outputDir: node_path.resolve(parse$1(raw, 'output-dir', String)),
        jobs: raw.jobs ? parse$1(raw, 'jobs', integer(1, 256)) : node_os.availableParallelism()
    };
}
/** Where the local store lies. The XDG Base Directory Specification wants relative paths ignored. */ function cacheDir(given, env) {
    if (given) return node_path.resolve(given);
    const { XDG_CACHE_HOME = '', HOME } = env;
    const caches = node_path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : node_path.join(HOME || '/root', '.cache');
    return node_path.join(caches, 'container-preload');
}
/** Lines without the white space around them, and without empty ones. */ function lines(text = '') {
    return text.split('\n').map((line)=>line.trim()).filter((line)=>line !== '');
}
/** A size in bytes: `500M`, `10G`, `10GiB`; the units are powers of 1024, as in du and Docker. */ function parseSize(text) {
    const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
    if (digits === undefined) {
        throw usageError(`not a size: ${JSON.stringify(text)}`, {
            hint: 'such as 500M or 10G'
        });
    }
    return Math.floor(Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '));
}
function parse$1(raw, name, parser) {
    const info = BUILD_INPUTS[name];
    const text = raw[name] || info.default;
    if (!text) throw usageError(`${name} is missing`, {
        hint: info.help
    });
    return within(name, ()=>parser(text));
}
/** Says which input it was, where the error does not say it better. */ function within(name, parser) {
    try {
        return parser();
    } catch (error) {
        if (!(error instanceof UserError) || error.origin) throw error;
        throw new UserError(error.kind, error.message, {
            origin: {
                file: name
            },
            hint: error.hint
        });
    }
}
function checkVersion(text) {
    parseDebianVersion(text);
    return text;
}
function oneOf$1(values) {
    return (text)=>{
        const found = values.find((value)=>value === text);
        if (found) return found;
        throw usageError(`unknown value ${JSON.stringify(text)}`, {
            hint: `one of ${values.join(', ')}`
        });
    };
}
function integer(min, max) {
    return (text)=>{
        const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
        if (value >= min && value <= max) return value;
        throw usageError(`not a whole number from ${min} to ${max}: ${JSON.stringify(text)}`);
    };
}
/** As YAML 1.2 and GitHub's own actions read it. */ function parseBoolean(text) {
    if (/^(true|True|TRUE)$/.test(text)) return true;
    if (/^(false|False|FALSE)$/.test(text)) return false;
    throw usageError(`neither true nor false: ${JSON.stringify(text)}`);
}

const CONTROL_CHARACTER = /\p{Cc}/u;
/** @throws UserError (usage) for anything but `Name <mail>` */ function parseMaintainer(text) {
    // A comma would separate two addresses (Debian policy, 5.6.2).
    if (CONTROL_CHARACTER.test(text) || !/^[^\s<>,"][^<>,"]* <[^\s<>@,]+@[^\s<>@,]+>$/.test(text)) {
        throw usageError(`maintainer ${JSON.stringify(text)} is not of the form Name <mail>`, {
            hint: 'for example Jane Doe <jane@example.org>'
        });
    }
    return text;
}
/** @throws UserError (usage) for a synopsis that is empty or too long, and for control characters */ function parseDescription(text) {
    const [synopsis = '', ...rest] = text.replaceAll('\r\n', '\n').trimEnd().split('\n');
    const fault = faultOfSynopsis(synopsis.trim()) ?? faultOfExtended(rest);
    if (fault !== undefined) {
        throw usageError(`description ${JSON.stringify(synopsis)}: ${fault}`);
    }
    const first = rest.findIndex((line)=>line.trim() !== '');
    return {
        synopsis: synopsis.trim(),
        extended: first === -1 ? [] : rest.slice(first)
    };
}
/** `misc`, `non-free/net`. @throws UserError (usage) */ function parseSection(text) {
    if (!/^[a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)?$/.test(text)) {
        throw usageError(`${JSON.stringify(text)} is no section of an archive`, {
            hint: 'for example misc, admin or non-free/misc'
        });
    }
    return text;
}
/** The default of Depends, and a part of any other: what engine and compression need. */ const ENGINE_DEPENDS = '${engine:Depends}';
/** What stands for `${engine:Depends}`. Each list's first package is the one that apt prefers. */ function engineDepends({ engine, compression, zstdLayers }) {
    // docker.io of trixie brings no docker command any more; before, docker-cli does not exist.
    // Docker starts no container on a kernel with AppArmor when its parser is missing.
    const docker = zstdLayers ? 'docker.io (>= 23) | docker-ce (>= 5:23)' : 'docker.io | docker-ce';
    const packages = engine === 'docker' ? [
        'docker-cli | docker-ce-cli | docker.io',
        docker,
        'apparmor'
    ] : [
        'podman'
    ];
    return [
        ...packages,
        ...compression === 'zstd' ? [
            'zstd'
        ] : []
    ].join(', ');
}
/**
 * The Depends field with its variable replaced, every relation once. Empty for a package that
 * depends on nothing.
 *
 * @throws UserError (usage) for what is no relation of a binary package (deb-control(5)), for other
 *   variables, and for a package that depends on itself
 */ function parseDepends(text, about) {
    const expanded = text.replaceAll(ENGINE_DEPENDS, engineDepends(about));
    if (expanded.trim() === '') return '';
    const relations = expanded.split(',').map((relation)=>relation.trim());
    for (const alternative of relations.flatMap((relation)=>relation.split('|'))){
        checkRelation(alternative.trim(), text, about.name);
    }
    return [
        ...new Set(relations)
    ].join(', ');
}
const RELATION = /^([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?(?: *\( *(?:<<|<=|=|>=|>>) *[A-Za-z0-9.+~:-]+ *\))?$/;
function checkRelation(relation, depends, name) {
    const quoted = JSON.stringify(relation);
    if (relation.includes('$')) {
        throw usageError(`depends: ${quoted}: unknown variable`, {
            hint: `only ${ENGINE_DEPENDS}`
        });
    }
    const [, dependency] = RELATION.exec(relation) ?? [];
    if (dependency === undefined) {
        throw usageError(`depends ${JSON.stringify(depends)}: ${quoted} is no package relation`, {
            hint: 'for example: podman (>= 4.3), zstd | busybox'
        });
    }
    if (dependency === name) throw usageError(`depends: package ${name} cannot depend on itself`);
}
function faultOfSynopsis(synopsis) {
    if (synopsis === '') return 'the first line is empty';
    if (synopsis.length >= 80) return 'the first line has 80 characters or more';
    if (CONTROL_CHARACTER.test(synopsis)) return 'a control character in the first line';
    return undefined;
}
function faultOfExtended(lines) {
    if (lines.some((line)=>CONTROL_CHARACTER.test(line))) return 'a control character';
    // Reserved by Debian policy, 5.6.13.
    if (lines.some((line)=>/^\.(?!$)/.test(line))) return 'a line begins with a full stop';
    return undefined;
}

/** The paragraph of DEBIAN/control. `installedSize` in KiB. @throws UserError (usage) */ function formatControl(spec, installedSize) {
    const depends = parseDepends(spec.depends, spec);
    return [
        `Package: ${spec.name}`,
        `Version: ${spec.version}`,
        `Architecture: ${spec.architecture}`,
        `Maintainer: ${spec.maintainer}`,
        `Installed-Size: ${installedSize}`,
        ...depends === '' ? [] : [
            `Depends: ${depends}`
        ],
        `Section: ${spec.section}`,
        'Priority: optional',
        ...formatDescription(parseDescription(spec.description), spec),
        ''
    ].join('\n');
}
/**
 * KiB, as dpkg-gencontrol(1) counts: every file rounded up to KiB, every folder 1 (policy, 5.6.20).
 *
 * @param sizes bytes of the files
 * @param folders how many, the root too
 */ function installedSize(sizes, folders) {
    return sizes.reduce((sum, size)=>sum + Math.ceil(size / 1024), folders);
}
/** DEBIAN/md5sums: every file that is no conffile, sorted by its path as C does. */ function formatMd5sums(files, conffiles) {
    return files.filter((file)=>!conffiles.includes(file.path)).toSorted((a, b)=>comparePaths(a.path, b.path)).map((file)=>`${file.md5}  ${file.path}\n`).join('');
}
/** DEBIAN/conffiles. */ function formatConffiles(conffiles) {
    return conffiles.toSorted(comparePaths).map((path)=>`/${path}\n`).join('');
}
/** Byte order, whatever the locale. */ function comparePaths(a, b) {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
/** Lines of an extended description stay below 80 columns with their leading space. */ const WIDTH = 78;
/** Image names in the description: apt and its front ends show it whole. */ const NAMED_IMAGES = 20;
function formatDescription({ synopsis, extended }, spec) {
    const lines = [
        ...extended.flatMap(wrap),
        ...extended.length > 0 ? [
            ''
        ] : [],
        ...aboutImages(spec)
    ];
    const folded = lines.map((line)=>line.trim() === '' ? ' .' : ` ${line.trimEnd()}`);
    return [
        `Description: ${synopsis}`,
        ...folded
    ];
}
function aboutImages(spec) {
    // Two spaces more make a line that no front end wraps.
    const names = spec.images.map((image)=>` ${image.reference}`);
    const shown = names.filter((name)=>name.length <= WIDTH).slice(0, NAMED_IMAGES);
    const left = names.length - shown.length;
    return [
        `Container images for ${spec.engine === 'docker' ? 'Docker' : 'Podman'}, loaded at boot:`,
        ...shown,
        ...left === 0 ? [] : [
            ` and ${left} more, see /usr/share/${spec.name}/manifest.json`
        ]
    ];
}
/** Breaks a line between words; one that begins with a space is kept, as the policy says (5.6.13). */ function wrap(line) {
    if (line.length <= WIDTH || /^\s/.test(line)) return [
        line
    ];
    const lines = [];
    let current = '';
    for (const word of line.split(/\s+/)){
        const longer = current === '' ? word : `${current} ${word}`;
        // No line may begin with a full stop.
        if (longer.length <= WIDTH || current === '' || word.startsWith('.')) {
            current = longer;
        } else {
            lines.push(current);
            current = word;
        }
    }
    return [
        ...lines,
        current
    ];
}

const FIRST_LINE = '# container-preload image list 1';
const FETCH_ONLY = 'fetch-only';
const EMPTY = '-';
function listedImage(image) {
    return {
        reference: image.reference,
        key: referenceKey(image.reference),
        config: image.configDigest,
        manifest: image.archiveManifestDigest,
        size: image.unpackedSize,
        fetchOnly: image.fetchOnly,
        image: image.imageFragment.name,
        layers: [
            ...new Set(image.layers.map((layer)=>layer.fragment.name))
        ]
    };
}
/** The first 32 hex digits of the reference's sha256: a name that every file system takes. */ function referenceKey(reference) {
    return node_crypto.createHash('sha256').update(reference).digest('hex').slice(0, 32);
}
/** image.list: eight columns with one space between, `-` for an empty one. */ function formatImageList(images) {
    return [
        FIRST_LINE,
        ...images.map(formatLine),
        ''
    ].join('\n');
}
/** @throws Error for a file of another format */ function parseImageList(text) {
    const [first, ...lines] = text.split('\n');
    if (first !== FIRST_LINE) throw new Error(`its first line is not "${FIRST_LINE}"`);
    if (lines.pop() !== '') throw new Error('its last line has no end');
    return lines.map(parseLine$1);
}
function formatLine(image) {
    const columns = [
        image.reference,
        image.key,
        image.config,
        image.manifest,
        String(image.size),
        image.fetchOnly ? FETCH_ONLY : EMPTY,
        image.image,
        image.layers.join(',') || EMPTY
    ];
    if (columns.some((column)=>!/^[\x21-\x7e]+$/.test(column))) {
        throw new Error(`a column of image.list is empty or holds a space: ${JSON.stringify(columns)}`);
    }
    return columns.join(' ');
}
function parseLine$1(line, index) {
    const columns = line.split(' ');
    const [reference, key, config, manifest, size, flags, image, layers] = columns;
    if (columns.length !== 8 || !reference || !key || !config || !manifest || !image || !layers) {
        throw new Error(`line ${index + 2} has not eight columns`);
    }
    if (!/^\d+$/.test(size ?? '')) throw new Error(`line ${index + 2}: the size is no number`);
    if (flags !== EMPTY && flags !== FETCH_ONLY) {
        throw new Error(`line ${index + 2}: unknown flags ${flags}`);
    }
    return {
        reference,
        key,
        config,
        manifest,
        size: Number(size),
        fetchOnly: flags === FETCH_ONLY,
        image,
        layers: layers === EMPTY ? [] : layers.split(',')
    };
}

/** The changelog's name in /usr/share/doc/NAME (Debian policy, 12.7): native packages have their own. */ function changelogName(version) {
    return parseDebianVersion(version).revision === undefined ? 'changelog.gz' : 'changelog.Debian.gz';
}
/** One entry for the version that is built, compressed as gzip -9n does. */ function changelog(spec) {
    const count = spec.images.length;
    const text = [
        `${spec.name} (${spec.version}) unstable; urgency=medium`,
        '',
        `  * ${count} container ${count === 1 ? 'image' : 'images'} for ${spec.architecture};`,
        '    manifest.json names each with its digests.',
        '',
        ` -- ${spec.maintainer}  ${changelogDate(spec.epoch)}`,
        ''
    ].join('\n');
    const packed = require$$1.gzipSync(text, {
        level: 9
    });
    // RFC 1952: byte 9 names the operating system, which is not the same in all builds of zlib.
    packed[9] = 3;
    return packed;
}
/** As `date -R -u` has it (deb-changelog(5)). @param epoch seconds since 1970 */ function changelogDate(epoch) {
    return new Date(epoch * 1000).toUTCString().replace(/GMT$/, '+0000');
}
/** For /usr/share/lintian/overrides: what lintian finds and what is right all the same. */ function lintianOverrides(spec) {
    const { revision } = parseDebianVersion(spec.version);
    return [
        '# The data are image layers that are compressed already.',
        `${spec.name}: uses-no-compression-for-data-tarball`,
        '# A few KiB, which every dpkg can read and which are the same wherever they are made.',
        `${spec.name}: uses-no-compression-for-control-tarball`,
        // lintian takes every -1 for a first upload to Debian.
        ...revision === '1' ? [
            '# This package is made for devices: no request in Debian asks for it.',
            `${spec.name}: initial-upload-closes-no-bugs`
        ] : [],
        ''
    ].join('\n');
}
/** In the machine-readable form of https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ */ function copyright(spec) {
    return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${spec.name}
Upstream-Contact: ${spec.maintainer}
Comment:
 This package carries container images. What is inside them belongs to its
 authors, under the licenses that the images bring along themselves.

Files: usr/share/${spec.name}/layers/* usr/share/${spec.name}/images/*
Copyright: the authors of the software in the images
License: see-images
 The licenses are those of the software in the images, usually in their
 /usr/share/doc or /usr/share/licenses. /usr/share/${spec.name}/manifest.json
 says where each image comes from.

Files: *
Copyright: 2026 the authors of container-preload
License: Expat
 Permission is hereby granted, free of charge, to any person obtaining a copy
 of this software and associated documentation files (the "Software"), to deal
 in the Software without restriction, including without limitation the rights
 to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 copies of the Software, and to permit persons to whom the Software is
 furnished to do so, subject to the following conditions:
 .
 The above copyright notice and this permission notice shall be included in
 all copies or substantial portions of the Software.
 .
 THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 SOFTWARE.
`;
}

/** @param generator name and version of this program */ function packageManifest(spec, generator, files) {
    return {
        format: 1,
        generator,
        package: spec.name,
        version: spec.version,
        architecture: spec.architecture,
        engine: spec.engine,
        compression: spec.compression,
        level: spec.level ?? null,
        digestPolicy: spec.digestPolicy,
        images: spec.images.map(manifestImage),
        files: files.toSorted((a, b)=>comparePaths(a.path, b.path))
    };
}
function formatManifest(manifest) {
    return `${JSON.stringify(manifest, null, 2)}\n`;
}
/** @throws Error for what is no manifest.json of this format */ function parseManifest$1(text) {
    const manifest = JSON.parse(text);
    if (manifest?.format !== 1) throw new Error(`format ${manifest?.format} is not known`);
    if (!isManifest$1(manifest)) throw new Error('fields are missing or of a wrong type');
    return manifest;
}
function manifestImage(image) {
    return {
        reference: image.reference,
        source: image.written,
        pinned: image.pinned,
        fetchOnly: image.fetchOnly,
        platform: image.platform,
        indexDigest: image.indexDigest ?? null,
        registryManifestDigest: image.registryManifestDigest,
        configDigest: image.configDigest,
        archiveManifestDigest: image.archiveManifestDigest,
        unpackedSize: image.unpackedSize,
        fragment: manifestFragment(image.imageFragment),
        layers: image.layers.map(({ diffId, blob, fragment })=>({
                diffId,
                blob,
                ...manifestFragment(fragment)
            }))
    };
}
function manifestFragment({ name, size, sha256 }) {
    return {
        file: name,
        size,
        sha256
    };
}
const STRINGS = [
    'generator',
    'package',
    'version',
    'architecture',
    'engine',
    'compression'
];
const IMAGE_STRINGS = [
    'reference',
    'platform'
];
const IMAGE_DIGESTS = [
    'registryManifestDigest',
    'configDigest',
    'archiveManifestDigest'
];
function isManifest$1(value) {
    const { images, files, level } = value;
    return hasStrings(value, STRINGS) && (level === null || typeof level === 'number') && Array.isArray(images) && images.every(isImage$1) && Array.isArray(files) && files.every((file)=>hasStrings(file, [
            'path',
            'mode',
            'sha256'
        ]));
}
function isImage$1(value) {
    if (!hasStrings(value, IMAGE_STRINGS) || !hasDigests(value, IMAGE_DIGESTS)) return false;
    const { fragment, unpackedSize, layers } = value;
    return isFragment(fragment) && typeof unpackedSize === 'number' && Array.isArray(layers) && layers.every((layer)=>isFragment(layer) && hasDigests(layer, [
            'diffId',
            'blob'
        ]));
}
function isFragment(value) {
    return hasStrings(value, [
        'file',
        'sha256'
    ]) && typeof value.size === 'number';
}
function hasDigests(value, names) {
    return hasStrings(value, names) && names.every((name)=>isDigest(String(value[name])));
}
function hasStrings(value, names) {
    if (typeof value !== 'object' || value === null) return false;
    return names.every((name)=>typeof value[name] === 'string');
}

/** Where the fragments go, relative to the root. */ function shareFolder(name) {
    return `usr/share/${name}`;
}
/**
 * The files of the data member but for the fragments and manifest.json.
 *
 * @param device the filled templates of device/
 * @throws UserError (usage) where an extra file meets another file
 */ function dataFiles(spec, device, extra) {
    const { name } = spec;
    const share = shareFolder(name);
    const own = [
        plain(`${share}/image.list`, formatImageList(spec.images.map(listedImage))),
        // Several loader packages bring this file: /usr/lib/systemd/system has it by update-alternatives.
        plain(`${share}/container-preload.target`, device.target),
        {
            path: `usr/lib/${name}/load`,
            mode: 0o755,
            content: device.load
        },
        plain(`usr/lib/systemd/system/${name}.service`, device.service),
        plain(`usr/share/doc/${name}/README.Debian`, device['README.Debian']),
        plain(`usr/share/doc/${name}/copyright`, copyright(spec)),
        plain(`usr/share/doc/${name}/${changelogName(spec.version)}`, changelog(spec)),
        plain(`usr/share/lintian/overrides/${name}`, lintianOverrides(spec)),
        plain(`etc/container-preload/${name}.conf`, device.conffile)
    ];
    const files = [
        ...own,
        ...extra.map(({ source, ...file })=>({
                ...file,
                content: {
                    source
                }
            }))
    ];
    checkCollisions(files.map((file)=>file.path));
    return files;
}
/** What of the control member does not depend on sizes. @param data `dataFiles` as they were written */ function scriptFiles(device, data) {
    return [
        plain('DEBIAN/conffiles', formatConffiles(conffilesOf(data))),
        {
            path: 'DEBIAN/postinst',
            mode: 0o755,
            content: device.postinst
        },
        {
            path: 'DEBIAN/prerm',
            mode: 0o755,
            content: device.prerm
        },
        {
            path: 'DEBIAN/postrm',
            mode: 0o755,
            content: device.postrm
        }
    ];
}
/**
 * manifest.json, which names every file beside the fragments; control with Installed-Size; md5sums of
 * all of the data.
 *
 * @param generator name and version of this program
 */ function describingFiles(spec, generator, { data, scripts, fragments }) {
    const path = `${shareFolder(spec.name)}/manifest.json`;
    const manifestOf = (control)=>{
        const files = [
            ...data,
            ...scripts,
            {
                path: 'DEBIAN/control',
                mode: 0o644,
                sha256: control
            }
        ];
        return formatManifest(packageManifest(spec, generator, files.map(manifestFile)));
    };
    const rest = [
        ...data,
        ...fragments.map((fragment)=>fragmentFile(spec.name, fragment))
    ];
    // control counts the bytes of manifest.json, which names control: any digest makes it as long.
    const control = formatControl(spec, sizeOf$2(spec.name, [
        ...rest,
        sizedFile(path, manifestOf(sha256('')))
    ]));
    const manifest = manifestOf(sha256(control));
    return [
        plain(path, manifest),
        plain('DEBIAN/control', control),
        plain('DEBIAN/md5sums', formatMd5sums([
            ...rest,
            sizedFile(path, manifest)
        ], conffilesOf(data)))
    ];
}
function manifestFile({ path, mode, sha256 }) {
    return {
        path,
        mode: formatMode(mode),
        sha256
    };
}
/** `0755` */ function formatMode(mode) {
    return mode.toString(8).padStart(4, '0');
}
function conffilesOf(files) {
    return files.map((file)=>file.path).filter((path)=>path.startsWith('etc/'));
}
/** KiB */ function sizeOf$2(name, files) {
    const paths = files.map((file)=>file.path);
    return installedSize(files.map((file)=>file.size), folders(name, paths).length);
}
/** Every folder of a package, the root (``) first, parents before their children. */ function folders(name, paths) {
    const share = shareFolder(name);
    const all = new Set([
        '',
        ...ancestors(`${share}/images/x`),
        ...ancestors(`${share}/layers/x`)
    ]);
    for (const path of paths)for (const folder of ancestors(path))all.add(folder);
    return [
        ...all
    ].toSorted(comparePaths);
}
/** Writes files below an existing folder, with their modes whatever the umask; sizes and sums as written. */ async function writeFiles(root, files) {
    const written = [];
    for (const { path, mode, content } of files){
        const target = node_path.join(root, path);
        await promises.mkdir(node_path.dirname(target), {
            recursive: true
        });
        const sum = isSource(content) ? await copy$2(content.source, target) : await write(content, target);
        await promises.chmod(target, mode);
        written.push({
            path,
            mode,
            ...sum
        });
    }
    return written;
}
/** Gives all of a tree its time, and its folders their mode. @param epoch seconds since 1970 */ async function settle(root, paths, folderPaths, epoch) {
    for (const folder of folderPaths){
        await promises.mkdir(node_path.join(root, folder), {
            recursive: true
        });
        await promises.chmod(node_path.join(root, folder), 0o755);
    }
    // The deepest first: nothing may touch a folder after its time was set.
    for (const path of [
        ...paths,
        ...folderPaths.toReversed()
    ]){
        await promises.utimes(node_path.join(root, path), epoch, epoch);
    }
}
function plain(path, content) {
    return {
        path,
        mode: 0o644,
        content
    };
}
function fragmentFile(name, { name: file, size, md5 }) {
    return {
        path: `${shareFolder(name)}/${file}`,
        size,
        md5
    };
}
function checkCollisions(paths) {
    const seen = new Set();
    const parents = new Set(paths.flatMap(ancestors));
    for (const path of paths){
        if (seen.has(path)) throw usageError(`two files of the package are called /${path}`);
        if (parents.has(path)) throw usageError(`/${path} is both a file and a folder of the package`);
        seen.add(path);
    }
}
/** `usr/lib/x` comes to `usr`, `usr/lib`. */ function ancestors(path) {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index)=>parts.slice(0, index + 1).join('/'));
}
function isSource(content) {
    return typeof content === 'object' && 'source' in content;
}
async function write(content, target) {
    const bytes = Buffer.from(content);
    await promises.writeFile(target, bytes);
    return sumsOf(bytes);
}
function sizedFile(path, content) {
    return {
        path,
        ...sumsOf(Buffer.from(content))
    };
}
function sumsOf(bytes) {
    return {
        size: bytes.length,
        md5: hex('md5', bytes),
        sha256: hex('sha256', bytes)
    };
}
function sha256(content) {
    return hex('sha256', Buffer.from(content));
}
function hex(algorithm, bytes) {
    return node_crypto.createHash(algorithm).update(bytes).digest('hex');
}
/** Copies and hashes in one go, so that the sums are those of the copy. */ async function copy$2(source, target) {
    const md5 = node_crypto.createHash('md5');
    const sha256 = node_crypto.createHash('sha256');
    let size = 0;
    await promises$1.pipeline(node_fs.createReadStream(source), async function*(chunks) {
        for await (const chunk of chunks){
            md5.update(chunk);
            sha256.update(chunk);
            size += chunk.length;
            yield chunk;
        }
    }, node_fs.createWriteStream(target));
    return {
        size,
        md5: md5.digest('hex'),
        sha256: sha256.digest('hex')
    };
}

/** Enough of a layer to tell its compression. */ const MAGIC_BYTES = 4;
/** By the first bytes, not by the media type: registries hold layers whose media type is wrong. */ function compressionOf(head) {
    if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return 'gzip';
    if (head.length < MAGIC_BYTES) return 'none';
    const magic = head.readUInt32LE(0);
    const skippable = (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
    return magic === 0xfd2fb528 || skippable ? 'zstd' : 'none';
}
/**
 * @throws Error with what is wrong with the bytes, also with those that follow the last gzip member or
 *   zstd frame
 */ function decompress(chunks, compression, signal) {
    if (compression === 'gzip') return gunzip(chunks);
    return compression === 'zstd' ? unzstd(chunks, signal) : chunks;
}
/**
 * Unpacks zstd by its own program, frame after frame: Node 20 has no zstd, and the library knows whole
 * buffers only. The input is always read to its end, also when it is damaged.
 *
 * @throws Error with what zstd said
 */ async function* unzstd(chunks, signal) {
    // Long windows are allowed: a level 22 has them.
    const argv = [
        'zstd',
        '-dcq',
        '--memory=2048MB'
    ];
    const child = start(argv, {
        signal
    });
    if (!child.stdin || !child.stdout || !child.stderr) throw new Error('zstd without its streams');
    const end = Promise.all([
        ended(child, argv),
        consumers.text(child.stderr),
        feed(chunks, child.stdin)
    ]);
    // Waited for below; a program that is missing must not be an unhandled rejection until then.
    end.catch(()=>undefined);
    try {
        yield* child.stdout;
        const [code, stderr] = await end;
        if (code !== 0) throw new Error(`zstd: ${lastLines(stderr, 1)}`);
    } finally{
        child.kill();
    }
}
const CHUNK$2 = 1024 * 1024;
async function* gunzip(chunks) {
    const stream = require$$1.createGunzip({
        chunkSize: CHUNK$2
    });
    let length = 0;
    const fed = feed(counted(chunks, (bytes)=>{
        length += bytes;
    }), stream);
    fed.catch(()=>undefined);
    try {
        yield* stream;
    } catch (error) {
        // The first header was seen before gzip was chosen: this is about what follows a member.
        if (error.message === 'incorrect header check') throw trailingBytes(error);
        throw error;
    }
    await fed;
    // Node passes over zeros, and all that follows them; Go, in which engines are written, does not.
    if (stream.bytesWritten !== length) throw trailingBytes();
}
function trailingBytes(cause) {
    return new Error('its gzip is followed by bytes that are no gzip', {
        cause
    });
}
async function* counted(chunks, onBytes) {
    for await (const chunk of chunks){
        onBytes(chunk.length);
        yield chunk;
    }
}
async function feed(chunks, into) {
    const closed = require$$8.once(into, 'close').catch(()=>undefined);
    try {
        for await (const chunk of chunks){
            if (into.writable && !into.write(chunk)) {
                await Promise.race([
                    require$$8.once(into, 'drain').catch(()=>undefined),
                    closed
                ]);
            }
        }
        if (into.writable) into.end();
    } catch (error) {
        // Without this, whoever reads the other side would wait for ever.
        into.destroy(error);
        throw error;
    }
}

/** The size field of an ar header has ten decimal digits (deb(5), ar(5)). */ const MAX_MEMBER = 9_999_999_999;
const MAGIC = '!<arch>\n';
const HEADER = 60;
const SIZE_FIELD = 48;
/** A .deb has three, and a signed one some more. */ const MAX_MEMBERS = 16;
/** The members of an ar archive in their order. @throws Error for what is no ar archive */ async function readMembers$1(file) {
    const { size: length } = await file.stat();
    if (await readText$1(file, 0, MAGIC.length) !== MAGIC) throw new Error('not an ar archive');
    const members = [];
    for(let header = MAGIC.length; header < length;){
        const text = await readText$1(file, header, HEADER);
        const digits = text.slice(SIZE_FIELD, SIZE_FIELD + 10).trimEnd();
        if (!text.endsWith('`\n') || !/^\d+$/.test(digits)) throw new Error('a damaged ar header');
        if (members.length === MAX_MEMBERS) throw new Error(`more than ${MAX_MEMBERS} ar members`);
        const size = Number(digits);
        const data = header + HEADER;
        members.push({
            name: text.slice(0, 16).trimEnd(),
            header,
            data,
            size
        });
        header = data + size + size % 2;
    }
    return members;
}
/** The 60 bytes of a member's header, with another size in it. @throws Error beyond `MAX_MEMBER` */ async function resizedHeader(file, member, size) {
    if (size > MAX_MEMBER) throw new Error(`an ar member of ${size} bytes`);
    const header = Buffer.from(await readText$1(file, member.header, HEADER), 'latin1');
    header.write(String(size).padEnd(10), SIZE_FIELD, 'latin1');
    return header;
}
async function readText$1(file, offset, length) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.toString('latin1', 0, bytesRead);
}

/** Tar's unit in bytes: headers are one block, contents are padded to whole blocks. */ const BLOCK = 512;
/**
 * The header as `tar --format=gnu` writes it, which dpkg-deb uses and every dpkg and engine reads:
 * long names in an entry of their own, sizes from 8 GiB on in base 256.
 */ function tarHeader(entry) {
    const path = Buffer.from(entry.path);
    const header = headerBlock({
        ...entry,
        path: path.subarray(0, 100),
        type: '0'
    });
    if (path.length <= 100) return header;
    const long = {
        path: Buffer.from('././@LongLink'),
        size: path.length + 1,
        mode: 0o644,
        mtime: 0,
        type: 'L'
    };
    return Buffer.concat([
        headerBlock(long),
        path,
        Buffer.alloc(paddingOf(path.length + 1) + 1),
        header
    ]);
}
/** Bytes from the end of an entry's data to the next block. */ function paddingOf(size) {
    return (BLOCK - size % BLOCK) % BLOCK;
}
/** The size in a header block, octal or base 256. @throws Error for neither */ function readSize(header) {
    if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
    const digits = header.toString('latin1', 124, 136).replace(/[\0 ]+$/, '');
    if (!/^ *[0-7]+$/.test(digits)) throw new Error('a tar header whose size is no number');
    return Number.parseInt(digits, 8);
}
/** The sum of a header's bytes, its own field taken as spaces. */ function headerSum(header) {
    let sum = 8 * 0x20;
    for (const [index, byte] of header.entries())if (index < 148 || index >= 156) sum += byte;
    return sum;
}
const MAX_OCTAL_SIZE = 0o77777777777;
function headerBlock(entry) {
    const header = Buffer.alloc(BLOCK);
    entry.path.copy(header, 0);
    header.write(octal(entry.mode, 7), 100);
    header.write(octal(0, 7), 108);
    header.write(octal(0, 7), 116);
    if (entry.size > MAX_OCTAL_SIZE) {
        header[124] = 0x80;
        header.writeBigUInt64BE(BigInt(entry.size), 128);
    } else {
        header.write(octal(entry.size, 11), 124);
    }
    header.write(octal(entry.mtime, 11), 136);
    header.write(entry.type, 156);
    header.write('ustar  \0root', 257);
    header.write('root', 297);
    header.write(`${octal(headerSum(header), 6)}\0 `, 148);
    return header;
}
function octal(value, digits) {
    return value.toString(8).padStart(digits, '0');
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

const HINTS = {
    oci: 'oci:PATH[:REFERENCE]',
    'oci-archive': 'oci-archive:PATH[:REFERENCE]',
    'docker-archive': 'docker-archive:PATH[:NAME:TAG]',
    dir: 'dir:PATH',
    'containers-storage': 'containers-storage:NAME:TAG',
    'docker-daemon': 'docker-daemon:NAME:TAG'
};
/** Undefined where the text has none of the local transports. @throws UserError (usage) */ function parseLocal(text, origin) {
    const [transport, location] = cut(text);
    if (location === undefined || !isTransport(transport)) return undefined;
    const fault = locationFault(transport, location);
    if (fault !== undefined) {
        throw usageError(`invalid image ${quote(text)}: ${fault}`, {
            origin,
            hint: HINTS[transport]
        });
    }
    return {
        transport,
        location
    };
}
/**
 * The name and tag that a local image has by what is written; undefined for a `docker-archive:` without
 * a reference, which says so itself.
 *
 * @throws UserError (usage) where neither the text nor the image can tell
 */ function ownName({ transport, location }, origin) {
    if (transport === 'docker-archive' && cut(location)[1] === undefined) return undefined;
    const written = writtenName(transport, location);
    if (written === undefined) {
        throw usageError(`${quote(`${transport}:${location}`)} does not say what the image is called`, {
            origin,
            hint: 'add " as NAME:TAG"'
        });
    }
    return nameAndTag(parseReference(written, origin));
}
function writtenName(transport, location) {
    if (transport === 'dir') return undefined;
    if (isStore(transport)) return storedName(location);
    const reference = cut(location)[1];
    // `@0` counts the images of an archive, and a bare word in an OCI layout is as often a tag as a name.
    if (reference === undefined || reference.startsWith('@')) return undefined;
    return transport === 'docker-archive' || /[/:]/.test(reference) ? reference : undefined;
}
/** `[STORE]NAME@ID` without the store and the ID; undefined where the image is given by its ID alone. */ function storedName(location) {
    const name = location.replace(/^\[[^\]]*\]/, '').replace(/@[a-f0-9]+$/, '');
    return /^(?:(?:sha256:)?[a-f0-9]{64})?$/.test(name) ? undefined : name;
}
function locationFault(transport, location) {
    const [path, reference] = cut(location);
    if (path === '') return isStore(transport) ? 'it names no image' : 'it names no path';
    // An archive holds no registry's manifest that a digest could name.
    const digested = transport === 'docker-archive' && reference?.includes('@sha');
    return digested ? 'an archive knows its images by tag, not by digest' : undefined;
}
function isTransport(text) {
    return Object.hasOwn(HINTS, text);
}
function isStore(transport) {
    return transport === 'containers-storage' || transport === 'docker-daemon';
}
/** skopeo ends the path of an archive or a layout at its first colon. */ function cut(text) {
    const colon = text.indexOf(':');
    return colon < 0 ? [
        text,
        undefined
    ] : [
        text.slice(0, colon),
        text.slice(colon + 1)
    ];
}

const FORM = 'a line is REFERENCE [as NAME:TAG] [fetch-only], without white space in a path';
/**
 * Reads a list of images, one a line, with `#` comments: plain references, Isar's SRC_URI entries and
 * skopeo's transports, mixed as wanted.
 *
 * @throws UserError (usage) for the first line that names no image
 */ function parseLines(text, file) {
    // a byte order mark, and the CR of a CRLF, are white space to what reads the line
    return text.split('\n').flatMap((line, index)=>parseLine(line, {
            file,
            line: index + 1
        }) ?? []);
}
/**
 * Reads `REFERENCE [as NAME:TAG] [fetch-only]`.
 *
 * @param origin the line's; the image's has the column too
 * @returns undefined for a blank line or a comment
 * @throws UserError (usage)
 */ function parseLine(text, origin) {
    const content = text.replace(/(?:^|\s)#.*$/s, '');
    const [written, ...suffix] = content.split(/\s+/).filter((word)=>word !== '');
    if (written === undefined) return undefined;
    const at = {
        ...origin,
        column: content.search(/\S/) + 1
    };
    if (/\p{Cc}/u.test(content.trim().replaceAll('\t', ''))) {
        throw usageError(`control character in ${quote(content.trim())}`, {
            origin: at
        });
    }
    const { givenName, fetchOnly } = parseSuffix(suffix, at);
    const { source, syntax } = parseSource(written, at);
    const name = givenName ?? nameOf(source, at);
    return {
        source,
        ...name === undefined ? {} : {
            name
        },
        fetchOnly,
        written,
        syntax,
        origin: at
    };
}
function parseSuffix(words, origin) {
    const fetchOnly = words.at(-1) === 'fetch-only';
    const [as, name, ...rest] = fetchOnly ? words.slice(0, -1) : words;
    if (as === undefined) return {
        givenName: undefined,
        fetchOnly
    };
    if (as !== 'as' || name === undefined || rest.length > 0) {
        throw usageError(`unexpected ${quote(words.join(' '))} after the reference`, {
            origin,
            hint: FORM
        });
    }
    return {
        givenName: parseName(name, origin),
        fetchOnly
    };
}
/** The name after `as`, normalised. */ function parseName(text, origin) {
    const reference = parseReference(text, origin);
    if (reference.digest === undefined) return nameAndTag(reference);
    throw usageError(`the name ${quote(text)} has a digest`, {
        origin,
        hint: 'a digest belongs to the reference before " as "'
    });
}
function parseSource(written, origin) {
    const local = parseLocal(written, origin);
    if (local !== undefined) return {
        source: local,
        syntax: 'plain'
    };
    const [scheme, rest] = written.split(/:\/\/(.*)/s);
    if (rest !== undefined && scheme !== 'docker') {
        throw usageError(`${quote(written)}: images do not come by ${quote(`${scheme}://`)}`, {
            origin,
            hint: 'write HOST/PATH:TAG or docker://HOST/PATH:TAG'
        });
    }
    const syntax = rest?.includes(';') ? 'isar' : 'plain';
    const reference = syntax === 'isar' ? parseIsar(written, origin) : parseReference(rest ?? written, origin);
    return {
        source: {
            transport: 'docker',
            reference
        },
        syntax
    };
}
function nameOf(source, origin) {
    return source.transport === 'docker' ? nameAndTag(source.reference) : ownName(source, origin);
}

/** 16 MiB: some 200,000 images; a larger file is an archive given by mistake. */ const LARGEST_LIST = 16 * 1024 * 1024;
/**
 * All wanted images: those of the `images` input, then those of the list files in their order, each once.
 *
 * @param images one a line, as in a list file
 * @param imageLists paths
 * @throws UserError (usage) for what cannot be read or understood, for contradictions, and for no image
 */ async function readImages({ images, imageLists }) {
    const all = parseLines(images, 'images');
    for (const file of imageLists)all.push(...await readList(file));
    if (all.length === 0) {
        throw usageError('no image is named', {
            hint: 'give images or an image list'
        });
    }
    return mergeImages(all);
}
/**
 * Drops the repetitions of an image.
 *
 * @throws UserError (usage) where one name stands for two things
 */ function mergeImages(images) {
    const byName = new Map();
    for (const image of images){
        const key = image.name ?? formatSource(image.source);
        const first = byName.get(key);
        if (first === undefined) byName.set(key, image);
        else checkSame(key, first, image);
    }
    return [
        ...byName.values()
    ];
}
/** Where an image comes from, normalised: `docker.io/library/alpine:3.20`, `oci:./out:app`. */ function formatSource(source) {
    return source.transport === 'docker' ? formatReference(source.reference) : `${source.transport}:${source.location}`;
}
/** Reads a list file as text. @throws UserError (usage) for binary content */ function decodeList(bytes, file) {
    const about = {
        origin: {
            file
        },
        hint: 'an image list is UTF-8 text, one reference a line'
    };
    if (bytes.length > LARGEST_LIST) throw usageError('too large for an image list (over 16 MiB)', about);
    if (bytes.includes(0)) throw usageError('binary content (a zero byte) in an image list', about);
    try {
        return new TextDecoder('utf-8', {
            fatal: true
        }).decode(bytes);
    } catch (cause) {
        throw usageError('the image list is not valid UTF-8', {
            ...about,
            cause
        });
    }
}
async function readList(file) {
    const images = parseLines(decodeList(await readStart(file), file), file);
    if (images.length > 0) return images;
    throw usageError('the image list names no image', {
        origin: {
            file
        },
        hint: 'one reference a line'
    });
}
/** One byte more than allowed is enough to see that there is too much, of a device or a pipe as well. */ async function readStart(file) {
    try {
        return await consumers.buffer(node_fs.createReadStream(file, {
            end: LARGEST_LIST
        }));
    } catch (error) {
        const { code, message } = error;
        const why = REASONS$1[String(code)];
        throw usageError(`cannot read the image list ${quote(file)}: ${why ?? message}`, {
            cause: error
        });
    }
}
const REASONS$1 = {
    ENOENT: 'no such file',
    ENOTDIR: 'no such file',
    EISDIR: 'it is a directory',
    EACCES: 'permission denied'
};
function checkSame(name, first, second) {
    const fault = contradiction(first, second);
    if (fault === undefined) return;
    throw usageError(`${name} is named twice, ${fault}: first at ${formatOrigin(first.origin)}`, {
        origin: second.origin,
        hint: 'remove one of them, or name it otherwise with " as NAME:TAG"'
    });
}
function contradiction(first, second) {
    if (identityOf(first.source) !== identityOf(second.source)) {
        return `as ${formatSource(first.source)} and as ${formatSource(second.source)}`;
    }
    return first.fetchOnly === second.fetchOnly ? undefined : 'once fetch-only and once not';
}
/** Two sources with the same identity come to the same bytes; beside a digest the tag does not matter. */ function identityOf(source) {
    if (source.transport !== 'docker') return formatSource(source);
    const { repository, digest } = source.reference;
    return digest === undefined ? formatSource(source) : formatReference({
        repository,
        digest
    });
}

/**
 * Waits for promises that belong together: the first failure ends the others through the signal that
 * `start` is given, and is thrown once all of them have ended, so that nothing goes on behind an error.
 *
 * @throws what failed first
 */ async function together(signal, start) {
    const stop = new AbortController();
    const failures = [];
    const promises = start(AbortSignal.any([
        signal,
        stop.signal
    ]));
    const results = await Promise.allSettled(promises.map((promise)=>promise.catch((error)=>{
            failures.push(error);
            stop.abort(error);
            throw error;
        })));
    if (failures.length > 0) throw failures[0];
    return results.map((result)=>result.value);
}
/**
 * Waits for work that cannot be stopped at any instant: once the signal is given, it has `grace`
 * milliseconds more to end by itself.
 *
 * @throws what the work throws; the reason of the signal
 */ async function soonAfter(signal, grace, work) {
    let timer;
    let giveUp = ()=>{};
    const stopped = new Promise((_, reject)=>{
        giveUp = ()=>{
            timer = setTimeout(()=>reject(signal.reason), grace);
        };
        signal.addEventListener('abort', giveUp, {
            once: true
        });
    });
    try {
        return await Promise.race([
            work,
            stopped
        ]);
    } finally{
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        // Whatever it still comes to, nobody waits for it any more.
        work.catch(()=>undefined);
    }
}

/** The signals that end a build in order, and the exit codes that a shell has for them. */ const EXIT_CODES = {
    SIGINT: 130,
    SIGTERM: 143
};
/** What a build is aborted with when a signal ends it. */ class Interruption extends Error {
    signal;
    constructor(signal){
        super(`ended by ${signal}`);
        this.name = 'Interruption';
        this.signal = signal;
    }
}
/** Milliseconds after which another signal is a second one: ctrl-C under npm arrives twice at once. */ const REPEAT_MS = 300;
/**
 * Aborts with an `Interruption` when ctrl-C or a cancelled job wants this process to end; whoever asks
 * a second time is not kept waiting.
 */ function untilInterrupted() {
    const stop = new AbortController();
    let abortedAt = 0;
    for (const name of Object.keys(EXIT_CODES)){
        process.on(name, ()=>{
            if (!stop.signal.aborted) {
                abortedAt = performance.now();
                stop.abort(new Interruption(name));
            } else if (performance.now() - abortedAt > REPEAT_MS) {
                endNow(name);
            }
        });
    }
    return stop.signal;
}
/**
 * Milliseconds from the signal until work that has not ended by itself is left alone: longer than
 * programs have that are to end, and shorter than the 7.5 seconds that GitHub gives to a job.
 */ const PATIENCE_MS = 6000;
/** Waits for work, but not for ever once the signal is given: some calls of the system never return. */ function unlessStuck(signal, work) {
    return soonAfter(signal, PATIENCE_MS, work);
}
/** Milliseconds for what ends by itself. */ const GRACE_MS = 500;
/**
 * Ends this process once everything is cleared away. A frame of a high level takes up to a minute, and
 * Node waits for its thread, even in `process.exit`; only the signal itself does not. A shell tells
 * both ends by the same code.
 */ function endInterrupted({ signal }) {
    process.exitCode = EXIT_CODES[signal];
    setTimeout(()=>endNow(signal), GRACE_MS).unref();
}
/** As `process.exit`, with its event, but without waiting for threads. */ function endNow(signal) {
    process.emit('exit', EXIT_CODES[signal]);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
}

/*
How it works:
`this.#head` is an instance of `Node` which keeps track of its current value and nests another instance of `Node` that keeps the value that comes after it. When a value is provided to `.enqueue()`, the code needs to iterate through `this.#head`, going deeper and deeper to find the last value. However, iterating through every single item is slow. This problem is solved by saving a reference to the last value as `this.#tail` so that it can reference it to add a new value.
*/

class Node {
	value;
	next;

	constructor(value) {
		this.value = value;
	}
}

class Queue {
	#head;
	#tail;
	#size;

	constructor() {
		this.clear();
	}

	enqueue(value) {
		const node = new Node(value);

		if (this.#head) {
			this.#tail.next = node;
			this.#tail = node;
		} else {
			this.#head = node;
			this.#tail = node;
		}

		this.#size++;
	}

	dequeue() {
		const current = this.#head;
		if (!current) {
			return;
		}

		this.#head = this.#head.next;
		this.#size--;

		// Clean up tail reference when queue becomes empty
		if (!this.#head) {
			this.#tail = undefined;
		}

		return current.value;
	}

	peek() {
		if (!this.#head) {
			return;
		}

		return this.#head.value;

		// TODO: Node.js 18.
		// return this.#head?.value;
	}

	clear() {
		this.#head = undefined;
		this.#tail = undefined;
		this.#size = 0;
	}

	get size() {
		return this.#size;
	}

	* [Symbol.iterator]() {
		let current = this.#head;

		while (current) {
			yield current.value;
			current = current.next;
		}
	}

	* drain() {
		while (this.#head) {
			yield this.dequeue();
		}
	}
}

function pLimit(concurrency) {
	let rejectOnClear = false;

	if (typeof concurrency === 'object') {
		({concurrency, rejectOnClear = false} = concurrency);
	}

	validateConcurrency(concurrency);

	if (typeof rejectOnClear !== 'boolean') {
		throw new TypeError('Expected `rejectOnClear` to be a boolean');
	}

	const queue = new Queue();
	let activeCount = 0;

	const resumeNext = () => {
		// Process the next queued function if we're under the concurrency limit
		if (activeCount < concurrency && queue.size > 0) {
			activeCount++;
			queue.dequeue().run();
		}
	};

	const next = () => {
		activeCount--;
		resumeNext();
	};

	const run = async (function_, resolve, arguments_) => {
		// Execute the function and capture the result promise
		const result = (async () => function_(...arguments_))();

		// Resolve immediately with the promise (don't wait for completion)
		resolve(result);

		// Wait for the function to complete (success or failure)
		// We catch errors here to prevent unhandled rejections,
		// but the original promise rejection is preserved for the caller
		try {
			await result;
		} catch {}

		// Decrement active count and process next queued function
		next();
	};

	const enqueue = (function_, resolve, reject, arguments_) => {
		const queueItem = {reject};

		// Queue the internal resolve function instead of the run function
		// to preserve the asynchronous execution context.
		new Promise(internalResolve => { // eslint-disable-line promise/param-names
			queueItem.run = internalResolve;
			queue.enqueue(queueItem);
		}).then(run.bind(undefined, function_, resolve, arguments_)); // eslint-disable-line promise/prefer-await-to-then

		// Start processing immediately if we haven't reached the concurrency limit
		if (activeCount < concurrency) {
			resumeNext();
		}
	};

	const generator = (function_, ...arguments_) => new Promise((resolve, reject) => {
		enqueue(function_, resolve, reject, arguments_);
	});

	Object.defineProperties(generator, {
		activeCount: {
			get: () => activeCount,
		},
		pendingCount: {
			get: () => queue.size,
		},
		clearQueue: {
			value() {
				if (!rejectOnClear) {
					queue.clear();
					return;
				}

				const abortError = AbortSignal.abort().reason;

				while (queue.size > 0) {
					queue.dequeue().reject(abortError);
				}
			},
		},
		concurrency: {
			get: () => concurrency,

			set(newConcurrency) {
				validateConcurrency(newConcurrency);
				concurrency = newConcurrency;

				queueMicrotask(() => {
					// eslint-disable-next-line no-unmodified-loop-condition
					while (activeCount < concurrency && queue.size > 0) {
						resumeNext();
					}
				});
			},
		},
		map: {
			async value(iterable, function_) {
				const promises = [];

				try {
					Array.from(iterable, (value, index) => {
						const promise = generator(function_, value, index);
						promises.push(promise);
						return promise;
					});
				} catch (error) {
					// The iterable threw, so `Promise.all` never observes the already scheduled promises. Observe them here to avoid unhandled rejections.
					for (const promise of promises) {
						promise.catch(() => {}); // eslint-disable-line promise/prefer-await-to-then
					}

					throw error;
				}

				return Promise.all(promises);
			},
		},
	});

	return generator;
}

function validateConcurrency(concurrency) {
	if (!((Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY) && concurrency > 0)) {
		throw new TypeError('Expected `concurrency` to be a number from 1 and up');
	}
}

/**
 * Checks all fields, and that the extra files are there.
 *
 * @throws UserError (usage) for the first one that Debian does not allow
 */ async function checkPackageFields(fields) {
    parsePackageName(fields.name);
    debFileName(fields);
    parseMaintainer(fields.maintainer);
    parseDescription(fields.description);
    parseSection(fields.section);
    parseDepends(fields.depends, fields);
    return findExtraFiles(fields.files, fields.name);
}
/** `NAME_VERSION_ARCH.deb`, the version without its epoch. @throws UserError (usage) */ function debFileName(fields) {
    const version = fileVersion(parseDebianVersion(fields.version));
    const name = `${fields.name}_${version}_${fields.architecture}.deb`;
    if (name.length > 255) {
        throw usageError(`the file name ${name} has more than 255 characters`, {
            hint: 'choose a shorter package name or version'
        });
    }
    return name;
}

/**
 * Makes a folder and those above it, where they are not there. Node's own `recursive` does not say
 * that a file system is read-only, and never ends where nothing can be made, as in /proc.
 *
 * @throws UserError (failure) where the file system has no folders of ours; EEXIST with the path of
 *   what is in the way
 */ async function makeFolder(path) {
    if (await isFolder(path)) return;
    await makeFolder(node_path.dirname(path));
    try {
        await promises.mkdir(path);
    } catch (error) {
        const { code } = error;
        if (code === 'EEXIST' && await isFolder(path)) return;
        if (code !== 'ENOENT') throw error;
        throw failure(`no folder can be made here: ${path}`, {
            hint: 'choose other folders with cache-dir and output-dir',
            cause: error
        });
    }
}
async function isFolder(path) {
    return promises.stat(path).then((found)=>found.isDirectory(), ()=>false);
}

/** GNU tar fills its archives up to records of 20 blocks, and so does dpkg-deb by way of it. */ const RECORD = 20 * BLOCK;
/** The two zero blocks after the last entry, filled up to a record. @param length bytes before them */ function tarEnd(length) {
    const end = length + 2 * BLOCK;
    return Math.ceil(end / RECORD) * RECORD - length;
}
/**
 * Where the entries of a tar end and its zero blocks begin.
 *
 * @param start offset of the tar in the file
 * @param length bytes of the tar, at most
 * @throws Error for what is no tar
 */ async function endOfEntries(file, start, length) {
    const header = Buffer.alloc(BLOCK);
    let offset = start;
    while(offset + BLOCK <= start + length){
        await file.read(header, 0, BLOCK, offset);
        if (header.every((byte)=>byte === 0)) return offset;
        const size = readSize(header);
        offset += BLOCK + size + paddingOf(size);
    }
    throw new Error('a tar without its end');
}

const TEMPLATES = [
    'load',
    'service',
    'target',
    'conffile',
    'postinst',
    'prerm',
    'postrm',
    'README.Debian'
];
/** @param deviceDir the folder device/ of this program */ async function readTemplates(deviceDir) {
    const texts = await Promise.all(TEMPLATES.map(async (name)=>[
            name,
            await promises.readFile(node_path.join(deviceDir, name), 'utf8')
        ]));
    return Object.fromEntries(texts);
}
/** Fills `@NAME@` and the like. @throws Error for a place that nobody fills */ function renderTemplates(templates, spec) {
    // All of these were checked before: none holds a character that a shell or systemd would take.
    const values = {
        NAME: spec.name,
        ENGINE: spec.engine,
        DELETE_AFTER_LOAD: spec.deleteAfterLoad ? 'yes' : 'no'
    };
    return Object.fromEntries(TEMPLATES.map((name)=>[
            name,
            render(name, templates[name], values)
        ]));
}
function render(template, text, values) {
    return text.replaceAll(/@([A-Z_]+)@/g, (place, name)=>{
        const value = values[name];
        if (value === undefined) throw new Error(`device/${template}: nothing to put into ${place}`);
        return value;
    });
}

/**
 * Builds NAME_VERSION_ARCH.deb. dpkg-deb makes the small part; the fragments are then copied into its
 * data member, so that the payload is written once: dpkg-deb itself would spool all of it in TMPDIR.
 *
 * The file appears by rename when it is whole; on every other way out nothing is left in `outputDir`.
 *
 * @throws UserError (usage) for a field that Debian does not allow; (failure) for a fragment that is
 *   not what its digest says, a package that is too large, no space, no permission
 */ async function buildPackage(spec, options) {
    const extra = await checkPackageFields(spec);
    checkImages(spec.images);
    checkEpoch(spec.epoch);
    const fileName = debFileName(spec);
    const fragments = distinctFragments(spec);
    checkDebSize(fragments.map((fragment)=>fragment.size));
    const work = await promises.mkdtemp(node_path.join(options.workDir, 'deb-'));
    try {
        const skeleton = await buildSkeleton(spec, extra, fragments, work, options);
        return await writeDeb(skeleton, spec, fragments, fileName, options);
    } finally{
        await promises.rm(work, {
            recursive: true,
            force: true
        });
    }
}
/**
 * Refuses what cannot be one .deb: its data member ends at 9,999,999,999 bytes.
 *
 * @param sizes bytes of the fragments, each once
 * @param rest bytes of the data member beside them
 * @throws UserError (failure)
 */ function checkDebSize(sizes, rest = tarEnd(0)) {
    const entries = sizes.map((size)=>3 * 512 + size + paddingOf(size));
    const total = entries.reduce((sum, size)=>sum + size, rest);
    if (total > MAX_MEMBER) {
        throw failure(`the images come to ${total} bytes, and a .deb cannot hold more than ${MAX_MEMBER}`, {
            hint: 'put them into several packages, or choose a higher compression level'
        });
    }
}
function checkImages(images) {
    if (images.length === 0) throw usageError('a package without images: name at least one');
    const references = new Set(images.map((image)=>image.reference));
    if (references.size !== images.length) throw new Error('two images of one reference');
}
/** Eleven octal digits: what the time field of a tar header holds. */ const MAX_EPOCH = 0o77777777777;
function checkEpoch(epoch) {
    if (Number.isInteger(epoch) && epoch >= 0 && epoch <= MAX_EPOCH) return;
    throw usageError(`SOURCE_DATE_EPOCH ${epoch} is no time that a package can have`, {
        hint: `seconds since 1970, at most ${MAX_EPOCH}`
    });
}
/** Every fragment once, in the order of their names. */ function distinctFragments(spec) {
    const byName = new Map();
    for (const image of spec.images){
        for (const fragment of [
            ...image.layers.map((layer)=>layer.fragment),
            image.imageFragment
        ]){
            const same = byName.get(fragment.name);
            if (same !== undefined && same.sha256 !== fragment.sha256) {
                throw new Error(`two fragments are called ${fragment.name}`);
            }
            byName.set(fragment.name, fragment);
        }
    }
    return [
        ...byName.values()
    ].toSorted((a, b)=>comparePaths(a.name, b.name));
}
/** The package without its fragments. Returns the path of the .deb. */ async function buildSkeleton(spec, extra, fragments, work, options) {
    const device = renderTemplates(await readTemplates(options.deviceDir), spec);
    const root = node_path.join(work, 'root');
    const deb = node_path.join(work, 'skeleton.deb');
    await guarded(work, async ()=>{
        const data = await writeFiles(root, dataFiles(spec, device, extra));
        const scripts = await writeFiles(root, scriptFiles(device, data));
        const last = describingFiles(spec, options.generator, {
            data,
            scripts,
            fragments
        });
        await writeFiles(root, last);
        const paths = [
            ...data,
            ...scripts,
            ...last
        ].map((file)=>file.path);
        await settle(root, paths, folders(spec.name, paths), spec.epoch);
    });
    await mustRun(skeletonArgv(root, deb), {
        env: {
            PATH: process.env.PATH,
            LC_ALL: 'C',
            TMPDIR: work,
            SOURCE_DATE_EPOCH: String(spec.epoch)
        },
        signal: options.signal
    });
    return deb;
}
/**
 * The data are compressed already, and can be added to at the end when the member is not. The control
 * member goes with them: its default compressor is zstd on Ubuntu, which dpkg before Debian 12 cannot
 * read.
 */ function skeletonArgv(root, deb) {
    return [
        'dpkg-deb',
        '--root-owner-group',
        '-Znone',
        '--build',
        root,
        deb
    ];
}
async function writeDeb(skeletonPath, spec, fragments, fileName, options) {
    const { outputDir } = options;
    const path = node_path.join(outputDir, fileName);
    const temporary = node_path.join(outputDir, `.${fileName.slice(0, 200)}.part-${node_crypto.randomBytes(6).toString('hex')}`);
    const skeleton = await promises.open(skeletonPath, 'r');
    try {
        const deb = await guarded(outputDir, async ()=>{
            await makeFolder(outputDir);
            return promises.open(temporary, 'wx');
        });
        try {
            const writer = new DebWriter(deb, options);
            const sha256 = await guarded(outputDir, async ()=>{
                await splice(skeleton, spec, fragments, writer);
                const digest = await writer.finish();
                await promises.rename(temporary, path);
                return digest;
            });
            return {
                path,
                size: writer.written,
                sha256
            };
        } finally{
            await deb.close();
            await promises.rm(temporary, {
                force: true
            });
        }
    } finally{
        await skeleton.close();
    }
}
/** Copies dpkg-deb's archive and adds the fragments to the end of its last member, the data. */ async function splice(skeleton, spec, fragments, writer) {
    const data = (await readMembers$1(skeleton)).at(-1);
    if (data?.name !== 'data.tar') throw new Error(`the last member is ${data?.name}, not data.tar`);
    const end = await endOfEntries(skeleton, data.data, data.size);
    const headers = fragments.map((fragment)=>tarHeader(tarEntry(spec, fragment)));
    const entries = fragments.reduce((sum, { size }, index)=>sum + (headers[index]?.length ?? 0) + size + paddingOf(size), end - data.data);
    const length = entries + tarEnd(entries);
    checkDebSize([], length);
    writer.total = data.data + length;
    await writer.copy(skeleton, 0, data.header);
    await writer.write(await resizedHeader(skeleton, data, length));
    await writer.copy(skeleton, data.data, end - data.data);
    for (const [index, fragment] of fragments.entries()){
        await writer.write(headers[index] ?? Buffer.alloc(0));
        await copyFragment(fragment, writer);
        await writer.write(Buffer.alloc(paddingOf(fragment.size)));
    }
    await writer.write(Buffer.alloc(length - entries));
}
function tarEntry(spec, { name, size }) {
    return {
        path: `./${shareFolder(spec.name)}/${name}`,
        size,
        mode: 0o644,
        mtime: spec.epoch
    };
}
/** Copies a fragment, whose size and digest must be what they were when it was made. */ async function copyFragment(fragment, writer) {
    const hash = node_crypto.createHash('sha256');
    const start = writer.written;
    for (const piece of typeof fragment.path === 'string' ? [
        fragment.path
    ] : fragment.path){
        const left = fragment.size - (writer.written - start);
        if (typeof piece === 'string') await copyFile(fragment, piece, left, hash, writer);
        else await writer.write(piece, hash);
    }
    if (writer.written - start !== fragment.size) throw damaged(fragment, 'its size is another');
    if (hash.digest('hex') !== fragment.sha256) throw damaged(fragment, 'its sha256 is another');
}
/** @param left bytes of the fragment that are still missing: a longer file is not copied */ async function copyFile(fragment, path, left, hash, writer) {
    const file = await promises.open(path, 'r').catch((error)=>{
        throw failure(`${path} of ${fragment.name} cannot be read: ${error.code}`, {
            cause: error
        });
    });
    try {
        const { size } = await file.stat();
        if (size > left) throw damaged(fragment, `${path} has ${size} bytes instead of ${left}`);
        await writer.copy(file, 0, size, hash);
    } finally{
        await file.close();
    }
}
function damaged(fragment, why) {
    const from = typeof fragment.path === 'string' ? ` (${fragment.path})` : '';
    return failure(`fragment ${fragment.name}${from} is damaged: ${why}`, {
        hint: 'empty the cache and build again'
    });
}
const CHUNK$1 = 1024 * 1024;
/**
 * Writes the .deb from its start to its end, and knows its sha256. A chunk is hashed and the next one
 * read while it is being written.
 */ class DebWriter {
    written = 0;
    total = 0;
    #file;
    #options;
    #hash = node_crypto.createHash('sha256');
    // Two, since one is filled while the other is written.
    #free = Buffer.allocUnsafe(CHUNK$1);
    #busy = Buffer.allocUnsafe(CHUNK$1);
    #writing = Promise.resolve();
    constructor(file, options){
        this.#file = file;
        this.#options = options;
    }
    /** Waits until all is written and on the disk. Returns the sha256, in hex. */ async finish() {
        await this.#writing;
        await this.#file.sync();
        return this.#hash.digest('hex');
    }
    /**
   * Writes bytes, which must stay as they are until the next write has begun.
   *
   * @param also is fed with the same bytes
   */ async write(bytes, also) {
        await this.#writing;
        this.#options.signal?.throwIfAborted();
        // A write may take fewer bytes than it is given: writeFile goes on until all are there.
        this.#writing = this.#file.writeFile(bytes);
        // Waited for at the next write; nobody may wait for it when something else fails before.
        this.#writing.catch(()=>undefined);
        this.#hash.update(bytes);
        also?.update(bytes);
        this.written += bytes.length;
        this.#options.onProgress?.(this.written, this.total);
    }
    /** Copies a part of another file. @param also is fed with the same bytes */ async copy(from, start, length, also) {
        for(let done = 0; done < length;){
            const buffer = this.#free;
            const wanted = Math.min(CHUNK$1, length - done);
            const { bytesRead } = await from.read(buffer, 0, wanted, start + done);
            if (bytesRead === 0) throw failure('a file became shorter while it was packed');
            await this.write(buffer.subarray(0, bytesRead), also);
            this.#free = this.#busy;
            this.#busy = buffer;
            done += bytesRead;
        }
    }
}
const REASONS = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file system takes no file of this size',
    ENOTDIR: 'it is no folder',
    EEXIST: 'it is no folder',
    EISDIR: 'a folder of the same name is there',
    ELOOP: 'symbolic links lead to each other',
    ENAMETOOLONG: 'a name in it is too long'
};
/** Runs what writes into a folder; what a user can mend there becomes one line. */ async function guarded(folder, work) {
    try {
        return await work();
    } catch (error) {
        const reason = REASONS[error.code ?? ''];
        if (reason === undefined) throw error;
        throw failure(`cannot write to ${folder}: ${reason}`, {
            cause: error
        });
    }
}

/**
 * The ELF machines (System V ABI, e_machine) that a Debian architecture's kernel runs; the 32-bit
 * sibling is among them, since its programs run in a 64-bit image too.
 */ const MACHINES = {
    amd64: [
        62,
        3
    ],
    arm64: [
        183,
        40
    ],
    armhf: [
        40
    ],
    armel: [
        40
    ],
    i386: [
        3
    ],
    ppc64el: [
        21
    ],
    s390x: [
        22
    ],
    riscv64: [
        243
    ],
    loong64: [
        258
    ]
};
const MACHINE_NAMES = {
    3: 'i386',
    21: 'ppc64',
    22: 's390',
    40: '32-bit ARM',
    62: 'amd64',
    183: 'arm64',
    243: 'RISC-V',
    258: 'LoongArch'
};
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MAX_LINKS = 40;
/**
 * What the entrypoint's program is compiled for, if that is something the architecture cannot run:
 * `/usr/bin/app is for arm64`. Undefined when it fits, and when the program is not found: an image
 * may get its program from a volume.
 *
 * @param layers notes of every layer, from the bottom to the top
 */ function foreignEntrypoint(command, layers, architecture) {
    const program = command.Entrypoint?.[0] ?? command.Cmd?.[0];
    if (!program) return undefined;
    for (const path of candidates(program, command.Env ?? [])){
        const machine = machineOf(path, layers, 0);
        if (machine !== undefined) {
            if (MACHINES[architecture].includes(machine)) return undefined;
            return `${path} is for ${MACHINE_NAMES[machine] ?? `ELF machine ${machine}`}`;
        }
    }
    return undefined;
}
function candidates(program, env) {
    if (program.includes('/')) return [
        node_path.posix.resolve('/', program)
    ];
    const path = env.find((entry)=>entry.startsWith('PATH='))?.slice('PATH='.length);
    return (path ?? DEFAULT_PATH).split(':').map((folder)=>node_path.posix.resolve('/', folder, program));
}
/** Follows links in every component of the path, and a script to its interpreter. */ function machineOf(path, layers, links) {
    if (links > MAX_LINKS) return undefined;
    const parts = path.split('/').filter((part)=>part !== '');
    for (const [index] of parts.entries()){
        const prefix = parts.slice(0, index + 1).join('/');
        const note = topmost(prefix, layers);
        if (note === undefined) continue;
        if ('machine' in note) return note.machine;
        if ('interpreter' in note) return machineOf(note.interpreter, layers, links + 1);
        if ('gone' in note) return undefined;
        const target = node_path.posix.resolve('/', node_path.posix.dirname(prefix), note.link);
        return machineOf(node_path.posix.join(target, ...parts.slice(index + 1)), layers, links + 1);
    }
    return undefined;
}
function topmost(path, layers) {
    return layers.findLast((notes)=>Object.hasOwn(notes, path))?.[path];
}

/** Bytes that are given of a member's content. */ const START = 256;
/** As Go's archive/tar has it: an extended header is held in memory. */ const MAX_EXTENDED = 1024 * 1024;
/**
 * Reads the members of a tar that comes in pieces: v7, ustar, pax and GNU. It takes what container
 * engines take, which read with Go's archive/tar and unpack seven types: the tar ends at two zero
 * blocks whatever follows, or without them at a member's end.
 *
 * @param onMember gets each member and the first bytes of its content
 * @returns both functions throw an Error that says what is wrong with the tar
 */ function readMembers(onMember) {
    const parser = parse(onMember);
    let wish = parser.next();
    let taken = [];
    let left = wish.done ? 0 : wish.value.bytes;
    // What was wished for may be no bytes at all.
    const grant = ()=>{
        while(!wish.done && left === 0){
            wish = parser.next(taken.length === 1 ? taken[0] : Buffer.concat(taken));
            taken = [];
            left = wish.done ? 0 : wish.value.bytes;
        }
    };
    return {
        write (chunk) {
            for(let at = 0; at < chunk.length && !wish.done; grant()){
                const part = chunk.subarray(at, at + left);
                if (wish.value.keep) taken.push(part);
                at += part.length;
                left -= part.length;
            }
        },
        end () {
            const complete = wish.done || wish.value.mayEnd && taken.length === 0;
            if (!complete) throw new Error('Unexpected end of data');
        }
    };
}
const take = (bytes)=>({
        bytes,
        keep: true,
        mayEnd: false
    });
const header = {
    bytes: BLOCK,
    keep: true,
    mayEnd: true
};
const passOver = (bytes)=>({
        bytes,
        keep: false,
        mayEnd: false
    });
const padding = (size)=>({
        bytes: paddingOf(size),
        keep: false,
        mayEnd: true
    });
/** Is given what it wishes for, and ends where the tar ends. */ function* parse(onMember) {
    let extended = {};
    for(;;){
        const block = yield header;
        if (isZero(block)) {
            if (isZero((yield header))) return;
            throw invalid('one block of zeros, and then more');
        }
        const own = readHeader(block);
        if (EXTENDED.includes(own.type)) {
            if (own.size > MAX_EXTENDED) throw invalid(`an extended header of ${own.size} bytes`);
            extended = {
                ...extended,
                ...readExtended(own.type, (yield take(own.size)))
            };
            yield padding(own.size);
            continue;
        }
        const member = asEnginesDo({
            ...own,
            ...extended
        });
        extended = {};
        const start = yield take(Math.min(START, member.size));
        onMember(member, start);
        yield passOver(member.size - start.length);
        yield padding(member.size);
    }
}
/** A global pax header, a pax header, GNU's long name and long target of a link. */ const EXTENDED = [
    'g',
    'x',
    'L',
    'K'
];
/** Types of which nothing but the header is in the tar, whatever size that says. */ const HEADER_ONLY = [
    '1',
    '2',
    '3',
    '4',
    '5',
    '6'
];
const REFUSED = {
    '7': 'a contiguous file',
    D: "GNU's list of a directory",
    M: 'the rest of a file on another volume',
    S: "GNU's sparse file of the old format",
    V: 'the name of a volume'
};
/** @throws Error for a type that engines do not unpack */ function asEnginesDo(member) {
    // Tars of before 1988 know neither a type for files nor one for directories.
    const v7 = member.name.endsWith('/') ? '5' : '0';
    const type = member.type === '\0' ? v7 : member.type;
    if (HEADER_ONLY.includes(type)) return {
        ...member,
        type,
        size: 0
    };
    if (type === '0') return {
        ...member,
        type
    };
    const what = REFUSED[type] === undefined ? '' : ` (${REFUSED[type]})`;
    throw new Error(`${quote(member.name)} has the type ${quote(type)}${what}, which container engines refuse`);
}
function readHeader(block) {
    if (!isSum(readNumber(block, 148, 8), block)) throw invalid('its checksum is wrong');
    // Owner, group and time are not used here, but engines refuse what is no number there.
    for (const [at, length] of OTHER_NUMBERS)readNumber(block, at, length);
    const size = readNumber(block, 124, 12);
    if (size < 0) throw invalid(`a size of ${size} bytes`);
    const name = readText(block, 0, 100);
    const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? readText(block, 345, 155) : '';
    return {
        type: block.toString('latin1', 156, 157),
        name: prefix === '' ? name : `${prefix}/${name}`,
        linkname: readText(block, 157, 100),
        mode: readNumber(block, 100, 8),
        size
    };
}
const OTHER_NUMBERS = [
    [
        108,
        8
    ],
    [
        116,
        8
    ],
    [
        136,
        12
    ]
];
/** Of bytes, or of signed bytes as some old programs have it; its own field counts as spaces. */ function isSum(sum, block) {
    let plain = 8 * 0x20;
    let negative = 0;
    // An index: this runs over every header, and iterators are ten times slower.
    for(let at = 0; at < BLOCK; at += at === 147 ? 9 : 1){
        const byte = block[at];
        plain += byte;
        if (byte > 127) negative += 256;
    }
    return sum === plain || sum === plain - negative;
}
/** Octal digits between spaces and zero bytes, none being 0; or base 256 in two's complement. */ function readNumber(block, at, length) {
    const field = block.subarray(at, at + length);
    const first = field[0];
    if (first > 127) {
        const inverse = first & 0x40 ? 0xff : 0;
        let value = 0;
        for (const [index, byte] of field.entries()){
            value = value * 256 + ((byte ^ inverse) & (index === 0 ? 0x7f : 0xff));
        }
        return inverse ? -value - 1 : value;
    }
    const digits = /^[ \0]*([0-7]*)(?:[ \0]*|\0.*)$/s.exec(field.toString('latin1'))?.[1];
    if (digits === undefined) throw invalid(`the number ${quote(field.toString('latin1'))}`);
    return digits === '' ? 0 : Number.parseInt(digits, 8);
}
function readExtended(type, content) {
    if (type === 'L') return {
        name: readText(content, 0, content.length)
    };
    if (type === 'K') return {
        linkname: readText(content, 0, content.length)
    };
    const records = readRecords(content);
    // No engine applies a global header to the members that follow it.
    return type === 'x' ? named(records) : {};
}
/** An empty value takes nothing away from the header. */ function named(records) {
    const [name, linkname, size] = [
        'path',
        'linkpath',
        'size'
    ].map((key)=>records.get(key) || '');
    if (size && !/^\d+$/.test(size)) throw invalid(`a size of ${quote(size)} bytes`);
    return {
        ...name && {
            name
        },
        ...linkname && {
            linkname
        },
        ...size && {
            size: +size
        }
    };
}
/** Pax's records: `LENGTH KEY=VALUE` and a newline each, the length that of the whole record. */ function readRecords(content) {
    const records = new Map();
    for(let at = 0; at < content.length;){
        const digits = /^(\d+) /.exec(content.toString('latin1', at, at + 20))?.[1] ?? '';
        const end = at + Number(digits);
        const record = content.toString('utf8', at + digits.length + 1, end);
        const equals = record.indexOf('=');
        if (equals < 1 || end > content.length || !record.endsWith('\n')) {
            throw invalid('a pax record that is none');
        }
        records.set(record.slice(0, equals), record.slice(equals + 1, -1));
        at = end;
    }
    return records;
}
function readText(bytes, at, length) {
    const field = bytes.subarray(at, at + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end === -1 ? length : end);
}
const ZEROS = Buffer.alloc(BLOCK);
function isZero(block) {
    return block.equals(ZEROS);
}
function invalid(what) {
    return new Error(`Invalid tar header: ${what}`);
}

/** The entrypoint check is a help, not a promise: an odd layer with more paths goes without. */ const MAX_NOTES = 100_000;
/**
 * Reads a tar as it streams by: checks that it is one that container engines take, and notes its
 * programs and links.
 *
 * @returns `end` gives the notes; both throw an Error that says what is wrong with the tar
 */ function scanLayer() {
    const notes = new Map();
    const reader = readMembers((member, start)=>{
        const note = noteOf(member, start);
        // A whiteout hides what lower layers have, never its neighbour in the same layer.
        const hides = note !== undefined && 'gone' in note[1] && notes.has(note[0]);
        if (note && !hides && notes.size < MAX_NOTES) notes.set(note[0], note[1]);
    });
    return {
        write: reader.write,
        end () {
            reader.end();
            return Object.fromEntries(notes);
        }
    };
}
const WHITEOUT = '.wh.';
function noteOf(member, start) {
    const path = relativePath(member.name);
    const slash = path.lastIndexOf('/') + 1;
    if (path.startsWith(WHITEOUT, slash)) {
        return [
            path.slice(0, slash) + path.slice(slash + WHITEOUT.length),
            {
                gone: true
            }
        ];
    }
    if (member.type === '1') return [
        path,
        {
            link: `/${relativePath(member.linkname)}`
        }
    ];
    if (member.type === '2') return [
        path,
        {
            link: member.linkname
        }
    ];
    if (member.type !== '0' || (member.mode & 0o111) === 0) return undefined;
    if (start.length >= 20 && start.readUInt32BE(0) === 0x7f454c46) {
        const machine = start[5] === 2 ? start.readUInt16BE(18) : start.readUInt16LE(18);
        return [
            path,
            {
                machine
            }
        ];
    }
    const script = /^#![ \t]*(\/[^\s]+)/.exec(start.toString('latin1'));
    return script?.[1] ? [
        path,
        {
            interpreter: script[1]
        }
    ] : undefined;
}
function relativePath(name) {
    return name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
}

/** The blob's bytes are not those of its digest: to be thrown away and fetched again. */ class DamagedBlobError extends Error {
    blob;
    constructor(blob){
        super(`the bytes of blob ${blob} do not match its digest`);
        this.name = 'DamagedBlobError';
        this.blob = blob;
    }
}
/**
 * Streams a layer's blob once: decompresses it, hashes both sides, checks that it is a tar.
 *
 * @param sink gets every uncompressed byte, before the digests are known to be right
 * @returns the uncompressed size in bytes and what the layer says about programs
 * @throws DamagedBlobError; UserError (failure) when the blob is what the registry promised and
 *   still no valid layer
 */ async function readLayer(layer, sink, signal) {
    const blobHash = node_crypto.createHash(algorithmOf(layer.blob));
    const diffHash = node_crypto.createHash(algorithmOf(layer.diffId));
    const scan = scanLayer();
    let unpackedSize = 0;
    try {
        await checkSize$1(layer);
        const compression = compressionOf(await firstBytes(layer.path));
        const bytes = hashed(layer.path, blobHash);
        for await (const chunk of decompress(bytes, compression, signal)){
            signal?.throwIfAborted();
            diffHash.update(chunk);
            unpackedSize += chunk.length;
            scan.write(chunk);
            await sink(chunk);
        }
        const notes = scan.end();
        if (`${algorithmOf(layer.blob)}:${blobHash.digest('hex')}` !== layer.blob) {
            throw new DamagedBlobError(layer.blob);
        }
        const diffId = `${algorithmOf(layer.diffId)}:${diffHash.digest('hex')}`;
        if (diffId !== layer.diffId) {
            throw new Error(`its uncompressed bytes are ${diffId}, but its config says ${layer.diffId}`);
        }
        return {
            unpackedSize,
            notes
        };
    } catch (error) {
        signal?.throwIfAborted();
        if (!isContentError(error)) throw error;
        // Damaged bytes mostly show as a broken stream first: the digest of the whole file decides.
        if (!await hashesTo(layer.path, layer.blob)) throw new DamagedBlobError(layer.blob);
        throw failure(`layer ${layer.blob} is not valid: ${error.message}`, {
            hint: 'its bytes are those that the manifest promises: the image itself must be built again',
            cause: error
        });
    }
}
/**
 * The uncompressed size that a blob tells before it is read: right for most blobs, and not to be relied
 * on. Undefined where it tells none.
 */ async function promisedSize(path) {
    const file = await promises.open(path);
    try {
        const { size } = await file.stat();
        const head = await readAt(file, 0, MAGIC_BYTES);
        const compression = compressionOf(head);
        if (compression === 'none') return size;
        // RFC 1952, 2.3.1: the last member's size modulo 2^32.
        return compression === 'gzip' && size >= GZIP_LEAST ? (await readAt(file, size - 4, 4)).readUInt32LE() : undefined;
    } finally{
        await file.close();
    }
}
/** Bytes of header and trailer. */ const GZIP_LEAST = 18;
/** skopeo compares digests alone; archives and engines go by the size. */ async function checkSize$1({ path, size: promised }) {
    if (promised === undefined) return;
    const { size } = await promises.stat(path);
    if (size !== promised) throw new Error(`manifest says ${promised} bytes, blob has ${size}`);
}
/** Whether a file has the bytes of a digest. */ async function hashesTo(path, digest) {
    const hash = node_crypto.createHash(algorithmOf(digest));
    for await (const chunk of node_fs.createReadStream(path, {
        highWaterMark: CHUNK
    }))hash.update(chunk);
    return `${algorithmOf(digest)}:${hash.digest('hex')}` === digest;
}
const CHUNK = 1024 * 1024;
async function firstBytes(path) {
    const file = await promises.open(path);
    try {
        return await readAt(file, 0, MAGIC_BYTES);
    } finally{
        await file.close();
    }
}
async function readAt(file, position, length) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
}
async function* hashed(path, hash) {
    for await (const chunk of node_fs.createReadStream(path, {
        highWaterMark: CHUNK
    })){
        hash.update(chunk);
        yield chunk;
    }
}
/** Anything but an error of the operating system or one that was made for people already. */ function isContentError(error) {
    if (!require$$8$1.isNativeError(error) || error.name !== 'Error') return false;
    const { code, syscall } = error;
    return syscall === undefined && (code === undefined || code.startsWith('Z_'));
}

const MiB = 1 << 20;
/** Up to here zstd looks back 2 MiB at most, and compresses about as fast as one thread decompresses. */ const LOW_LEVEL = 7;
/** From here on zstd's tables, some 90 MB a frame, are what costs memory. */ const HIGH_LEVEL = 16;
/**
 * Frames lose the matches that reach over their borders, and cost memory: their content and, while
 * they are compressed, the result. Small ones let the first begin and the last end sooner.
 */ function frameSizeOf(level) {
    return (level <= LOW_LEVEL ? 8 : 32) * MiB;
}
/** Frames that are filled while others are compressed. */ function framesAhead(level, jobs) {
    if (level <= LOW_LEVEL) return jobs;
    return level < HIGH_LEVEL ? 1 : 0;
}
/** @param jobs frames compressed at once; libuv's thread pool must have as many threads */ async function createFramePool(level, jobs, compressor) {
    const compressFrame = await createCompressor();
    const compressing = pLimit(jobs);
    const frameSize = frameSizeOf(level);
    let unborn = jobs + framesAhead(level, jobs);
    const idle = [];
    const waiting = [];
    return {
        level,
        frameSize,
        async acquire () {
            const buffer = idle.pop();
            if (buffer) return buffer;
            if (unborn > 0) {
                unborn -= 1;
                return Buffer.allocUnsafeSlow(frameSize);
            }
            return new Promise((resolve)=>waiting.push(resolve));
        },
        release (buffer) {
            const next = waiting.shift();
            if (next) next(buffer);
            else idle.push(buffer);
        },
        compress: (bytes)=>compressing(()=>level < HIGH_LEVEL ? compressFrame(bytes, level) : compressHard(bytes, level, compressFrame))
    };
}
/** Samples of a frame, spread evenly over it, tell whether it is compressed or encrypted already. */ const SAMPLES = 16;
const SAMPLE_SIZE = 64 * 1024;
const INCOMPRESSIBLE = 0.97;
/**
 * What level 1 cannot shrink no level can: such content is left to it, and costs neither the time of
 * a high level nor, with results as large as itself, the memory.
 */ async function compressHard(bytes, level, compressFrame) {
    const sample = sampleOf(bytes);
    const pieces = await compressFrame(sample, 1);
    const size = pieces.reduce((sum, piece)=>sum + piece.length, 0);
    return compressFrame(bytes, size > INCOMPRESSIBLE * sample.length ? 1 : level);
}
function sampleOf(bytes) {
    if (bytes.length <= SAMPLES * SAMPLE_SIZE) return bytes;
    const stride = Math.floor(bytes.length / SAMPLES);
    const starts = Array.from({
        length: SAMPLES
    }, (_, index)=>index * stride);
    return Buffer.concat(starts.map((start)=>bytes.subarray(start, start + SAMPLE_SIZE)));
}
/**
 * Writes a stream of bytes as consecutive frames into a file. Frames are compressed side by side and
 * written in order.
 */ class FrameWriter {
    #file;
    #pool;
    #frameSize;
    #onWritten;
    #position;
    #buffer;
    #filled = 0;
    #written = Promise.resolve();
    constructor(file, pool, options){
        this.#file = file;
        this.#pool = pool;
        this.#frameSize = evenFrames(pool.frameSize, options.contentSize);
        this.#position = options.position;
        this.#onWritten = options.onWritten;
    }
    async write(chunk) {
        for(let at = 0; at < chunk.length;){
            this.#buffer ??= await this.#pool.acquire();
            const part = chunk.subarray(at, at + this.#frameSize - this.#filled);
            this.#buffer.set(part, this.#filled);
            this.#filled += part.length;
            at += part.length;
            if (this.#filled === this.#frameSize) this.#flush();
        }
    }
    /** Gives the size of the file in bytes; rejects with whatever went wrong in between. */ async end() {
        if (this.#filled > 0) this.#flush();
        await this.#written;
        return this.#position;
    }
    /** Gives the buffers back, after an error; whatever is being compressed is waited for. */ async abandon() {
        await this.#written.catch(()=>undefined);
        if (this.#buffer) this.#pool.release(this.#buffer);
        this.#buffer = undefined;
    }
    #flush() {
        const buffer = this.#buffer;
        const compressed = this.#pool.compress(buffer.subarray(0, this.#filled)).finally(()=>this.#pool.release(buffer));
        const before = this.#written;
        this.#written = Promise.all([
            compressed,
            before
        ]).then(async ([pieces])=>{
            for (const piece of pieces){
                await this.#file.write(piece, 0, piece.length, this.#position);
                this.#position += piece.length;
                this.#onWritten?.(piece);
            }
        });
        // Looked at in `end`; until then a failure must not count as unhandled.
        this.#written.catch(()=>undefined);
        this.#buffer = undefined;
        this.#filled = 0;
    }
}
/** @returns the size of each of the fewest frames that are all about as large */ function evenFrames(largest, contentSize = largest) {
    const frames = Math.ceil(contentSize / largest);
    return frames < 2 ? largest : Math.ceil(contentSize / frames);
}

/** The end of a tar: two zero blocks. */ const TAR_END = Buffer.alloc(2 * BLOCK);
/** The header of a blob or document in an archive: equal contents give equal bytes. */ function archiveHeader(path, size) {
    return tarHeader({
        path,
        size,
        mode: 0o644,
        mtime: 0
    });
}
/** The zero bytes that follow a content of `size` bytes. */ function tarPadding(size) {
    return Buffer.alloc(paddingOf(size));
}
/** A whole entry, for contents that are in memory. */ function archiveEntry(path, content) {
    return Buffer.concat([
        archiveHeader(path, content.length),
        content,
        tarPadding(content.length)
    ]);
}

/**
 * The tar header of a layer stands before its bytes, but names their size, which is known for sure
 * after them. So this much is left free at the start, and filled at the end by the header's own frame
 * and a skippable frame. A header, of which 32 bytes are random, takes some 150 bytes.
 */ const HEAD_SIZE = 256;
/** What a layer is called inside the archive: by its diff ID, or by its blob if that is kept. */ function blobName(digest) {
    return `blobs/${digest.replace(':', '/')}`;
}
/**
 * Writes a layer's fragment: zstd( tar header + uncompressed layer + padding ), in frames that
 * can be made side by side. Checks blob and diff ID on the way (`readLayer`).
 *
 * @param output is created; on an error it is the caller's to remove
 * @param onBytes is told of uncompressed bytes as they are read
 */ async function writeLayerFragment(layer, output, pool, { signal, onBytes } = {}) {
    const promised = await promisedSize(layer.path);
    const headOf = async (size)=>fragmentHead(await pool.compress(archiveHeader(blobName(layer.diffId), size)));
    const file = await promises.open(output, 'wx');
    try {
        const hashes = fileHashes();
        if (promised !== undefined) hashes.update(await headOf(promised));
        const frames = new FrameWriter(file, pool, {
            position: HEAD_SIZE,
            contentSize: promised,
            onWritten: hashes.update
        });
        try {
            const sink = async (chunk)=>{
                onBytes?.(chunk.length);
                await frames.write(chunk);
            };
            const { unpackedSize, notes } = await readLayer(layer, sink, signal);
            await frames.write(tarPadding(unpackedSize));
            await frames.end();
            await file.write(await headOf(unpackedSize), 0, HEAD_SIZE, 0);
            await file.sync();
            const facts = unpackedSize === promised ? hashes.facts() : await fragmentFacts([
                output
            ]);
            return {
                ...facts,
                unpackedSize,
                notes
            };
        } finally{
            await frames.abandon();
        }
    } finally{
        await file.close();
    }
}
/**
 * The fragment of a layer that keeps the registry's own blob, never compressed again: tar header,
 * blob, padding. Nothing is written: the blob stays where it is.
 *
 * @param size bytes of the blob
 */ function originalLayerParts(blob, path, size) {
    return [
        archiveHeader(blobName(blob), size),
        path,
        tarPadding(size)
    ];
}
/** Size and hashes of a fragment's bytes. */ async function fragmentFacts(parts) {
    const hashes = fileHashes();
    for await (const chunk of readParts(parts))hashes.update(chunk);
    return hashes.facts();
}
function fileHashes() {
    const sha256 = node_crypto.createHash('sha256');
    const md5 = node_crypto.createHash('md5');
    let size = 0;
    return {
        update (bytes) {
            sha256.update(bytes);
            md5.update(bytes);
            size += bytes.length;
        },
        facts: ()=>({
                size,
                sha256: sha256.digest('hex'),
                md5: md5.digest('hex')
            })
    };
}
/** The bytes of a fragment. */ async function* readParts(parts) {
    for (const part of parts){
        if (typeof part === 'string') yield* node_fs.createReadStream(part, {
            highWaterMark: 1 << 20
        });
        else yield part;
    }
}
/** `layers/HEX.zst`, as it is called in the package. */ function layerFragmentName(digest, compression) {
    return `layers/${hexOf(digest)}.${compression === 'zstd' ? 'zst' : 'tar'}`;
}
function fragmentHead(frame) {
    const bytes = Buffer.concat(frame);
    return Buffer.concat([
        bytes,
        skippableFrame(HEAD_SIZE - bytes.length)
    ]);
}

/**
 * The manifest of an archive that holds uncompressed layers: same config, so that the image ID of
 * classic Docker and Podman stays, and layers that are their own diff IDs.
 */ function uncompressedManifest(config, layers) {
    const manifest = {
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: descriptor('application/vnd.oci.image.config.v1+json', config),
        layers: layers.map(({ diffId, unpackedSize })=>({
                mediaType: 'application/vnd.oci.image.layer.v1.tar',
                digest: diffId,
                size: unpackedSize
            }))
    };
    return Buffer.from(JSON.stringify(manifest));
}
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
/**
 * The end of an archive that is an OCI image layout (image-layout.md) and a `docker save` archive at
 * once, so that every engine reads it.
 *
 * @param name name and tag that the engine shows
 * @param layers digests that the archive's layers are named by, from the bottom to the top
 */ function imageArchive(image) {
    const manifest = descriptor(image.manifestMediaType, image.manifest);
    const annotations = {
        'org.opencontainers.image.ref.name': image.name,
        // The containerd store names an image by this one.
        'io.containerd.image.name': image.name
    };
    const index = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
            {
                ...manifest,
                annotations
            }
        ]
    };
    const dockerManifest = [
        {
            Config: blobName(image.configDigest),
            RepoTags: [
                image.name
            ],
            Layers: image.layers.map(blobName)
        }
    ];
    const bytes = Buffer.concat([
        archiveEntry(blobName(image.configDigest), image.config),
        archiveEntry(blobName(manifest.digest), image.manifest),
        jsonEntry('oci-layout', {
            imageLayoutVersion: '1.0.0'
        }),
        jsonEntry('index.json', index),
        jsonEntry('manifest.json', dockerManifest),
        TAR_END
    ]);
    return {
        bytes,
        manifestDigest: manifest.digest
    };
}
function jsonEntry(name, value) {
    return archiveEntry(name, Buffer.from(JSON.stringify(value)));
}
function descriptor(mediaType, bytes) {
    return {
        mediaType,
        digest: sha256$1(bytes),
        size: bytes.length
    };
}

/** A failure that may not come again. Where it does, `error` is what people see. */ class TransientError extends Error {
    name = 'TransientError';
    error;
    /** What went wrong, without the image. */ why;
    retryAfterMs;
    constructor(image, why, about = {}){
        const error = imageError(image, why, about.hint);
        super(error.message);
        this.error = error;
        this.why = printable(why);
        this.retryAfterMs = about.retryAfterMs;
    }
}
/** The registry answered, and does not have what was asked for. */ class NotFoundError extends UserError {
    name = 'NotFoundError';
}
/** The error for a skopeo that failed: a TransientError where another try may help. */ function skopeoError(image, stderr) {
    const local = image.source.transport !== 'docker';
    const { transient, missing, why, hint, retryAfterMs } = diagnose(stderr, local);
    if (transient) return new TransientError(image, why, {
        hint,
        retryAfterMs
    });
    const error = imageError(image, why, hint);
    return missing ? new NotFoundError('failure', error.message, error) : error;
}
/**
 * `FILE:LINE: REFERENCE: why (hint)`
 *
 * @param why may be a registry's words
 */ function imageError(image, why, hint) {
    const about = {
        origin: image.origin,
        hint: hint === undefined ? undefined : printable(hint)
    };
    return failure(`${image.written}: ${printable(why)}`, about);
}
/** A registry's words may hold what moves a terminal's cursor, or writes another line. */ function printable(text) {
    return text.replaceAll(/\p{Cc}+/gu, ' ');
}
/**
 * Reads skopeo's stderr. What is not known is permanent, and told in skopeo's own words.
 *
 * @param local whether the source was a file, a storage or a daemon of this machine
 */ function diagnose(stderr, local = false) {
    const message = fatalMessage(stderr);
    for (const rule of [
        ...local ? LOCAL_RULES : [],
        ...COMMON_RULES,
        ...REGISTRY_RULES
    ]){
        const match = rule.pattern.exec(message);
        if (match === null) continue;
        const detail = (text)=>text.replaceAll('$1', match[1] ?? '');
        return {
            transient: !local && (rule.transient ?? false),
            missing: rule.missing ?? false,
            why: detail(rule.why),
            hint: rule.hint === undefined ? undefined : detail(rule.hint),
            retryAfterMs: retryAfter(message)
        };
    }
    return {
        transient: false,
        missing: false,
        why: message,
        hint: undefined,
        retryAfterMs: undefined
    };
}
const LOGIN = 'log in with skopeo login REGISTRY, or give the file with the login as authfile; a name that does not exist is often answered in the same way';
const OWN_CA = 'put the certificate of its authority into /etc/containers/certs.d/HOST:PORT/ca.crt, or set SSL_CERT_FILE';
const NOT_A_REGISTRY = 'a proxy or a login page may stand between: check the host and the proxy settings';
const COMMON_RULES = [
    {
        pattern: /no space left on device/,
        why: 'no space left on the device',
        hint: 'free some in the cache directory or in TMPDIR'
    },
    {
        pattern: /(?:open|mkdir|stat) (\S*\/run\/containers\/[^:]+): permission denied/,
        why: 'no permission for $1, where logins are looked for',
        hint: 'set XDG_RUNTIME_DIR, or name a file with authfile'
    },
    {
        pattern: /(?:open|mkdir|stat) ([^:]+): permission denied/,
        why: 'no permission for $1'
    },
    {
        pattern: /((?:Source image|Running image|Signature).* rejected:? .*)/,
        why: 'the trust policy rejects it: $1',
        hint: 'see containers-policy.json(5)'
    },
    {
        pattern: /invalid policy in "?([^"]+)"?/,
        why: 'the trust policy $1 is not valid'
    },
    {
        pattern: /reading JSON file "([^"]+)"|auth file "?([^"]+)"?/,
        why: 'the file with the login cannot be read: $1'
    }
];
const REGISTRY_RULES = [
    {
        pattern: /toomanyrequests|too many requests|(?:status|StatusCode).* 429/i,
        transient: true,
        why: 'the registry answers too many requests (429)',
        hint: 'wait, log in for a higher limit, or use a mirror'
    },
    {
        pattern: /server gave HTTP response to HTTPS client/,
        why: 'the registry speaks plain HTTP',
        hint: 'tls-verify: false allows that, or insecure = true for it in registries.conf'
    },
    {
        pattern: /(?:tls: failed to verify certificate: )?(x509: .*|tls: .*certificate.*)/,
        why: 'its certificate is not trusted: $1',
        hint: OWN_CA
    },
    {
        pattern: /invalid username\/password/,
        why: 'the registry does not accept the login',
        hint: 'log in anew with skopeo login REGISTRY, or give another authfile'
    },
    {
        pattern: /unauthorized|authentication required|denied|(?:status|StatusCode).* 40[13]/i,
        why: 'the registry wants a login, or this one has no access',
        hint: LOGIN
    },
    {
        pattern: /reading blob (sha\S+:[0-9a-f]+).* 404/,
        why: 'the registry has lost the blob $1',
        hint: 'push the image again'
    },
    {
        pattern: /manifest unknown|name unknown|not found|(?:status|StatusCode).* 404/i,
        missing: true,
        why: 'the registry does not have it',
        hint: 'check name, tag and digest'
    },
    {
        pattern: /invalid reference format/,
        why: 'skopeo does not take this name',
        hint: 'an IPv6 host must have a name, in DNS or in /etc/hosts'
    },
    {
        pattern: /no such host/,
        why: 'its host name does not exist',
        hint: 'check the host and the DNS settings'
    },
    {
        pattern: /invalid character '<'/,
        why: 'what answers sends HTML and is no registry',
        hint: NOT_A_REGISTRY
    },
    {
        pattern: /(?:Digest did not match, |does not match )expected (\S+?),?(?: |$)/,
        why: 'the registry sent wrong bytes for $1',
        hint: 'the registry or a proxy between is damaged: push the image again or go round the proxy'
    },
    {
        pattern: /connection refused/,
        transient: true,
        why: 'the registry refuses the connection',
        hint: 'check the host and the port'
    },
    {
        pattern: /(?:status|status code from registry|StatusCode):? (5\d\d)/,
        transient: true,
        why: 'the registry has an error of its own ($1)',
        hint: 'try again later'
    },
    {
        pattern: /(TLS handshake timeout|i\/o timeout|deadline exceeded|Client\.Timeout|request canceled.*headers|timed out)/i,
        transient: true,
        why: 'the registry does not answer in time ($1)'
    },
    {
        pattern: /(unexpected EOF|\bEOF\b|connection reset|broken pipe|stream error.*|GOAWAY.*|http2: .*|use of closed network connection|connection closed)/i,
        transient: true,
        why: 'the connection broke ($1)'
    },
    {
        pattern: /(server misbehaving|temporary failure in name resolution|network is unreachable|no route to host)/i,
        transient: true,
        why: 'the registry cannot be reached ($1)',
        hint: 'check the network and the proxy settings'
    }
];
const LOCAL_RULES = [
    {
        pattern: /manifest\.json"?: file does not exist/,
        why: 'it is not a docker-archive'
    },
    {
        pattern: /index\.json: no such file/,
        why: 'it is not an OCI layout'
    },
    {
        pattern: /\/manifest\.json: no such file/,
        why: 'it is not a folder of the dir: transport'
    },
    {
        pattern: /invalid tar header|unexpected EOF|: EOF$/,
        why: 'it is not an archive, or not a whole one'
    },
    {
        pattern: /expected 1 item, got (\d+)|more than one image/,
        why: 'it has several images',
        hint: 'name the one that is wanted, behind the path and a colon'
    },
    {
        pattern: /no descriptor found|[Tt]ag "?[^"]*"? not found|reference .* not found|matches unsupported/,
        why: 'it has no image of that name'
    },
    {
        pattern: /does not resolve to an image ID|identifier is not an image/,
        why: "this user's containers-storage has no such image",
        hint: 'podman images lists those that are there'
    },
    {
        pattern: /Cannot connect to the Docker daemon|docker daemon running|docker\.sock/,
        why: 'no Docker daemon answers',
        hint: 'start it, or save the image as docker-archive'
    },
    {
        pattern: /No such image/i,
        why: 'the Docker daemon has no such image'
    }
];
/** Go's units of time in milliseconds; plain numbers are seconds, as in the header. */ const UNITS = {
    µs: 0.001,
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000
};
function retryAfter(message) {
    const match = /retry[- ]after:? ?(\d+(?:\.\d+)?)(µs|ms|s|m|h)?/i.exec(message);
    return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 1000);
}
/** What stands in the last `level=fatal msg="…"`, else the last lines of stderr. */ function fatalMessage(stderr) {
    const quoted = [
        ...stderr.matchAll(/level=fatal msg=("(?:[^"\\]|\\.)*"|.*)/g)
    ].at(-1)?.[1];
    if (quoted === undefined) return lastLines(stderr);
    try {
        return String(JSON.parse(quoted));
    } catch  {
        return quoted;
    }
}

/**
 * skopeo's own `--retry-times` stays off: its waits are fixed, it tells nobody, and it counts per
 * command. What it does in any case is to wait as a 429's Retry-After says, up to 60 s at a time and
 * five requests in all (containers/image, docker_client.go, in 1.9 and in 1.18); the header's value
 * does not reach its error message. So a 429 that arrives here has been waited for already, and the
 * waits here come on top.
 */ const defaultPatience = {
    tries: 5,
    firstDelayMs: 1000,
    longestDelayMs: 30_000,
    longestRetryAfterMs: 120_000,
    inspectMs: 60_000,
    stallMs: 120_000,
    sleep: async (milliseconds, signal)=>promises$2.setTimeout(milliseconds, undefined, {
            signal
        }),
    random: Math.random
};
/**
 * Calls `attempt` until it succeeds, fails for good, or has failed in passing too often.
 *
 * @throws UserError of the last try; the reason of `signal`; whatever else `attempt` throws
 */ async function withRetries(attempt, { image, signal, onRetry, patience: given }) {
    const patience = {
        ...defaultPatience,
        ...given
    };
    const { tries } = patience;
    for(let number = 1;; number += 1){
        try {
            return await attempt();
        } catch (error) {
            if (!(error instanceof TransientError)) throw error;
            if (number >= tries) throw afterAll(error, tries);
            const delayMs = delayBefore(number, error.retryAfterMs, patience);
            onRetry?.({
                image,
                why: error.why,
                attempt: number,
                tries,
                delayMs
            });
            await pause(delayMs, patience, signal);
        }
    }
}
/**
 * Between half and the whole of a time that doubles with each try, so that many jobs that failed
 * together do not come back together. A registry that says when to come back is not asked earlier.
 */ function delayBefore(attempt, retryAfterMs, { firstDelayMs, longestDelayMs, longestRetryAfterMs, random }) {
    const whole = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs);
    const backOff = Math.round(whole / 2 + random() * whole / 2);
    return Math.max(backOff, Math.min(retryAfterMs ?? 0, longestRetryAfterMs));
}
async function pause(milliseconds, { sleep }, signal) {
    try {
        await sleep(milliseconds, signal);
    } finally{
        // The reason of the signal says more than the AbortError of a timer.
        signal.throwIfAborted();
    }
}
function afterAll({ error }, tries) {
    if (tries === 1) return error;
    const { origin, hint } = error;
    return failure(`${error.message}, ${tries} times in a row`, {
        origin,
        hint,
        cause: error
    });
}

/** Since then `--preserve-digests` with `--dest-shared-blob-dir` keeps Docker's manifests too. */ const OLDEST_SKOPEO = '1.9';
/**
 * Looks for a skopeo that is new enough and for the trust policy that it wants.
 *
 * @param policyFiles where skopeo looks for its policy (containers-policy.json(5))
 * @throws UserError (failure) when it is not installed or too old
 */ async function checkSkopeo(workDir, signal, policyFiles = systemPolicyFiles()) {
    const { stdout } = await mustRun(version(), {
        signal
    });
    const found = parseVersion(stdout.toString());
    if (!isAtLeast(found, OLDEST_SKOPEO)) {
        throw failure(`skopeo ${found} is too old: ${OLDEST_SKOPEO} or newer is needed`, {
            hint: 'Debian has it from 12 (bookworm) on, Ubuntu from 24.04 on; Ubuntu 22.04 has 1.4.1'
        });
    }
    if (policyFiles.some((file)=>node_fs.existsSync(file))) {
        return {
            version: found,
            policy: undefined,
            notes: []
        };
    }
    const policy = await writePolicy(workDir);
    const note = `no trust policy (${policyFiles.join(', ')}): unsigned images are accepted, as Debian's own policy does`;
    return {
        version: found,
        policy,
        notes: [
            note
        ]
    };
}
/**
 * skopeo takes a login file that is not there for one without logins, and then a registry's answer
 * says nothing of the mistyped path.
 *
 * @throws UserError (usage)
 */ function checkAccess({ authfile }) {
    if (authfile === undefined || node_fs.existsSync(authfile)) return;
    throw usageError(`authfile: there is no ${authfile}`, {
        hint: 'skopeo login --authfile FILE REGISTRY writes one'
    });
}
function version() {
    return [
        'skopeo',
        '--version'
    ];
}
/**
 * Prints a manifest or an index, byte for byte as it is stored.
 *
 * @param tempDir where an archive is unpacked for that
 */ function inspectRaw(source, access, tempDir) {
    const global = [
        ...tempFlag(tempDir),
        ...policyFlag(access)
    ];
    return [
        'skopeo',
        ...global,
        'inspect',
        ...accessFlags(access),
        '--raw',
        source
    ];
}
/** Prints the config of an image, byte for byte as it is stored. */ function inspectConfigRaw(source, access) {
    const flags = [
        ...accessFlags(access),
        '--config',
        '--raw'
    ];
    return [
        'skopeo',
        ...policyFlag(access),
        'inspect',
        ...flags,
        source
    ];
}
/** Prints the names in a docker-archive as `{"Tags": […]}`. */ function listTags(source, tempDir) {
    return [
        'skopeo',
        ...tempFlag(tempDir),
        'list-tags',
        source
    ];
}
/**
 * Copies one image into an OCI layout, its manifest byte for byte; blobs that are there are kept.
 *
 * @throws UserError (usage) for a folder with a colon, where skopeo sees the end of the path
 */ function copyToLayout({ source, layout, blobs, access }) {
    if (layout.includes(':')) {
        throw usageError(`the folder ${layout} has a colon in its path, which skopeo cannot write to`, {
            hint: 'set TMPDIR or the cache directory to another one'
        });
    }
    const shared = [
        '--preserve-digests',
        '--dest-shared-blob-dir',
        blobs
    ];
    return [
        'skopeo',
        ...policyFlag(access),
        ...copy$1(access),
        ...shared,
        source,
        `oci:${layout}:image`
    ];
}
/**
 * Copies one image into a folder of the `dir:` transport, which takes every manifest and every layer
 * as it is. `--preserve-digests` would only refuse a containers-storage.
 */ function copyToDirectory(options) {
    const { source, platform, directory, access, tempDir } = options;
    const global = [
        ...tempFlag(tempDir),
        ...policyFlag(access),
        ...platformFlags(platform)
    ];
    return [
        'skopeo',
        ...global,
        ...copy$1(access),
        source,
        `dir:${directory}`
    ];
}
/**
 * Signatures are checked as the policy wants and then dropped: there is no place for them, and skopeo
 * would stop.
 */ function copy$1(access) {
    return [
        'copy',
        ...accessFlags(access, 'src-'),
        '--quiet',
        '--remove-signatures'
    ];
}
/** `docker://REPOSITORY@DIGEST` or `docker://REPOSITORY:TAG`: skopeo refuses both together. */ function dockerSource(reference) {
    const { repository, tag, digest } = reference;
    return `docker://${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}
/**
 * Without `--tls-verify` the registry's entry in registries.conf decides, which an explicit
 * `--tls-verify=true` would overrule. `copy` wants to know which of its two ends is meant.
 */ function accessFlags({ authfile, tlsVerify }, end = '') {
    return [
        ...authfile === undefined ? [] : [
            `--${end}authfile`,
            authfile
        ],
        ...tlsVerify ? [] : [
            `--${end}tls-verify=false`
        ]
    ];
}
/** Without it skopeo unpacks into /var/tmp, whatever TMPDIR says. */ function tempFlag(directory) {
    return directory === undefined ? [] : [
        '--tmpdir',
        directory
    ];
}
function policyFlag({ policy }) {
    return policy === undefined ? [] : [
        '--policy',
        policy
    ];
}
/** The best variant is given: skopeo itself falls back to older ones of arm, and to none. */ function platformFlags({ os, architecture, variants: [best] }) {
    const variant = best === undefined ? [] : [
        '--override-variant',
        best
    ];
    return [
        '--override-os',
        os,
        '--override-arch',
        architecture,
        ...variant
    ];
}
function parseVersion(output) {
    const found = /^skopeo version (\d+\.\d+\S*)/.exec(output)?.[1];
    if (found === undefined) throw failure(`skopeo does not tell its version but ${output.trim()}`);
    return found;
}
function isAtLeast(found, oldest) {
    const [major = 0, minor = 0] = found.split('.').map((part)=>Number.parseInt(part, 10));
    const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
    return major > oldestMajor || major === oldestMajor && minor >= oldestMinor;
}
function systemPolicyFiles() {
    return [
        node_path.join(node_os.homedir(), '.config/containers/policy.json'),
        '/etc/containers/policy.json'
    ];
}
async function writePolicy(workDir) {
    const path = node_path.join(workDir, 'policy.json');
    await promises.writeFile(path, JSON.stringify({
        default: [
            {
                type: 'insecureAcceptAnything'
            }
        ]
    }));
    return path;
}

/**
 * Shares the wanted blobs out: each goes to the first image that has it. An image that brings
 * nothing has no task.
 *
 * @param has whether nothing of a layer needs to be fetched
 */ function planFetch(images, has) {
    const taken = new Set();
    const take = (layer)=>{
        if (taken.has(layer.blob) || has(layer)) return false;
        taken.add(layer.blob);
        return true;
    };
    return images.map((image)=>({
            image,
            wanted: image.layers.filter(take)
        })).filter(({ wanted })=>wanted.length > 0);
}
/**
 * Downloads the wanted blobs of one image, in one run of skopeo, and waits for every `onBlob`.
 *
 * skopeo checks each blob against its digest on the way. Blobs that arrived whole survive a failed
 * try. It reads the config in any case, and a layer that stands twice in one image twice when both
 * turns come at the same time: in practice that is the empty layer.
 *
 * @throws UserError (failure); what `onBlob` throws; the reason of `signal`
 */ async function fetchBlobs(task, context) {
    const { localBlobs } = task.image;
    if (localBlobs !== undefined) return handOver(task, localBlobs, context);
    const folder = await promises.mkdtemp(node_path.join(context.workDir, 'fetch-'));
    const download = startDownload(task, folder, context);
    try {
        const { written: image } = task.image.image;
        const { signal, onRetry, patience } = context;
        await withRetries(()=>copyOnce(download), {
            image,
            signal,
            onRetry,
            patience
        });
        await Promise.all(download.deliveries);
    } finally{
        await Promise.allSettled(download.deliveries);
        await promises.rm(folder, {
            recursive: true,
            force: true
        });
    }
}
const POLL_MS = 50;
/** A local image was copied when it was resolved. */ async function handOver({ wanted }, directory, context) {
    let bytes = 0;
    for (const { blob, size } of wanted){
        context.signal.throwIfAborted();
        bytes += size;
        context.onProgress?.(bytes);
        await deliver(blob, node_path.join(directory, hexOf(blob)), context);
    }
}
function startDownload(task, folder, context) {
    return {
        task,
        context,
        layout: node_path.join(folder, 'layout'),
        blobs: node_path.join(folder, 'blobs'),
        ready: node_path.join(folder, 'ready'),
        missing: new Map(task.wanted.map((layer)=>[
                layer.blob,
                layer
            ])),
        deliveries: [],
        refused: new AbortController()
    };
}
async function copyOnce(download) {
    const { task, context, layout, blobs, missing, refused } = download;
    const { image, manifestDigest } = task.image;
    await prepare(download);
    const stalled = new AbortController();
    const finished = new AbortController();
    const argv = copyToLayout({
        source: dockerSource({
            repository: repositoryOf(task),
            digest: manifestDigest
        }),
        layout,
        blobs,
        access: context.access
    });
    const signal = AbortSignal.any([
        context.signal,
        stalled.signal,
        refused.signal
    ]);
    const running = run(argv, {
        signal
    });
    const watching = watch(download, stalled, finished.signal).catch((error)=>refused.abort(error));
    const { code, stderr } = await running.finally(async ()=>{
        finished.abort();
        await watching;
    });
    refused.signal.throwIfAborted();
    if (code !== 0) throw skopeoError(image, stderr);
    if (missing.size === 0) return;
    throw imageError(image, `skopeo did not bring the blobs ${[
        ...missing.keys()
    ].join(', ')}`);
}
/**
 * Lays an empty file in place of each blob that is not wanted or has come already: skopeo takes a
 * file of the right name for the blob and looks no further.
 */ async function prepare({ task, layout, blobs, ready, missing }) {
    const { layers } = task.image;
    await promises.rm(layout, {
        recursive: true,
        force: true
    });
    await promises.mkdir(ready, {
        recursive: true
    });
    for (const { blob } of layers){
        if (!missing.has(blob)) await standIn(blobPath(blobs, blob));
    }
}
function blobPath(blobs, digest) {
    return node_path.join(blobs, algorithmOf(digest), hexOf(digest));
}
async function standIn(path) {
    await promises.mkdir(node_path.dirname(path), {
        recursive: true
    });
    await promises.writeFile(path, '');
}
/** Looks for whole blobs and for progress until skopeo has finished, and once more then. */ async function watch(download, stalled, finished) {
    const { onProgress, patience } = download.context;
    const { stallMs } = {
        ...defaultPatience,
        ...patience
    };
    let last = {
        bytes: -1,
        at: Date.now()
    };
    for(let more = true; more;){
        more = !finished.aborted;
        await collect(download);
        const bytes = await received(download);
        if (bytes !== last.bytes) {
            last = {
                bytes,
                at: Date.now()
            };
            onProgress?.(bytes);
        } else if (Date.now() - last.at > stallMs) {
            stalled.abort(stall(download, stallMs));
        }
        if (more) await promises$2.setTimeout(POLL_MS, undefined, {
            signal: finished
        }).catch(()=>undefined);
    }
}
/** Takes the blobs that are whole: skopeo writes under another name and renames. */ async function collect({ context, blobs, ready, missing, deliveries, refused }) {
    for (const { blob } of missing.values()){
        const path = node_path.join(ready, hexOf(blob));
        if (!await moved(blobPath(blobs, blob), path)) continue;
        missing.delete(blob);
        await standIn(blobPath(blobs, blob));
        const delivery = deliver(blob, path, context);
        delivery.catch((error)=>refused.abort(error));
        deliveries.push(delivery);
    }
}
async function deliver(blob, path, { onBlob }) {
    await onBlob(blob, path);
    await promises.rm(path, {
        force: true
    });
}
async function moved(from, to) {
    try {
        await promises.rename(from, to);
        return true;
    } catch (error) {
        if (error.code === 'ENOENT') return false;
        throw error;
    }
}
/** Bytes of the wanted blobs that came whole, and of all that is on its way (`oci-put-blob*`). */ async function received({ task, layout, missing }) {
    const whole = task.wanted.filter(({ blob })=>!missing.has(blob));
    const names = await promises.readdir(layout).catch(()=>[]);
    const parts = names.filter((name)=>name.startsWith('oci-put-blob'));
    const sizes = await Promise.all(parts.map((name)=>sizeOf$1(node_path.join(layout, name))));
    return [
        ...whole.map(({ size })=>size),
        ...sizes
    ].reduce((sum, size)=>sum + size, 0);
}
/** 0 for a file that skopeo has renamed in the meantime. */ async function sizeOf$1(path) {
    return (await promises.stat(path).catch(()=>undefined))?.size ?? 0;
}
function stall({ task }, milliseconds) {
    const why = `no byte came for ${milliseconds / 1000} s`;
    return new TransientError(task.image.image, why, {
        hint: 'check the network'
    });
}
function repositoryOf({ image: { image } }) {
    if (image.source.transport !== 'docker') throw new Error('a local image without its blobs');
    return image.source.reference.repository;
}

/** skopeo downloads six layers of an image at once; registries slow down those who ask for more. */ const IMAGES_AT_ONCE = 3;
/** By what a layer's fragment is named and kept: its content, or its blob where that is kept. */ function layerKey(layer, compression) {
    return compression === 'zstd' ? layer.diffId : layer.blob;
}
/**
 * Makes the fragment of every distinct layer, where the store does not have it: downloaded once,
 * compressed once, and the compression begins as soon as the blob is there.
 *
 * @returns the fragments by `layerKey`
 * @throws UserError (failure)
 */ async function prepareLayers(images, options) {
    checkContents(images);
    const wanted = distinctLayers(images, options.compression);
    const layers = new Map();
    const missing = new Map();
    for (const [key, layer] of wanted){
        const known = await takeFragment(layer, options);
        if (known) layers.set(key, known);
        else missing.set(layer.blob, layer);
    }
    const layersReused = layers.size;
    const downloads = [];
    if (missing.size > 0) {
        await makeFragments(images, missing, options, {
            made: (layer, prepared)=>layers.set(layerKey(layer, options.compression), prepared),
            downloaded: (layer)=>downloads.push(layer)
        });
    }
    const stats = {
        blobsDownloaded: downloads.length,
        bytesDownloaded: sizeOf(downloads),
        layersCompressed: options.compression === 'zstd' ? missing.size : 0,
        layersReused
    };
    return {
        layers,
        stats
    };
}
/** A config that lies about one use of a blob must not pass because another use of it is right. */ function checkContents(images) {
    const contents = new Map();
    for (const { name, image, layers } of images){
        for (const { blob, diffId } of layers){
            const other = contents.get(blob) ?? diffId;
            if (other !== diffId) {
                throw failure(`${name}: layer ${blob} cannot unpack to both ${other} and ${diffId}`, {
                    origin: image.origin,
                    hint: 'the config of one of the images is wrong: it must be built again'
                });
            }
            contents.set(blob, diffId);
        }
    }
}
/** @param missing by the digest of the blob */ async function makeFragments(images, missing, options, outcome) {
    const { store, registry, watch } = options;
    const make = await createMaker(options);
    const kept = await takeBlobs(missing.values(), store);
    const downloading = pLimit(IMAGES_AT_ONCE);
    const fetch = (task, signal)=>downloading(()=>fetchBlobs(task, {
                ...registry,
                signal,
                onProgress: (bytes)=>watch.downloaded(task, bytes),
                onBlob: async (blob, path)=>{
                    const layer = missing.get(blob);
                    if (task.image.localBlobs === undefined) outcome.downloaded(layer);
                    outcome.made(layer, await make(layer, path, signal));
                }
            }));
    const damaged = new Set();
    const useKept = async ([blob, path], signal)=>{
        const layer = missing.get(blob);
        try {
            outcome.made(layer, await make(layer, path, signal));
        } catch (error) {
            if (!(error instanceof DamagedBlobError)) throw error;
            await store.dropBlob(blob);
            damaged.add(blob);
        }
    };
    const tasks = planFetch(images, ({ blob })=>!missing.has(blob) || kept.has(blob));
    watch.planned(missing.size, sizeOf(tasks.flatMap(({ wanted })=>wanted)));
    await together(registry.signal, (signal)=>[
            ...tasks.map((task)=>fetch(task, signal)),
            ...[
                ...kept
            ].map((entry)=>useKept(entry, signal))
        ]);
    // Only reading a kept blob shows that it is damaged.
    const again = planFetch(images, ({ blob })=>!damaged.has(blob));
    await together(registry.signal, (signal)=>again.map((task)=>fetch(task, signal)));
}
/** Makes fragments of blobs that are there, as many at once as there are jobs. */ async function createMaker(options) {
    const packing = pLimit(options.jobs);
    const pool = await createFramePool(options.level, options.jobs);
    return (layer, path, signal)=>packing(async ()=>{
            signal.throwIfAborted();
            const present = {
                ...layer,
                path
            };
            const prepared = options.compression === 'zstd' ? await compress(present, pool, signal, options) : await keepOriginal(present, signal, options);
            options.watch.layerDone();
            return prepared;
        });
}
async function compress(layer, pool, signal, { store, level, watch }) {
    const output = node_path.join(store.workDir, hexOf(layer.diffId));
    const facts = await writeFragment(layer, output, pool, {
        signal,
        onBytes: watch.packed
    });
    await store.putEntry(compressedEntry(layer, level), output, facts);
    await store.putBlob(layer.blob, layer.path);
    return {
        name: layerFragmentName(layer.diffId, 'zstd'),
        parts: [
            output
        ],
        facts
    };
}
/** As `writeLayerFragment`, and a failed one leaves no file: a damaged blob is fetched and tried again. */ const writeFragment = async (layer, output, ...how)=>{
    try {
        return await writeLayerFragment(layer, output, ...how);
    } catch (error) {
        await promises.rm(output, {
            force: true
        });
        throw error;
    }
};
async function keepOriginal(layer, signal, { store, watch }) {
    const read = await readLayer(layer, async ({ length })=>watch.packed(length), signal);
    await store.putBlob(layer.blob, layer.path);
    const parts = await originalParts(layer, store);
    if (parts === undefined) throw new Error(`blob ${layer.blob} left the store at once`);
    const facts = {
        ...await fragmentFacts(parts),
        ...read,
        diffId: layer.diffId
    };
    await store.putFacts(originalEntry(layer), facts);
    return {
        name: layerFragmentName(layer.blob, 'original'),
        parts,
        facts
    };
}
/** The fragment that an earlier run made, if its bytes are still right. */ async function takeFragment(layer, { store, compression, level }) {
    const name = layerFragmentName(layerKey(layer, compression), compression);
    if (compression === 'zstd') {
        const entry = await store.takeEntry(compressedEntry(layer, level));
        return entry && {
            name,
            parts: [
                entry.path
            ],
            facts: entry.facts
        };
    }
    const facts = await store.getFacts(originalEntry(layer));
    if (facts?.diffId !== layer.diffId) return undefined;
    const parts = await originalParts(layer, store);
    if (!parts) return undefined;
    if ((await fragmentFacts(parts)).sha256 === facts.sha256) return {
        name,
        parts,
        facts
    };
    await store.dropBlob(layer.blob);
    return undefined;
}
async function originalParts(layer, store) {
    const path = await store.takeBlob(layer.blob, layer.size);
    return path === undefined ? undefined : originalLayerParts(layer.blob, path, layer.size);
}
function compressedEntry({ diffId }, level) {
    return `layers/${level}/${hexOf(diffId)}.zst`;
}
function originalEntry({ blob }) {
    return `layers/original/${hexOf(blob)}`;
}
function distinctLayers(images, compression) {
    const all = images.flatMap((image)=>image.layers);
    return new Map(all.map((layer)=>[
            layerKey(layer, compression),
            layer
        ]));
}
/** The blobs that the store has, largest first: the longest work should not begin last. */ async function takeBlobs(layers, store) {
    const kept = new Map();
    for (const { blob, size } of [
        ...layers
    ].sort((a, b)=>b.size - a.size)){
        const path = await store.takeBlob(blob, size);
        if (path !== undefined) kept.set(blob, path);
    }
    return kept;
}
function sizeOf(layers) {
    return layers.reduce((sum, layer)=>sum + layer.size, 0);
}

/**
 * Completes every image: the fragment that follows its layers, and all that the package says of it.
 *
 * @param layers fragments by `layerKey`
 * @throws UserError (failure) for programs of another architecture
 */ async function completeImages(images, layers, options) {
    const compress = await createCompressor();
    const completed = [];
    for (const image of images){
        const own = image.layers.map((layer)=>({
                layer,
                prepared: layers.get(layerKey(layer, options.compression))
            }));
        const config = JSON.parse(image.config.toString());
        checkEntrypoint(image, config, own, options.architecture);
        const archive = archiveOf(image, own, options.compression);
        completed.push({
            reference: image.name,
            written: image.image.written,
            fetchOnly: image.image.fetchOnly,
            ...image.indexDigest ? {
                indexDigest: image.indexDigest
            } : {},
            registryManifestDigest: image.manifestDigest,
            // Engines show sha256, whatever the registry calls the config by.
            configDigest: sha256$1(image.config),
            archiveManifestDigest: archive.manifestDigest,
            platform: formatPlatform(config),
            unpackedSize: unpackedSize(own),
            pinned: isPinned(image),
            imageFragment: await imageFragment(archive.bytes, compress, options),
            layers: own.map(({ layer, prepared })=>({
                    fragment: toFragment(prepared.name, prepared.parts, prepared.facts),
                    diffId: layer.diffId,
                    blob: layer.blob
                }))
        });
    }
    return completed;
}
/** Bytes; a layer that stands twice in the image is unpacked twice, but streamed once. */ function unpackedSize(layers) {
    return layers.reduce((sum, { prepared })=>sum + prepared.facts.unpackedSize, 0);
}
function checkEntrypoint({ image, name }, { config }, layers, architecture) {
    const notes = layers.map(({ prepared })=>prepared.facts.notes);
    const foreign = foreignEntrypoint(config ?? {}, notes, architecture);
    if (foreign === undefined) return;
    throw failure(`${name}: its config says ${architecture}, but ${foreign}`, {
        origin: image.origin,
        hint: 'the image was built wrong: its layers are of another architecture'
    });
}
function archiveOf(image, layers, compression) {
    const { name, config } = image;
    if (compression === 'original') {
        return imageArchive({
            ...image,
            layers: image.layers.map(({ blob })=>blob)
        });
    }
    const uncompressed = layers.map(({ layer, prepared })=>({
            diffId: layer.diffId,
            unpackedSize: prepared.facts.unpackedSize
        }));
    return imageArchive({
        name,
        config,
        configDigest: sha256$1(config),
        manifest: uncompressedManifest(config, uncompressed),
        manifestMediaType: OCI_MANIFEST,
        layers: image.layers.map(({ diffId })=>diffId)
    });
}
async function imageFragment(bytes, compress, { store, compression, level }) {
    const hex = hexOf(sha256$1(bytes));
    if (compression === 'original') {
        return toFragment(`images/${hex}.tar`, [
            bytes
        ], await fragmentFacts([
            bytes
        ]));
    }
    const name = `images/${hex}.zst`;
    const entry = `images/${level}/${hex}.zst`;
    const known = await store.takeEntry(entry);
    if (known) return toFragment(name, [
        known.path
    ], known.facts);
    const path = node_path.join(store.workDir, `image-${hex}`);
    await promises.writeFile(path, Buffer.concat(await compress(bytes, level)));
    const facts = await fragmentFacts([
        path
    ]);
    await store.putEntry(entry, path, facts);
    return toFragment(name, [
        path
    ], facts);
}
function toFragment(name, path, { size, sha256, md5 }) {
    return {
        name,
        path,
        size,
        sha256,
        md5
    };
}
function isPinned({ image: { source } }) {
    return source.transport === 'docker' && source.reference.digest !== undefined;
}

/**
 * The commit that is checked out in a folder. Undefined where there is no git, no repository, no
 * commit, or a repository that git does not trust: a version can be had without.
 */ async function readGit(cwd, signal) {
    try {
        const head = await run([
            'git',
            'log',
            '-1',
            '--format=%ct %h',
            'HEAD'
        ], {
            cwd,
            signal
        });
        const [, seconds, commit] = /^(\d+) ([0-9a-f]+)$/.exec(head.stdout.toString().trim()) ?? [];
        if (head.code !== 0 || seconds === undefined) return undefined;
        const tags = await run(TAGS_OF_HEAD, {
            cwd,
            signal
        });
        return {
            gitTag: tags.stdout.toString().split('\n').find(namesVersion),
            commitTime: new Date(Number(seconds) * 1000),
            commit
        };
    } catch (error) {
        if (error instanceof UserError) return undefined;
        throw error;
    }
}
/** The highest version first, a pre-release below its release: `v1.2.3`, `v1.2.3-rc1`, `v1`. */ const TAGS_OF_HEAD = [
    ...[
        'git',
        '-c',
        'versionsort.suffix=-'
    ],
    ...[
        'tag',
        '--points-at',
        'HEAD',
        '--sort=-version:refname'
    ]
];
function namesVersion(tag) {
    return versionOfTag(tag) !== undefined;
}

/**
 * Fills in what was not given from where the build runs: the checked-out commit, and who builds.
 *
 * @throws UserError (usage) for a SOURCE_DATE_EPOCH that is no time, and when nobody can be named
 */ async function readProvenance(given, { env, cwd, now, signal }) {
    const commit = await readGit(cwd, signal);
    const refTag = env.GITHUB_REF_TYPE === 'tag' ? env.GITHUB_REF_NAME : undefined;
    const gitTag = commit?.gitTag ?? refTag;
    return {
        version: given.version ?? defaultVersion({
            ...commit,
            gitTag,
            now
        }),
        maintainer: given.maintainer ?? await defaultMaintainer(env, cwd, signal),
        epoch: sourceDateEpoch(env) ?? seconds(commit?.commitTime)
    };
}
/** https://reproducible-builds.org/specs/source-date-epoch/ */ function sourceDateEpoch({ SOURCE_DATE_EPOCH: text }) {
    if (!text) return undefined;
    if (/^\d{1,11}$/.test(text)) return Number(text);
    throw usageError(`SOURCE_DATE_EPOCH is not a number of seconds: ${JSON.stringify(text)}`);
}
function seconds(time) {
    return time && Math.floor(time.getTime() / 1000);
}
/** As Debian's own tools (debchange(1)), then as git, then as GitHub knows them. */ async function defaultMaintainer(env, cwd, signal) {
    if (env.DEBFULLNAME && env.DEBEMAIL) return `${env.DEBFULLNAME} <${env.DEBEMAIL}>`;
    const [name, mail] = await Promise.all([
        'user.name',
        'user.email'
    ].map((key)=>gitConfig(key, cwd, signal)));
    if (name && mail) return `${name} <${mail}>`;
    const owner = env.GITHUB_REPOSITORY_OWNER;
    if (owner) return `${owner} <${owner}@users.noreply.github.com>`;
    throw usageError('maintainer is missing', {
        hint: 'give it as "Name <mail>", or set DEBFULLNAME and DEBEMAIL'
    });
}
async function gitConfig(key, cwd, signal) {
    try {
        const { code, stdout } = await run([
            'git',
            'config',
            key
        ], {
            cwd,
            signal
        });
        return code === 0 ? stdout.toString().trim() : '';
    } catch (error) {
        if (error instanceof UserError) return '';
        throw error;
    }
}

/** What is wrong with a document, to be completed with the image that it belongs to. */ class ManifestError extends Error {
    name = 'ManifestError';
}
const MANIFEST = {
    docker: 'application/vnd.docker.distribution.manifest.v2+json',
    oci: 'application/vnd.oci.image.manifest.v1+json'
};
const INDEX = {
    docker: 'application/vnd.docker.distribution.manifest.list.v2+json',
    oci: 'application/vnd.oci.image.index.v1+json'
};
const CONFIG = {
    docker: 'application/vnd.docker.container.image.v1+json',
    oci: 'application/vnd.oci.image.config.v1+json'
};
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;
/** Docker's media types and those of the OCI image specification, `layer.md` and `media-types.md`. */ const LAYER = [
    /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:[.+](?:gzip|zstd))?$/,
    /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+(?:gzip|zstd))?$/
];
/**
 * Reads what a registry gives under a tag or a digest.
 *
 * Strict in what is used later (digests, sizes, media types), blind to every other field.
 *
 * @throws ManifestError
 */ function parseManifest(bytes) {
    const document = asObject(parseJson(bytes, 'its manifest'), 'its manifest');
    const mediaType = optionalString(document.mediaType, 'mediaType');
    if (document.schemaVersion === 1 || SCHEMA_1.test(mediaType ?? '')) {
        throw new ManifestError('it has a manifest of schema 1, which registries gave up in 2017: it must be built and pushed anew');
    }
    // A document that is both could be read as two images (CVE-2021-41190).
    if ('manifests' in document && ('layers' in document || 'config' in document)) {
        throw new ManifestError('its manifest is an index and an image at the same time');
    }
    if ('manifests' in document) return parseIndex(document, mediaType);
    return parseImageManifest(document, mediaType);
}
/**
 * Reads an image's config. All that engines parse is checked, also what is not used here: a config
 * that one of them refuses would be found out on the device only.
 *
 * @throws ManifestError
 */ function parseConfig(bytes) {
    const config = asObject(parseJson(bytes, 'its config'), 'its config');
    const architecture = optionalString(config.architecture, 'architecture');
    if (architecture === undefined) throw new ManifestError('its config names no architecture');
    const rootfs = asObject(config.rootfs, 'rootfs of its config');
    checkTime(config.created, 'created in its config');
    checkCommand(config.config);
    return {
        platform: {
            // Engines take an image without an operating system for one of their own.
            os: optionalString(config.os, 'os') ?? 'linux',
            architecture,
            ...variantOf(config)
        },
        diffIds: asArray(rootfs.diff_ids ?? [], 'diff_ids').map((id)=>asDigest(id, 'diff_ids'))
    };
}
/** How the image is run (OCI image specification, config.md): `null` is as good as nothing. */ function checkCommand(value) {
    if (value === undefined || value === null) return;
    const command = asObject(value, 'config in its config');
    for (const [check, keys] of COMMAND_SHAPE){
        for (const key of keys)check(command[key] ?? undefined, `${key} in its config`);
    }
}
const COMMAND_SHAPE = [
    [
        checkStrings,
        [
            'Entrypoint',
            'Cmd',
            'Env',
            'Shell',
            'OnBuild'
        ]
    ],
    [
        optionalString,
        [
            'User',
            'WorkingDir',
            'StopSignal'
        ]
    ],
    [
        checkSet,
        [
            'ExposedPorts',
            'Volumes'
        ]
    ],
    [
        checkLabels,
        [
            'Labels'
        ]
    ]
];
function checkStrings(value, what) {
    if (value === undefined) return;
    if (asArray(value, what).some((item)=>typeof item !== 'string')) {
        throw new ManifestError(`${what} is not a list of strings`);
    }
}
function checkSet(value, what) {
    if (value !== undefined) asObject(value, what);
}
function checkLabels(value, what) {
    if (value === undefined) return;
    if (Object.values(asObject(value, what)).some((label)=>typeof label !== 'string')) {
        throw new ManifestError(`${what} are not strings`);
    }
}
/** RFC 3339, as the specification wants it. */ const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
function checkTime(value, what) {
    if (value === undefined || value === null) return;
    const time = optionalString(value, what) ?? '';
    if (!TIME.test(time)) throw new ManifestError(`${what} is not a time but ${quote(time)}`);
}
/**
 * The entry of an index that fits a platform best: of its variants the newest that the Debian port
 * runs, and of two equal ones the first, as the OCI image specification wants it. Indexes inside the
 * index and attestations are never chosen.
 *
 * @throws ManifestError that lists the platforms that exist
 */ function choosePlatform(entries, wanted) {
    const ranked = entries.map((entry)=>({
            entry,
            rank: isImage(entry) ? rankOf(entry.platform, wanted) : NO_MATCH
        })).filter(({ rank })=>rank !== NO_MATCH).toSorted((a, b)=>a.rank - b.rank);
    const best = ranked[0];
    if (best !== undefined) return best.entry;
    throw new ManifestError(`it has no image for ${formatWanted(wanted)}, only ${formatAll(entries)}`);
}
/** Whether content made for `actual` runs where `wanted` is asked for. */ function fitsPlatform(actual, wanted) {
    return rankOf(actual, wanted) !== NO_MATCH;
}
/** `linux/arm64`, or `linux/arm/v7` (v6, v5) with the second best variants behind. */ function formatWanted(wanted) {
    const [best, ...others] = wanted.variants;
    if (wanted.architecture === 'arm64') return formatPlatform(wanted);
    const second = others.length > 0 ? ` (or ${others.join(', ')})` : '';
    return formatPlatform({
        ...wanted,
        variant: best
    }) + second;
}
const NO_MATCH = -1;
/** 0 for the best variant, 1 for the next …, -1 for another platform. */ function rankOf(actual, wanted) {
    if (actual?.os !== wanted.os || actual.architecture !== wanted.architecture) return NO_MATCH;
    const variant = normalVariant(actual);
    if (wanted.variants.length > 0) return wanted.variants.indexOf(variant ?? '');
    return variant === undefined ? 0 : NO_MATCH;
}
/**
 * The variant as containerd's `platforms` package normalises it: arm without one is v7, arm64 without
 * one is v8, amd64/v1 is plain amd64. So amd64/v2 and newer stay apart from amd64, and are never
 * taken: they need processors that Debian does not ask for.
 */ function normalVariant({ architecture, variant }) {
    const prefixed = variant === undefined ? undefined : variant.replace(/^(\d)/, 'v$1');
    if (architecture === 'arm') return prefixed ?? 'v7';
    if (architecture === 'arm64') return prefixed ?? 'v8';
    return architecture === 'amd64' && prefixed === 'v1' ? undefined : prefixed;
}
function isImage(entry) {
    return entry.kind === 'manifest' && !entry.attestation;
}
function formatAll(entries) {
    const names = entries.filter((entry)=>isImage(entry)).map(({ platform })=>platform ? formatPlatform(platform) : 'one without a platform');
    return [
        ...new Set(names)
    ].join(', ') || 'no images at all';
}
function parseIndex(document, mediaType) {
    if (mediaType !== undefined && !oneOf(INDEX, mediaType)) {
        throw new ManifestError(`its index has the unknown media type ${mediaType}`);
    }
    const entries = asArray(document.manifests, 'manifests').map(parseEntry);
    return {
        kind: 'index',
        mediaType: mediaType ?? INDEX.oci,
        entries
    };
}
function parseEntry(value) {
    const entry = asObject(value, 'an entry of its index');
    const platform = parsePlatform(entry.platform);
    const annotations = asObject(entry.annotations ?? {}, 'annotations');
    const descriptor = parseDescriptor(entry, 'an entry of its index');
    return {
        ...descriptor,
        kind: kindOf(descriptor.mediaType),
        platform,
        attestation: platform?.os === 'unknown' && platform.architecture === 'unknown' || 'vnd.docker.reference.type' in annotations
    };
}
function kindOf(mediaType) {
    if (oneOf(INDEX, mediaType)) return 'index';
    return oneOf(MANIFEST, mediaType) ? 'manifest' : 'other';
}
function parsePlatform(value) {
    if (value === undefined || value === null) return undefined;
    const platform = asObject(value, 'platform');
    return {
        os: optionalString(platform.os, 'os') ?? 'unknown',
        architecture: optionalString(platform.architecture, 'architecture') ?? 'unknown',
        ...variantOf(platform)
    };
}
function parseImageManifest(document, mediaType) {
    if (mediaType !== undefined && !oneOf(MANIFEST, mediaType)) {
        throw new ManifestError(`its manifest has the unknown media type ${mediaType}`);
    }
    const config = parseDescriptor(asObject(document.config, 'config'), 'config');
    if (!oneOf(CONFIG, config.mediaType)) {
        const artifact = optionalString(document.artifactType, 'artifactType') ?? config.mediaType;
        throw new ManifestError(`it is not a container image but an artifact of type ${artifact}`);
    }
    return {
        kind: 'manifest',
        // OCI manifests may leave it out, Docker's never do: the config tells (OCI `manifest.md`).
        mediaType: mediaType ?? (config.mediaType === CONFIG.docker ? MANIFEST.docker : MANIFEST.oci),
        config,
        layers: asArray(document.layers, 'layers').map(parseLayer)
    };
}
function parseLayer(value) {
    const layer = asObject(value, 'a layer');
    const descriptor = parseDescriptor(layer, 'a layer');
    if (!LAYER.some((pattern)=>pattern.test(descriptor.mediaType))) {
        throw new ManifestError(`its layer ${descriptor.digest} has the unknown media type ${descriptor.mediaType}`);
    }
    // Only Windows base images have such layers: their bytes may not be passed on, and no Linux engine
    // could load them.
    if (Array.isArray(layer.urls) && layer.urls.length > 0) {
        throw new ManifestError(`its layer ${descriptor.digest} is not in the registry but at a URL of its own (a foreign layer)`);
    }
    return descriptor;
}
function parseDescriptor(descriptor, what) {
    const mediaType = optionalString(descriptor.mediaType, 'mediaType');
    if (mediaType === undefined) throw new ManifestError(`${what} has no media type`);
    const { size } = descriptor;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
        throw new ManifestError(`${what} has the size ${JSON.stringify(size)}`);
    }
    return {
        mediaType,
        digest: asDigest(descriptor.digest, what),
        size
    };
}
function parseJson(bytes, what) {
    try {
        return JSON.parse(bytes.toString());
    } catch  {
        throw new ManifestError(`${what} is not JSON`);
    }
}
function asObject(value, what) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new ManifestError(`${what} is not an object`);
}
function asArray(value, what) {
    if (Array.isArray(value)) return value;
    throw new ManifestError(`${what} is not a list`);
}
function asDigest(value, what) {
    if (typeof value === 'string' && isDigest(value)) return value;
    throw new ManifestError(`${what} has the bad digest ${JSON.stringify(value)}`);
}
/** An empty string is as good as none: Go programs write both. */ function optionalString(value, what) {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw new ManifestError(`${what} is not a string`);
}
function variantOf(platform) {
    const variant = optionalString(platform.variant, 'variant');
    return variant === undefined ? {} : {
        variant
    };
}
function oneOf(types, mediaType) {
    return mediaType === types.docker || mediaType === types.oci;
}

/**
 * One image from its manifest and its config, which are checked against each other and against the
 * platform that is wanted.
 *
 * @throws UserError (failure)
 */ function assembleImage(parts, platform) {
    const { parsed, config, ...rest } = parts;
    return withImage(parts.image, ()=>{
        checkDigest(parsed.config.digest, config, 'config');
        checkSize(parsed.config, config);
        const { platform: actual, diffIds } = parseConfig(config);
        checkPlatform(actual, platform, parts.indexDigest !== undefined);
        return {
            ...rest,
            manifestMediaType: parsed.mediaType,
            configDigest: parsed.config.digest,
            configMediaType: parsed.config.mediaType,
            config,
            layers: pairLayers(parsed.layers, diffIds)
        };
    });
}
/** @throws ManifestError */ function checkDigest(digest, bytes, what) {
    const actual = digestLike(digest, bytes);
    if (actual === digest) return;
    throw new ManifestError(`its ${what} has the wrong bytes: ${actual} instead of ${digest}`);
}
/** Engines refuse a manifest with another size, whatever the digest says. @throws ManifestError */ function checkSize({ size }, config) {
    if (config.length === size) return;
    throw new ManifestError(`its manifest says ${size} bytes, its config has ${config.length}`);
}
/** Says which image a ManifestError is about. @throws UserError (failure) */ function withImage(image, read) {
    try {
        return read();
    } catch (error) {
        if (error instanceof ManifestError) throw imageError(image, error.message);
        throw error;
    }
}
/** An index may promise what its image does not keep: the config is what was built. */ function checkPlatform(actual, wanted, fromIndex) {
    // An index that says v5 is believed when the config of its image says no variant at all.
    const vague = actual.variant === undefined && fromIndex;
    const variant = vague ? wanted.variants[0] : actual.variant;
    const { os, architecture } = actual;
    if (fitsPlatform({
        os,
        architecture,
        ...variant && {
            variant
        }
    }, wanted)) return;
    const content = formatPlatform(actual);
    throw new ManifestError(fromIndex ? `it has ${content} content in its ${formatWanted(wanted)} image` : `it is an image for ${content} alone, not for ${formatWanted(wanted)}`);
}
function pairLayers(layers, diffIds) {
    if (layers.length !== diffIds.length) {
        const counts = `${layers.length} layers and its config ${diffIds.length}`;
        throw new ManifestError(`its manifest names ${counts}`);
    }
    return layers.map(({ digest, size, mediaType }, index)=>({
            blob: digest,
            size,
            mediaType,
            diffId: diffIds[index]
        }));
}

/**
 * Runs a skopeo that asks a registry for a document, again where that may help.
 *
 * @returns what it printed
 * @throws UserError (failure)
 */ async function inspect(image, argv, context) {
    const { signal, onRetry, patience } = context;
    const attempt = ()=>inspectOnce(image, argv, context);
    return withRetries(attempt, {
        image: image.written,
        signal,
        onRetry,
        patience
    });
}
async function inspectOnce(image, argv, context) {
    const { inspectMs } = {
        ...defaultPatience,
        ...context.patience
    };
    const hanging = new AbortController();
    const timer = setTimeout(()=>hanging.abort(noAnswer(image, inspectMs)), inspectMs);
    try {
        const signal = AbortSignal.any([
            context.signal,
            hanging.signal
        ]);
        const { code, stdout, stderr } = await run(argv, {
            signal
        });
        if (code !== 0) throw skopeoError(image, stderr);
        return stdout;
    } finally{
        clearTimeout(timer);
    }
}
function noAnswer(image, milliseconds) {
    const why = `the registry did not answer within ${milliseconds / 1000} s`;
    return new TransientError(image, why, {
        hint: 'check the network and the proxy settings'
    });
}

/**
 * Copies an image of this machine into a folder of its own in `workDir`, and reads it there.
 *
 * Manifests stay as they are. A docker-archive, a Docker daemon and a containers-storage have none
 * for layers that they keep uncompressed: skopeo makes one of Docker's schema 2, whose media types
 * say gzip all the same.
 *
 * @throws UserError (failure)
 */ async function resolveLocal(image, source, platform, context) {
    checkPath(image, source);
    const name = image.name ?? await nameOfArchive(image, source, context);
    const directory = await promises.mkdtemp(node_path.join(context.workDir, 'local-'));
    await copy(image, source, platform, directory, context);
    const { parsed, ...document } = await readManifest(image, directory);
    const config = await promises.readFile(node_path.join(directory, hexOf(parsed.config.digest)));
    const parts = {
        image,
        name,
        indexDigest: undefined,
        ...document,
        parsed,
        config
    };
    const resolved = assembleImage(parts, platform);
    return {
        ...resolved,
        tagDigest: undefined,
        localBlobs: directory
    };
}
/** skopeo's words for a missing file differ with transport and version. */ function checkPath(image, { transport, location }) {
    const path = pathOf(transport, location);
    if (path === undefined || node_fs.existsSync(path)) return;
    throw imageError(image, `there is no ${path}`);
}
function pathOf(transport, location) {
    if (transport === 'containers-storage' || transport === 'docker-daemon') return undefined;
    return transport === 'dir' ? location : location.split(':')[0];
}
async function copy(image, source, platform, directory, context) {
    const { access, signal, workDir: tempDir } = context;
    const argv = copyToDirectory({
        source: written(source),
        platform,
        directory,
        access,
        tempDir
    });
    const { code, stderr } = await run(argv, {
        signal
    });
    if (code === 0) return;
    if (/no image found in/i.test(stderr)) {
        await explainMissingPlatform(image, source, platform, context);
    }
    throw skopeoError(image, stderr);
}
/** @throws UserError with the platforms that there are */ async function explainMissingPlatform(image, source, platform, context) {
    const { signal } = context;
    const argv = inspectRaw(written(source), context.access, context.workDir);
    const { stdout } = await run(argv, {
        signal
    });
    withImage(image, ()=>{
        const parsed = parseManifest(stdout);
        if (parsed.kind === 'index') choosePlatform(parsed.entries, platform);
    });
}
async function readManifest(image, directory) {
    const manifest = await promises.readFile(node_path.join(directory, 'manifest.json'));
    return withImage(image, ()=>{
        const parsed = parseManifest(manifest);
        if (parsed.kind === 'manifest') return {
            manifestDigest: sha256$1(manifest),
            manifest,
            parsed
        };
        throw new ManifestError('it has an index in an index, which skopeo does not follow here');
    });
}
/** The one name in a docker-archive that was given without a reference. */ async function nameOfArchive(image, source, context) {
    const { signal } = context;
    const argv = listTags(`docker-archive:${pathOf(source.transport, source.location)}`, context.workDir);
    const { code, stdout, stderr } = await run(argv, {
        signal
    });
    if (code !== 0) throw skopeoError(image, stderr);
    const { Tags } = JSON.parse(stdout.toString());
    // skopeo calls an image without a name by its place: @0.
    const [only, ...others] = Tags.filter((tag)=>!tag.startsWith('@'));
    if (only === undefined) throw unnamed(image, 'the archive gives it no name');
    if (others.length > 0) throw unnamed(image, `the archive has the names ${Tags.join(', ')}`);
    return asName(image, only);
}
function asName(image, tag) {
    try {
        return nameAndTag(parseReference(tag));
    } catch (error) {
        if (error instanceof UserError) throw unnamed(image, error.message);
        throw error;
    }
}
function unnamed(image, why) {
    return imageError(image, why, `write ${image.written} as NAME:TAG`);
}
function written({ transport, location }) {
    return `${transport}:${location}`;
}

/**
 * Finds what a reference means for a platform now: index, manifest and config, each checked by its
 * digest. Nothing of the layers is read, but for local transports, whose images are copied to
 * `workDir` whole.
 *
 * A tag is asked for at every call. What a digest names comes from the cache where that has it, so a
 * reference with a digest alone costs no request the second time.
 *
 * @throws UserError (failure)
 */ async function resolveImage(image, platform, context) {
    const { source } = image;
    if (source.transport !== 'docker') return resolveLocal(image, source, platform, context);
    const { reference } = source;
    const repository = {
        image,
        name: reference.repository,
        context
    };
    const tagged = reference.tag === undefined ? undefined : await readTag(repository, reference);
    const top = await readTop(repository, reference, tagged);
    const chosen = await chooseManifest(repository, top, platform);
    const config = await readConfig(repository, chosen);
    const resolved = assembleImage({
        image,
        name: image.name ?? nameAndTag(reference),
        indexDigest: chosen === top ? undefined : top.digest,
        manifestDigest: chosen.digest,
        manifest: chosen.bytes,
        parsed: chosen.parsed,
        config
    }, platform);
    return {
        ...resolved,
        tagDigest: tagDigest(tagged, reference),
        localBlobs: undefined
    };
}
/** The reference's own digest where the tag's index lists it: then the tag has not moved. */ function tagDigest(tagged, { digest }) {
    if (tagged && digest && listedIn(tagged.bytes).includes(digest)) return digest;
    return tagged?.digest;
}
/** What the tag of a reference with a digest stands for now need not be an image any more. */ function listedIn(bytes) {
    try {
        const parsed = parseManifest(bytes);
        return parsed.kind === 'index' ? parsed.entries.map((entry)=>entry.digest) : [];
    } catch (error) {
        if (error instanceof ManifestError) return [];
        throw error;
    }
}
/** Beyond what anybody makes; a bound on what a registry can make us ask for. */ const DEEPEST_INDEX = 4;
/** Undefined where a reference has a digest beside a tag that is no longer there. */ async function readTag({ image, name, context }, { tag, digest }) {
    const source = dockerSource({
        repository: name,
        ...tag && {
            tag
        }
    });
    try {
        const bytes = await inspect(image, inspectRaw(source, context.access), context);
        return {
            digest: digest === undefined ? sha256$1(bytes) : digestLike(digest, bytes),
            bytes
        };
    } catch (error) {
        if (digest !== undefined && error instanceof NotFoundError) return undefined;
        throw error;
    }
}
/** What the whole reference names: the digest decides where there is one. */ async function readTop(repository, reference, tagged) {
    const digest = reference.digest ?? tagged?.digest;
    if (digest === undefined) throw new Error('a reference without tag and digest');
    if (tagged?.digest !== digest) return readDocument(repository, digest);
    const document = parseDocument(repository.image, digest, tagged.bytes);
    await repository.context.cache.put(digest, tagged.bytes);
    return document;
}
/** The image manifest of the platform, by way of indexes in the index. */ async function chooseManifest(repository, top, platform) {
    const { image } = repository;
    if (isManifest(top)) return top;
    const entries = await leaves(repository, top.parsed, platform, 1);
    const entry = withImage(image, ()=>choosePlatform(entries, platform));
    const document = await readDocument(repository, entry.digest);
    if (isManifest(document)) return document;
    throw imageError(image, `its index calls ${entry.digest} an image, and it is an index`);
}
/** The entries of an index with those of the indexes in it where they stand. */ async function leaves(repository, index, platform, depth) {
    if (depth > DEEPEST_INDEX) {
        throw imageError(repository.image, `it has indexes in indexes, more than ${DEEPEST_INDEX} deep`);
    }
    const found = [];
    for (const entry of index.entries){
        const nested = entry.kind === 'index' && mayHave(entry, platform);
        if (!nested) found.push(entry);
        else found.push(...await nestedLeaves(repository, entry, platform, depth));
    }
    return found;
}
async function nestedLeaves(repository, entry, platform, depth) {
    const { parsed } = await readDocument(repository, entry.digest);
    if (parsed.kind === 'index') return leaves(repository, parsed, platform, depth + 1);
    throw imageError(repository.image, `its index calls ${entry.digest} an index, and it is none`);
}
function mayHave({ platform }, wanted) {
    return platform === undefined || platform.architecture === wanted.architecture;
}
function isManifest(document) {
    return document.parsed.kind === 'manifest';
}
async function readDocument(repository, digest) {
    const { image, name, context } = repository;
    const source = dockerSource({
        repository: name,
        digest
    });
    const ask = ()=>inspect(image, inspectRaw(source, context.access), context);
    return cached(context.cache, digest, ask, (bytes)=>parseDocument(image, digest, bytes));
}
async function readConfig({ image, name, context }, { digest, parsed }) {
    const source = dockerSource({
        repository: name,
        digest
    });
    const ask = ()=>inspect(image, inspectConfigRaw(source, context.access), context);
    return cached(context.cache, parsed.config.digest, ask, (bytes)=>{
        withImage(image, ()=>checkDigest(parsed.config.digest, bytes, 'config'));
        return bytes;
    });
}
/** Damaged bytes in the cache count as none. Only what `read` accepts is kept. */ async function cached(cache, digest, ask, read) {
    const known = await cache.get(digest);
    if (known !== undefined && digestLike(digest, known) === digest) return read(known);
    const bytes = await ask();
    const value = read(bytes);
    await cache.put(digest, bytes);
    return value;
}
function parseDocument(image, digest, bytes) {
    return withImage(image, ()=>{
        // Checked before the digest: a login page in place of a manifest should be called that.
        if (/^\s*<(?:!doctype|html|\?xml)/i.test(bytes.subarray(0, 200).toString())) {
            throw new ManifestError('what answers sends HTML and is no registry');
        }
        checkDigest(digest, bytes, 'manifest');
        return {
            digest,
            bytes,
            parsed: parseManifest(bytes)
        };
    });
}

/**
 * Writes a file that other processes see whole or not at all, also after a power cut.
 *
 * @param workDir where it lies until it is whole: of this process alone, on the same file system
 */ async function writeAtomically(path, bytes, workDir) {
    await replace(path, workDir, async (temporary)=>{
        const file = await promises.open(temporary, 'wx');
        try {
            await file.writeFile(bytes);
            await file.sync();
        } finally{
            await file.close();
        }
    });
}
/**
 * Gives a finished file a second name, whole or not at all; an existing file of that name is
 * replaced. On file systems without hard links it becomes a copy.
 */ async function linkAtomically(source, path, workDir) {
    await replace(path, workDir, (temporary)=>linkOrCopy(source, temporary));
}
/** A second name for a file that does not exist yet. */ async function linkOrCopy(source, path) {
    try {
        await promises.link(source, path);
    } catch (error) {
        const { code } = error;
        if (!code || ![
            'EPERM',
            'EXDEV',
            'EMLINK',
            'ENOTSUP',
            'EOPNOTSUPP'
        ].includes(code)) throw error;
        await promises.copyFile(source, path, node_fs.constants.COPYFILE_EXCL);
    }
}
async function replace(path, workDir, write) {
    await makeFolderInStore(node_path.dirname(path));
    const temporary = node_path.join(workDir, `${Math.random().toString(36).slice(2)}.part`);
    try {
        await write(temporary);
        await promises.rename(temporary, path).catch(async (error)=>{
            if (error.code !== 'EISDIR') throw error;
            await promises.rm(path, {
                recursive: true,
                force: true
            });
            await promises.rename(temporary, path);
        });
    } finally{
        // Still there after an error, and after a rename between two names of one file (rename(2)).
        await promises.rm(temporary, {
            force: true
        });
    }
}
/** The store is a cache: what has got into the way of its folders goes. */ async function makeFolderInStore(path) {
    try {
        await makeFolder(path);
    } catch (error) {
        const { code, path: obstacle } = error;
        if (code !== 'EEXIST' || obstacle === undefined) throw error;
        await promises.rm(obstacle, {
            force: true
        });
        await makeFolder(path);
    }
}

/** Raised whenever the layout, or the bytes of a fragment of the same layer and level, change. */ const LAYOUT_VERSION = 1;
const WEEK_MS = 7 * 24 * 3600 * 1000;
function entriesRoot(root) {
    return node_path.join(root, `v${LAYOUT_VERSION}`);
}
/** The start of the name of this process's work folder: who owns it can be told by the name. */ function workPrefix() {
    return `${processSpace()}.${process.pid}.${startTime(process.pid)}.`;
}
/**
 * Removes work folders whose process is gone. Processes of other machines and containers cannot be
 * asked, though they may share the store: their folders go after a week.
 */ async function removeDeadWork(root) {
    const here = processSpace();
    for (const name of (await promises.readdir(node_path.join(root, 'work')))){
        const path = node_path.join(root, 'work', name);
        const [space, pid, start] = name.split('.');
        const dead = space === here ? !isAlive(Number(pid), start) : await isOlderThan(path, WEEK_MS);
        // Another user's cannot be removed, and harms nobody.
        if (dead) await promises.rm(path, {
            recursive: true,
            force: true
        }).catch(()=>undefined);
    }
}
/**
 * Where a process number means the same process: this boot of this machine, this PID namespace.
 * Neither a host name nor the namespace tells alone: containers on the host's network share the
 * name, and the first namespace has the same number on every machine.
 */ function processSpace() {
    const boot = attempt(()=>node_fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
    const namespace = attempt(()=>node_fs.readlinkSync('/proc/self/ns/pid'));
    const text = [
        node_os.hostname(),
        boot,
        namespace
    ].join('\n');
    return node_crypto.createHash('sha256').update(text).digest('hex').slice(0, 16);
}
/** A process number is given again; together with the time of its start it is not (proc(5), stat). */ function startTime(pid) {
    const stat = attempt(()=>node_fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
    // The second field, the program's name in parentheses, may hold spaces; the 22nd is wanted.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[22 - 3] ?? '';
}
/** Whatever cannot be asked lives. */ function isAlive(pid, start) {
    try {
        process.kill(pid, 0);
    } catch (error) {
        if (error.code !== 'EPERM') return false;
    }
    const now = startTime(pid);
    return now === '' || now === start;
}
function attempt(read) {
    try {
        return read();
    } catch  {
        return undefined;
    }
}
async function isOlderThan(path, ms) {
    const found = await promises.stat(path).catch(()=>undefined);
    return found !== undefined && Date.now() - found.mtimeMs > ms;
}

/**
 * Opens the store, which need not exist, and clears what killed runs have left.
 *
 * @param onDamage is told the name of every entry that had to be dropped
 */ async function openStore(root, onDamage) {
    await makeFolder(node_path.join(root, 'work'));
    await removeDeadWork(root);
    const workDir = await promises.mkdtemp(node_path.join(root, 'work', workPrefix()));
    const entries = entriesRoot(root);
    const blobName = (digest)=>node_path.join('blobs', algorithmOf(digest), hexOf(digest));
    const pathOf = (name)=>node_path.join(entries, name);
    let taken = 0;
    // The way out of a run that did not come to `close`.
    const removeAtExit = ()=>{
        try {
            node_fs.rmSync(workDir, {
                recursive: true,
                force: true
            });
        } catch  {
        // A later run clears it away.
        }
    };
    process.on('exit', removeAtExit);
    const drop = async (name)=>{
        onDamage(name);
        // What cannot be removed is replaced, or found damaged again.
        await Promise.allSettled([
            promises.rm(pathOf(name), {
                recursive: true,
                force: true
            }),
            promises.rm(pathOf(`${name}.json`), {
                recursive: true,
                force: true
            })
        ]);
    };
    /**
   * A name of this run's own for an entry's file, and a note that it was used now. An entry that
   * cannot be read is as good as none: a cache never fails a build.
   */ const take = async (name)=>{
        taken += 1;
        const path = node_path.join(workDir, `taken-${taken}`);
        try {
            if (await isFile(pathOf(name))) {
                await linkOrCopy(pathOf(name), path);
                await touch(pathOf(name));
                return path;
            }
        } catch  {
            return undefined;
        }
        await drop(name);
        return undefined;
    };
    const getFacts = async (name)=>{
        try {
            const path = pathOf(`${name}.json`);
            const facts = await isFile(path) ? unseal(await promises.readFile(path, 'utf8')) : undefined;
            if (facts !== undefined) return facts;
        } catch (error) {
            if (isAbsent(error)) return undefined;
        }
        await drop(name);
        return undefined;
    };
    const putFacts = (name, facts)=>writeAtomically(pathOf(`${name}.json`), seal(facts), workDir);
    return {
        workDir,
        async getDocument (digest) {
            const path = await take(blobName(digest));
            if (path === undefined) return undefined;
            const bytes = await promises.readFile(path).catch(()=>undefined);
            if (bytes && digestLike(digest, bytes) === digest) return bytes;
            await drop(blobName(digest));
            return undefined;
        },
        putDocument: (digest, bytes)=>writeAtomically(pathOf(blobName(digest)), bytes, workDir),
        async takeBlob (digest, size) {
            const path = await take(blobName(digest));
            if (path === undefined || (await promises.stat(path)).size === size) return path;
            await drop(blobName(digest));
            return undefined;
        },
        putBlob: (digest, path)=>linkAtomically(path, pathOf(blobName(digest)), workDir),
        dropBlob: (digest)=>drop(blobName(digest)),
        async takeEntry (name) {
            const facts = await getFacts(name);
            const path = facts && await take(name);
            if (!facts || path === undefined) return undefined;
            const sha256 = await sha256OfFile(path).catch(()=>undefined);
            if (sha256 === facts.sha256) return {
                path,
                facts
            };
            await drop(name);
            return undefined;
        },
        async putEntry (name, path, facts) {
            // The facts come last: without them the entry is not there.
            await linkAtomically(path, pathOf(name), workDir);
            await putFacts(name, facts);
        },
        getFacts,
        putFacts,
        // Work that is being stopped may still write into it.
        async close () {
            await promises.rm(workDir, {
                recursive: true,
                force: true,
                maxRetries: 5,
                retryDelay: 50
            });
            process.off('exit', removeAtExit);
        }
    };
}
/** Facts as they are written: with a digest of their own, since nothing else tells that they are right. */ function seal(facts) {
    return JSON.stringify({
        facts,
        sha256: hashOf(JSON.stringify(facts))
    });
}
/** Undefined for what is damaged. */ function unseal(text) {
    try {
        const { facts, sha256 } = JSON.parse(text);
        return facts !== undefined && hashOf(JSON.stringify(facts)) === sha256 ? facts : undefined;
    } catch  {
        return undefined;
    }
}
function hashOf(text) {
    return node_crypto.createHash('sha256').update(text).digest('hex');
}
/** What is no regular file is damage; a pipe would be read for ever. */ async function isFile(path) {
    return (await promises.lstat(path)).isFile();
}
/** What the file system says of an entry that is not there. */ function isAbsent(error) {
    return [
        'ENOENT',
        'ENOTDIR'
    ].includes(String(error.code));
}
/** The time of last use, which pruning goes by. A store that may only be read stays unmarked. */ async function touch(path) {
    const now = new Date();
    await promises.utimes(path, now, now).catch(()=>undefined);
}
async function sha256OfFile(path) {
    const hash = node_crypto.createHash('sha256');
    for await (const chunk of node_fs.createReadStream(path, {
        highWaterMark: 1 << 20
    }))hash.update(chunk);
    return hash.digest('hex');
}

/** This program's version, from its package.json: one level up from src/ as from dist/. */ function readProgramVersion() {
    const text = node_fs.readFileSync(new URL('../package.json', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('shared.js', document.baseURI).href))), 'utf8');
    return JSON.parse(text).version;
}

/**
 * The whole way from references to a Debian package.
 *
 * @throws UserError; the reason of `signal`. Nothing is left behind then but what the store keeps.
 */ async function preload(options, around) {
    const { watch, signal } = around;
    const clock = stopwatch(watch);
    const images = await readImages(options);
    const provenance = await readProvenance(options, around);
    const fields = packageFields(options, provenance);
    await checkPackageFields(fields);
    const store = await openStoreIn(options.cacheDir, watch);
    try {
        clock.enter('resolve');
        const registry = await connect(options, store, around);
        const resolutions = await resolveAll(images, options, registry, store);
        reportFindings(resolutions, options, watch);
        if (options.compression === 'original') checkOriginalSize(resolutions);
        clock.enter('layers');
        const layering = {
            ...options,
            store,
            registry,
            watch
        };
        const work = prepareLayers(resolutions, layering);
        const { layers, stats } = await soonAfter(signal, LAST_FRAMES_MS, work);
        const packaged = await completeImages(resolutions, layers, {
            ...options,
            store
        });
        clock.enter('package');
        const spec = {
            ...fields,
            zstdLayers: options.compression === 'original' && resolutions.some(hasZstdLayers),
            epoch: provenance.epoch ?? newestCreation(resolutions),
            images: packaged
        };
        const deb = await buildPackage(spec, {
            deviceDir: around.deviceDir,
            workDir: store.workDir,
            outputDir: options.outputDir,
            generator: `container-preload ${readProgramVersion()}`,
            signal,
            onProgress: watch.written
        });
        return {
            deb,
            spec,
            resolutions,
            stats: {
                images: images.length,
                ...stats,
                seconds: clock.read()
            }
        };
    } finally{
        await store.close();
    }
}
/** A frame of a high level takes ten seconds and more, and cannot be stopped in between. */ const LAST_FRAMES_MS = 1000;
async function openStoreIn(root, watch) {
    // skopeo splits what it is told about a layout at the first colon.
    if (root.includes(':')) throw usageError(`cache-dir must not have a colon in its path: ${root}`);
    try {
        return await openStore(root, (name)=>{
            watch.note(`the store's ${name} is damaged: made anew`);
        });
    } catch (error) {
        const { code } = error;
        if (code === undefined) throw error;
        const explained = explainSystemError(error);
        const why = explained instanceof UserError ? explained.message : code;
        throw failure(`cannot use the store ${root}: ${why}`, {
            hint: 'choose a folder that can be written with cache-dir',
            cause: error
        });
    }
}
async function connect({ access }, { workDir }, { signal, watch }) {
    checkAccess(access);
    const { policy, notes } = await checkSkopeo(workDir, signal);
    for (const note of notes)watch.note(note);
    return {
        access: policy === undefined ? access : {
            ...access,
            policy
        },
        workDir,
        signal,
        onRetry: watch.retry
    };
}
/** Enough to hide a registry's latency, few enough not to be slowed down by it. */ const REFERENCES_AT_ONCE = 4;
async function resolveAll(images, { architecture }, registry, store) {
    const cache = {
        get: store.getDocument,
        put: store.putDocument
    };
    const limit = pLimit(REFERENCES_AT_ONCE);
    const resolutions = await together(registry.signal, (signal)=>images.map((image)=>limit(()=>resolveImage(image, platformOf(architecture), {
                    ...registry,
                    signal,
                    cache
                }))));
    checkNames(resolutions);
    return resolutions;
}
/** The name of an archive is known only once it was read. */ function checkNames(resolutions) {
    const seen = new Map();
    for (const resolution of resolutions){
        const other = seen.get(resolution.name);
        if (other) {
            throw usageError(`${resolution.image.written} and ${other.image.written} both are ${resolution.name}`, {
                origin: resolution.image.origin,
                hint: 'name one of them with " as NAME:TAG"'
            });
        }
        seen.set(resolution.name, resolution);
    }
}
/** @throws UserError (failure) when the policy makes an error of a finding */ function reportFindings(resolutions, { digestPolicy }, watch) {
    const findings = resolutions.flatMap((resolution)=>{
        const { image, indexDigest, manifestDigest, tagDigest } = resolution;
        const { source } = image;
        const given = source.transport === 'docker' ? source.reference.digest : undefined;
        return [
            checkPin(image, indexDigest ?? manifestDigest, digestPolicy),
            given && tagDigest && tagMoved(image, given, tagDigest, digestPolicy)
        ];
    }).filter((finding)=>finding !== undefined);
    for (const finding of findings)watch.finding(finding);
    const [first, ...others] = findings.filter(({ level })=>level === 'error');
    if (first === undefined) return;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    throw failure(`${first.message}${more}`, {
        origin: first.origin,
        hint: first.hint
    });
}
/** What comes from the registry as it is has a known size before anything is downloaded. */ function checkOriginalSize(resolutions) {
    const layers = resolutions.flatMap(({ layers })=>layers);
    checkDebSize([
        ...new Map(layers.map(({ blob, size })=>[
                blob,
                size
            ])).values()
    ]);
}
/** All of a package that is known before its images. */ function packageFields(options, { version, maintainer }) {
    const { architecture, description, section, depends, engine, compression, files } = options;
    const { digestPolicy, deleteAfterLoad, level } = options;
    return {
        ...{
            name: options.package,
            version,
            architecture,
            maintainer,
            description,
            section,
            depends
        },
        ...{
            engine,
            compression,
            files,
            digestPolicy,
            deleteAfterLoad
        },
        ...compression === 'zstd' ? {
            level
        } : {}
    };
}
function hasZstdLayers({ layers }) {
    return layers.some(({ mediaType })=>mediaType.endsWith('zstd'));
}
/** Reproducible builds often say 1970, which lintian calls ancient. */ const OLDEST_EPOCH = Date.UTC(2000) / 1000;
/** Seconds; the images' own times are the same in every build. */ function newestCreation(resolutions) {
    const times = resolutions.map(({ config })=>Date.parse(JSON.parse(config.toString()).created ?? '')).filter((time)=>time > 0);
    return Math.max(OLDEST_EPOCH, ...times.map((time)=>Math.floor(time / 1000)));
}
function stopwatch(watch) {
    const start = performance.now();
    const ends = {};
    let current;
    const leave = ()=>{
        if (current) ends[current.stage] = round(performance.now() - current.since);
    };
    return {
        enter (stage) {
            leave();
            current = {
                stage,
                since: performance.now()
            };
            watch.stage(stage);
        },
        read () {
            leave();
            return {
                resolve: 0,
                layers: 0,
                package: 0,
                ...ends,
                total: round(performance.now() - start)
            };
        }
    };
}
/** Milliseconds to seconds, with two digits. */ function round(milliseconds) {
    return Math.round(milliseconds / 10) / 100;
}

/** Lets the work go on, and clear away behind itself, when nobody reads what it says of it. */ function outliveOutput() {
    for (const stream of [
        process.stdout,
        process.stderr
    ])stream.on('error', ()=>undefined);
}
/**
 * Prints a result and a line's end. Who has stopped reading, as `head` does, wants no more of it.
 *
 * @throws UserError (failure) where it cannot be written
 */ function print(text) {
    return new Promise((resolve, reject)=>{
        process.stdout.write(`${text}\n`, (error)=>{
            if (!error || error.code === 'EPIPE') resolve();
            else reject(failure(`cannot print the result: ${error.message}`, {
                cause: error
            }));
        });
    });
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
    throw usageError(`container-preload runs on Linux, and this is ${platform}`, {
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

exports.BLOCK = BLOCK;
exports.BUILD_INPUTS = BUILD_INPUTS;
exports.UserError = UserError;
exports.buildResult = buildResult;
exports.cacheDir = cacheDir;
exports.checkRunner = checkRunner;
exports.compressionOf = compressionOf;
exports.decompress = decompress;
exports.digestLike = digestLike;
exports.endInterrupted = endInterrupted;
exports.ended = ended;
exports.entriesRoot = entriesRoot;
exports.explainSystemError = explainSystemError;
exports.failure = failure;
exports.folders = folders;
exports.formatBytes = formatBytes;
exports.formatError = formatError;
exports.formatImageList = formatImageList;
exports.formatMd5sums = formatMd5sums;
exports.formatMode = formatMode;
exports.formatOrigin = formatOrigin;
exports.formatPlatform = formatPlatform;
exports.formatSource = formatSource;
exports.formatTable = formatTable;
exports.headerSum = headerSum;
exports.hexOf = hexOf;
exports.integer = integer;
exports.lastLines = lastLines;
exports.lines = lines;
exports.markdownSummary = markdownSummary;
exports.markdownTable = markdownTable;
exports.mustRun = mustRun;
exports.oneOf = oneOf$1;
exports.outliveOutput = outliveOutput;
exports.paddingOf = paddingOf;
exports.parseBoolean = parseBoolean;
exports.parseBuildOptions = parseBuildOptions;
exports.parseImageList = parseImageList;
exports.parseManifest = parseManifest$1;
exports.parseSize = parseSize;
exports.preload = preload;
exports.print = print;
exports.printable = printable$1;
exports.readImages = readImages;
exports.readMembers = readMembers$1;
exports.readProgramVersion = readProgramVersion;
exports.readSize = readSize;
exports.referenceKey = referenceKey;
exports.removeDeadWork = removeDeadWork;
exports.run = run;
exports.shareFolder = shareFolder;
exports.showProgress = showProgress;
exports.start = start;
exports.textSummary = textSummary;
exports.unlessStuck = unlessStuck;
exports.untilInterrupted = untilInterrupted;
exports.unzstd = unzstd;
exports.usageError = usageError;
exports.widenThreadPool = widenThreadPool;
exports.within = within;

'use strict';

var promises = require('node:fs/promises');
var os = require('node:os');
var node_path = require('node:path');
var node_crypto = require('node:crypto');
var fs = require('node:fs');
var util = require('node:util');
var zlib = require('node:zlib');
var consumers = require('node:stream/consumers');
var node_child_process = require('node:child_process');
var promises$1 = require('node:stream/promises');
var Stream = require('node:stream');
var promises$2 = require('node:timers/promises');
var client = require('./shared-client.js');
var types = require('node:util/types');
var node_events = require('node:events');
var node_net = require('node:net');
var node_v8 = require('node:v8');
var node_vm = require('node:vm');

/**
 * Something that the user can mend: reported as one line, without a stack. Everything else that is
 * thrown is a bug of ours and keeps its stack.
 *
 * `usage` ends the command with exit code 2 (what was asked for makes no sense), `failure` with 1.
 */ class UserError extends Error {
    kind;
    origin;
    hint;
    /** The line that `origin` names, where it is a line of a file. */ excerpt;
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
        this.excerpt = about.excerpt;
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
    return printable(`${where}${error.message}${hint}`);
}
/**
 * The line where the mistake is, and under its column a caret; undefined where it is not known. The
 * margin keeps what the line says from being a command to who reads the output.
 */ function formatExcerpt({ excerpt, origin }) {
    if (excerpt === undefined || origin?.column === undefined) return undefined;
    const number = String(origin.line);
    // Of a line without end the part around the column is enough.
    const cut = Math.max(0, origin.column - 1 - WIDEST_EXCERPT / 2);
    // A tab would push the rest aside.
    const line = printable(excerpt.slice(cut, cut + WIDEST_EXCERPT).replaceAll('\t', ' '));
    const caret = `${' '.repeat(origin.column - 1 - cut)}^`;
    return `  ${number} | ${line}\n  ${' '.repeat(number.length)} | ${caret}`;
}
/** Columns. */ const WIDEST_EXCERPT = 120;
/** One line without control characters: what a registry says must not steer a terminal or a job. */ function printable(text) {
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
/** Why the operating system refuses something, in a few words; undefined for all that it has not refused. */ function refusalOf(error) {
    const { code, errno, syscall } = error;
    if (code === undefined || syscall === undefined) return undefined;
    return REFUSALS[code] ?? SYSTEM_ERRORS[code]?.message ?? util.getSystemErrorMap().get(errno ?? 0)?.[1];
}
/** Which may be a mistake of ours, too: only who was given the path knows. */ const REFUSALS = {
    ENOENT: 'no such file',
    EISDIR: 'it is a directory'
};
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
        hint: 'check who may read and write there'
    },
    EPERM: {
        message: 'operation not permitted',
        hint: 'check who owns it'
    },
    EROFS: {
        message: 'the file system is read-only',
        hint: 'choose a folder that can be written'
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
/** File systems take 255, of which dpkg needs ten for the `.dpkg-dist` that it adds. */ const MAX_NAME$1 = 245;
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
    if (path.split('/').some((part)=>part.length > MAX_NAME$1)) {
        return `a name in it has more than ${MAX_NAME$1} characters`;
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
    const found = await readable(source).catch((cause)=>{
        throw usageError(`file ${JSON.stringify(source)} cannot be read: ${refusalOf(cause)}`, {
            cause
        });
    });
    if (!found.isFile()) throw usageError(`file ${JSON.stringify(source)} is no regular file`);
    return (found.mode & 0o111) !== 0;
}
async function readable(source) {
    await promises.access(source, promises.constants.R_OK);
    return promises.stat(source);
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
    // A full stop alone is how the field itself writes an empty line.
    const lines = rest.map((line)=>/^\s*\.?\s*$/.test(line) ? '' : line);
    const extended = lines.slice(0, lines.findLastIndex((line)=>line !== '') + 1).filter((line, index)=>line !== '' || lines[index - 1]);
    return {
        synopsis: synopsis.trim(),
        extended
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
/**
 * The name of a user, as adduser takes those of system users (SYS_NAME_REGEX of adduser.conf(5)), and
 * no longer than useradd allows.
 *
 * @throws UserError (usage) for other names, and for root, whose Podman needs no name
 */ function parseUser(text) {
    if (text === 'root') {
        throw usageError("root's Podman is the one that is used without a user", {
            hint: 'leave it out'
        });
    }
    if (/^[a-z_][a-z0-9_-]{0,31}$/.test(text)) return text;
    throw usageError(`${JSON.stringify(text)} is no name of a user`, {
        hint: 'a lower-case letter or _, then letters, digits, - and _; 32 characters at most'
    });
}
/** The default of Depends, and a part of any other: what engine and compression need. */ const ENGINE_DEPENDS = '${engine:Depends}';
/** What stands for `${engine:Depends}`. Each list's first package is the one that apt prefers. */ function engineDepends({ engine, compression, user, zstdLayers }) {
    // docker.io of trixie brings no docker command any more; before, docker-cli does not exist.
    // Docker starts no container on a kernel with AppArmor when its parser is missing.
    const docker = zstdLayers ? 'docker.io (>= 23) | docker-ce (>= 5:23)' : 'docker.io | docker-ce';
    const packages = engine === 'docker' ? [
        'docker-cli | docker-ce-cli | docker.io',
        docker,
        'apparmor'
    ] : [
        'podman',
        ...user === undefined ? [] : [
            'uidmap'
        ]
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

/** What the loader does with a tag that somebody has moved: leaves it, or loads the package's image. */ const CONFLICTS = [
    'keep',
    'package'
];

/** dpkg keeps an epoch in a C int. */ const MAX_EPOCH = 2 ** 31 - 1;
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
 * stays below every real version. The time is that of the commit where the commit settles what is in
 * the package, else that of the build: two packages of one version must not differ.
 *
 * @param pinned whether the list of images settles their content
 */ function defaultVersion({ gitTag, commitTime, commit, clean = false, pinned, now }) {
    const tagged = gitTag === undefined ? undefined : versionOfTag(gitTag);
    const time = pinned && clean && commitTime || now;
    return tagged ?? [
        `0~${timestamp(time)}`,
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
    if (epoch !== undefined && Number(epoch) > MAX_EPOCH) return 'the epoch is too large';
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

/** `1 layer`, `2 layers`, `0 entries`. */ function plural(count, one, many = `${one}s`) {
    return `${count} ${count === 1 ? one : many}`;
}

const LONGEST = 100;
/** What a user wrote, as messages show it: in quotes, on one line, without control characters, not endless. */ function quote$1(text) {
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
    throw usageError(`invalid digest ${quote$1(text)}: ${fault(text)}`, {
        origin,
        hint: 'sha256: and 64 lower-case hexadecimal digits, or sha512: and 128'
    });
}
function fault(text) {
    const [algorithm = '', digits] = text.split(/:(.*)/s);
    if (digits === undefined) return 'it does not start with an algorithm';
    const length = LENGTHS.get(algorithm);
    if (length === undefined) return `the algorithm ${quote$1(algorithm)} is not known`;
    if (digits.length !== length) return `${plural(digits.length, 'digit')}, not ${length}`;
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
        throw usageError(`invalid image reference ${quote$1(text)}: ${why}`, {
            origin,
            hint
        });
    }
    return {
        repository: repositoryOf(domain, path),
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
    throw usageError(`invalid tag ${quote$1(text)}`, {
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
    const [name, digest] = cut(text, '@');
    const slash = name.indexOf('/');
    const host = name.slice(0, Math.max(slash, 0));
    const [path, tag] = cut(isDomain(host) ? name.slice(slash + 1) : name, ':');
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
/** The text before the first separator and after it; the latter undefined where there is none. */ function cut(text, separator) {
    const at = text.indexOf(separator);
    return at < 0 ? [
        text,
        undefined
    ] : [
        text.slice(0, at),
        text.slice(at + 1)
    ];
}
/** Docker Hub's own images have no user in their names: `alpine` is `library/alpine` there. */ function repositoryOf(domain, path) {
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
            `invalid host ${quote$1(domain)}`,
            'write it as registry.example:5000 or [2001:db8::1]:5000'
        ];
    }
    if (Number(/:(\d+)$/.exec(domain)?.[1] ?? 0) > 65_535) {
        return [
            `invalid host ${quote$1(domain)}`,
            'a port is at most 65535'
        ];
    }
    if (path !== path.toLowerCase()) {
        return [
            'the repository name must be lower case',
            `write ${quote$1(text.replace(path, path.toLowerCase()))}`
        ];
    }
    if (!PATH.test(path)) {
        const hint = 'letters and digits, parted by one of . _ __ or dashes, in parts with / between them';
        return [
            `invalid repository name ${quote$1(path)}`,
            hint
        ];
    }
    const { length } = repositoryOf(domain, path);
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
        throw usageError(`invalid entry ${quote$1(text)}: ${fault}`, {
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
        if (key !== 'tag' && key !== 'digest') return `unknown parameter ${quote$1(key)}`;
        if (value === '') return `${key} has no value`;
        if (value.includes('${')) return `the variable in ${quote$1(`${key}=${value}`)} has no value here`;
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
/** Whether the line says for ever which image it is. */ function isPinned({ source }) {
    return source.transport === 'docker' && source.reference.digest !== undefined;
}
/**
 * What to say about an image whose content the line does not fix; undefined where there is nothing to say.
 *
 * @param digest what the reference stands for now: the index's where there is one, so that the pinned
 *   line serves every architecture
 * @param elsewhere where else the same image is named, with a digest
 */ function checkPin(image, digest, policy, elsewhere) {
    const { source } = image;
    if (policy === 'ignore' || source.transport !== 'docker' || source.reference.digest) return undefined;
    const consequence = elsewhere ? `the one at ${formatOrigin(elsewhere)} counts` : 'so another build may get another image';
    return {
        level: levelOf(policy),
        message: `${image.written} has no digest, ${consequence}${obstacle(image)}`,
        hint: pinnedLine(image, digest),
        ...whereOf(image)
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
        message: `${nameAndTag(source.reference)} now is ${current}; the image is the given ${given}${obstacle(image)}`,
        hint: pinnedLine(image, current),
        ...whereOf(image)
    };
}
/** Why the reference that is to be written cannot simply be pasted over the one that is there. */ function obstacle({ unpinnable }) {
    return unpinnable === undefined ? '' : ` (${unpinnable})`;
}
/** The place of the reference, which need not be where the image is asked for. */ function whereOf({ origin, place }) {
    if (place === undefined) return {
        origin
    };
    const { file, line, column, text } = place;
    return {
        origin: {
            file,
            line,
            column
        },
        endColumn: column + text.length
    };
}
function levelOf(policy) {
    return policy === 'strict' ? 'error' : 'warning';
}
/** Characters beside the reference. */ const LONGEST_LINE = 200;
/**
 * The whole line with the digest in it; the reference alone where its line is not known, or has no end, as in
 * files that a program wrote.
 */ function pinnedLine(image, digest) {
    const { before = '', after = '' } = image.place ?? {};
    const text = pinnedText(image, digest);
    return before.length + after.length > LONGEST_LINE ? text : `${before}${text}${after}`.trim();
}
/**
 * What to write at the image's place: the same reference with the digest, in the file's own syntax.
 * A local image has nothing to pin.
 */ function pinnedText({ source, syntax, written, place }, digest) {
    const text = place?.text ?? written;
    return source.transport === 'docker' ? PINS[syntax](text, source.reference, digest) : text;
}
/**
 * How each syntax takes a digest.
 *
 * @param text what stands at the image's place
 */ const PINS = {
    plain: pinnedPlain,
    isar: pinnedIsar
};
function pinnedPlain(text, { tag }, digest) {
    const [name = ''] = text.split('@');
    const hasTag = name.slice(name.lastIndexOf('/') + 1).includes(':');
    return `${name}${hasTag || tag === undefined ? '' : `:${tag}`}@${digest}`;
}
function pinnedIsar(text, { tag }, digest) {
    const { base, parameters } = splitIsar(text);
    const others = parameters.filter(([key])=>key !== 'digest' && key !== 'tag');
    // In a recipe, a variable may stand for it.
    const written = parameters.find(([key])=>key === 'tag')?.[1] ?? tag;
    const pinned = [
        [
            'digest',
            digest
        ],
        ...written === undefined ? [] : [
            [
                'tag',
                written
            ]
        ],
        ...others
    ];
    return [
        base,
        ...pinned.map(([key, value])=>`${key}=${value}`)
    ].join(';');
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
/** What "uname -m" says on the machines of a Debian port, as kiwi goes by it. */ const MACHINES = {
    amd64: [
        'x86_64',
        'amd64'
    ],
    arm64: [
        'aarch64',
        'arm64'
    ],
    armhf: [
        'armv7l',
        'armv7hl'
    ],
    armel: [
        'armv5tel',
        'armv5el',
        'armv6l'
    ],
    i386: [
        'ix86',
        'i586',
        'i686'
    ],
    ppc64el: [
        'ppc64le'
    ],
    s390x: [
        's390x'
    ],
    riscv64: [
        'riscv64'
    ],
    loong64: []
};
const debianArchitectures = Object.keys(PLATFORMS);
/** @throws UserError (usage) for `all` and for what is no Debian architecture */ function parseArchitecture(text) {
    if (Object.hasOwn(PLATFORMS, text)) return text;
    if (text === 'all') {
        throw usageError('architecture all: an image has an architecture, so its package has one too', {
            hint: `one of ${debianArchitectures.join(', ')}`
        });
    }
    const meant = debianNameOf(text);
    throw usageError(`unknown Debian architecture ${JSON.stringify(text)}`, {
        hint: meant ? `Debian calls it ${meant}` : `one of ${debianArchitectures.join(', ')}`
    });
}
/** Of a name that a kernel, a registry or somebody in a hurry gives an architecture. */ function debianNameOf(text) {
    const name = text.toLowerCase().replace(/^linux\//, '').replaceAll('-', '_');
    return debianArchitectures.find((debian)=>[
            debian,
            PLATFORMS[debian].architecture,
            ...MACHINES[debian]
        ].includes(name));
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
 * Gives the bytes of a part of a file, chunk after chunk, while the next one is read already. Two buffers
 * take turns: a new one for each chunk would cost more than hashing it.
 *
 * @param use is done with a chunk's bytes when it returns, or its promise resolves
 * @returns how many bytes there were: fewer than wanted where the file ends before
 * @throws the reason of `signal`; what `use` throws
 */ async function readChunks({ file, start, size }, use, signal) {
    const length = Math.min(CHUNK$3, size);
    const buffers = [
        Buffer.allocUnsafeSlow(length),
        Buffer.allocUnsafeSlow(length)
    ];
    const read = async (at, turn)=>{
        const { bytesRead } = await file.read(buffers[turn], 0, Math.min(length, size - at), start + at);
        return buffers[turn].subarray(0, bytesRead);
    };
    let done = 0;
    for(let turn = 0, next = read(done, turn);;){
        const chunk = await next;
        signal?.throwIfAborted();
        if (chunk.length === 0) return done;
        done += chunk.length;
        turn = turn === 0 ? 1 : 0;
        next = read(done, turn);
        // Waited for when the chunk is used; after an error nobody does.
        next.catch(()=>undefined);
        await use(chunk);
    }
}
/** The same of a whole file. */ async function readFileChunks(path, use, signal) {
    const file = await promises.open(path);
    try {
        await readChunks({
            file,
            start: 0,
            size: Number.POSITIVE_INFINITY
        }, use, signal);
    } finally{
        await file.close();
    }
}
const CHUNK$3 = 1024 * 1024;

const KILL_AFTER_MS = 5000;
/** The Debian package that has a program, for programs whose package is called otherwise. */ const PACKAGE_OF$1 = {
    'dpkg-deb': 'dpkg',
    mkfifo: 'coreutils'
};
/**
 * Runs a program to its end, with both streams captured and nothing on its standard input.
 *
 * @throws UserError (failure) when the program is not installed, with the package that has it;
 *   the reason of `signal` when that ended it
 */ async function run(argv, options = {}) {
    const child = start$1(argv, options);
    const { onStderr } = options;
    if (onStderr) child.stderr?.on('data', (chunk)=>onStderr(chunk.toString()));
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
        const why = `failed with exit code ${output.code}: ${lastLines(output.stderr)}`;
        throw killed(argv, output.code) ?? failure(`${argv[0]} ${why}`);
    }
    return output;
}
/** Starts a program whose streams the caller reads; `ended` tells how it went. */ function start$1(argv, options = {}) {
    const [program, ...args] = argv;
    if (program === undefined) throw new Error('empty argv');
    options.signal?.throwIfAborted();
    const child = node_child_process.spawn(program, args, {
        cwd: options.cwd,
        env: options.env ?? process.env,
        stdio: [
            options.stdin ?? 'pipe',
            options.stdout ?? 'pipe',
            'pipe'
        ],
        // A process group of its own.
        detached: options.withChildren ?? false
    });
    // A program that ends without reading its input is no error of ours: its exit code tells.
    child.stdin?.on('error', ()=>undefined);
    const kill = (signal)=>options.withChildren ? killGroup(child.pid, signal) : child.kill(signal);
    const stop = ()=>{
        kill('SIGTERM');
        const timer = setTimeout(()=>kill('SIGKILL'), KILL_AFTER_MS).unref();
        child.once('close', ()=>clearTimeout(timer));
    };
    options.signal?.addEventListener('abort', stop, {
        once: true
    });
    child.once('close', ()=>options.signal?.removeEventListener('abort', stop));
    return child;
}
function killGroup(leader, signal) {
    try {
        if (leader !== undefined) process.kill(-leader, signal);
    } catch (error) {
        // All of them have ended.
        if (error.code !== 'ESRCH') throw error;
    }
}
/** The exit code of a started program, 128 + n for a signal as in a shell. */ function ended(child, argv) {
    return new Promise((resolve, reject)=>{
        child.once('error', (error)=>reject(notStarted(argv[0] ?? '', error)));
        child.once('close', (code, signal)=>resolve(code ?? 128 + signalNumber(signal)));
    });
}
/**
 * The error for a program that a signal ended, which says nothing of its input; undefined where it ended
 * by itself. SIGKILL is mostly the kernel's, when memory is used up.
 */ function killed([program], code) {
    const [name] = Object.entries(os.constants.signals).find(([, n])=>128 + n === code) ?? [];
    if (name === undefined) return undefined;
    return failure(`${program} was killed by ${name}`, name === 'SIGKILL' ? {
        hint: 'out of memory?'
    } : {});
}
/** The last lines of what a program wrote to stderr, as one line. */ function lastLines(text, count = 3) {
    const lines = text.split('\n').filter((line)=>line.trim() !== '');
    return lines.slice(-count).join(' | ') || 'it said nothing';
}
function notStarted(program, error) {
    if (error.code !== 'ENOENT') return error;
    return failure(`${program} is not installed`, {
        hint: `apt-get install ${PACKAGE_OF$1[program] ?? program}`,
        cause: error
    });
}
function signalNumber(signal) {
    return signal === null ? 1 : os.constants.signals[signal];
}

/**
 * Reads what a program writes, all of it into one buffer: of the pipes that Node makes each 64 KiB come in
 * a buffer of their own, and collecting these costs as much as hashing what is in them.
 *
 * @param use is done with a chunk's bytes when it returns; what it throws closes the FIFO
 * @param run starts the program with a file descriptor to write to, and resolves when it has succeeded
 */ async function readThroughFifo(use, run) {
    const { reading, writing } = await openFifo();
    const buffer = Buffer.allocUnsafeSlow(CHUNK$2);
    const callback = (length)=>{
        try {
            use(buffer.subarray(0, length));
        } catch (error) {
            socket.destroy(error);
        }
        return true;
    };
    const options = {
        fd: reading,
        readable: true,
        writable: false,
        onread: {
            buffer,
            callback
        }
    };
    const socket = new node_net.Socket(options).resume();
    try {
        const emptied = node_events.once(socket, 'close');
        const succeeded = run(writing);
        fs.closeSync(writing);
        await Promise.all([
            emptied,
            succeeded
        ]);
    } finally{
        socket.destroy();
    }
}
/** Both ends of a FIFO, which has no name any more. */ async function openFifo() {
    const folder = await promises.mkdtemp(node_path.join(os.tmpdir(), 'container-preload-'));
    try {
        const path = node_path.join(folder, 'fifo');
        await mustRun([
            'mkfifo',
            path
        ]);
        // In this order neither waits for the other.
        const reading = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
        return {
            reading,
            writing: fs.openSync(path, 'w')
        };
    } finally{
        await promises.rm(folder, {
            recursive: true
        });
    }
}
const CHUNK$2 = 256 * 1024;

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
 * @throws Error with what zstd said; UserError (failure) where a signal ended it
 */ async function* unzstd(chunks, signal) {
    const argv = unzstdArgv(ALL_MEMORY);
    const child = start$1(argv, {
        signal
    });
    if (!child.stdin) throw new Error('zstd without its standard input');
    yield* outputOf(child, argv, feed(chunks, child.stdin));
}
/**
 * The same of a file.
 *
 * @param use is done with a chunk's bytes when it returns; what it throws ends the program
 * @param window MiB of memory that the content may ask for
 */ async function unzstdFile(path, use, { window, signal }) {
    const argv = unzstdArgv(window);
    const file = await promises.open(path);
    try {
        await readThroughFifo(use, async (output)=>success(start$1(argv, {
                signal,
                stdin: file.fd,
                stdout: output
            }), argv));
    } finally{
        await file.close();
    }
}
/** MiB: the most that zstd takes. */ const ALL_MEMORY = 2048;
function unzstdArgv(window) {
    return [
        'zstd',
        '-dcq',
        `--memory=${window}MB`
    ];
}
/** @param fed ends when the program has its input */ async function* outputOf(child, argv, fed) {
    if (!child.stdout) throw new Error('zstd without its standard output');
    // Of both: also what fails has read its input to the end, since another reader goes on from there.
    const end = Promise.allSettled([
        fed,
        success(child, argv)
    ]);
    try {
        yield* child.stdout;
        for (const result of (await end))if (result.status === 'rejected') throw result.reason;
    } finally{
        child.kill();
    }
}
async function success(child, argv) {
    if (!child.stderr) throw new Error('zstd without its standard error');
    const [code, stderr] = await Promise.all([
        ended(child, argv),
        consumers.text(child.stderr)
    ]);
    if (code !== 0) throw killed(argv, code) ?? new Error(`zstd: ${lastLines(stderr, 1)}`);
}
const CHUNK$1 = 1024 * 1024;
async function* gunzip(chunks) {
    const stream = zlib.createGunzip({
        chunkSize: CHUNK$1
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
    const closed = node_events.once(into, 'close').catch(()=>undefined);
    try {
        for await (const chunk of chunks){
            if (into.writable && !into.write(chunk)) {
                await Promise.race([
                    node_events.once(into, 'drain').catch(()=>undefined),
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

/** The hash of a file's bytes, hexadecimal. @param algorithm as node:crypto calls it */ async function hashFile(path, algorithm) {
    const hash = node_crypto.createHash(algorithm);
    await readFileChunks(path, (chunk)=>hash.update(chunk));
    return hash.digest('hex');
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

/** Bytes that are given of a member's content. */ const START = 256;
/** As Go's archive/tar has it: an extended header is held in memory. */ const MAX_EXTENDED = 1024 * 1024;
/**
 * Reads the members of a tar that comes in pieces: v7, ustar, pax and GNU. It takes what container
 * engines take, which read with Go's archive/tar and unpack seven types: the tar ends at two zero
 * blocks whatever follows, or without them at a member's end.
 *
 * @param onMember gets each member and the first bytes of its content, for as long as it runs
 * @returns both functions throw an Error that says what is wrong with the tar
 */ function readMembers$1(onMember) {
    const parser = parse$1(onMember);
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
                // What is left for the next chunk is copied: this one's bytes may be others then.
                if (wish.value.keep) taken.push(part.length === left ? part : Buffer.from(part));
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
/** Is given what it wishes for, and ends where the tar ends. */ function* parse$1(onMember) {
    let extended = {};
    for(;;){
        const block = yield header;
        if (isZero$2(block)) {
            if (isZero$2((yield header))) return;
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
    throw new Error(`${quote$1(member.name)} has the type ${quote$1(type)}${what}, which container engines refuse`);
}
function readHeader(block) {
    if (!isSum(readNumber(block, 148, 8), block)) throw invalid('its checksum is wrong');
    // Owner, group and time are not used here, but engines refuse what is no number there.
    for (const [at, length] of OTHER_NUMBERS)readNumber(block, at, length);
    const size = readNumber(block, 124, 12);
    if (size < 0) throw invalid(`a size of ${size} bytes`);
    const name = readText$2(block, 0, 100);
    const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? readText$2(block, 345, 155) : '';
    return {
        type: block.toString('latin1', 156, 157),
        name: prefix === '' ? name : `${prefix}/${name}`,
        linkname: readText$2(block, 157, 100),
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
    if (digits === undefined) throw invalid(`the number ${quote$1(field.toString('latin1'))}`);
    return digits === '' ? 0 : Number.parseInt(digits, 8);
}
function readExtended(type, content) {
    if (type === 'L') return {
        name: readText$2(content, 0, content.length)
    };
    if (type === 'K') return {
        linkname: readText$2(content, 0, content.length)
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
    if (size && !/^\d+$/.test(size)) throw invalid(`a size of ${quote$1(size)} bytes`);
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
function readText$2(bytes, at, length) {
    const field = bytes.subarray(at, at + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end === -1 ? length : end);
}
const ZEROS = Buffer.alloc(BLOCK);
function isZero$2(block) {
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
    const reader = readMembers$1((member, start)=>{
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
/** The blob is what the manifest names, and still no layer of that image. */ class InvalidLayerError extends UserError {
    name = 'InvalidLayerError';
}
/**
 * Streams a layer's blob once: decompresses it, hashes both sides, checks that it is a tar.
 *
 * @param sink gets every uncompressed byte, before the digests are known to be right
 * @returns the uncompressed size in bytes and what the layer says about programs
 * @throws DamagedBlobError; InvalidLayerError
 */ async function readLayer(layer, sink, signal) {
    const blobHash = node_crypto.createHash(algorithmOf(layer.blob));
    const diffHash = node_crypto.createHash(algorithmOf(layer.diffId));
    const scan = scanLayer();
    let unpackedSize = 0;
    try {
        await checkSize(layer);
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
        throw new InvalidLayerError('failure', `layer ${layer.blob} is not valid: ${error.message}`, {
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
/** skopeo compares digests alone; archives and engines go by the size. */ async function checkSize({ path, size: promised }) {
    if (promised === undefined) return;
    const { size } = await promises.stat(path);
    if (size !== promised) throw new Error(`manifest says ${promised} bytes, blob has ${size}`);
}
/** Whether a file has the bytes of a digest. */ async function hashesTo(path, digest) {
    return await hashFile(path, algorithmOf(digest)) === hexOf(digest);
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
    for await (const chunk of fs.createReadStream(path, {
        highWaterMark: CHUNK
    })){
        hash.update(chunk);
        yield chunk;
    }
}
/** Anything but an error of the operating system or one that was made for people already. */ function isContentError(error) {
    if (!types.isNativeError(error) || error.name !== 'Error') return false;
    const { code, syscall } = error;
    return syscall === undefined && (code === undefined || code.startsWith('Z_'));
}

/**
 * Gives a function that is told of bytes that have become garbage, and collects it when `limit` bytes
 * are. By itself V8 does that when its own heap grows; the buffers that hang on it weigh far more here,
 * and a hundred megabytes of them may wait.
 */ function garbageCollector(limit) {
    node_v8.setFlagsFromString('--expose-gc');
    const collect = node_vm.runInNewContext('gc');
    let garbage = 0;
    return (bytes)=>{
        garbage += bytes;
        if (garbage < limit) return;
        garbage = 0;
        // Later, since whoever tells may still hold some of it.
        setImmediate(collect);
    };
}

const MiB$1 = 1 << 20;
/** Up to here zstd looks back 2 MiB at most, and compresses about as fast as one thread decompresses. */ const LOW_LEVEL = 7;
/** From here on zstd's tables, 40 to 90 MB a frame, are what costs memory. */ const HIGH_LEVEL = 10;
/**
 * Frames lose the matches that reach over their borders, and cost memory: their content and, while
 * they are compressed, the result. Small ones let the first begin and the last end sooner.
 */ function frameSizeOf(level) {
    if (level <= LOW_LEVEL) return 8 * MiB$1;
    return (level < HIGH_LEVEL ? 32 : 22) * MiB$1;
}
/** Bytes. */ const MOST_GARBAGE = 4 * MiB$1;
/**
 * Threads of libuv's pool: those that compress, and some for files and gzip. Where compression is what a
 * build waits for one of these is enough, and every thread that has compressed a hard frame keeps up to 40 MB
 * that malloc does not give back.
 */ function threadsFor(level, jobs) {
    return jobs + (level < HIGH_LEVEL ? 4 : 1);
}
/** Frames that are filled while others are compressed. */ function framesAhead(level, jobs) {
    if (level <= LOW_LEVEL) return jobs;
    return level < HIGH_LEVEL ? 1 : 0;
}
/** @param jobs frames compressed at once; libuv's thread pool must have as many threads */ async function createFramePool(level, jobs, compressor) {
    const compressFrame = await createCompressor();
    const compressing = pLimit(jobs);
    const isHigh = level >= HIGH_LEVEL;
    const compressParts = (isHigh ? hardCompressor : wholeCompressor)(level, compressFrame);
    // At low levels garbage is made, and collected, often enough.
    const discard = isHigh ? garbageCollector(MOST_GARBAGE) : ()=>undefined;
    const frameSize = frameSizeOf(level);
    let unborn = jobs + framesAhead(level, jobs);
    let unwritten = 0;
    const idle = [];
    // Those with most left first: a large layer that comes to its end alone keeps one processor busy.
    const waiting = [];
    const newBuffer = ()=>{
        unborn -= 1;
        return Buffer.allocUnsafeSlow(frameSize);
    };
    const giveOut = ()=>{
        while(waiting.length > 0 && idle.length + unborn > 0 && unwritten <= jobs * frameSize / 2){
            waiting.shift()?.take(idle.pop() ?? newBuffer());
        }
    };
    return {
        level,
        frameSize,
        acquire: (left)=>new Promise((take)=>{
                waiting.push({
                    left,
                    take
                });
                waiting.sort((one, other)=>other.left - one.left);
                giveOut();
            }),
        release (buffer) {
            idle.push(buffer);
            giveOut();
        },
        compress: (bytes, take)=>compressing(()=>compressParts(bytes, (frame)=>{
                    unwritten += sizeOf$2(frame);
                    take(frame);
                })),
        forget (frame) {
            const size = sizeOf$2(frame);
            unwritten -= size;
            discard(size);
            giveOut();
        },
        discard
    };
}
function sizeOf$2(frame) {
    return frame.reduce((sum, piece)=>sum + piece.length, 0);
}
function wholeCompressor(level, compressFrame) {
    return async (bytes, take)=>{
        take(await compressFrame(bytes, level));
    };
}
function hardCompressor(level, compressFrame) {
    return async (bytes, take)=>{
        const share = await shrunkShare(bytes, compressFrame);
        const compress = wholeCompressor(share > INCOMPRESSIBLE ? 1 : level, compressFrame);
        const parts = share > COMPRESSIBLE && share <= INCOMPRESSIBLE ? PARTS : 1;
        const size = Math.ceil(bytes.length / parts);
        for(let at = 0; at < bytes.length; at += size){
            await compress(bytes.subarray(at, at + size), take);
        }
    };
}
/** Samples of a frame, spread evenly over it, tell whether it is compressed or encrypted already. */ const SAMPLES = 16;
const SAMPLE_SIZE = 64 * 1024;
const INCOMPRESSIBLE = 0.97;
/** The share of its size to which level 1 brings a frame that a high level still makes much smaller. */ const COMPRESSIBLE = 0.6;
const PARTS = 4;
/**
 * The share of its size to which level 1 brings a frame. Results as large as their content cost memory. What
 * level 1 cannot shrink no level can: such content is left to it, and costs no time either. What it can
 * hardly shrink has few matches that reach far: it becomes several frames, one after the other.
 */ async function shrunkShare(bytes, compressFrame) {
    const sample = sampleOf(bytes);
    return sizeOf$2(await compressFrame(sample, 1)) / sample.length;
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
    #left;
    #buffer;
    #filled = 0;
    #written = Promise.resolve();
    constructor(file, pool, options){
        this.#file = file;
        this.#pool = pool;
        this.#frameSize = evenFrames(pool.frameSize, options.contentSize);
        this.#position = options.position;
        this.#left = options.contentSize ?? Number.MAX_SAFE_INTEGER;
        this.#onWritten = options.onWritten;
    }
    async write(chunk) {
        for(let at = 0; at < chunk.length;){
            this.#buffer ??= await this.#pool.acquire(this.#left);
            const part = chunk.subarray(at, at + this.#frameSize - this.#filled);
            this.#buffer.set(part, this.#filled);
            this.#filled += part.length;
            this.#left -= part.length;
            at += part.length;
            this.#pool.discard(part.length);
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
        let written = this.#written;
        const compressed = this.#pool.compress(buffer.subarray(0, this.#filled), (frame)=>{
            written = written.then(()=>this.#append(frame)).finally(()=>this.#pool.forget(frame));
            // Looked at in `end`; until then a failure must not count as unhandled.
            written.catch(()=>undefined);
        }).finally(()=>this.#pool.release(buffer));
        this.#written = compressed.then(()=>written);
        this.#written.catch(()=>undefined);
        this.#buffer = undefined;
        this.#filled = 0;
    }
    async #append(frame) {
        for (const piece of frame){
            await this.#file.write(piece, 0, piece.length, this.#position);
            this.#position += piece.length;
            this.#onWritten?.(piece);
        }
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
/** What a layer is called inside the archive: by its diff ID, or by its blob if that is kept. */ function blobName$1(digest) {
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
    const headOf = async (size)=>{
        const frames = [];
        await pool.compress(archiveHeader(blobName$1(layer.diffId), size), (frame)=>{
            frames.push(frame);
            pool.forget(frame);
        });
        return fragmentHead(frames.flat());
    };
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
        archiveHeader(blobName$1(blob), size),
        path,
        tarPadding(size)
    ];
}
/** Size and hashes of a fragment's bytes. */ async function fragmentFacts(parts) {
    const hashes = fileHashes();
    for (const part of parts){
        if (typeof part === 'string') await readFileChunks(part, hashes.update);
        else hashes.update(part);
    }
    return hashes.facts();
}
/** Takes a file's bytes as they pass. */ function fileHashes() {
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

/**
 * Reads a layer's fragment of which nothing is known, and finds out all that is known of one that was
 * just made: it must unpack to the tar header, the layer of that diff ID, and the padding, and to
 * nothing else.
 *
 * @returns undefined where it is not that layer's fragment
 * @throws what says nothing of its bytes: UserError for a program that is missing, fails or was killed; errors of
 *   the file system
 */ async function verifyLayerFragment(path, { diffId, level, signal }) {
    const compressed = fileHashes();
    const content = readContent$2(diffId);
    const window = largestWindow(level);
    const unpack = (either)=>unzstdFile(path, content.write, {
            window,
            signal: either
        });
    const hash = (either)=>readFileChunks(path, compressed.update, either);
    try {
        await together(signal, (either)=>[
                unpack(either),
                hash(either)
            ]);
        return {
            ...compressed.facts(),
            ...content.end()
        };
    } catch (error) {
        signal.throwIfAborted();
        if (error instanceof UserError || error.syscall !== undefined) {
            throw error;
        }
        return undefined;
    }
}
/** MiB of memory that zstd needs on the device at a level; nobody must be able to ask for more. */ function largestWindow(level) {
    return level < 20 ? 8 : 32 << level - 20;
}
/** Takes what a fragment unpacks to. Both functions throw an Error where it is not what it should be. */ function readContent$2(diffId) {
    const hash = node_crypto.createHash(algorithmOf(diffId));
    const scan = scanLayer();
    const longest = archiveHeader(blobName$1(diffId), 0).length;
    let start = Buffer.alloc(0);
    let unpackedSize = 0;
    let left;
    let padding = Buffer.alloc(0);
    const readHeader = ()=>{
        // The size stands in the last block of the header, whose length goes by the name alone.
        unpackedSize = readSize(start.subarray(longest - BLOCK, longest));
        const header = archiveHeader(blobName$1(diffId), unpackedSize);
        if (!start.subarray(0, longest).equals(header)) throw new Error('another header');
        padding = tarPadding(unpackedSize);
        left = unpackedSize;
        const rest = start.subarray(longest);
        start = Buffer.alloc(0);
        write(rest);
    };
    const write = (chunk)=>{
        if (left === undefined) {
            start = Buffer.concat([
                start,
                chunk
            ]);
            if (start.length >= longest) readHeader();
            return;
        }
        const own = chunk.subarray(0, left);
        hash.update(own);
        scan.write(own);
        left -= own.length;
        const after = chunk.subarray(own.length);
        if (!padding.subarray(0, after.length).equals(after)) throw new Error('more than the layer');
        padding = padding.subarray(after.length);
    };
    return {
        write,
        end () {
            const notes = scan.end();
            const whole = left === 0 && padding.length === 0;
            if (!whole || `${algorithmOf(diffId)}:${hash.digest('hex')}` !== diffId) {
                throw new Error('another layer');
            }
            return {
                unpackedSize,
                notes
            };
        }
    };
}

/**
 * Whether the blob is known to be what manifest and config say of it. A fragment of that diff ID
 * tells nothing of the blob: it may have been made from another image's.
 */ async function isContentKnown(layer, store) {
    const content = await store.getFacts(contentEntry(layer));
    return content?.diffId === layer.diffId && content.size === layer.size;
}
/** Notes what somebody has found out by reading the whole blob. */ function noteContent({ blob, diffId, size }, store) {
    const content = {
        diffId,
        size
    };
    return store.putFacts(contentEntry({
        blob
    }), content);
}
function contentEntry({ blob }) {
    return `contents/${hexOf(blob)}`;
}

/** By what a layer's fragment is named and kept: its content, or its blob where that is kept. */ function layerKey(layer, compression) {
    return compression === 'zstd' ? layer.diffId : layer.blob;
}
/** Whether an earlier run made the fragment, as far as can be told without reading it. */ async function hasFragment(layer, { store, compression, level }) {
    // Named by the blob, so the diff ID may be another one.
    if (compression === 'original' && !await isContentKnown(layer, store)) return false;
    const entry = compression === 'zstd' ? compressedEntry(layer, level) : originalEntry(layer);
    return await store.getFacts(entry) !== undefined;
}
/** The fragment that `hasFragment` tells of, if its bytes are still right. */ async function takeFragment(layer, { store, compression, level }) {
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
    const parts = facts && await originalParts(layer, store);
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
/** Where the store keeps a layer's fragment. */ function compressedEntry({ diffId }, level) {
    return `layers/${level}/${hexOf(diffId)}.zst`;
}
function originalEntry({ blob }) {
    return `layers/original/${hexOf(blob)}`;
}
/**
 * Makes the fragment of a layer and keeps it in the store, and its blob.
 *
 * @throws DamagedBlobError, InvalidLayerError, the reason of the signal
 */ function makeFragment(layer, pool, where, reading) {
    return where.compression === 'zstd' ? compress(layer, pool, where, reading) : keepOriginal(layer, where, reading);
}
async function compress(layer, pool, { store, level }, reading) {
    const output = node_path.join(store.workDir, hexOf(layer.diffId));
    const facts = await writeFragment(layer, output, pool, reading);
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
async function keepOriginal(layer, { store }, { signal, onBytes }) {
    const read = await readLayer(layer, async ({ length })=>onBytes(length), signal);
    await store.putBlob(layer.blob, layer.path);
    const parts = await originalParts(layer, store);
    if (parts === undefined) throw new Error(`blob ${layer.blob} left the store at once`);
    const facts = {
        ...await fragmentFacts(parts),
        ...read
    };
    await store.putFacts(originalEntry(layer), facts);
    return {
        name: layerFragmentName(layer.blob, 'original'),
        parts,
        facts
    };
}

/** Bytes that the first line may have: names and sizes of some 10,000 parts. */ const LONGEST_HEAD = 1 << 20;
/** Writes several small files as one: a line of JSON with their names and sizes, and then their bytes. */ async function writeBundle(path, parts) {
    const sizes = await Promise.all(parts.map(async ({ content })=>typeof content === 'string' ? (await promises.stat(content)).size : content.length));
    const head = parts.map(({ name }, index)=>[
            name,
            sizes[index]
        ]);
    await promises$1.pipeline(async function*() {
        yield `${JSON.stringify(head)}\n`;
        for (const { content } of parts){
            if (typeof content === 'string') yield* fs.createReadStream(content);
            else yield content;
        }
    }, fs.createWriteStream(path));
}
/**
 * Takes a bundle apart, whatever wrote it: a name from it is never the name of a file.
 *
 * @param folder exists, and is empty
 * @returns the paths of the parts by their names; undefined where it is no whole bundle
 */ async function readBundle(path, folder) {
    const head = await readHead(path);
    const { size } = await promises.stat(path);
    const total = head?.parts.reduce((sum, [, bytes])=>sum + bytes, head.length);
    if (head === undefined || total !== size) return undefined;
    const paths = new Map();
    let start = head.length;
    for (const [index, [name, bytes]] of head.parts.entries()){
        const part = node_path.join(folder, String(index));
        const end = start + bytes - 1;
        if (bytes === 0) await promises.writeFile(part, '');
        else await promises$1.pipeline(fs.createReadStream(path, {
            start,
            end
        }), fs.createWriteStream(part));
        paths.set(name, part);
        start += bytes;
    }
    return paths;
}
async function readHead(path) {
    const file = await promises.open(path);
    try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEAD), 0, LONGEST_HEAD, 0);
        const end = buffer.subarray(0, bytesRead).indexOf('\n');
        const parts = JSON.parse(buffer.toString('utf8', 0, Math.max(0, end)));
        return isHead(parts) ? {
            length: end + 1,
            parts
        } : undefined;
    } catch (error) {
        if (error instanceof SyntaxError) return undefined;
        throw error;
    } finally{
        await file.close();
    }
}
function isHead(value) {
    const isPart = (part)=>Array.isArray(part) && part.length === 2 && typeof part[0] === 'string' && Number.isSafeInteger(part[1]) && part[1] >= 0;
    return Array.isArray(value) && value.every(isPart);
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
/** The start of the name of what this process will remove again: who owns it can be told by the name. */ function ownerPrefix() {
    return `${processSpace()}.${process.pid}.${startTime(process.pid)}.`;
}
const OWNED = /^([0-9a-f]{16})\.(\d+)\.(\d*)\./;
/**
 * Removes from a folder what processes that are gone have left there.
 *
 * @param prefix what stands before `ownerPrefix` in the names of it
 */ async function removeLeftOvers(folder, prefix = '') {
    for (const name of (await promises.readdir(folder))){
        const path = node_path.join(folder, name);
        // Another user's cannot be removed, and harms nobody.
        if (name.startsWith(prefix) && await isLeftOver(path, name.slice(prefix.length))) {
            await promises.rm(path, {
                recursive: true,
                force: true
            }).catch(()=>undefined);
        }
    }
}
/**
 * Whether the process is gone that has made a file or folder and would have removed it. Processes of other
 * machines and containers cannot be asked, though they may share a folder: theirs counts as left after
 * a week.
 *
 * @param name what began with `ownerPrefix`; anything else belongs to somebody else
 */ async function isLeftOver(path, name) {
    const [, space, pid, start] = OWNED.exec(name) ?? [];
    if (space === undefined) return false;
    return space === processSpace() ? !isAlive(Number(pid), start) : isOlderThan(path, WEEK_MS);
}
/**
 * Where a process number means the same process: this boot of this machine, this PID namespace.
 * Neither a host name nor the namespace tells alone: containers on the host's network share the
 * name, and the first namespace has the same number on every machine.
 */ function processSpace() {
    const boot = attempt(()=>fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
    const namespace = attempt(()=>fs.readlinkSync('/proc/self/ns/pid'));
    const text = [
        os.hostname(),
        boot,
        namespace
    ].join('\n');
    return node_crypto.createHash('sha256').update(text).digest('hex').slice(0, 16);
}
/** A process number is given again; together with the time of its start it is not (proc(5), stat). */ function startTime(pid) {
    const stat = attempt(()=>fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
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

/** Raised whenever the layout, or the bytes of a fragment of the same layer and level, change. */ const LAYOUT_VERSION = 1;
function entriesRoot(root) {
    return node_path.join(root, `v${LAYOUT_VERSION}`);
}
/** Removes work folders whose process is gone; what another has put there stays. */ function removeDeadWork(root) {
    return removeLeftOvers(node_path.join(root, 'work'));
}

/** What the Actions cache keeps of layers: fragments, blobs as the registry has them, both, or nothing. */ const CACHE_MODES = [
    'compressed',
    'blobs',
    'all',
    'off'
];
/** Bytes of a blob from which on its layer has an entry of its own: small ones cost more requests than bytes. */ const LARGE = 1 << 20;
/** Bytes that all of an image's small layers may be expected to have. */ const BUNDLE = 32 * LARGE;
/** The parts of images, each once. */ function partsOf(images) {
    const large = images.flatMap(({ layers })=>layers.filter(isLarge));
    const layers = new Map(large.map((layer)=>[
            layer.blob,
            {
                layer
            }
        ]));
    const documents = new Map(images.map((image)=>[
            image.manifestDigest,
            {
                image,
                layers: image.layers.filter((layer)=>!isLarge(layer))
            }
        ]));
    return [
        ...layers.values(),
        ...documents.values()
    ];
}
function isLarge({ size }) {
    return size >= LARGE;
}
function createLayerCache(options) {
    const { actions, store, signal } = options;
    const verified = new Map();
    const kinds = kindsOf(options, verified);
    const bundles = new Map();
    const saving = new Map();
    const begun = [];
    const restored = {
        layer: 0,
        blob: 0,
        bytes: 0
    };
    let saved = 0;
    const openBundle = (key)=>{
        const bundle = bundles.get(key) ?? bringBundle(key);
        bundles.set(key, bundle);
        return bundle;
    };
    /** Paths of its layers by digest; its documents are in the store then. */ const bringBundle = async (key)=>{
        const folder = await promises.mkdtemp(node_path.join(store.workDir, 'bundle-'));
        const path = `${folder}.whole`;
        if (!await actions.restore(key, path, BUNDLE)) return new Map();
        const parts = await readBundle(path, folder);
        if (parts === undefined) actions.distrust(key, 'it is no whole bundle');
        for (const [name, part] of parts ?? []){
            if (!isDigest(name)) continue;
            const bytes = await promises.readFile(part);
            if (digestLike(name, bytes) === name) await store.putDocument(name, bytes);
            else actions.distrust(key, `it does not hold ${name}`);
        }
        return parts ?? new Map();
    };
    /** From the layer's own entry, or from that of an image. */ const bring = async (kind, { layer, images })=>{
        const name = kind.nameOf(layer);
        if (isLarge(layer)) {
            const key = keyOf$1(kind, name);
            const path = node_path.join(store.workDir, `restored-${kind.name}-${hexOf(layer.blob)}`);
            return await actions.restore(key, path, layer.size) ? {
                key,
                path
            } : undefined;
        }
        for (const image of images){
            const key = keyOf$1(kind, image.manifestDigest);
            const path = (await openBundle(key)).get(partName(name));
            if (path !== undefined) return {
                key,
                path
            };
        }
        return undefined;
    };
    const restoreLayer = async (use)=>{
        for (const kind of kinds){
            if (await kind.isThere(use.layer)) return;
            const found = await bring(kind, use);
            if (found === undefined) continue;
            const bytes = await kind.accept(use.layer, found.path);
            if (bytes === undefined) {
                actions.distrust(found.key, `it does not hold ${kind.nameOf(use.layer)}`);
                continue;
            }
            restored[kind.name === 'blob' ? 'blob' : 'layer'] += 1;
            restored.bytes += bytes;
            return;
        }
    };
    const saveFile = (key, path)=>{
        if (saving.has(key)) return;
        const work = actions.save(key, path).then((done)=>{
            if (done) saved += 1;
        });
        saving.set(key, quietly(work));
    };
    const saveLarge = async (kind, layer, prepared)=>{
        const path = await kind.fileOf(layer, prepared);
        if (path !== undefined) saveFile(keyOf$1(kind, kind.nameOf(layer)), path);
    };
    const saveBundle = async (kind, { image, layers }, preparedOf)=>{
        const key = keyOf$1(kind, image.manifestDigest);
        if (saving.has(key) || await actions.has(key)) return;
        const parts = [
            {
                name: image.manifestDigest,
                content: image.manifest
            },
            {
                name: image.configDigest,
                content: image.config
            }
        ];
        for (const layer of layers){
            const prepared = preparedOf(layer);
            const content = prepared && await kind.fileOf(layer, prepared);
            if (content === undefined) return;
            parts.push({
                name: partName(kind.nameOf(layer)),
                content
            });
        }
        const path = node_path.join(store.workDir, key);
        await writeBundle(path, parts);
        saveFile(key, path);
    };
    /** What the file system refuses, or a program, must not fail here: whoever needs it says so. */ const harmless = async (work)=>{
        try {
            await work();
        } catch (error) {
            signal.throwIfAborted();
            const { syscall } = error;
            if (syscall === undefined && !(error instanceof UserError)) throw error;
            actions.giveUp(error.message);
        }
    };
    const expectImage = async (manifestDigest)=>{
        const manifest = await store.getDocument(manifestDigest);
        const config = manifest && configOf$1(manifest);
        if (config !== undefined && await store.getDocument(config) !== undefined) return;
        for (const kind of kinds){
            if ((await openBundle(keyOf$1(kind, manifestDigest))).has(manifestDigest)) return;
        }
    };
    const save = async (parts, layers)=>{
        const preparedOf = (layer)=>layers.get(layerKey(layer, options.compression));
        for (const part of parts){
            for (const kind of kinds){
                if ('image' in part) await saveBundle(kind, part, preparedOf);
                const prepared = 'layer' in part ? preparedOf(part.layer) : undefined;
                if ('layer' in part && prepared) await saveLarge(kind, part.layer, prepared);
            }
        }
        await Promise.all(begun);
        await Promise.all(saving.values());
    };
    return {
        expectImage: (manifestDigest)=>harmless(()=>expectImage(manifestDigest)),
        async restore (images) {
            // The largest first: the longest way should not begin last.
            const uses = usesOf(images).sort((a, b)=>b.layer.size - a.layer.size);
            await harmless(()=>together(signal, ()=>uses.map(restoreLayer)));
            return verified;
        },
        async lacking (parts) {
            const there = await together(signal, ()=>parts.map(async (part)=>{
                    for (const kind of kinds){
                        const name = 'layer' in part ? kind.nameOf(part.layer) : part.image.manifestDigest;
                        if (!await actions.has(keyOf$1(kind, name))) return false;
                    }
                    return true;
                }));
            return parts.filter((_, index)=>!there[index]);
        },
        saveLayer (layer, prepared) {
            if (!isLarge(layer)) return;
            for (const kind of kinds)begun.push(quietly(saveLarge(kind, layer, prepared)));
        },
        save: (parts, layers)=>harmless(()=>save(parts, layers)),
        stats: ()=>({
                layersRestored: restored.layer,
                blobsRestored: restored.blob,
                bytesRestored: restored.bytes,
                entriesSaved: saved
            }),
        describe: ()=>[
                `entries of format ${LAYOUT_VERSION}: ${kinds.map(({ name })=>name).join(', ')}; layers of ${LARGE} bytes and more have one each, the others one an image`,
                ...[
                    ...actions.known
                ].map(([key, found])=>`${found ? 'hit ' : 'miss'} ${key}`)
            ],
        close: actions.close
    };
}
/** The wanted kinds, the cheapest to use first. @param verified is given the fragments that are accepted */ function kindsOf({ store, mode, compression, level, jobs, signal }, verified) {
    const verifying = pLimit(jobs);
    const fragment = {
        name: `level${level}`,
        // Saved once the blob was read, and found only by who means that blob: nobody else may skip reading it.
        nameOf: ({ diffId, blob, size })=>`${diffId}-${blob}-${size}`,
        isThere: async (layer)=>await store.hasEntry(compressedEntry(layer, level)) && await isContentKnown(layer, store),
        async accept (layer, path) {
            const { diffId } = layer;
            const facts = await verifying(()=>verifyLayerFragment(path, {
                    diffId,
                    level,
                    signal
                }));
            if (facts === undefined) return undefined;
            await store.putEntry(compressedEntry(layer, level), path, facts);
            await noteContent(layer, store);
            verified.set(diffId, {
                name: layerFragmentName(diffId, 'zstd'),
                parts: [
                    path
                ],
                facts
            });
            return facts.size;
        },
        fileOf: async (_layer, { parts: [path] })=>typeof path === 'string' ? path : undefined
    };
    /** Whoever reads a blob hashes it, and fetches it where it is damaged: here only its size counts. */ const blob = {
        name: 'blob',
        nameOf: (layer)=>layer.blob,
        isThere: async (layer)=>compression === 'zstd' && await fragment.isThere(layer) || await store.takeBlob(layer.blob, layer.size) !== undefined,
        async accept (layer, path) {
            await store.putBlob(layer.blob, path);
            return await store.takeBlob(layer.blob, layer.size) === undefined ? undefined : layer.size;
        },
        fileOf: (layer)=>store.takeBlob(layer.blob, layer.size)
    };
    if (compression === 'original') return [
        blob
    ];
    return ({
        compressed: [
            fragment
        ],
        blobs: [
            blob
        ],
        all: [
            fragment,
            blob
        ]
    })[mode];
}
/** For work that is looked at later: until then its failure must not count as unhandled. */ function quietly(work) {
    work.catch(()=>undefined);
    return work;
}
/** `container-preload-1-level9-sha256-HEX`: no comma, and below 512 characters. */ function keyOf$1(kind, name) {
    return `container-preload-${LAYOUT_VERSION}-${kind.name}-${name.replaceAll(':', '-')}`;
}
/** Undefined where it is no manifest: whoever reads it says so. */ function configOf$1(manifest) {
    try {
        const { config } = JSON.parse(manifest.toString());
        return isDigest(config.digest) ? config.digest : undefined;
    } catch  {
        return undefined;
    }
}
/** A layer in a bundle; a document there is called by its digest alone. */ function partName(name) {
    return `layer ${name}`;
}
/** The distinct blobs, and the images that each is in. */ function usesOf(images) {
    const uses = new Map();
    for (const image of images){
        for (const layer of image.layers){
            const use = uses.get(layer.blob) ?? {
                layer,
                images: []
            };
            uses.set(layer.blob, use);
            use.images.push(image);
        }
    }
    return [
        ...uses.values()
    ];
}

/** GitHub starts no more jobs of one matrix. */ const MAX_SHARDS = 256;
/** Reads `I/N`. @throws UserError (usage) */ function parseShard(text) {
    const [, index, count] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number);
    if (index && count && index <= count && count <= MAX_SHARDS) return {
        index,
        count
    };
    throw usageError(`not a share: ${JSON.stringify(text)}`, {
        hint: `I/N, from 1/N to N/N, with N up to ${MAX_SHARDS}`
    });
}
/**
 * Shares the layers out by size: the largest first, each to the job that has least. The same images give
 * the same shares in every job, so none has to tell another.
 *
 * @returns `count` shares, the last ones empty where there are fewer parts
 */ function shareOut(images, count) {
    const sized = partsOf(images).map((part)=>({
            part,
            ...measure(part)
        })).sort((a, b)=>b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
    const shares = Array.from({
        length: count
    }, ()=>({
            parts: [],
            bytes: 0
        }));
    for (const { part, bytes } of sized){
        const least = shares.reduce((a, b)=>b.bytes < a.bytes ? b : a);
        least.parts.push(part);
        least.bytes += bytes;
    }
    return shares;
}
/** By `layerKey`. */ function layersOf(parts, compression) {
    const layers = parts.flatMap((part)=>'layer' in part ? [
            part.layer
        ] : part.layers);
    return new Set(layers.map((layer)=>layerKey(layer, compression)));
}
/** An image's documents count as a little, so that they are shared out as well. */ const DOCUMENTS = 4096;
function measure(part) {
    if ('layer' in part) return {
        bytes: part.layer.size,
        name: part.layer.blob
    };
    const bytes = part.layers.reduce((sum, { size })=>sum + size, DOCUMENTS);
    return {
        bytes,
        name: part.image.manifestDigest
    };
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
        help: 'files that name images, one [FORMAT:]PATH or pattern a line; formats: lines, compose, quadlet, kiwi, isar, kubernetes',
        many: true
    },
    profile: {
        help: 'profiles of compose files and kiwi descriptions, one a line; of compose files by default COMPOSE_PROFILES',
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
        help: 'name of the Debian package, not needed with shard'
    },
    version: {
        help: 'its version; by default the git tag, else one that grows with time and is lower than any tag'
    },
    maintainer: {
        help: "Name <mail>; by default DEBFULLNAME and DEBEMAIL, git's user, or the repository's owner"
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
        help: 'what a reference is that has no digest, or a tag that has left it: warn, strict (an error) or ignore',
        default: 'warn'
    },
    'delete-after-load': {
        help: 'delete the files on the device once all images are loaded',
        default: 'false',
        boolean: true
    },
    'remove-replaced': {
        help: 'remove images that an upgrade has replaced or dropped, once nothing uses them',
        default: 'false',
        boolean: true
    },
    conflict: {
        help: "what a tag is that somebody has moved on the device: keep (it stays so), or package (the package's image is loaded again)",
        default: 'keep'
    },
    user: {
        help: "user for whose rootless Podman the images are; by default root's Podman"
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
    cache: {
        help: 'what the Actions cache keeps of layers: compressed, blobs, all or off',
        default: 'compressed'
    },
    shard: {
        help: 'I/N: only make the I-th of N shares of the layers, for the caches, and no package'
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
    checkGiven(raw);
    const compression = parse(raw, 'compression', oneOf$1([
        'zstd',
        'original'
    ]));
    // The action always has a level: its default says nothing.
    if (compression === 'original' && raw.level && raw.level !== BUILD_INPUTS.level.default) {
        throw usageError('level: compression original compresses nothing', {
            hint: 'leave out one of the two'
        });
    }
    const engine = parse(raw, 'engine', oneOf$1([
        'docker',
        'podman'
    ]));
    if (raw.user && engine !== 'podman') {
        throw usageError(`user: ${engine} has one store for all users`, {
            hint: 'leave out user, or take engine podman'
        });
    }
    const deleteAfterLoad = parse(raw, 'delete-after-load', parseBoolean);
    const conflict = parse(raw, 'conflict', oneOf$1(CONFLICTS));
    if (deleteAfterLoad && conflict === 'package') {
        throw usageError('conflict: what delete-after-load has deleted cannot be loaded again', {
            hint: 'leave out one of the two'
        });
    }
    return {
        images: raw.images ?? '',
        imageLists: lines$1(raw['image-list']),
        profiles: lines$1(raw.profile),
        architecture: parse(raw, 'arch', parseArchitecture),
        engine,
        package: raw.shard && !raw.package ? '' : parse(raw, 'package', parsePackageName),
        version: raw.version ? parse(raw, 'version', checkVersion) : undefined,
        maintainer: raw.maintainer || undefined,
        description: parse(raw, 'description', String),
        section: parse(raw, 'section', String),
        depends: parse(raw, 'depends', String),
        files: lines$1(raw.files).map((line)=>within('files', ()=>parseExtraFile(line))),
        compression,
        level: parse(raw, 'level', integer(MIN_LEVEL, MAX_LEVEL)),
        digestPolicy: parse(raw, 'digest-policy', oneOf$1(digestPolicies)),
        deleteAfterLoad,
        removeReplaced: parse(raw, 'remove-replaced', parseBoolean),
        conflict,
        user: raw.user ? parse(raw, 'user', parseUser) : undefined,
        access: parseAccess(raw),
        cacheDir: cacheDir(raw['cache-dir'], env),
        cache: parse(raw, 'cache', oneOf$1(CACHE_MODES)),
        shard: raw.shard ? parse(raw, 'shard', parseShard) : undefined,
        outputDir: node_path.resolve(parse(raw, 'output-dir', String)),
        jobs: raw.jobs ? parse(raw, 'jobs', integer(1, 256)) : os.availableParallelism()
    };
}
/** All that is missing is told at once; that no image is named alone, where lists are read. */ function checkGiven(raw) {
    // A share of the layers is made without any package.
    const required = [
        'arch',
        ...raw.shard ? [] : [
            'package'
        ]
    ];
    const missing = required.filter((name)=>!raw[name]);
    if (missing.length === 0) return;
    if (!raw.images && !raw['image-list']) missing.push('images');
    const [only = 'arch', ...others] = missing;
    if (others.length === 0) throw usageError(`${only} is missing`, {
        hint: BUILD_INPUTS[only].help
    });
    throw usageError(`${missing.join(', ')} are missing`, {
        hint: missing.map((name)=>`${name}: ${BUILD_INPUTS[name].help}`).join('; ')
    });
}
function parseAccess(raw) {
    return {
        tlsVerify: parse(raw, 'tls-verify', parseBoolean),
        ...raw.authfile ? {
            authfile: node_path.resolve(raw.authfile)
        } : {}
    };
}
/** Where the local store lies. The XDG Base Directory Specification wants relative paths ignored. */ function cacheDir(given, env) {
    if (given) return node_path.resolve(given);
    const { XDG_CACHE_HOME = '', HOME } = env;
    const caches = node_path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : node_path.join(HOME || '/root', '.cache');
    return node_path.join(caches, 'container-preload');
}
/** Lines without the white space around them, and without empty ones. */ function lines$1(text = '') {
    return text.split('\n').map((line)=>line.trim()).filter((line)=>line !== '');
}
/**
 * A size in bytes: `500M`, `10G`, `10GiB`, `0B`; the units are powers of 1024, as in du and Docker. Never
 * without a unit: whoever writes `10` means no ten bytes.
 */ function parseSize(text) {
    const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])(?:i?B)?|B)$/i.exec(text) ?? [];
    if (digits === undefined) {
        throw usageError(`not a size: ${JSON.stringify(text)}`, {
            hint: 'such as 500M or 10G'
        });
    }
    return Math.floor(Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '));
}
function parse(raw, name, parser) {
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

/** The signals that end a build in order, and the exit codes that a shell has for them. */ const EXIT_CODES = {
    SIGHUP: 129,
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
 * Aborts with an `Interruption` when ctrl-C, a closed terminal or a cancelled job wants this process to end; whoever asks
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
    const widths = (rows[0] ?? []).map((_, column)=>rows.reduce((widest, row)=>Math.max(widest, row[column]?.length ?? 0), 0));
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
/** `what; write: LINE` */ function findingText({ message, hint }) {
    return hint === undefined ? message : `${message}; write: ${hint}`;
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
            hint: 'choose one in another file system',
            cause: error
        });
    }
}
async function isFolder(path) {
    return promises.stat(path).then((found)=>found.isDirectory(), ()=>false);
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
/**
 * Makes room for a report, before the work that it tells of: it were a pity to find out afterwards that
 * it cannot be written.
 *
 * @param option by which it was asked for
 * @throws UserError
 */ async function prepareFile(option, path) {
    await makeFolder(node_path.dirname(path));
    const found = await promises.stat(path).catch(()=>undefined);
    if (found?.isDirectory()) throw usageError(`${option}: ${path} is a folder`);
    try {
        await (await promises.open(path, 'a')).close();
    } catch (error) {
        const why = refusalOf(error);
        if (why === undefined) throw error;
        throw usageError(`${option}: ${path} cannot be written: ${why}`);
    }
    if (!found) await promises.rm(path);
}

/** Characters of the bar of all. */ const WIDTH$1 = 32;
/** The smaller parts beyond them are one. */ const MOST_PARTS = 20;
/**
 * A bar for each part of a whole, the largest first, with its bytes and its share: lines of plain text.
 *
 * @param parts names and bytes
 */ function bars(parts) {
    const sorted = [
        ...parts
    ].sort(([, a], [, b])=>b - a);
    const total = sum(sorted);
    const shown = sorted.length > MOST_PARTS + 1 ? sorted.slice(0, MOST_PARTS) : sorted;
    const others = sorted.slice(shown.length);
    const all = others.length === 0 ? shown : [
        ...shown,
        [
            `${others.length} others`,
            sum(others)
        ]
    ];
    const rows = all.map(([name, bytes])=>[
            name,
            bar(bytes / total),
            formatBytes(bytes),
            `${(100 * bytes / total).toFixed(1)} %`
        ]);
    return formatTable(rows, new Set([
        2,
        3
    ]));
}
/** In eighths of a character, so that small parts differ, too. */ function bar(share) {
    const eighths = Math.round(share * WIDTH$1 * 8);
    const rest = [
        '',
        '▏',
        '▎',
        '▍',
        '▌',
        '▋',
        '▊',
        '▉'
    ][eighths % 8] ?? '';
    return '█'.repeat(eighths / 8) + rest;
}
function sum(parts) {
    return parts.reduce((total, [, bytes])=>total + bytes, 0);
}

/** What a build came to, for a terminal or a log. */ function textSummary(result) {
    const { deb, stats } = result;
    const table = formatTable([
        HEAD,
        ...result.images.map((image)=>row(image, label))
    ], NUMBERS);
    return [
        table,
        '',
        `${deb}: ${formatBytes(stats.debSize)}`,
        ...totals$1(result)
    ].join('\n');
}
/** The same for the job summary, with a picture of where the bytes are. */ function markdownSummary(result) {
    const { deb, images, stats } = result;
    const table = markdownTable([
        HEAD,
        ...images.map((image)=>row(image, linkedLabel))
    ], NUMBERS);
    return [
        `## ${node_path.basename(deb)}: ${formatBytes(stats.debSize)}`,
        table,
        // Text: it looks alike wherever Markdown is shown, and has no limit of its own.
        [
            '```text',
            bars(whereBytesAre(result)),
            '```'
        ].join('\n'),
        totals$1(result).map((line)=>`- ${line}`).join('\n'),
        ''
    ].join('\n\n');
}
/** What a job came to that made a share of the layers. */ function warmSummary({ parts, stats }) {
    return `${plural(parts, 'part')}: ${workOf(stats)}`;
}
/**
 * Adds a part to a file of Markdown, behind what other steps have written there.
 *
 * @param warn is told where it cannot be written: what it is about has succeeded or failed by itself
 */ async function appendSummary(file, markdown, warn) {
    if (!file || markdown === undefined) return;
    try {
        await promises.appendFile(file, `${markdown.trimEnd()}\n\n`);
    } catch (error) {
        warn(`${file}: the summary cannot be written: ${refusalOf(error) ?? error.message}`);
    }
}
const HEAD = [
    ...[
        'image',
        'digest',
        'in the registry',
        'in the package',
        'shared',
        'layers from caches',
        'seconds'
    ]
];
const NUMBERS = new Set([
    2,
    3,
    4,
    5,
    6
]);
function row(image, name) {
    return [
        name(image),
        (image.indexDigest ?? image.manifestDigest).slice('sha256:'.length, 'sha256:'.length + 12),
        formatBytes(image.registrySize),
        formatBytes(image.packageSize),
        formatBytes(image.sharedSize),
        `${image.layersReused} of ${image.layers}`,
        image.seconds.toFixed(1)
    ];
}
function label({ reference, fetchOnly }) {
    return fetchOnly ? `${reference} (fetch-only)` : reference;
}
function linkedLabel(image) {
    const page = image.repository === null ? undefined : pageOf(image.repository);
    const name = `\`${image.reference}\``;
    return [
        page ? `[${name}](${page})` : name,
        ...image.fetchOnly ? [
            '(fetch-only)'
        ] : []
    ].join(' ');
}
/** Where people look at a repository; of registries that have such pages for everybody. */ function pageOf(repository) {
    const [, domain, path = ''] = /^([^/]+)\/(.+)$/.exec(repository) ?? [];
    if (domain === 'docker.io') {
        return path.startsWith('library/') ? `https://hub.docker.com/_/${path.slice('library/'.length)}` : `https://hub.docker.com/r/${path}`;
    }
    if (domain === 'quay.io') return `https://quay.io/repository/${path}`;
    return domain === 'ghcr.io' ? `https://ghcr.io/${path}` : undefined;
}
/** The package's bytes, each once: of layers that images share, of each image alone, and all else. */ function whereBytesAre({ images, stats }) {
    const own = images.map((image)=>[
            label(image),
            image.packageSize - image.sharedSize
        ]);
    const parts = [
        ...stats.sharedSize > 0 ? [
            [
                'shared layers',
                stats.sharedSize
            ]
        ] : [],
        ...own
    ];
    const carried = parts.reduce((sum, [, bytes])=>sum + bytes, 0);
    return [
        ...parts,
        [
            'all else',
            stats.debSize - carried
        ]
    ];
}
function totals$1(result) {
    const { stats } = result;
    const was = stats.debReused ? ', of a package that was there already: verified, not written' : '';
    return [
        `sha256 ${result['deb-sha256']}${was}`,
        ...savingOf(result),
        workOf(stats)
    ];
}
function savingOf({ images, stats }) {
    const shared = images.reduce((sum, { sharedSize })=>sum + sharedSize, 0);
    const saved = shared - stats.sharedSize;
    if (saved === 0) return [];
    const alone = images.reduce((sum, { packageSize })=>sum + packageSize, 0);
    const percent = Math.round(100 * saved / alone);
    return [
        `layers that images share saved ${formatBytes(saved)} of ${formatBytes(alone)} (${percent} %)`
    ];
}
function workOf({ seconds, ...stats }) {
    const fromCache = stats.layersRestored + stats.blobsRestored > 0;
    const times = [
        'resolve',
        'cache',
        'layers',
        'package'
    ].filter((stage)=>stage !== 'cache' || seconds.cache > 0).map((stage)=>`${stage} ${seconds[stage]}`);
    return [
        `${plural(stats.blobsDownloaded, 'blob')} downloaded (${formatBytes(stats.bytesDownloaded)})`,
        ...fromCache ? [
            `${formatBytes(stats.bytesRestored)} from the Actions cache`
        ] : [],
        ...stats.entriesSaved > 0 ? [
            `${plural(stats.entriesSaved, 'entry', 'entries')} saved in it`
        ] : [],
        `${plural(stats.layersCompressed, 'layer')} compressed`,
        `${stats.layersReused} reused`,
        `${seconds.total} s (${times.join(', ')})`
    ].join(', ');
}

/** What the agent in the machine tells, one line of JSON each. */ /**
 * Reads a line from the results port.
 *
 * @param nonce what only this machine's agent knows
 * @throws Error for a line that its agent did not write, or not whole
 */ function parseMessage(line, nonce) {
    const value = parseJson(line);
    if (value?.nonce !== nonce) throw new Error(`not from the agent: ${line.slice(0, 80)}`);
    const { seq, event } = value;
    if (typeof seq !== 'number') throw new Error('a message without a sequence number');
    switch(event){
        case 'hello':
            return {
                seq,
                event
            };
        case 'heartbeat':
            return {
                seq,
                event,
                uptime: Number(value.uptime)
            };
        case 'reply':
            return {
                seq,
                event,
                id: Number(value.id),
                code: Number(value.code),
                stdout: decode(value.stdout),
                stderr: decode(value.stderr)
            };
        default:
            throw new Error(`an unknown event ${JSON.stringify(event)}`);
    }
}
/**
 * The line that asks the agent to run a program: a number that its reply will carry, the seconds
 * that it may take, and the words, each in base64 (`-` for an empty one), so that none of them can
 * be taken for syntax.
 */ function formatRequest(id, seconds, argv) {
    const words = argv.map((word)=>word === '' ? '-' : Buffer.from(word).toString('base64'));
    return `${id} ${seconds} ${words.join(' ')}\n`;
}
function parseJson(line) {
    try {
        const value = JSON.parse(line);
        return typeof value === 'object' && value !== null ? value : undefined;
    } catch  {
        return undefined;
    }
}
function decode(value) {
    return Buffer.from(String(value), 'base64').toString();
}

/** The code of a program that took longer than it may: no program ends with it by itself. */ const STOPPED = 256;
/** An agent under emulation with two busy processors is late now and then; this late it is not. */ const SILENCE_MS = 300_000;
/** From power on to the first word, on a machine as busy. */ const HELLO_MS = 600_000;
/** Beyond what a program may take: for the agent to stop it and to answer. */ const ANSWER_SECONDS = 30;
/**
 * Talks with the agent.
 *
 * @param nonce what only this machine's agent knows
 * @param onFault is told when the agent is silent or what arrives is not from it
 */ function listenToGuest(results, requests, nonce, onFault) {
    const waiting = new Map();
    let lastId = 0;
    let lastSeq = 0;
    let broken;
    let silence = setTimeout(()=>onFault(new Error(`no agent has come up within ${HELLO_MS / 1000} s`)), HELLO_MS);
    const hello = deferred();
    const heard = ()=>{
        clearTimeout(silence);
        silence = setTimeout(()=>onFault(new Error(`it has not been heard of for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
    };
    const receive = (message)=>{
        if (message.seq !== lastSeq + 1) {
            throw new Error(`message ${message.seq} after message ${lastSeq}`);
        }
        lastSeq = message.seq;
        heard();
        if (message.event === 'hello') hello.resolve();
        if (message.event !== 'reply') return;
        waiting.get(message.id)?.resolve(message);
        waiting.delete(message.id);
    };
    onLines(results, (line)=>{
        if (broken) return;
        try {
            receive(parseMessage(line, nonce));
        } catch (error) {
            onFault(error);
        }
    });
    return {
        hello: hello.promise,
        async run (argv, seconds) {
            if (broken) throw broken;
            const id = ++lastId;
            const reply = deferred();
            const late = setTimeout(()=>reply.reject(new Error(`no answer to ${argv.join(' ')} within ${seconds} s`)), (seconds + ANSWER_SECONDS) * 1000);
            waiting.set(id, reply);
            requests.write(formatRequest(id, seconds, argv));
            return reply.promise.finally(()=>clearTimeout(late));
        },
        giveUp (reason) {
            broken ??= reason;
            clearTimeout(silence);
            hello.reject(reason);
            for (const { reject } of waiting.values())reject(reason);
            waiting.clear();
        }
    };
}
/** A rejection that nobody waits for yet is no bug. */ function deferred() {
    let settle;
    const promise = new Promise((resolve, reject)=>{
        settle = {
            resolve,
            reject
        };
    });
    promise.catch(()=>undefined);
    if (!settle) throw new Error('a promise without its executor');
    return {
        promise,
        ...settle
    };
}
function onLines(stream, onLine) {
    let pieces = [];
    stream.setEncoding('utf8');
    stream.on('data', (chunk)=>{
        const [first = '', ...others] = chunk.split('\n');
        pieces.push(first);
        for (const next of others){
            onLine(pieces.join(''));
            pieces = [
                next
            ];
        }
    });
}

/** The name of the virtio port that results come from. */ const RESULTS_PORT = 'container-preload.results';
const QEMU = {
    amd64: {
        program: 'qemu-system-x86_64',
        package: 'qemu-system-x86',
        console: 'ttyS0',
        // The kernel panics ("IO-APIC + timer doesn't work!") where it looks whether the timer ticks, and
        // nobody has a processor to spare for the ticks just then.
        kernelOptions: [
            'no_timer_check'
        ]
    },
    arm64: {
        program: 'qemu-system-aarch64',
        package: 'qemu-system-arm',
        console: 'ttyAMA0',
        kernelOptions: []
    },
    armhf: {
        program: 'qemu-system-arm',
        package: 'qemu-system-arm',
        console: 'ttyAMA0',
        kernelOptions: []
    }
};
function qemuProgram(architecture) {
    return QEMU[architecture].program;
}
/** The console's device in the machine. */ function consoleName(architecture) {
    return QEMU[architecture].console;
}
/** The Debian package that has the program. */ function qemuPackage(architecture) {
    return QEMU[architecture].package;
}
/**
 * The command that runs a machine: no network, no screen; the console goes to a log, results come
 * over a port of their own to standard output. It ends where the machine would start again.
 *
 * @param host the architecture of this machine, as Node names it
 */ function qemuArgv(spec, host = process.arch) {
    return [
        ...machineArgv(spec, host),
        ...[
            '-chardev',
            'stdio,id=results,signal=off'
        ],
        ...[
            '-device',
            `virtserialport,chardev=results,name=${RESULTS_PORT}`
        ],
        ...[
            '-serial',
            `file:${spec.consoleLog}`
        ]
    ];
}
/** The same machine for a person: its console is this terminal, Ctrl-A X ends it. */ function shellArgv(spec, host = process.arch) {
    return [
        ...machineArgv(spec, host),
        '-serial',
        'mon:stdio'
    ];
}
function machineArgv(spec, host) {
    return [
        qemuProgram(spec.architecture),
        ...[
            '-nodefaults',
            '-no-user-config',
            '-no-reboot',
            '-display',
            'none',
            '-nic',
            'none'
        ],
        ...machineArgs(spec.architecture, spec.acceleration, host),
        ...[
            '-m',
            String(spec.memory),
            '-smp',
            String(spec.cpus)
        ],
        ...[
            '-kernel',
            spec.kernel,
            '-initrd',
            spec.initrd,
            '-append',
            spec.commandLine
        ],
        ...driveArgs('root', `format=qcow2,cache=${spec.durable ? 'writeback' : 'unsafe'}`, spec.disk),
        ...driveArgs('payload', 'format=raw,readonly=on', spec.payload),
        ...[
            '-device',
            'virtio-rng-pci',
            '-device',
            'virtio-serial-pci'
        ]
    ];
}
/**
 * A kernel without a disk, which panics and thereby ends qemu: enough to see whether KVM really
 * runs one.
 */ function probeArgv(architecture, kernel, host = process.arch) {
    return [
        qemuProgram(architecture),
        ...[
            '-nodefaults',
            '-no-user-config',
            '-no-reboot',
            '-display',
            'none',
            '-nic',
            'none'
        ],
        ...machineArgs(architecture, 'kvm', host),
        ...[
            '-m',
            '512',
            '-kernel',
            kernel,
            '-serial',
            'stdio'
        ],
        ...[
            '-append',
            `console=${QEMU[architecture].console} panic=-1`
        ]
    ];
}
/** Whether this machine's processor is of the kind that KVM can lend to the guest. */ function isNative(architecture, host) {
    return ({
        amd64: 'x64',
        arm64: 'arm64',
        armhf: 'arm'
    })[architecture] === host;
}
/**
 * The guest's kernel command line. The generator behind `systemd.run=` (systemd-run-generator(8))
 * starts the agent from the payload disk in any system that has systemd: nothing of ours has to be
 * in it. A panic ends the machine at once.
 */ function kernelCommandLine(architecture, options) {
    const begin = [
        `mkdir -p ${PAYLOAD_FOLDER}`,
        // Not `-o ro`: initramfs-tools knows no quotes, and would mount the root read-only.
        `mount -r LABEL=${PAYLOAD_LABEL} ${PAYLOAD_FOLDER}`,
        `exec /bin/sh ${PAYLOAD_FOLDER}/start`
    ].join(' && ');
    return [
        ...[
            'root=/dev/vda',
            'rw',
            `console=${QEMU[architecture].console}`,
            'loglevel=4',
            'panic=-1'
        ],
        ...[
            `systemd.run="/bin/sh -c '${begin}'"`
        ],
        ...[
            'systemd.run_success_action=none',
            'systemd.run_failure_action=poweroff-force'
        ],
        ...[
            'systemd.show_status=error',
            'systemd.journald.forward_to_console=1'
        ],
        ...QEMU[architecture].kernelOptions,
        ...options
    ].join(' ');
}
/** The volume label of the payload disk; ext4 has room for 16 characters. */ const PAYLOAD_LABEL = 'preload-payload';
/** Where the payload disk is mounted in the guest. */ const PAYLOAD_FOLDER = '/run/container-preload-payload';
function machineArgs(architecture, acceleration, host) {
    const accel = acceleration === 'kvm' ? 'kvm' : `tcg,thread=${mayThread(architecture, host) ? 'multi' : 'single'}`;
    const { machine, cpu } = model(architecture, acceleration);
    return [
        '-machine',
        machine,
        '-accel',
        accel,
        '-cpu',
        cpu
    ];
}
function model(architecture, acceleration) {
    const kvm = acceleration === 'kvm';
    switch(architecture){
        case 'amd64':
            // cmpxchg16b of qemu 7.2 panics the kernel of trixie.
            return {
                machine: 'q35',
                cpu: kvm ? 'host' : 'max,cx16=off'
            };
        case 'arm64':
            return {
                machine: `virt,gic-version=${kvm ? 'host' : '3'}`,
                cpu: kvm ? 'host' : 'cortex-a57'
            };
        case 'armhf':
            // Debian's 32-bit kernel does not find PCI above 4 GiB.
            return {
                machine: 'virt,highmem=off',
                cpu: kvm ? 'host' : 'cortex-a15'
            };
    }
}
/** A weaker memory order can't play a stronger one: an x86 guest on ARM runs in one thread. */ function mayThread(architecture, host) {
    return architecture !== 'amd64' || host === 'x64';
}
function driveArgs(id, options, file) {
    return [
        ...[
            '-drive',
            `if=none,id=${id},${options},file=${file.replaceAll(',', ',,')}`
        ],
        ...[
            '-device',
            `virtio-blk-pci,drive=${id}`
        ]
    ];
}

/** Lines of the console that an error shows. */ const CONSOLE_LINES = 40;
/** A flood would fill this machine's disk. */ const CONSOLE_BYTES = 32 * 1024 * 1024;
/** What a disk of this machine must have left, in bytes: qemu stops a machine that it cannot write for. */ const ROOM_BYTES = 32 * 1024 * 1024;
const LEAVE_SECONDS = 180;
/** Of a machine's time, for asking it why something hangs: all of that by then, and each question. */ const LAST_SECONDS = 60;
const LAST_QUESTION_SECONDS = 10;
/**
 * Starts a machine and waits for its agent. It ends with its signal, at its deadline, when this
 * process ends in whatever way, and when `leave` or `cut` is called: one of the two must be.
 *
 * @throws UserError (failure) with the end of the console; the reason of `signal`
 */ async function startMachine(spec, context) {
    // No process of ours stays, not even when this one is killed.
    const argv = [
        'setpriv',
        '--pdeathsig',
        'KILL',
        '--',
        ...qemuArgv(spec)
    ];
    const stop = new AbortController();
    const child = start$1(argv, {
        signal: AbortSignal.any([
            context.signal,
            stop.signal
        ])
    });
    if (!child.stdout || !child.stdin || !child.stderr) throw new Error('qemu without its streams');
    const complaints = consumers.text(child.stderr);
    let alive = true;
    let leaving = false;
    let fault;
    const guest = listenToGuest(child.stdout, child.stdin, context.nonce, (error)=>breakDown(error));
    const breakDown = (error)=>{
        fault ??= error;
        alive = false;
        stop.abort(error);
    };
    const deadline = setTimeout(()=>breakDown(new Error(`the deadline of ${context.deadline} s was reached`)), context.deadline * 1000);
    const watch = setInterval(async ()=>{
        const harm = await findHarm(spec, context.consoleLimit ?? CONSOLE_BYTES);
        if (harm !== undefined) breakDown(new Error(harm));
    }, 1000);
    const end = ended(child, argv).then(async (code)=>{
        const untimely = leaving ? undefined : {
            code,
            complaints: await complaints
        };
        const reason = await explainEnd(spec, fault, untimely);
        guest.giveUp(context.signal.aborted ? context.signal.reason : reason);
    }, (error)=>guest.giveUp(error));
    const over = end.finally(()=>{
        clearTimeout(deadline);
        clearInterval(watch);
        alive = false;
    });
    const overdueAt = performance.now() + 1000 * (context.deadline - lastSeconds(context.deadline));
    const secondsLeft = ()=>Math.ceil((overdueAt - performance.now()) / 1000);
    const machine = {
        consoleLog: spec.consoleLog,
        get alive () {
            return alive;
        },
        get overdue () {
            return secondsLeft() <= 0;
        },
        async run (words, seconds = 60) {
            const limit = Math.min(seconds, Math.max(LAST_QUESTION_SECONDS, secondsLeft()));
            const reply = await guest.run(words, limit).catch(async (error)=>{
                breakDown(error);
                await over;
                throw await explainEnd(spec, error, undefined);
            });
            if (reply.code !== STOPPED || limit === seconds) return reply;
            throw await explainEnd(spec, stoppedEarly(words, limit, context), undefined);
        },
        async leave (how) {
            leaving = true;
            const late = setTimeout(()=>breakDown(new Error(`no ${how} within ${LEAVE_SECONDS} s`)), LEAVE_SECONDS * 1000);
            // The answer may come after the end.
            guest.run([
                'systemctl',
                '--no-block',
                how
            ], 30).catch(()=>undefined);
            await over.finally(()=>clearTimeout(late));
            context.signal.throwIfAborted();
            if (fault) throw await explainEnd(spec, fault, undefined);
        },
        async cut () {
            leaving = true;
            child.kill('SIGKILL');
            await over;
        }
    };
    await guest.hello;
    return machine;
}
/** What a diagnosis asks near the deadline is stopped, too: then something else has failed before. */ function stoppedEarly(words, seconds, { deadline }) {
    return new Error(`the deadline of ${deadline} s is near: ${words.join(' ')} was stopped after ${seconds} s`);
}
/** A quarter of a short deadline. */ function lastSeconds(deadline) {
    return Math.min(LAST_SECONDS, deadline / 4);
}
/** What a machine does to the one that it runs on, where it must not go on. */ async function findHarm(spec, consoleLimit) {
    const { size } = await promises.stat(spec.consoleLog).catch(()=>({
            size: 0
        }));
    if (size > consoleLimit) return `its console was flooded with ${size} bytes`;
    const folder = node_path.dirname(spec.disk);
    const room = await promises.statfs(folder).catch(()=>undefined);
    if (room === undefined || room.bavail * room.bsize >= ROOM_BYTES) return undefined;
    return `no space is left for its disk in ${folder}`;
}
/** What ended a machine before its time, with the end of its console. */ async function explainEnd({ consoleLog }, fault, end) {
    if (fault && 'kind' in fault) return fault;
    const console = lastConsoleLines(await readEnd(consoleLog));
    const what = fault?.message ?? (end ? whyEnded(end, console) : 'it has ended');
    return failure(`the machine: ${what}`, {
        hint: `its console: ${consoleLog}`,
        cause: console
    });
}
/** The end of a file that may be large; of one that cannot be read, nothing. */ async function readEnd(path, bytes = 256 * 1024) {
    const file = await promises.open(path).catch(()=>undefined);
    if (file === undefined) return '';
    try {
        const { size } = await file.stat();
        const start = Math.max(0, size - bytes);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), {
            position: start
        });
        return buffer.subarray(0, bytesRead).toString();
    } finally{
        await file.close();
    }
}
function whyEnded({ code, complaints }, console) {
    const panic = /Kernel panic[^\n]*/.exec(console)?.[0];
    if (panic) return panic;
    if (code !== 0) return `qemu ended with exit code ${code}: ${lastLines(complaints)}`;
    return 'it turned itself off before all was done';
}
/** The last lines of a console, without what moves cursors and sets colours. */ function lastConsoleLines(console, count = CONSOLE_LINES) {
    const lines = console// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of a terminal
    .replaceAll(/\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[A-Z=>])/g, '').split(/\r?\n/).map((line)=>line.replaceAll('\r', '').trimEnd()).filter((line)=>line !== '');
    return lines.slice(-count).join('\n');
}

/** Rows of scenarios on one device each: every one begins where the one before it has ended. */ const SCENARIO_ROWS = [
    [
        'fresh',
        'reboot',
        'prune',
        'live-update'
    ],
    [
        'upgrade',
        'two-packages'
    ],
    [
        'low-disk',
        'read-only-usr',
        'delete-after-load'
    ],
    [
        'power-cut'
    ]
];
const SCENARIOS = SCENARIO_ROWS.flat();
function failedOf(cases) {
    return cases.filter(({ ok })=>!ok);
}
/** Where Docker keeps images: in containerd's image store, or in its own, the classic one. */ const STORES = [
    'containerd',
    'classic'
];

/**
 * For the checks that failed: the ends of the consoles, and what the machines told (failed units,
 * journals of the loader and the engine).
 */ async function failureReport({ cases, logs }) {
    const failed = failedOf(cases);
    const consoles = new Set(failed.map(({ log })=>log));
    const diagnoses = new Set(failed.map(({ scenario })=>diagnosisName(scenario)));
    const wanted = logs.filter((log)=>consoles.has(log) || diagnoses.has(node_path.basename(log)));
    return (await Promise.all(wanted.map(excerpt))).join('\n');
}
/** The file with what a machine told of a scenario's failure. */ function diagnosisName(scenario) {
    return `${scenario}.diagnosis.log`;
}
async function excerpt(log) {
    const text = await readEnd(log);
    return `--- ${log}\n${log.endsWith('.console.log') ? lastConsoleLines(text) : text.trimEnd()}`;
}

/**
 * Resolves and downloads with a state of our own: nothing of this machine's apt is read but how it
 * reaches the network, and nothing is written.
 *
 * @throws UserError (failure) for a suite, an architecture or a package that the mirror does not have
 */ async function download(folder, options) {
    const { architecture, sources, recipe, signal } = options;
    const runOptions = {
        env: await aptEnvironment(folder, architecture, sources, signal),
        signal,
        withChildren: true
    };
    await apt([
        'apt-get',
        '-qq',
        'update',
        '--error-on=any'
    ], options.suite, runOptions);
    const there = await present(recipe.packagesWhereThere, runOptions);
    const wanted = [
        ...recipe.packages,
        ...there
    ];
    await apt(installArgv(wanted), options.suite, runOptions);
    const kernelPackages = await kernelOf(recipe.kernelMetaPackage, runOptions);
    const extra = node_path.join(folder, 'extra');
    await promises.mkdir(extra);
    await apt([
        'apt-get',
        '-qq',
        'download',
        ...kernelPackages,
        'busybox-static'
    ], options.suite, {
        ...runOptions,
        cwd: extra
    });
    return {
        names: wanted,
        packages: await debs(node_path.join(folder, 'cache/archives')),
        kernel: (await debs(extra)).filter((path)=>!path.includes('/busybox-static_')),
        busybox: oneOf(await debs(extra), 'busybox-static')
    };
}
/** `?essential` is apt's own pattern: what every Debian has, for that architecture. */ function installArgv(packages) {
    return [
        'apt-get',
        '-qq',
        '--yes',
        '--download-only',
        'install',
        '?essential',
        ...packages
    ];
}
/** @param network lines of `apt-config dump` that say how to reach the mirrors */ function aptConfiguration(folder, architecture, network) {
    const lines = [
        `APT::Architecture "${architecture}";`,
        `APT::Architectures { "${architecture}"; };`,
        `Dir::Etc "${folder}/etc";`,
        `Dir::Etc::sourcelist "${folder}/etc/sources.list";`,
        'Dir::Etc::netrc "/etc/apt/auth.conf";',
        'Dir::Etc::netrcparts "/etc/apt/auth.conf.d";',
        `Dir::State "${folder}/state";`,
        `Dir::State::status "${folder}/status";`,
        `Dir::Cache "${folder}/cache";`,
        'APT::Install-Recommends "false";',
        'APT::Get::AllowUnauthenticated "false";',
        // Downloads happen as who we are: the sandbox's user could not write here.
        'APT::Sandbox::User "";',
        'Acquire::Languages "none";',
        'Acquire::Retries "3";',
        'pkgCacheGen::ForceEssential ",";',
        ...network
    ];
    return `${lines.join('\n')}\n`;
}
/** Proxies, credentials and transports of this machine, out of all of its apt's settings. */ function networkSettings(dump) {
    return dump.split('\n').filter((line)=>/^Acquire::(?:https?|ftp|tor|Check-|Max-ValidTime|ForceIPv)[^ ]* "/i.test(line));
}
/** The package that a kernel's meta package depends on. */ function parseKernelPackage(show) {
    return /^Depends:.*?\b(linux-image-[0-9][^\s,]*)/m.exec(show)?.[1];
}
/** The packages that a kernel's package depends on for its files; none where it has them itself. */ function parseKernelParts(show) {
    const depends = /^Depends:.*$/m.exec(show)?.[0] ?? '';
    return [
        ...depends.matchAll(/\blinux-(?:base|binary|modules)-[0-9][^\s,]*/g)
    ].map(([name])=>name);
}
async function aptEnvironment(folder, architecture, sources, signal) {
    const folders = [
        ...[
            'apt.conf.d',
            'preferences.d',
            'sources.list.d',
            'trusted.gpg.d'
        ].map((d)=>`etc/${d}`),
        'state/lists/partial',
        'cache/archives/partial'
    ];
    await Promise.all(folders.map((name)=>promises.mkdir(node_path.join(folder, name), {
            recursive: true
        })));
    const { stdout } = await mustRun([
        'apt-config',
        'dump'
    ], {
        signal
    });
    const configuration = node_path.join(folder, 'apt.conf');
    const network = networkSettings(stdout.toString());
    await promises.writeFile(configuration, aptConfiguration(folder, architecture, network));
    await promises.writeFile(node_path.join(folder, 'etc/sources.list'), `${sources.join('\n')}\n`);
    await promises.writeFile(node_path.join(folder, 'status'), '');
    return {
        ...process.env,
        LC_ALL: 'C',
        APT_CONFIG: configuration
    };
}
async function apt(argv, suite, options) {
    const { code, stderr } = await run(argv, options);
    if (code === 0) return;
    const errors = stderr.split('\n').filter((line)=>line.startsWith('E: '));
    const why = errors.length > 0 ? errors.map((line)=>line.slice(3)).join(' | ') : stderr.trim();
    throw failure(`the packages of ${suite} cannot be had: ${why}`, {
        hint: 'check the suite, the mirror and the network'
    });
}
async function present(names, options) {
    const { stdout } = await mustRun([
        'apt-cache',
        'policy',
        ...names
    ], options);
    const candidates = parseCandidates(stdout.toString());
    return names.filter((name)=>candidates.has(name));
}
/** Names that `apt-cache policy` can install. */ function parseCandidates(policy) {
    const found = policy.matchAll(/^(\S+):\n {2}Installed:.*\n {2}Candidate: (.*)$/gm);
    return new Set([
        ...found
    ].flatMap(([, name, version])=>version === '(none)' ? [] : [
            name ?? ''
        ]));
}
async function kernelOf(metaPackage, options) {
    const show = [
        'apt-cache',
        'show',
        '--no-all-versions'
    ];
    const meta = await mustRun([
        ...show,
        metaPackage
    ], options);
    const name = parseKernelPackage(meta.stdout.toString());
    if (name === undefined) throw failure(`${metaPackage} depends on no kernel`);
    const parts = parseKernelParts((await mustRun([
        ...show,
        name
    ], options)).stdout.toString());
    return parts.length > 0 ? parts : [
        name
    ];
}
async function debs(folder) {
    const names = (await promises.readdir(folder)).filter((name)=>name.endsWith('.deb'));
    return names.toSorted().map((name)=>node_path.join(folder, name));
}
function oneOf(paths, packageName) {
    const path = paths.find((candidate)=>candidate.includes(`/${packageName}_`));
    if (path === undefined) throw new Error(`apt-get download gave no ${packageName}`);
    return path;
}

/**
 * fakeroot where we are not root: owners, devices and set-id bits are kept in a file between runs.
 * What is made outside of it counts as root's. Nothing that was made inside may be removed outside:
 * the next file might get its inode, and with it its owner.
 */ function fakeRoot(workDir, uid) {
    const state = node_path.join(workDir, 'fakeroot.state');
    let begun = false;
    return {
        async run (argv, signal) {
            const output = await mustRun(uid === 0 ? argv : fakerootArgv(argv, state, begun), {
                env: toolEnvironment(process.env),
                signal,
                withChildren: true
            });
            begun = true;
            return output;
        }
    };
}
function fakerootArgv(argv, state, begun) {
    return [
        'fakeroot',
        ...begun ? [
            '-i',
            state
        ] : [],
        '-s',
        state,
        '--',
        ...argv
    ];
}
/** mke2fs, depmod and others are not on everybody's PATH. */ function toolEnvironment(env) {
    const path = [
        env.PATH,
        '/usr/local/sbin',
        '/usr/sbin',
        '/sbin'
    ].filter(Boolean).join(':');
    return {
        ...env,
        PATH: path,
        LC_ALL: 'C'
    };
}

/** Makes the root of a system with mmdebstrap, which runs the programs of it: with qemu-user where they are foreign. */ async function bootstrapRoot(options) {
    const { root, work, signal } = options;
    const tarball = node_path.join(work, 'root.tar');
    await mustRun(bootstrapArgv(options, tarball), {
        env: toolEnvironment(process.env),
        signal,
        withChildren: true
    });
    await promises.mkdir(root, {
        recursive: true
    });
    await options.fakeRoot.run(extractArgv(tarball, root), signal);
}
/** mmdebstrap finds by itself whether it is root or needs namespaces; a tarball comes out of both. */ function bootstrapArgv(options, tarball) {
    return [
        'mmdebstrap',
        '--variant=essential',
        '--format=tar',
        `--architectures=${options.architecture}`,
        `--include=${options.packages.join(',')}`,
        // usr-is-merged in place of usrmerge and its perl, as in the recipe.
        '--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr',
        // As the quick way does; both shall have the same files.
        ...[
            'man',
            'locale',
            'doc',
            'info'
        ].map((name)=>`--dpkgopt=path-exclude=/usr/share/${name}/*`),
        options.suite,
        tarball,
        ...options.sources
    ];
}
function extractArgv(tarball, root) {
    return [
        'tar',
        '--extract',
        '--preserve-permissions',
        '--numeric-owner',
        '--exclude=./dev/*',
        `--file=${tarball}`,
        `--directory=${root}`
    ];
}

const FILES = [
    'disk',
    'kernel',
    'initrd'
];
const FACTS = 'base.json';
/** Where a base's files are in its folder. */ function baseFiles(folder) {
    return {
        disk: node_path.join(folder, 'disk.ext4'),
        kernel: node_path.join(folder, 'vmlinuz'),
        initrd: node_path.join(folder, 'initrd')
    };
}
/** @returns `undefined` when there is none, or when a file is not what it was when it was made */ async function readBase(folder, key, warn) {
    const files = baseFiles(folder);
    try {
        const text = await promises.readFile(node_path.join(folder, FACTS), 'utf8');
        const { sha256, ...facts } = JSON.parse(text);
        const sums = await hashFiles(files);
        const damaged = FILES.find((name)=>sums[name] !== sha256[name]);
        if (damaged === undefined && facts.key === key) return {
            ...facts,
            ...files
        };
        const what = damaged === undefined ? `it is another one: ${folder}` : files[damaged];
        warn(`a kept base system is damaged, and made anew: ${what}`);
    } catch (error) {
        if (error.code === 'ENOENT') return undefined;
        warn(`a kept base system cannot be read, and is made anew: ${error.message}`);
    }
    return undefined;
}
/** Writes down what a finished base is, and what its files hold. @param folder with `baseFiles` */ async function sealBase(folder, facts) {
    const files = baseFiles(folder);
    const entry = {
        ...facts,
        sha256: await hashFiles(files)
    };
    await promises.writeFile(node_path.join(folder, FACTS), `${JSON.stringify(entry, null, 2)}\n`);
    return {
        ...facts,
        ...files
    };
}
/**
 * Moves a sealed base into the cache, whole or not at all. Whoever comes second, of two that made the
 * same one at the same time, takes the first one's; a damaged one gives way. Where the cache cannot
 * take it, the base stays where it is.
 */ async function keepBase(cacheDir, base, warn) {
    const folder = node_path.dirname(base.disk);
    const target = baseFolder(cacheDir, base.key);
    try {
        await promises.mkdir(node_path.dirname(target), {
            recursive: true
        });
        await removeOutdated(node_path.dirname(target));
        if (!await moved(folder, target)) {
            const other = await readBase(target, base.key, ()=>undefined);
            if (other !== undefined) return other;
            // Aside first: a folder is removed file by file, and nobody may meet it half removed.
            const aside = unfinished(target);
            await promises.rename(target, aside);
            await promises.rm(aside, {
                recursive: true
            });
            await moved(folder, target);
        }
        return {
            ...base,
            ...baseFiles(target)
        };
    } catch (error) {
        const { code, message } = error;
        if (code === undefined) throw error;
        warn(`the base system cannot be kept for the next time: ${message}`);
        return base;
    }
}
/** Where a base of that key is kept. */ function baseFolder(cacheDir, key) {
    return node_path.join(cacheDir, 'bases', key);
}
/** Beside its later place, so that a rename brings it there. */ function unfinished(target) {
    return node_path.join(node_path.dirname(target), `.${node_path.basename(target)}.${node_crypto.randomUUID()}`);
}
/**
 * By a rename, or by a copy and a rename from another file system.
 *
 * @returns `false` when something is there already
 */ async function moved(from, target) {
    try {
        await promises.rename(from, target);
        return true;
    } catch (error) {
        const { code } = error;
        if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
        if (code !== 'EXDEV') throw error;
    }
    const copy = unfinished(target);
    try {
        await promises.cp(from, copy, {
            recursive: true
        });
        return await moved(copy, target);
    } finally{
        await promises.rm(copy, {
            recursive: true,
            force: true
        });
    }
}
const OUTDATED_MS = 14 * 24 * 3600 * 1000;
/**
 * Removes what nobody asks for any more: a key holds for one week, and a test that began on last
 * week's base may still run. What a killed process left unfinished comes to that age, too.
 */ async function removeOutdated(folder) {
    for (const name of (await promises.readdir(folder))){
        const path = node_path.join(folder, name);
        const { mtimeMs } = await promises.stat(path);
        if (Date.now() - mtimeMs > OUTDATED_MS) await promises.rm(path, {
            recursive: true,
            force: true
        });
    }
}
async function hashFiles(files) {
    const sums = await Promise.all(FILES.map(async (name)=>[
            name,
            await hashFile(files[name], 'sha256')
        ]));
    return Object.fromEntries(sums);
}

/** Reads what guest/base/unpack left: a folder NAME and a file NAME.files for every package. */ async function readPackages(folder) {
    const entries = await promises.readdir(folder, {
        withFileTypes: true
    });
    const names = entries.filter((entry)=>entry.isDirectory()).map((entry)=>entry.name);
    return Promise.all(names.toSorted().map((name)=>readPackage$1(folder, name)));
}
/** A field's value of a stanza, without the lines that continue it. */ function field(control, name) {
    return new RegExp(`^${name}: *(.*)$`, 'mi').exec(control)?.[1];
}
async function readPackage$1(folder, name) {
    const fileNames = await promises.readdir(node_path.join(folder, name));
    const files = await Promise.all(fileNames.map(async (file)=>[
            file,
            await promises.readFile(node_path.join(folder, name, file), 'latin1')
        ]));
    const listing = await promises.readFile(node_path.join(folder, `${name}.files`), 'latin1');
    const { control = '', ...others } = Object.fromEntries(files);
    return {
        name,
        control,
        files: new Map(Object.entries(others)),
        listing: listing.split('\n').filter((line)=>line !== '')
    };
}

/** A member of an archive in the format "newc": all owned by root. */ /** Format: the kernel's Documentation/driver-api/early-userspace/buffer-format.rst. */ function cpio(members) {
    const all = [
        ...members,
        {
            path: 'TRAILER!!!',
            mode: 0
        }
    ];
    return Buffer.concat(all.flatMap((member, index)=>entry(member, index)));
}
function entry({ path, mode, content, device = [
    0,
    0
] }, inode) {
    const name = Buffer.from(`${path}\0`);
    const data = content ?? Buffer.alloc(0);
    const numbers = [
        inode,
        mode,
        0,
        0,
        1,
        0,
        data.length,
        0,
        0,
        ...device,
        name.length,
        0
    ];
    const header = `070701${numbers.map(hex$2).join('')}`;
    return [
        padded$1(Buffer.concat([
            Buffer.from(header),
            name
        ])),
        padded$1(data)
    ];
}
function hex$2(number) {
    return number.toString(16).toUpperCase().padStart(8, '0');
}
function padded$1(bytes) {
    const missing = -bytes.length & 3;
    return missing === 0 ? bytes : Buffer.concat([
        bytes,
        Buffer.alloc(missing)
    ]);
}

const DIRECTORY = 0o040755;
const PROGRAM = 0o100755;
const FILE = 0o100644;
const CHARACTER_DEVICE = 0o020600;
/** To find the root file system: a disk on virtio, over PCI or MMIO, with ext4 on it. */ const MODULES = [
    'virtio_pci',
    'virtio_mmio',
    'virtio_blk',
    'ext4'
];
/**
 * Unpacks a kernel beside dpkg: its modules into `root`, itself and a small initrd into `out`.
 * update-initramfs would have to run in the machine, and would take most of the time that all this takes.
 */ async function addKernel(options) {
    const { root, work, out, env, signal } = options;
    const unpacked = node_path.join(work, 'kernel');
    for (const deb of options.kernelDebs){
        await mustRun([
            'dpkg-deb',
            '-x',
            deb,
            unpacked
        ], {
            signal
        });
    }
    const modules = await modulesFolder(unpacked);
    const version = node_path.basename(modules);
    await promises.copyFile(kernelIn(unpacked, modules), out.kernel);
    await promises.mkdir(node_path.join(root, 'usr/lib/modules'), {
        recursive: true
    });
    await promises.rename(modules, node_path.join(root, 'usr/lib/modules', version));
    await mustRun([
        'depmod',
        '-b',
        root,
        version
    ], {
        env,
        signal
    });
    await mustRun([
        'dpkg-deb',
        '-x',
        options.busyboxDeb,
        node_path.join(work, 'busybox')
    ], {
        signal
    });
    const needed = await neededModules(root, version, {
        env,
        signal
    });
    const members = initrdMembers({
        init: await promises.readFile(node_path.join(options.guestDir, 'base/init')),
        busybox: await promises.readFile(await busyboxIn(node_path.join(work, 'busybox'))),
        modules: await Promise.all(needed.map(async (path)=>[
                moduleName(path),
                await plainModule(path, signal)
            ]))
    });
    await promises.writeFile(out.initrd, await util.promisify(zlib.gzip)(cpio(members), {
        level: 1
    }));
}
/** @param modules by file name, in the order in which they must be loaded */ function initrdMembers(files) {
    const folders = [
        'bin',
        'dev',
        'modules',
        'proc',
        'sys',
        'root'
    ];
    return [
        ...folders.map((path)=>({
                path,
                mode: DIRECTORY
            })),
        {
            path: 'dev/console',
            mode: CHARACTER_DEVICE,
            device: [
                5,
                1
            ]
        },
        {
            path: 'init',
            mode: PROGRAM,
            content: files.init
        },
        {
            path: 'bin/busybox',
            mode: PROGRAM,
            content: files.busybox
        },
        ...files.modules.map(([name, content], index)=>({
                path: `modules/${String(index).padStart(3, '0')}-${name}`,
                mode: FILE,
                content
            }))
    ];
}
/** The files that `modprobe --show-depends` would insert, each once, dependencies first. */ function parseShowDepends(text) {
    const paths = [
        ...text.matchAll(/^insmod (\S+)/gm)
    ].map(([, path])=>path ?? '');
    return [
        ...new Set(paths)
    ];
}
async function neededModules(root, version, options) {
    const argv = [
        'modprobe',
        '--dirname',
        root,
        '--set-version',
        version,
        '--show-depends'
    ];
    const outputs = [];
    // One by one: with `--all`, modprobe stops at the first module that is built in.
    for (const name of MODULES){
        outputs.push((await mustRun([
            ...argv,
            name
        ], options)).stdout.toString());
    }
    return parseShowDepends(outputs.join(''));
}
/** Uncompressed: not every insmod can do that by itself. */ async function plainModule(path, signal) {
    if (path.endsWith('.xz')) return (await mustRun([
        'xz',
        '-dc',
        path
    ], {
        signal
    })).stdout;
    if (path.endsWith('.zst')) return (await mustRun([
        'zstd',
        '-qdc',
        path
    ], {
        signal
    })).stdout;
    return promises.readFile(path);
}
function moduleName(path) {
    return node_path.basename(path).replace(/\.(xz|zst)$/, '');
}
/** The folder of one kernel's modules: newer kernels have /usr/lib/modules, bookworm's /lib/modules. */ async function modulesFolder(unpacked) {
    const places = [
        'usr/lib/modules',
        'lib/modules'
    ].map((path)=>node_path.join(unpacked, path));
    const folder = places.find((path)=>fs.existsSync(path));
    const [version] = folder === undefined ? [] : await promises.readdir(folder);
    if (folder === undefined || version === undefined) throw new Error('a kernel without modules');
    return node_path.join(folder, version);
}
/** Since forky the kernel lies beside its modules. */ function kernelIn(unpacked, modules) {
    const inBoot = node_path.join(unpacked, 'boot', `vmlinuz-${node_path.basename(modules)}`);
    return fs.existsSync(inBoot) ? inBoot : node_path.join(modules, 'vmlinuz');
}
async function busyboxIn(unpacked) {
    const places = await promises.readdir(unpacked);
    return node_path.join(unpacked, places.includes('bin') ? 'bin/busybox' : 'usr/bin/busybox');
}

/**
 * Writes dpkg's database as if dpkg had unpacked and configured these packages.
 * Format: dpkg's `lib/dpkg/` and `/var/lib/dpkg` of any installation.
 */ async function writeDatabase(root, packages) {
    const database = node_path.join(root, 'var/lib/dpkg');
    for (const name of [
        'info',
        'updates',
        'triggers',
        'alternatives',
        'parts'
    ]){
        await promises.mkdir(node_path.join(database, name), {
            recursive: true
        });
    }
    for (const unpacked of packages)await writeInfo(node_path.join(database, 'info'), unpacked);
    const stanzas = await Promise.all(packages.map(async (unpacked)=>statusStanza(unpacked, await conffileSums(root, unpacked))));
    const files = {
        status: stanzas.join(''),
        available: '',
        diversions: '',
        statoverride: '',
        lock: '',
        'info/format': '1\n',
        'triggers/Lock': '',
        'triggers/Unincorp': '',
        ...triggerIndex(packages)
    };
    for (const [name, text] of Object.entries(files)){
        await promises.writeFile(node_path.join(database, name), text, 'latin1');
    }
}
/** `Status` right after `Package` and `Conffiles` at the end, as dpkg reads them. */ function statusStanza({ control }, conffiles) {
    const lines = control.split('\n').filter((line)=>line.trim() !== '');
    const first = lines.findIndex((line)=>/^Package:/i.test(line));
    const sums = conffiles.map(([path, md5])=>` ${path} ${md5}`);
    return [
        ...lines.slice(0, first + 1),
        'Status: install ok installed',
        ...lines.slice(first + 1),
        ...sums.length > 0 ? [
            'Conffiles:',
            ...sums
        ] : [],
        '',
        ''
    ].join('\n');
}
/**
 * The paths of a package in dpkg's spelling, with those that were left out of the unpacking: a package
 * that seems to own nothing but folders of others is "completely replaced" by the next one, and dropped.
 */ function fileList(listing, md5sums) {
    const unpacked = listing.map((path)=>path.replace(/^\.?\/?/, '/').replace(/(.)\/$/, '$1'));
    const owned = md5sums.split('\n').filter((line)=>line !== '').map((line)=>`/${line.replace(/^[0-9a-f]+ +/, '')}`);
    const paths = [
        ...new Set([
            ...unpacked,
            ...owned
        ])
    ];
    return paths.map((path)=>path === '/' ? '/.' : path);
}
/** Who is interested in which trigger, by file name under dpkg's folder. */ function triggerIndex(packages) {
    const index = {
        'triggers/File': ''
    };
    for (const unpacked of packages){
        for (const { trigger, suffix } of interests(unpacked.files.get('triggers') ?? '')){
            const who = `${infoName(unpacked)}${suffix}\n`;
            const isPath = trigger.startsWith('/');
            const file = isPath ? 'triggers/File' : `triggers/${trigger}`;
            index[file] = `${index[file] ?? ''}${isPath ? `${trigger} ${who}` : who}`;
        }
    }
    return index;
}
function interests(triggers) {
    return triggers.split('\n').flatMap((line)=>{
        const [directive = '', trigger = ''] = line.replace(/#.*/, '').trim().split(/\s+/);
        if (!/^interest(-await|-noawait)?$/.test(directive)) return [];
        return [
            {
                trigger,
                suffix: directive === 'interest-noawait' ? '/noawait' : ''
            }
        ];
    });
}
/** Packages that can be there for several architectures carry theirs in the names of their files. */ function infoName({ name, control }) {
    const same = field(control, 'Multi-Arch') === 'same';
    return same ? `${name}:${field(control, 'Architecture')}` : name;
}
async function writeInfo(folder, unpacked) {
    const base = node_path.join(folder, infoName(unpacked));
    const list = fileList(unpacked.listing, unpacked.files.get('md5sums') ?? '');
    await promises.writeFile(`${base}.list`, `${list.join('\n')}\n`, 'latin1');
    for (const [name, text] of unpacked.files){
        await promises.writeFile(`${base}.${name}`, text, 'latin1');
        if (SCRIPTS.has(name)) await promises.chmod(`${base}.${name}`, 0o755);
    }
}
const SCRIPTS = new Set([
    'preinst',
    'postinst',
    'prerm',
    'postrm',
    'config'
]);
async function conffileSums(root, { files }) {
    const paths = (files.get('conffiles') ?? '').split('\n').filter((line)=>line.startsWith('/'));
    return Promise.all(paths.map(async (path)=>{
        const content = await promises.readFile(node_path.join(root, path));
        return [
            path,
            node_crypto.createHash('md5').update(content).digest('hex')
        ];
    }));
}

/**
 * What pam-auth-update writes on a new installation: the templates of libpam-runtime with the modules
 * of every profile that is on by default. Formats: pam-auth-update(8).
 */ function pamFiles(templates, profiles) {
    const chosen = profiles.map(parseProfile).filter((profile)=>profile.get('default') === 'yes').toSorted((a, b)=>Number(b.get('priority')) - Number(a.get('priority')));
    return new Map([
        ...templates
    ].map(([name, template])=>[
            name,
            fill(template, name, chosen)
        ]));
}
/** `Key: value` with modules on lines of their own, which begin with white space. */ function parseProfile(text) {
    const fields = new Map();
    for (const block of text.split(/\n(?=\S)/)){
        const match = /^([\w-]+):\s*(.*)$/s.exec(block);
        if (match !== null) fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim());
    }
    return fields;
}
function fill(template, file, profiles) {
    const type = file.replace(/^common-/, '').replace(/-noninteractive$/, '');
    const usable = profiles.filter((profile)=>!(file.endsWith('-noninteractive') && profile.get('session-interactive-only') === 'yes'));
    return template.replaceAll(/^\$\w+_(primary|additional)\n/gm, (_, kind)=>kind === 'primary' ? primary(type, usable) : additional(type, usable));
}
function primary(type, profiles) {
    const modules = modulesOf(type, 'primary', profiles);
    // An empty stack of modules must still jump over the refusal that follows it.
    if (modules.length === 0) return `${type}\t[default=1]\t\t\tpam_permit.so\n`;
    return modules.map((module, index)=>`${type}\t${module.replaceAll('=end', `=${modules.length - index}`)}\n`).join('');
}
function additional(type, profiles) {
    return modulesOf(type, 'additional', profiles).map((module)=>`${type}\t${module}\n`).join('');
}
/** The first module of a stack takes its `-Initial` form: nobody has asked for a password before it. */ function modulesOf(type, kind, profiles) {
    return profiles.filter((profile)=>profile.get(`${type}-type`)?.toLowerCase() === kind).flatMap((profile, index)=>{
        const initial = index === 0 ? profile.get(`${type}-initial`) : undefined;
        return (initial ?? profile.get(type) ?? '').split('\n').map((line)=>line.trim());
    }).filter((line)=>line !== '');
}

function scriptEffects(packages) {
    const scripts = packages.map(({ files })=>joinLines(files.get('postinst') ?? ''));
    return {
        units: scripts.flatMap((script)=>enabledUnits(script, '')),
        userUnits: scripts.flatMap((script)=>enabledUnits(script, '--user ')),
        alternatives: scripts.flatMap(installedAlternatives),
        accounts: [
            ...new Set(scripts.flatMap(accounts))
        ]
    };
}
/** Packages whose scripts may do what nobody has written down here, by name. */ function unknownPackages(packages) {
    return packages.filter(({ name, files })=>!REVIEWED.has(name) && !isGenerated(files)).map(({ name })=>name);
}
/**
 * Their preinst and postinst were read, in bookworm, trixie and forky: on a new installation they do
 * what this file finds, what guest/base/configure does, or nothing that a booted system misses.
 */ const REVIEWED = new Set([
    'adduser',
    'apparmor',
    'base-files',
    'base-passwd',
    'bash',
    'containerd',
    'containernetworking-plugins',
    'coreutils',
    'dash',
    'dbus',
    'dbus-daemon',
    'dbus-system-bus-common',
    'dbus-user-session',
    'debconf',
    'debianutils',
    'dirmngr',
    'dmsetup',
    'docker.io',
    'dpkg',
    'gpg-agent',
    'gzip',
    'init-system-helpers',
    'iproute2',
    'iptables',
    'kmod',
    'libc-bin',
    'libc6',
    'libgcrypt20',
    'libglib2.0-0',
    'libglib2.0-0t64',
    'libgssapi-krb5-2',
    'libpam-modules',
    'libpam-runtime',
    'libpam-systemd',
    'libpam0g',
    'libreadline8t64',
    'libselinux1',
    'libsystemd-shared',
    'login',
    'login.defs',
    'mawk',
    'netbase',
    'passwd',
    'perl-base',
    'pinentry-curses',
    'podman',
    'readline-common',
    'systemd',
    'systemd-sysv',
    'tar',
    'udev',
    'usr-is-merged',
    'util-linux',
    'util-linux-extra'
]);
/** debhelper's sections that this file reads, that boot makes good, or that need no doing when new. */ const GENERATORS = /^dh_(apparmor|installalternatives|installdeb|installinit|installsystemd|installsystemduser|installsysusers|installtmpfiles|makeshlibs|systemd_enable|systemd_start)\b/;
function isGenerated(files) {
    return [
        'preinst',
        'postinst'
    ].every((name)=>isBoilerplate(withoutSections(files.get(name))));
}
/** A script without the sections that known helpers wrote into it. */ function withoutSections(script = '') {
    return script.replaceAll(/^# Automatically added by (\S+)\n.*?^# End automatically added section$/gms, (section, generator)=>GENERATORS.test(generator) ? '' : section);
}
function isBoilerplate(script) {
    const lines = joinLines(script).split('\n').map((line)=>line.replace(/^\s*#.*/, '').trim());
    return lines.every((line)=>/^(set -e[ux]?|exit 0|dpkg-maintscript-helper .*|)$/.test(line));
}
/** A unit with a `debian-installed` guard is one that a new installation leaves alone. */ function enabledUnits(script, scope) {
    const named = (verb)=>[
            ...script.matchAll(new RegExp(`deb-systemd-helper (?:--quiet )?${scope}${verb} '?([\\w@.\\\\-]+)`, 'g'))
        ].map(([, unit])=>unit ?? '');
    const guarded = new Set(named('debian-installed'));
    return [
        ...new Set(named('enable'))
    ].filter((unit)=>!guarded.has(unit));
}
function installedAlternatives(script) {
    return [
        ...script.matchAll(/^\s*update-alternatives (?:--quiet )?(--install .*?)(?:\s*\|\|.*)?$/gm)
    ].map(([, args = ''])=>args.trim().split(/\s+/));
}
function accounts(script) {
    const text = withValues(script);
    const groups = [
        ...text.matchAll(/\baddgroup\b((?:\s+--\S+)*)\s+([a-z_][\w-]*)/g)
    ].filter(([, options = ''])=>options.includes('--system')).map(([, , name])=>`g ${name} -`);
    const users = [
        ...text.matchAll(/\badduser\b(.*--system.*)$/gm)
    ].map(([, args = ''])=>sysuser(args.replace(/\s*(\|\||&&|;|>).*/, '').trim()));
    return [
        ...groups,
        ...users
    ];
}
/** @param args of `adduser --system`: the name is what is no option's value, and mostly the last. */ function sysuser(args) {
    const words = args.split(/\s+/).map((word)=>word.replaceAll(/["']/g, ''));
    const home = words[words.indexOf('--home') + 1];
    const name = words.at(-1);
    return `u ${name} - - ${words.includes('--home') ? home : '/nonexistent'} /usr/sbin/nologin`;
}
/** Puts the values of plain assignments (`USER=messagebus`) where they are used. */ function withValues(script) {
    const values = new Map([
        ...script.matchAll(/^\s*([A-Z_]+)=["']?([\w/.-]+)["']?$/gm)
    ].map(([, name, value])=>[
            name,
            value
        ]));
    return script.replaceAll(/\$\{?([A-Z_]+)\}?/g, (use, name)=>values.get(name) ?? use);
}
function joinLines(script) {
    return script.replaceAll(/[ \t]*\\\n[ \t]*/g, ' ');
}

/**
 * Makes the root of a system without running one program of it: unpacks, writes dpkg's database, and
 * does what the maintainer scripts would have done.
 *
 * @returns the packages that nobody knows how to configure so: the root is not to be used then
 */ async function makeRoot(options) {
    const { root, work, signal } = options;
    const control = node_path.join(work, 'control');
    await promises.mkdir(control);
    await makeSkeleton(root, options.architecture);
    await options.fakeRoot.run(unpackArgv(options.guestDir, os.availableParallelism(), root, control, options.downloads.packages), signal);
    const packages = await readPackages(control);
    const unknown = unknownPackages(packages);
    if (unknown.length > 0) return unknown;
    await configure(options, packages);
    return [];
}
function unpackArgv(guestDir, jobs, root, control, debs) {
    return [
        node_path.join(guestDir, 'base/unpack'),
        String(jobs),
        root,
        control,
        ...debs
    ];
}
/** What the postinst of systemd enables by itself, and all others by deb-systemd-helper. */ function enableArgvs(root, effects) {
    const { units, userUnits } = effects;
    return [
        [
            'systemctl',
            '--root',
            root,
            '--quiet',
            'enable',
            ...SYSTEMD_UNITS
        ],
        ...units.length > 0 ? [
            [
                'deb-systemd-helper',
                'enable',
                ...units
            ]
        ] : [],
        ...userUnits.length > 0 ? [
            [
                'deb-systemd-helper',
                '--user',
                'enable',
                ...userUnits
            ]
        ] : []
    ];
}
const SYSTEMD_UNITS = [
    'getty@tty1.service',
    'remote-fs.target',
    'systemd-pstore.service'
];
/**
 * One sysusers.d of many, for this machine's systemd-sysusers. That may be older than the base's: it
 * does not know `u!`. Of two lines for one name, the first counts.
 */ function joinSysusers(texts) {
    const lines = texts.flatMap((text)=>text.split('\n')).map((line)=>line.replace(/^([a-z])!/, '$1'));
    const taken = new Set();
    const first = lines.filter((line)=>{
        const [type = '', name = ''] = line.split(/\s+/);
        const again = (type === 'u' || type === 'g') && taken.has(`${type} ${name}`);
        taken.add(`${type} ${name}`);
        return !again;
    });
    return `${first.join('\n')}\n`;
}
async function makeSkeleton(root, architecture) {
    const folders = [
        'bin',
        'sbin',
        'lib',
        ...architecture === 'amd64' ? [
            'lib64'
        ] : []
    ];
    for (const name of folders){
        await promises.mkdir(node_path.join(root, 'usr', name), {
            recursive: true
        });
        await promises.symlink(`usr/${name}`, node_path.join(root, name));
    }
    await promises.mkdir(node_path.join(root, 'etc'));
}
async function configure(options, packages) {
    const { root, work, signal } = options;
    const env = {
        ...toolEnvironment(process.env),
        DPKG_ROOT: root,
        DPKG_MAINTSCRIPT_PACKAGE: 'base'
    };
    const effects = scriptEffects(packages);
    await writeDatabase(root, packages);
    for (const args of effects.alternatives.filter((each)=>isThere$1(root, each))){
        await mustRun([
            'update-alternatives',
            '--root',
            root,
            '--quiet',
            ...args
        ], {
            env,
            signal
        });
    }
    await writePam(root);
    const accounts = node_path.join(work, 'accounts.conf');
    await promises.writeFile(accounts, await sysusers(root, effects.accounts));
    await options.fakeRoot.run([
        node_path.join(options.guestDir, 'base/configure'),
        root,
        accounts
    ], signal);
    for (const argv of enableArgvs(root, effects))await mustRun(argv, {
        env,
        signal
    });
}
/** Pages of the manual are not unpacked, and update-alternatives refuses what is not there. */ function isThere$1(root, [, , , path = '']) {
    return fs.existsSync(node_path.join(root, path));
}
async function writePam(root) {
    const templates = await readFolder(node_path.join(root, 'usr/share/pam'), /^common-[a-z-]+$/);
    const profiles = await readFolder(node_path.join(root, 'usr/share/pam-configs'), /^[^.]+$/);
    for (const [name, text] of pamFiles(templates, [
        ...profiles.values()
    ])){
        await promises.writeFile(node_path.join(root, 'etc/pam.d', name), text);
    }
}
async function sysusers(root, accounts) {
    const files = await readFolder(node_path.join(root, 'usr/lib/sysusers.d'), /\.conf$/);
    // adduser of the scripts comes before systemd-sysusers, and sets the home.
    return joinSysusers([
        ...accounts,
        ...files.values()
    ]);
}
/** The texts of a folder's files by name, in the order of their names; none of a folder that is not there. */ async function readFolder(folder, wanted) {
    const names = fs.existsSync(folder) ? (await promises.readdir(folder)).filter((name)=>wanted.test(name)) : [];
    const texts = names.toSorted().map(async (name)=>[
            name,
            await promises.readFile(node_path.join(folder, name), 'utf8')
        ]);
    return new Map(await Promise.all(texts));
}

/** Grows whenever the same options would give another base: cached ones of older formats are not taken. */ const FORMAT_VERSION = 2;
/** What boots and is installed into; everything else comes with it by Depends. Since forky, not even `mount`. */ const COMMON = [
    'systemd-sysv',
    'udev',
    'kmod',
    'mount',
    'zstd'
];
/** Only in some suites, and wanted where there: trixie split docker's client from docker.io. */ const WHERE_THERE = {
    // Without it, `usrmerge` and all of perl would come to prove a layout that this base is born with.
    common: [
        'usr-is-merged'
    ],
    docker: [
        'docker-cli'
    ],
    podman: [
        'passt'
    ]
};
const ENGINE = {
    docker: [
        'docker.io',
        'iptables',
        'apparmor'
    ],
    // The latter four are for images of a user other than root.
    podman: [
        'podman',
        'crun',
        'uidmap',
        'slirp4netns',
        'dbus-user-session',
        'libpam-systemd'
    ]
};
/** Kernels that know virtio; the cloud flavours have a tenth of the modules, and armhf has none of them. */ const KERNEL$1 = {
    amd64: 'linux-image-cloud-amd64',
    arm64: 'linux-image-cloud-arm64',
    armhf: 'linux-image-armmp'
};
function recipe(options) {
    return {
        packages: [
            ...new Set([
                ...COMMON,
                ...ENGINE[options.engine],
                ...options.packages ?? []
            ])
        ],
        packagesWhereThere: [
            ...WHERE_THERE.common,
            ...WHERE_THERE[options.engine]
        ],
        kernelMetaPackage: KERNEL$1[options.architecture]
    };
}
/**
 * All that a base is made from. The archive changes all the time: a base stands for the state that the
 * archive had in one week, Monday to Sunday in UTC, and so is never older than seven days.
 */ function baseIngredients(options, now = new Date()) {
    const { packages, packagesWhereThere, kernelMetaPackage } = recipe(options);
    return {
        suite: options.suite,
        architecture: options.architecture,
        engine: options.engine,
        packages: packages.toSorted().join(' '),
        'packages where there': packagesWhereThere.toSorted().join(' '),
        kernel: kernelMetaPackage,
        mirror: options.mirror ?? "this machine's own",
        method: options.method ?? 'auto',
        format: String(FORMAT_VERSION),
        'archive in the week from': monday(now)
    };
}
/** Names a base among all others; fit for a file name. */ function baseKey(ingredients) {
    const { suite, architecture, engine, 'archive in the week from': week, ...others } = ingredients;
    const hash = node_crypto.createHash('sha256').update(JSON.stringify(others)).digest('hex');
    return [
        suite,
        architecture,
        engine,
        hash.slice(0, 12),
        week?.replaceAll('-', '')
    ].join('-');
}
const DAY_MS = 24 * 3600 * 1000;
/** 1970 began on a Thursday. */ function monday(now) {
    const days = Math.floor(now.getTime() / DAY_MS);
    return new Date((days - (days + 3) % 7) * DAY_MS).toISOString().slice(0, 10);
}

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const FORMAT = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)';
/**
 * Where the packages of a suite come from: the given mirror, else the mirrors of this machine's apt
 * sources if those are Debian's, else what mmdebstrap would take.
 */ async function findSources(options) {
    if (options.mirror !== undefined) return [
        sourceLine(options.mirror, options.suite)
    ];
    const argv = [
        'apt-get',
        'indextargets',
        '--format',
        FORMAT,
        'Created-By: Packages'
    ];
    const { stdout } = await run(argv, {
        signal: options.signal
    });
    const own = sourcesLike(parseIndexTargets(stdout.toString()), options.suite);
    return own.length > 0 ? own : bootstrapSources(options);
}
function parseIndexTargets(text) {
    return text.split('\n').filter((line)=>line !== '').map((line)=>{
        const [uri = '', release = '', component = '', origin = ''] = line.split('|');
        return {
            uri,
            release,
            component,
            origin: origin.startsWith('$(') ? '' : origin
        };
    });
}
/**
 * The same archives for another suite: where a machine of bookworm has `bookworm-updates`, a base of
 * trixie gets `trixie-updates`. Empty when none of the targets is Debian's main archive.
 */ function sourcesLike(targets, suite) {
    const lines = targets.filter(({ origin, component })=>origin === 'Debian' && component === 'main').flatMap(({ uri, release })=>{
        const kind = /^[a-z]+(-updates|-security)?$/.exec(release);
        // What moves all the time has neither updates nor a security archive.
        if (kind === null || kind[1] !== undefined && isRolling(suite)) return [];
        return [
            sourceLine(uri, `${suite}${kind[1] ?? ''}`)
        ];
    });
    const unique = [
        ...new Set(lines)
    ];
    return unique.some((line)=>line.includes(` ${suite} `)) ? unique : [];
}
function isRolling(suite) {
    return suite === 'sid' || suite === 'unstable';
}
function sourceLine(uri, release) {
    return `deb [signed-by=${DEBIAN_KEYRING}] ${uri} ${release} main`;
}
/** Lets mmdebstrap write its sources.list and stops it there. */ async function bootstrapSources(options) {
    const work = await promises.mkdtemp(node_path.join(options.workDir, 'sources-'));
    const list = node_path.join(work, 'sources.list');
    try {
        await run(bootstrapSourcesArgv(options.suite, node_path.join(work, 'root'), list), {
            signal: options.signal
        });
        const { stdout } = await mustRun([
            'cat',
            list
        ], {
            signal: options.signal
        });
        return signed(stdout.toString());
    } finally{
        await promises.rm(work, {
            recursive: true,
            force: true
        });
    }
}
/** chrootless: the one mode that needs neither root nor user namespaces to come as far as this. */ function bootstrapSourcesArgv(suite, root, list) {
    const hook = `cp "$1/etc/apt/sources.list" '${list}'; exit 1`;
    return [
        'mmdebstrap',
        '--mode=chrootless',
        '--variant=custom',
        '--format=directory',
        `--setup-hook=${hook}`,
        suite,
        root
    ];
}
/** Every archive with Debian's keys, also on a machine of another distribution. */ function signed(sourcesList) {
    return sourcesList.split('\n').map((line)=>/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s/.exec(line)).flatMap((match)=>match === null ? [] : [
            sourceLine(match[1] ?? '', match[2] ?? '')
        ]);
}

/** Programs of the quick way, and the Debian package of each. */ const PACKAGE_OF = {
    'apt-get': 'apt',
    'deb-systemd-helper': 'init-system-helpers',
    depmod: 'kmod',
    'dpkg-deb': 'dpkg',
    mke2fs: 'e2fsprogs',
    systemctl: 'systemd',
    'systemd-sysusers': 'systemd',
    xz: 'xz-utils'
};
/**
 * Asked once before any work: scripts would find out in the middle of it.
 *
 * @throws UserError (failure) with the packages to install
 */ function requireTools(uid, env) {
    const missing = missingTools(uid, env);
    if (missing.length === 0) return;
    throw failure(`a base system cannot be made without: ${missing.join(', ')}`, {
        hint: `apt-get install ${missing.join(' ')}`
    });
}
/** The Debian packages that this machine lacks for the making of a base system. */ function missingTools(uid, env) {
    const programs = [
        ...Object.keys(PACKAGE_OF),
        ...uid === 0 ? [] : [
            'fakeroot'
        ]
    ];
    const missing = missingPackages(programs, (program)=>isThere(program, env));
    return [
        ...missing,
        ...fs.existsSync(DEBIAN_KEYRING) ? [] : [
            'debian-archive-keyring'
        ]
    ];
}
function isThere(program, env) {
    const folders = (toolEnvironment(env).PATH ?? '').split(':');
    return folders.some((folder)=>fs.existsSync(node_path.join(folder, program)));
}
function missingPackages(programs, isThere) {
    const packages = programs.filter((program)=>!isThere(program)).map((program)=>PACKAGE_OF[program] ?? program);
    return [
        ...new Set(packages)
    ];
}

/**
 * The base system for these options: from a cache, or made and put there. No cache keeps anybody from
 * one: where it cannot be kept, it stays in `workDir`.
 *
 * @throws UserError (failure) when the packages cannot be had, or a tool is missing or fails
 */ async function prepareBase(options) {
    const { cacheDir, workDir, remote } = options;
    const { onProgress: say = ()=>undefined, onWarning: warn = say } = options;
    const ingredients = baseIngredients(options);
    const key = baseKey(ingredients);
    for (const [name, value] of Object.entries(ingredients))say(`${name}: ${value}`);
    const here = await readBase(baseFolder(cacheDir, key), key, warn);
    if (here !== undefined) {
        say(`${key} is here already`);
        return here;
    }
    const folder = await promises.mkdtemp(node_path.join(workDir, 'base-'));
    const brought = await remote?.get(key, folder) ? await readBase(folder, key, warn) : undefined;
    say(`${key} ${brought === undefined ? 'is not there yet: making it' : 'is in the cache'}`);
    const base = brought ?? await makeIn(folder, key, options);
    const kept = await keepBase(cacheDir, base, warn);
    if (kept.disk !== base.disk) await promises.rm(folder, {
        recursive: true,
        force: true
    });
    if (brought === undefined) await remote?.put(key, node_path.dirname(kept.disk));
    return kept;
}
/** @param folder an existing folder, which is gone where the base cannot be made */ async function makeIn(folder, key, options) {
    const work = await promises.mkdtemp(node_path.join(options.workDir, 'making-'));
    try {
        requireTools(process.getuid?.(), process.env);
        // Half of a base that a cache has brought may be in it.
        await promises.rm(folder, {
            recursive: true
        });
        await promises.mkdir(folder);
        const packages = await makeBase(options, work, folder);
        const { suite, architecture } = options;
        return await sealBase(folder, {
            suite,
            architecture,
            packages,
            key
        });
    } catch (error) {
        await promises.rm(folder, {
            recursive: true,
            force: true
        });
        throw error;
    } finally{
        await promises.rm(work, {
            recursive: true,
            force: true
        });
    }
}
/** Makes disk, kernel and initrd in `out`. @returns what dpkg will know in the base */ async function makeBase(options, work, out) {
    const { guestDir, signal } = options;
    const say = options.onProgress ?? (()=>undefined);
    const sources = await findSources({
        ...options,
        workDir: work
    });
    say(`${options.suite} ${options.architecture}: downloading`);
    const apt = node_path.join(work, 'apt');
    const downloads = await download(apt, {
        ...options,
        sources,
        recipe: recipe(options)
    });
    const root = node_path.join(work, 'root');
    const asRoot = fakeRoot(work, process.getuid?.());
    await fillRoot({
        options,
        sources,
        downloads,
        root,
        work,
        asRoot,
        say
    });
    say('adding the kernel and making the disk');
    const files = baseFiles(out);
    await addKernel({
        root,
        kernelDebs: downloads.kernel,
        busyboxDeb: downloads.busybox,
        guestDir,
        work,
        out: files,
        env: toolEnvironment(process.env),
        signal
    });
    await asRoot.run([
        node_path.join(guestDir, 'base/disk'),
        root,
        files.disk
    ], signal);
    return installedPackages$1(await promises.readFile(node_path.join(root, 'var/lib/dpkg/status'), 'latin1'));
}
async function fillRoot(base) {
    const { options, sources, downloads, root, work, asRoot, say } = base;
    const { method = 'auto', architecture, suite, guestDir, signal } = options;
    const common = {
        architecture,
        root,
        work,
        fakeRoot: asRoot,
        signal
    };
    if (method !== 'mmdebstrap') {
        say(`unpacking and configuring ${plural(downloads.packages.length, 'package')}`);
        await promises.mkdir(root);
        const unknown = await makeRoot({
            ...common,
            downloads,
            guestDir
        });
        if (unknown.length === 0) return;
        const names = `cannot be configured without running their scripts: ${unknown.join(', ')}`;
        if (method === 'quick') {
            throw failure(names, {
                hint: 'let mmdebstrap make the base system'
            });
        }
        say(names);
        await asRoot.run([
            'rm',
            '-r',
            root
        ], signal);
    }
    say('mmdebstrap makes the base system, which takes minutes');
    await bootstrapRoot({
        ...common,
        suite,
        packages: downloads.names,
        sources
    });
}
function installedPackages$1(status) {
    return status.split('\n\n').filter((stanza)=>field(stanza, 'Status') === 'install ok installed').map((stanza)=>({
            name: field(stanza, 'Package') ?? '',
            version: field(stanza, 'Version') ?? ''
        }));
}

/** A kernel panics after half a second with KVM; where it hangs, it hangs for ever. */ const PROBE_MS = 8000;
/**
 * Finds out by starting a kernel whether KVM works: that /dev/kvm can be opened proves nothing,
 * nested machines open it and then hang.
 */ async function findAcceleration(architecture, kernel, signal) {
    if (!isNative(architecture, process.arch)) {
        return {
            by: 'tcg',
            because: `this machine is no ${architecture}`
        };
    }
    try {
        await promises.access('/dev/kvm', promises.constants.R_OK | promises.constants.W_OK);
    } catch (error) {
        return {
            by: 'tcg',
            because: `/dev/kvm: ${refusalOf(error)}`
        };
    }
    const because = await whyNot(probeArgv(architecture, kernel), signal);
    return because === undefined ? {
        by: 'kvm'
    } : {
        by: 'tcg',
        because
    };
}
/** What keeps KVM from running the kernel of `probeArgv`; undefined when it does. */ async function whyNot(argv, signal) {
    // A hung vCPU does not heed SIGTERM.
    const limited = [
        'timeout',
        '--signal=KILL',
        String(PROBE_MS / 1000),
        ...argv
    ];
    const { code, stdout, stderr } = await run(limited, {
        signal,
        withChildren: true
    });
    if (code === 124 || code === 137) return `it did not run a kernel within ${PROBE_MS / 1000} s`;
    if (code !== 0) return `qemu cannot use it: ${stderr.trim().split('\n').at(-1)}`;
    return stdout.includes('Linux version') ? undefined : 'it ran no kernel';
}
/** @throws UserError (failure) when qemu is not there, with the packages to install */ function checkQemu(architecture, env) {
    const missing = missingQemu(architecture, env);
    if (missing.length === 0) return;
    throw failure(`no machine of ${architecture} without: ${missing.join(', ')}`, {
        hint: `apt-get install ${missing.join(' ')}`
    });
}
/** The Debian packages that this machine lacks to run machines. */ function missingQemu(architecture, env) {
    const needed = {
        [qemuProgram(architecture)]: qemuPackage(architecture),
        'qemu-img': 'qemu-utils'
    };
    return Object.entries(needed).filter(([program])=>!isThere(program, env)).map(([, name])=>name);
}

/** Beside its files: journal, inode tables, and room to boot until it grows. */ const SPARE_MIB = 256;
/**
 * A raw ext4 file system with the system in it: the image itself, or one that is made in `workDir`.
 *
 * @throws UserError (failure) for what is none of the kinds
 */ async function rootfsDisk(path, workDir, signal) {
    const kind = await rootfsKind(path);
    if (kind === 'ext4') return path;
    const asRoot = fakeRoot(workDir, process.getuid?.());
    const disk = node_path.join(workDir, 'rootfs.ext4');
    if (kind === 'folder') {
        await makeFileSystem(path, disk, asRoot, signal);
        return disk;
    }
    const root = node_path.join(workDir, 'rootfs');
    await promises.mkdir(root);
    await asRoot.run(extractArgv(path, root), signal);
    await makeFileSystem(root, disk, asRoot, signal);
    await asRoot.run([
        'rm',
        '-r',
        root
    ], signal);
    return disk;
}
/** Bytes at a place that tell what a file is. */ const MAGICS = [
    [
        1080,
        '53ef',
        'ext4'
    ],
    [
        0,
        '1f8b',
        'tarball'
    ],
    [
        0,
        'fd377a585a00',
        'tarball'
    ],
    [
        0,
        '28b52ffd',
        'tarball'
    ],
    [
        0,
        '425a68',
        'tarball'
    ],
    [
        257,
        '7573746172',
        'tarball'
    ],
    [
        0,
        '514649fb',
        'a qcow2 image'
    ],
    [
        0,
        '68737173',
        'a squashfs'
    ],
    [
        512,
        '4546492050415254',
        'an image of a whole disk with partitions'
    ],
    [
        510,
        '55aa',
        'an image of a whole disk with partitions'
    ]
];
/** @throws UserError (failure) for what no machine can be made of */ async function rootfsKind(path) {
    const found = await promises.stat(path).catch(()=>undefined);
    if (found === undefined) throw failure(`${path} does not exist`);
    if (found.isDirectory()) return 'folder';
    const begin = await readBegin(path);
    const kind = MAGICS.find(([at, hex])=>begin.toString('hex', at).startsWith(hex))?.[2];
    if (kind === 'ext4' || kind === 'tarball') return kind;
    throw failure(`${path} is ${kind ?? 'neither a folder nor a tarball nor an ext4 image'}: it cannot be booted`, {
        hint: 'give the root file system: a folder, a tarball (gz, xz, zst) or an image of ext4 without partitions'
    });
}
async function readBegin(path) {
    const file = await promises.open(path);
    try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
        return buffer.subarray(0, bytesRead);
    } finally{
        await file.close();
    }
}
async function makeFileSystem(root, disk, asRoot, signal) {
    const used = await asRoot.run([
        'du',
        '-s',
        '--block-size=1M',
        '--',
        root
    ], signal);
    const size = Math.ceil(Number.parseInt(used.stdout.toString(), 10) * 1.1) + SPARE_MIB;
    await promises.writeFile(disk, '');
    await promises.truncate(disk, size * 1024 * 1024);
    await asRoot.run(fileSystemArgv(root, disk), signal);
}
function fileSystemArgv(root, disk) {
    return [
        ...[
            'mke2fs',
            '-q',
            '-F',
            '-t',
            'ext4',
            '-m',
            '0'
        ],
        ...[
            '-E',
            'lazy_itable_init=1,lazy_journal_init=1,nodiscard',
            '-d',
            root,
            disk
        ]
    ];
}

/** By debugfs(8), which knows every ext4 and changes nothing. */ function openFileSystem(disk, signal) {
    const env = toolEnvironment(process.env);
    const ask = async (request)=>{
        const { stdout, stderr } = await run([
            'debugfs',
            '-R',
            request,
            disk
        ], {
            env,
            signal
        });
        const complaint = stderr.split('\n').find((line)=>/^(debugfs|\S+): /.test(line) && !/^debugfs \d/.test(line));
        return {
            text: stdout.toString(),
            complaint
        };
    };
    return {
        async list (folder) {
            return parseListing((await ask(`ls -p ${quote(folder)}`)).text);
        },
        async read (path) {
            const { text, complaint } = await ask(`cat ${quote(path)}`);
            return complaint === undefined ? text : undefined;
        },
        async copy (path, target) {
            const { complaint } = await ask(`dump ${quote(path)} ${quote(target)}`);
            if (complaint !== undefined) throw failure(`${disk}: ${path} cannot be read: ${complaint}`);
            await mustRun([
                'test',
                '-s',
                target
            ], {
                signal
            });
        }
    };
}
/** @param text lines `/INODE/MODE/UID/GID/NAME/SIZE/` of `ls -p` */ function parseListing(text) {
    return [
        ...text.matchAll(/^\/\d+\/(\d{2})\d{4}\/\d+\/\d+\/([^/]+)\/\d*\/$/gm)
    ].map(([, type = '', name = ''])=>({
            name,
            type: TYPES$1[type] ?? 'other'
        })).filter(({ name })=>name !== '.' && name !== '..');
}
const TYPES$1 = {
    '10': 'file',
    '04': 'folder',
    '12': 'link'
};
/** debugfs takes words in double quotes, and knows no way to write one in them. */ function quote(word) {
    if (word.includes('"') || word.includes('\n')) throw failure(`not a usable path: ${word}`);
    return `"${word}"`;
}

/** Programs that decompress their standard input, by the first bytes of what they read. */ const DECOMPRESSORS = [
    [
        '1f8b',
        [
            'gzip',
            '-dc'
        ]
    ],
    [
        '28b52ffd',
        [
            'zstd',
            '-dc'
        ]
    ],
    [
        'fd377a585a00',
        [
            'xz',
            '-dc'
        ]
    ],
    [
        '02214c18',
        [
            'lz4',
            '-dc'
        ]
    ],
    [
        '425a68',
        [
            'bzip2',
            '-dc'
        ]
    ],
    [
        '5d0000',
        [
            'xz',
            '--format=lzma',
            '-dc'
        ]
    ]
];
/**
 * The paths in an initrd: archives in the format "newc", one behind the other, the last of them
 * mostly compressed (the kernel's Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * @throws UserError (failure) for what is no initrd
 */ async function initrdPaths(path, signal) {
    const plain = await plainArchives(path);
    const magic = await bytesAt(path, plain.end, 6);
    const argv = DECOMPRESSORS.find(([prefix])=>magic.toString('hex').startsWith(prefix))?.[1];
    if (argv === undefined) {
        if (plain.paths.length > 0) return plain.paths;
        throw failure(`${path} is no initrd: it begins with ${magic.toString('hex')}`);
    }
    const line = 'tail -c "+$1" "$2" | { shift 2; "$@"; }';
    const all = [
        'sh',
        '-c',
        line,
        'sh',
        String(plain.end + 1),
        path,
        ...argv
    ];
    const child = start$1(all, {
        signal
    });
    const end = ended(child, all);
    const reader = archiveReader();
    for await (const chunk of child.stdout ?? [])reader.take(chunk);
    // Zeros behind the archive make some programs complain at the end of what they have written.
    await end;
    signal.throwIfAborted();
    if (reader.paths.length === 0) throw failure(`${path} cannot be decompressed by ${argv[0]}`);
    return [
        ...plain.paths,
        ...reader.paths
    ];
}
/** What is not compressed at the begin of an initrd: the processor's microcode, or all of it. */ async function plainArchives(path) {
    const file = await promises.open(path);
    try {
        const reader = archiveReader();
        const buffer = Buffer.alloc(1 << 20);
        for(let at = 0;;){
            const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
            if (bytesRead === 0 || !reader.take(buffer.subarray(0, bytesRead))) break;
            at += bytesRead;
        }
        return {
            paths: reader.paths,
            end: reader.position
        };
    } finally{
        await file.close();
    }
}
async function bytesAt(path, position, length) {
    const file = await promises.open(path);
    try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), {
            position
        });
        return buffer.subarray(0, bytesRead);
    } finally{
        await file.close();
    }
}
const HEADER$1 = 110;
/** Reads archives piece by piece; content is passed over. */ function archiveReader() {
    const paths = [];
    let rest = Buffer.alloc(0);
    let skip = 0;
    let position = 0;
    const advance = (bytes)=>{
        position += bytes;
        rest = rest.subarray(bytes);
    };
    return {
        /** Of all members so far. */ paths,
        /** Bytes from the begin to the end of the last member. */ get position () {
            return position;
        },
        /** False when what comes is no member. */ take (chunk) {
            rest = rest.length === 0 ? chunk : Buffer.concat([
                rest,
                chunk
            ]);
            for(;;){
                const passed = Math.min(skip, rest.length);
                advance(passed);
                skip -= passed;
                // Between archives there are zeros.
                while(skip === 0 && rest[0] === 0)advance(1);
                if (skip > 0 || rest.length < HEADER$1) return true;
                if (!/^07070[12]$/.test(rest.toString('latin1', 0, 6))) return false;
                const [size, nameSize] = [
                    54,
                    94
                ].map((at)=>Number.parseInt(rest.toString('latin1', at, at + 8), 16));
                if (rest.length < HEADER$1 + nameSize) return true;
                const name = rest.toString('utf8', HEADER$1, HEADER$1 + nameSize - 1);
                if (name !== 'TRAILER!!!') paths.push(name);
                skip = padded(HEADER$1 + nameSize) + padded(size);
            }
        }
    };
}
function padded(size) {
    return size + 3 & -4;
}

/** Where builders put what boots. */ const FOLDERS = [
    '/boot',
    '/'
];
/**
 * The newest kernel that has an initrd of the same version, else one without a version.
 *
 * @param path what the user gave, for the error
 * @throws UserError (failure) when there is none
 */ async function findKernel(system, path) {
    const kernels = [];
    for (const folder of FOLDERS){
        const members = await system.list(folder);
        const names = members.filter(({ type })=>type === 'file').map(({ name })=>name);
        const found = chooseKernel(names);
        if (found !== undefined) {
            const at = (name)=>`${folder === '/' ? '' : folder}/${name}`;
            return {
                kernel: at(found.kernel),
                initrd: at(found.initrd)
            };
        }
        kernels.push(...names.filter((name)=>KERNEL.test(name)));
    }
    throw failure(kernels.length === 0 ? `${path} has no kernel: neither /boot/vmlinuz* nor /vmlinuz` : `${path} has no initrd for its kernel ${kernels[0]}`, {
        hint: 'install linux-image-… and initramfs-tools (or dracut) in the system'
    });
}
const KERNEL = /^(?:vmlinuz|vmlinux|Image|zImage)(?:-(.+))?$/;
/** @param names of the files in one folder */ function chooseKernel(names) {
    const candidates = names.flatMap((kernel)=>{
        const match = KERNEL.exec(kernel);
        if (match === null) return [];
        const version = match[1] ?? '';
        const initrd = initrdNames(version).find((name)=>names.includes(name));
        return initrd === undefined ? [] : [
            {
                kernel,
                initrd,
                version
            }
        ];
    });
    return candidates.toSorted((a, b)=>compareVersions(a.version, b.version)).at(-1);
}
function initrdNames(version) {
    const tail = version === '' ? '' : `-${version}`;
    return [
        `initrd.img${tail}`,
        `initrd${tail}`,
        `initramfs${tail}.img`,
        `initrd${tail}.img`
    ];
}
/** Numbers by value: 6.1.0-10 is newer than 6.1.0-9. */ function compareVersions(a, b) {
    return a.localeCompare(b, 'en', {
        numeric: true
    });
}

/** What the initrd needs to find the root file system, and what the agent needs later. */ const FOR_ROOT = [
    'virtio_blk',
    'virtio_pci',
    'ext4'
];
const FOR_AGENT = [
    'virtio_console'
];
/**
 * The machine's disks and its results are on virtio. A kernel that does not know it would wait for
 * ever: so it is said before.
 *
 * @param initrd paths in it
 * @param path what the user gave, for the error
 * @throws UserError (failure) with the modules that are missing
 */ async function checkModules(system, initrd, path) {
    const [version] = versionsIn(initrd);
    // A kernel without modules has all that it has built in; that can't be looked up without its version.
    if (version === undefined) return;
    const folder = `/usr/lib/modules/${version}`;
    const read = async (name)=>await system.read(`${folder}/${name}`) ?? await system.read(`/lib/modules/${version}/${name}`) ?? '';
    const builtIn = moduleNames((await read('modules.builtin')).split('\n'));
    const onDisk = moduleNames((await read('modules.dep')).split('\n').map((line)=>line.split(':')[0] ?? ''));
    const inInitrd = moduleNames(initrd);
    const missing = FOR_ROOT.filter((name)=>!builtIn.has(name) && !inInitrd.has(name));
    if (missing.length > 0) {
        throw failure(`the initrd of ${path} has no module ${missing.join(', ')}: it cannot find its disk in a machine`, {
            hint: 'MODULES=most in /etc/initramfs-tools/initramfs.conf, or dracut without hostonly'
        });
    }
    const absent = FOR_AGENT.filter((name)=>!builtIn.has(name) && !onDisk.has(name));
    if (absent.length === 0) return;
    throw failure(`${path} has no kernel module ${absent.join(', ')}: no result would come out of the machine`);
}
/** Kernel versions whose modules are among the paths. */ function versionsIn(paths) {
    const versions = paths.map((path)=>/(?:^|\/)lib\/modules\/([^/]+)\//.exec(path)?.[1]);
    return [
        ...new Set(versions)
    ].filter((version)=>version !== undefined);
}
/** `virtio_blk` of `kernel/drivers/block/virtio_blk.ko.xz`. */ function moduleNames(paths) {
    const names = paths.map((path)=>/([^/]+)\.ko(?:\.\w+)?$/.exec(path.trim())?.[1]);
    return new Set(names.flatMap((name)=>name === undefined ? [] : [
            name.replaceAll('-', '_')
        ]));
}

/**
 * The user's own system as one that machines boot: on an overlay, with its own kernel and initrd.
 *
 * @throws UserError (failure) for one that can't be booted or can't take the package
 */ async function readRootfs(options) {
    const { path, workDir, signal, onProgress } = options;
    onProgress?.(`reading ${path}`);
    const disk = await rootfsDisk(path, workDir, signal);
    const system = openFileSystem(disk, signal);
    const packages = await installedPackages(system, options);
    await checkInit(system, path);
    const files = await findKernel(system, path);
    const [kernel, initrd] = [
        node_path.join(workDir, 'rootfs.kernel'),
        node_path.join(workDir, 'rootfs.initrd')
    ];
    await system.copy(files.kernel, kernel);
    await system.copy(files.initrd, initrd);
    await checkModules(system, await initrdPaths(initrd, signal), path);
    return {
        disk,
        kernel,
        initrd,
        suite: await systemName(system),
        architecture: options.architecture,
        packages,
        // Its other file systems are not here: systemd would wait for them.
        kernelOptions: [
            'fstab=no'
        ],
        key: path
    };
}
/** Debian packages that have an engine. */ const ENGINES = {
    docker: [
        'docker.io',
        'docker-ce',
        'moby-engine'
    ],
    podman: [
        'podman'
    ]
};
async function installedPackages(system, { path, architecture, engine }) {
    const status = await system.read('/var/lib/dpkg/status');
    if (status === undefined) {
        throw failure(`${path} has no /var/lib/dpkg/status: nothing can be installed in it`);
    }
    const stanzas = status.split('\n\n').filter((stanza)=>/^Status: install ok installed$/m.test(stanza));
    const value = (stanza, name)=>field(stanza, name) ?? '';
    const dpkg = stanzas.find((stanza)=>value(stanza, 'Package') === 'dpkg') ?? '';
    const found = value(dpkg, 'Architecture');
    if (found !== architecture) {
        throw failure(`${path} is a system for ${found || 'no architecture'}, and the package for ${architecture}`);
    }
    const packages = stanzas.map((stanza)=>({
            name: value(stanza, 'Package'),
            version: value(stanza, 'Version')
        }));
    if (packages.some(({ name })=>ENGINES[engine].includes(name))) return packages;
    throw failure(`${path} has no ${engine}, and machines have no network to get it from`, {
        hint: `install ${ENGINES[engine][0]} in the system`
    });
}
/** What starts the agent from the kernel's command line. */ const GENERATOR = 'systemd-run-generator';
async function checkInit(system, path) {
    for (const folder of [
        '/usr/lib',
        '/lib'
    ]){
        const generators = await system.list(`${folder}/systemd/system-generators`);
        if (generators.some(({ name })=>name === GENERATOR)) return;
    }
    throw failure(`${path} has no ${GENERATOR}: its init is not systemd, which the boot test needs`);
}
/** `trixie`, or what the system calls itself. */ async function systemName(system) {
    const text = await system.read('/usr/lib/os-release') ?? await system.read('/etc/os-release') ?? '';
    const value = (name)=>new RegExp(`^${name}="?([^"\\n]+)`, 'm').exec(text)?.[1];
    return value('VERSION_CODENAME') ?? value('ID') ?? 'an unnamed system';
}

const ID_CHECK = {
    name: 'ID',
    compare: checkId
};
/** What can be said of an image from what its engine shows, without running it. */ const IMAGE_CHECKS = [
    ID_CHECK,
    {
        name: 'architecture',
        compare: checkArchitecture
    },
    {
        name: 'layers',
        compare: checkLayers
    },
    {
        name: 'entrypoint and labels',
        compare: checkSettings
    }
];
function checkId({ id }, { configDigest, manifestDigest }) {
    if (id === configDigest) return `${short(id)}, the digest of its config`;
    if (id === manifestDigest) return `${short(id)}, the digest of its manifest`;
    throw failure(`its ID is ${short(id)}, not ${short(configDigest)} nor ${short(manifestDigest)}`);
}
function checkArchitecture(shown, image) {
    if (shown.architecture === image.architecture) return shown.architecture;
    throw failure(`it is for ${shown.architecture}, not ${image.architecture}`);
}
function checkLayers(shown, image) {
    if (util.isDeepStrictEqual(shown.layers, image.layers)) return plural(image.layers.length, 'layer');
    const differs = image.layers.findIndex((layer, n)=>layer !== shown.layers[n]);
    if (differs < 0) throw failure(`${plural(shown.layers.length, 'layer')}, not ${image.layers.length}`);
    throw failure(`layer ${differs + 1} is ${short(shown.layers[differs] ?? 'absent')}, not ${short(image.layers[differs] ?? '')}`);
}
function checkSettings(shown, { settings }) {
    for (const name of [
        'entrypoint',
        'command',
        'labels'
    ]){
        if (util.isDeepStrictEqual({
            ...shown[name]
        }, {
            ...settings[name]
        })) continue;
        const [found, wanted] = [
            shown[name],
            settings[name]
        ].map((value)=>JSON.stringify(value));
        throw failure(`its ${name} is ${found}, not ${wanted}`);
    }
    const count = Object.keys(settings.labels).length;
    return `${JSON.stringify([
        ...settings.entrypoint,
        ...settings.command
    ])}, ${plural(count, 'label')}`;
}
/** What `uname -m` says in a container, by the architecture of the machine. */ const KERNEL_MACHINES = {
    amd64: [
        'x86_64'
    ],
    arm64: [
        'aarch64'
    ],
    armhf: [
        'armv7l',
        'armv8l'
    ]
};
/** @throws UserError (failure) for the name of another processor */ function checkKernelMachine(machine, architecture) {
    if (KERNEL_MACHINES[architecture].includes(machine)) return machine;
    throw failure(`uname -m says ${machine}, not ${KERNEL_MACHINES[architecture].join(' or ')}`);
}
function short(digest) {
    return digest.slice(0, 'sha256:'.length + 12);
}

/**
 * A static program that becomes the program named by its first argument, with the arguments from
 * there on and the same environment. Where that cannot be started it ends with the error's number
 * (errno(3)) beyond `PROBE_FAILED`: then it has itself shown that a container of the image runs, on the
 * architecture that it is made for, with a shell in the image or without one.
 * (ELF-64 and ELF-32 as in elf(5): one header, one segment, and a few instructions.)
 */ function probeProgram(architecture) {
    const { bits, machine, flags, code } = PROGRAMS[architecture];
    const { header, segment } = bits === 64 ? LAYOUT_64 : LAYOUT_32;
    const start = header + segment;
    const file = Buffer.alloc(start + code.length);
    file.write('\x7fELF', 'latin1');
    file.set([
        bits / 32,
        1,
        1
    ], 4);
    file.writeUInt16LE(EXECUTABLE, 16);
    file.writeUInt16LE(machine, 18);
    file.writeUInt32LE(1, 20);
    if (bits === 64) writeHeaders64(file, start);
    else writeHeaders32(file, start, flags);
    file.set(code, start);
    return file;
}
/** An engine that crashes, or cannot start the probe, ends with lower codes: 2, 125, 126, 137. */ const PROBE_FAILED = 200;
const EXECUTABLE = 2;
const LOADED_SEGMENT = 1;
const READ_AND_EXECUTE = 5;
const PAGE = 0x10000;
const ADDRESS = 0x400000;
const LAYOUT_64 = {
    header: 64,
    segment: 56
};
const LAYOUT_32 = {
    header: 52,
    segment: 32
};
/** They find the number of arguments, the arguments, a zero and the environment on the stack. */ const PROGRAMS = {
    amd64: {
        ...{
            bits: 64,
            machine: 62,
            flags: 0
        },
        code: hex$1(// mov rax, [rsp]; lea rsi, [rsp+16]; mov rdi, [rsi]; lea rdx, [rsi+rax*8]
        '488b0424 488d742410 488b3e 488d14c6', // mov eax, 59 (execve); syscall
        'b83b000000 0f05', // mov edi, 200; sub edi, eax; mov eax, 60 (exit); syscall
        'bfc8000000 29c7 b83c000000 0f05')
    },
    arm64: {
        ...{
            bits: 64,
            machine: 183,
            flags: 0
        },
        code: hex$1(// ldr x3, [sp]; add x1, sp, 16; ldr x0, [x1]; add x2, x1, x3, lsl 3
        'e30340f9 e1430091 200040f9 220c038b', // mov x8, 221 (execve); svc 0
        'a81b80d2 010000d4', // mov x1, 200; sub x0, x1, x0; mov x8, 93 (exit); svc 0
        '011980d2 200000cb a80b80d2 010000d4')
    },
    armhf: {
        // EABI 5
        ...{
            bits: 32,
            machine: 40,
            flags: 0x05000000
        },
        code: hex$1(// ldr r3, [sp]; add r1, sp, 8; ldr r0, [r1]; add r2, r1, r3, lsl 2
        '00309de5 08108de2 000091e5 032181e0', // mov r7, 11 (execve); svc 0
        '0b70a0e3 000000ef', // rsb r0, r0, 200; mov r7, 1 (exit); svc 0
        'c80060e2 0170a0e3 000000ef')
    }
};
function hex$1(...words) {
    return Buffer.from(words.join('').replaceAll(' ', ''), 'hex');
}
function writeHeaders64(file, start) {
    const { header, segment } = LAYOUT_64;
    file.writeBigUInt64LE(BigInt(ADDRESS + start), 24);
    file.writeBigUInt64LE(BigInt(header), 32);
    file.writeUInt16LE(header, 52);
    file.writeUInt16LE(segment, 54);
    file.writeUInt16LE(1, 56);
    file.writeUInt32LE(LOADED_SEGMENT, header);
    file.writeUInt32LE(READ_AND_EXECUTE, header + 4);
    const size = BigInt(file.length);
    [
        0n,
        BigInt(ADDRESS),
        BigInt(ADDRESS),
        size,
        size,
        BigInt(PAGE)
    ].forEach((value, n)=>{
        file.writeBigUInt64LE(value, header + 8 + 8 * n);
    });
}
function writeHeaders32(file, start, flags) {
    const { header, segment } = LAYOUT_32;
    [
        ADDRESS + start,
        header,
        0,
        flags
    ].forEach((value, n)=>{
        file.writeUInt32LE(value, 24 + 4 * n);
    });
    file.writeUInt16LE(header, 40);
    file.writeUInt16LE(segment, 42);
    file.writeUInt16LE(1, 44);
    const size = file.length;
    [
        LOADED_SEGMENT,
        0,
        ADDRESS,
        ADDRESS,
        size,
        size,
        READ_AND_EXECUTE,
        PAGE
    ].forEach((value, n)=>{
        file.writeUInt32LE(value, header + 4 * n);
    });
}

function inspectArgv(engine, references) {
    return [
        engine,
        'image',
        'inspect',
        ...references
    ];
}
/** What `image inspect` says, in the order of its arguments. */ function parseInspections(json) {
    return JSON.parse(json).map((image)=>({
            id: image.Id.startsWith('sha256:') ? image.Id : `sha256:${image.Id}`,
            architecture: image.Architecture,
            layers: image.RootFS?.Layers ?? [],
            ...settingsOf$1(image.Config)
        }));
}
function settingsOf$1(config) {
    return {
        entrypoint: config?.Entrypoint ?? [],
        command: config?.Cmd ?? [],
        labels: config?.Labels ?? {}
    };
}
/**
 * Runs a program in a container that has no network, keeps no log and is removed afterwards.
 *
 * @param container its name
 * @param program of the image, or of `mounts`
 * @param mounts files of the machine that the container sees, path by path
 */ function runArgv(engine, container, reference, [program = '', ...args], mounts = {}) {
    return [
        ...[
            engine,
            'run',
            '--rm',
            '--name',
            container
        ],
        ...[
            '--network=none',
            '--pull=never',
            '--log-driver=none'
        ],
        ...Object.entries(mounts).flatMap(([inside, file])=>[
                '--volume',
                `${file}:${inside}:ro`
            ]),
        ...[
            '--entrypoint',
            program,
            reference,
            ...args
        ]
    ];
}
/** Removes what `runArgv` ran, when it did not end by itself: the client's end does not end it. */ function removeContainerArgv(engine, container) {
    return [
        engine,
        'rm',
        '--force',
        container
    ];
}
/** What a shell is given to show that it runs: its first line is there whatever happens then. */ const OWN_TRUE = 'echo; uname -m 2>/dev/null; true';
/** errno(3) of what is no program to start: ENOENT, EACCES, ENOTDIR, ELOOP. */ const ABSENT = [
    2,
    13,
    20,
    40
];
const ENOEXEC = 8;
/** What became of a shell that `probeProgram` was to start with `OWN_TRUE`. */ function findShell({ code, stdout }) {
    if (stdout !== '') return 'started';
    const error = code - PROBE_FAILED;
    if (ABSENT.includes(error)) return 'absent';
    return error === ENOEXEC ? 'foreign' : 'started';
}
function removeImageArgv(engine, reference) {
    return [
        engine,
        'image',
        'rm',
        '--force',
        reference
    ];
}
/** Makes an image of a tar of the machine, under a reference that may belong to another image. */ function importArgv(engine, tar, reference) {
    return [
        engine,
        'import',
        tar,
        reference
    ];
}
/** The units whose journals tell what went wrong in an engine. */ function engineUnits(engine) {
    return engine === 'docker' ? [
        'docker.service',
        'containerd.service'
    ] : [
        'podman.service'
    ];
}
/** What tells in which store Docker keeps images. */ function driverArgv() {
    return [
        'docker',
        'info',
        '--format',
        '{{.Driver}} {{json .DriverStatus}}'
    ];
}
/** @param driver what `driverArgv` says */ function storeOf(driver) {
    return driver.includes('io.containerd.snapshotter') ? 'containerd' : 'classic';
}
/** Docker's settings for a store. */ function daemonSettings(store) {
    return `${JSON.stringify({
        features: {
            'containerd-snapshotter': store === 'containerd'
        }
    })}\n`;
}
/** A program as another user, who has a runtime folder of their own as after a login. */ function asUserArgv(user, argv) {
    const line = [
        'user=$1; shift',
        'id=$(id -u "$user"); home=$(getent passwd "$user" | cut -d: -f6)',
        'cd "$home"',
        'runtime="/run/user/$id"; bus="unix:path=$runtime/bus"',
        'exec runuser -u "$user" -- env HOME="$home" XDG_RUNTIME_DIR="$runtime" DBUS_SESSION_BUS_ADDRESS="$bus" "$@"'
    ].join('; ');
    return [
        'sh',
        '-euc',
        line,
        'sh',
        user,
        ...argv
    ];
}

/** Makes a disk that takes what a machine writes; what lies under it is never written. */ async function makeOverlay(below, overlay, size, signal) {
    await mustRun(overlayArgv(below, overlay, size), {
        signal
    });
}
/** @param size bytes that the machine sees; no less than those of the disk below */ function overlayArgv(below, overlay, size) {
    return [
        ...[
            'qemu-img',
            'create',
            '-q',
            '-f',
            'qcow2',
            '-b',
            below.file,
            '-F',
            below.format
        ],
        ...[
            overlay,
            String(size)
        ]
    ];
}
/** Puts what lies below an overlay into it: it outlives the base then. */ async function makeIndependent(overlay, signal) {
    await mustRun(independentArgv(overlay), {
        signal
    });
}
function independentArgv(overlay) {
    return [
        'qemu-img',
        'rebase',
        '-f',
        'qcow2',
        '-b',
        '',
        overlay
    ];
}
/** Makes the disk from which a machine reads the agent and the packages. */ async function makePayload(files, disk, signal) {
    const folder = `${disk}.d`;
    await promises.mkdir(folder);
    try {
        for (const { name, from } of files)await place(from, node_path.join(folder, name));
        await promises.writeFile(disk, '');
        await promises.truncate(disk, await diskSize$1(folder, files));
        await mustRun(payloadArgv(folder, disk), {
            signal
        });
    } finally{
        await promises.rm(folder, {
            recursive: true,
            force: true
        });
    }
}
function payloadArgv(folder, disk) {
    return [
        ...[
            '/sbin/mke2fs',
            '-q',
            '-F',
            '-t',
            'ext4',
            '-O',
            '^has_journal',
            '-m',
            '0'
        ],
        ...[
            '-L',
            PAYLOAD_LABEL,
            '-d',
            folder,
            disk
        ]
    ];
}
async function place(from, path) {
    if (typeof from !== 'string') {
        await promises.writeFile(path, from);
        // Whatever the umask: any user of a container starts the probe.
        return promises.chmod(path, 0o755);
    }
    await promises.link(from, path).catch(()=>promises.copyFile(from, path));
}
/** Content, and generous room for what the file system needs itself. */ async function diskSize$1(folder, files) {
    const sizes = await Promise.all(files.map(({ name })=>promises.stat(node_path.join(folder, name))));
    const content = sizes.reduce((sum, { size })=>sum + Math.ceil(size / 4096) * 4096, 0);
    return Math.ceil((content * 1.05 + 16 * 1024 * 1024) / 4096) * 4096;
}

/** On the payload disk: the static program that containers are started with. */ const PROBE_PROGRAM = 'probe';
/**
 * Makes the disk that brings agent and packages into machines.
 *
 * @param guestDir the folder guest/ of this program
 * @param nameOf what a package is called on the disk
 */ async function preparePayload(packages, nameOf, { guestDir, workDir, dockerStore, signal }) {
    const [first] = packages;
    if (first === undefined) throw new Error('a boot test without a package');
    const nonce = node_crypto.randomBytes(16).toString('hex');
    const disk = node_path.join(workDir, 'payload.img');
    const files = [
        ...[
            'start',
            'agent'
        ].map((name)=>({
                name,
                from: node_path.join(guestDir, name)
            })),
        {
            name: 'nonce',
            from: Buffer.from(nonce)
        },
        {
            name: PROBE_PROGRAM,
            from: probeProgram(first.architecture)
        },
        ...dockerStore === undefined ? [] : [
            {
                name: 'daemon.json',
                from: Buffer.from(daemonSettings(dockerStore))
            }
        ],
        ...packages.map((pkg)=>({
                name: node_path.basename(nameOf(pkg)),
                from: pkg.path
            }))
    ];
    await makePayload(files, disk, signal);
    return {
        disk,
        nonce
    };
}

function showUnitsArgv(units) {
    return [
        ...[
            'systemctl',
            'show',
            '--property=ActiveState,Result,CPUUsageNSec'
        ],
        ...[
            '--property=ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic',
            ...units
        ]
    ];
}
/** @param text what `systemctl show` says of one unit or, with empty lines between them, several */ function parseUnitStates(text) {
    return text.trim().split(/\n\n+/).map(parseUnitState);
}
function parseUnitState(text) {
    const values = new Map(text.split('\n').map((line)=>line.split(/=(.*)/s, 2)));
    const micros = (name)=>Number(values.get(name));
    return {
        active: values.get('ActiveState') ?? '',
        result: values.get('Result') ?? '',
        seconds: (micros('ExecMainExitTimestampMonotonic') - micros('ExecMainStartTimestampMonotonic')) / 1e6,
        processor: Number(values.get('CPUUsageNSec')) / 1e9
    };
}
/** In the order of `units`. */ async function unitStates(machine, units) {
    return parseUnitStates(await output(machine, showUnitsArgv(units)));
}
/** What the unit said since the machine was started. */ function journalArgv(unit) {
    return [
        'journalctl',
        '--boot',
        '--no-pager',
        '--output=cat',
        `--unit=${unit}`
    ];
}
/** The same of the loader alone, without what systemd says of the unit. @param name of the package */ function loaderJournalArgv(name) {
    return [
        'journalctl',
        '--boot',
        '--no-pager',
        '--output=cat',
        `--identifier=${name}`
    ];
}
/** What a program of the machine writes. @throws UserError (failure) when it fails */ async function output(machine, argv, seconds) {
    const { code, stdout, stderr } = await machine.run(argv, seconds);
    if (code === 0) return stdout;
    throw failure(`${argv.join(' ')}: ${reason(code, seconds, `${stderr}\n${stdout}`)}`);
}
/** In one line why a program of the machine failed. */ function reason(code, seconds, said) {
    if (code === STOPPED) return `not done within ${seconds ?? 60} s`;
    const lines = said.split('\n').filter((line)=>line.trim() !== '');
    return `exit code ${code}: ${lines.slice(-3).join(' | ') || 'it said nothing'}`;
}

/** Seconds for what a device does with whole images, under emulation too. */ const LONG = 1800;
/** Where a package lies on the payload disk. */ function debOnDevice(pkg) {
    return `${PAYLOAD_FOLDER}/${pkg.name}_${pkg.version.replaceAll(/[^A-Za-z0-9.+-]/g, '_')}.deb`;
}
function loadedImages(pkg) {
    return pkg.images.filter(({ fetchOnly })=>!fetchOnly);
}
function unitOf({ name }) {
    return `${name}.service`;
}
function names$1(packages) {
    return packages.map(({ name })=>name).join(' ');
}
/** As a product has one: with subordinate IDs, which useradd gives, and services without a login. */ const MAKE_USER = 'id "$1" >/dev/null 2>&1 || { useradd --create-home "$1" && loginctl enable-linger "$1"; }';
/** `dpkg --install`, which loads the images on a running system. */ async function install(machine, packages) {
    for (const { user } of packages){
        if (user !== undefined) await shell(machine, MAKE_USER, user);
    }
    await output(machine, [
        'dpkg',
        '--install',
        ...packages.map(debOnDevice)
    ], LONG);
}
/**
 * Installs without starting anything, as into the tree of a device that does not run yet; what is
 * there whole already stays as it is.
 */ async function installAtRest(machine, packages) {
    const missing = [];
    for (const pkg of packages){
        const query = [
            'dpkg-query',
            '--show',
            '--showformat=${db:Status-Status} ${Version}',
            pkg.name
        ];
        const { stdout } = await machine.run(query);
        const installed = stdout === `installed ${pkg.version}`;
        // What deletes its files may have done so in the scenario before.
        if (!installed || await setting(machine, pkg, 'delete_after_load') === 'yes') missing.push(pkg);
    }
    if (missing.length === 0) return;
    const policy = '/usr/sbin/policy-rc.d';
    await shell(machine, `printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`);
    await install(machine, missing);
    await shell(machine, `rm ${policy} && sync`);
}
/** Runs a line of shell in the machine. @throws UserError (failure) when it fails */ function shell(machine, line, ...args) {
    return output(machine, [
        'sh',
        '-euc',
        line,
        'sh',
        ...args
    ], LONG);
}
/** What the package's conffile says of `delete_after_load`, `conflict` or `remove_replaced`. */ async function setting(machine, pkg, name) {
    return (await shell(machine, 'sed -n "s/^$2=//p" "$1"', conffileOf(pkg), name)).trim();
}
function conffileOf({ name }) {
    return `/etc/container-preload/${name}.conf`;
}
/** Lets the loader run (again), and waits; how it went, the unit's state tells. */ async function runUnit(machine, pkg) {
    await machine.run([
        'systemctl',
        'restart',
        unitOf(pkg)
    ], LONG);
}
/** Docker keeps its images where it was asked to; nothing to see where nobody has asked. */ async function checkStore$1({ dockerStore, check }, machine) {
    if (dockerStore === undefined) return;
    await check('store', '', async ()=>{
        const driver = await output(machine, driverArgv(), LONG);
        const store = storeOf(driver);
        if (store === dockerStore) return `${store}: ${driver.trim()}`;
        throw failure(`Docker keeps its images in the ${store} store, not in ${dockerStore}'s`, {
            hint: "containerd's image store needs Docker 24 or later"
        });
    });
}
/** Runs the engine's client as whom the images belong to. */ function runEngine(machine, pkg, argv, seconds) {
    return machine.run(asOwner(pkg, argv), seconds);
}
/** As `runEngine`; what it writes. @throws UserError (failure) when it fails */ function engineOutput(machine, pkg, argv, seconds) {
    return output(machine, asOwner(pkg, argv), seconds);
}
function asOwner({ user }, argv) {
    return user === undefined ? argv : asUserArgv(user, argv);
}
/** The unit and the target of all loaders are active; the detail says what the unit took. */ async function checkActive(lab, machine, pkg) {
    await lab.check('unit is active', pkg.name, async ()=>{
        const [unit, target] = await unitStates(machine, [
            unitOf(pkg),
            'container-preload.target'
        ]);
        if (unit?.active !== 'active') {
            const words = await lastWords(machine, pkg);
            throw failure(`${unitOf(pkg)} is ${unit?.active} (${unit?.result}): ${words}`);
        }
        if (target?.active !== 'active') {
            throw failure(`container-preload.target is ${target?.active}, and the unit active`);
        }
        const { seconds, processor } = unit;
        const spent = Number.isNaN(processor) ? '' : `, ${processor.toFixed(1)} s of processor`;
        return `in ${seconds.toFixed(1)} s${spent}`;
    });
}
/** What the unit said since the machine was started. */ async function journal(machine, pkg) {
    return output(machine, journalArgv(unitOf(pkg)));
}
async function lastWords(machine, { name }) {
    const said = await output(machine, loaderJournalArgv(name));
    const lines = said.split('\n').filter((line)=>line.trim() !== '');
    return lines.slice(-4).join(' | ') || 'its loader said nothing';
}
/** All that can be checked of every image: as its package says, and it runs. */ async function checkImages(lab, machine, pkg) {
    await checkEach(lab, machine, pkg, IMAGE_CHECKS);
}
/** Every image is there with its ID, and runs. */ async function checkImagesRun(lab, machine, pkg) {
    await checkEach(lab, machine, pkg, [
        ID_CHECK
    ]);
}
async function checkEach(lab, machine, pkg, checks) {
    const images = loadedImages(pkg);
    const references = images.map(({ reference })=>reference);
    // Under emulation every call of an engine takes seconds: all are asked for at once.
    const all = await runEngine(machine, pkg, inspectArgv(pkg.engine, references));
    const shown = all.code === 0 ? parseInspections(all.stdout) : [];
    const present = [];
    for (const [n, image] of images.entries()){
        const found = await checkPresent(lab, machine, pkg, image, shown[n]);
        if (found === undefined) continue;
        for (const { name, compare } of checks){
            await lab.check(name, image.reference, async ()=>compare(found, image));
        }
        present.push({
            image,
            container: `container-preload-test-${n}`
        });
    }
    // To start a container keeps a processor busy, for seconds under emulation, and waits for others in between.
    const sideBySide = pLimit(2 * lab.cpus);
    const runs = present.map(({ image, container })=>{
        const look = ()=>runSomething(lab, machine, pkg, image, container);
        return sideBySide(()=>lab.check('runs', image.reference, look));
    });
    // Nothing goes on behind an error.
    await Promise.allSettled(runs);
    await Promise.all(runs);
}
async function checkPresent(lab, machine, pkg, { reference }, known) {
    let shown = known;
    await lab.check('present', reference, async ()=>{
        shown ??= await inspectImage(machine, pkg, reference);
        return `${pkg.engine} knows it`;
    });
    return shown;
}
/** @throws UserError (failure) when it is not there */ async function inspectImage(machine, pkg, reference) {
    const text = await engineOutput(machine, pkg, inspectArgv(pkg.engine, [
        reference
    ]));
    const [shown] = parseInspections(text);
    if (shown === undefined) throw failure(`${pkg.engine} shows nothing of ${reference}`);
    return shown;
}
async function hasImage(machine, pkg, reference) {
    const { code } = await runEngine(machine, pkg, inspectArgv(pkg.engine, [
        reference
    ]));
    return code === 0;
}
/** Seconds that a container may take: it has nothing to do. */ const RUN_SECONDS = 120;
/** As seen from a container. */ const PROBE = '/container-preload-probe';
/** Runs a container of the image that must succeed; says what was run. */ async function runSomething({ testCommand }, machine, pkg, { reference }, container) {
    const { engine, architecture } = pkg;
    const attempt = async (program, mounts)=>{
        const argv = runArgv(engine, container, reference, program, mounts);
        const reply = await runEngine(machine, pkg, argv, RUN_SECONDS);
        if (reply.code === STOPPED) {
            await runEngine(machine, pkg, removeContainerArgv(engine, container));
        }
        return reply;
    };
    const must = (by, { code, stdout, stderr })=>{
        if (code === 0) return by;
        throw failure(`${by}: ${reason(code, RUN_SECONDS, `${stdout}\n${stderr}`)}`);
    };
    if (testCommand !== undefined) {
        return must(testCommand, await attempt([
            '/bin/sh',
            '-c',
            testCommand
        ]));
    }
    // One container, whether there is a shell or not: each takes seconds under emulation.
    const reply = await attempt([
        PROBE,
        '/bin/sh',
        '-c',
        OWN_TRUE
    ], {
        [PROBE]: `${PAYLOAD_FOLDER}/${PROBE_PROGRAM}`
    });
    const shell = findShell(reply);
    if (shell === 'absent') return 'a mounted static program (it has no shell)';
    if (shell === 'foreign') throw failure('its /bin/sh is for another processor, or no program');
    const by = must('its own true', reply);
    const kernel = reply.stdout.trim();
    return kernel === '' ? by : `${by}; uname -m: ${checkKernelMachine(kernel, architecture)}`;
}
/** Where the loaders of all packages write down what they begin to load. */ const INTENTS = '/var/lib/container-preload/intents';
/** The loader's state, with the time of every file: equal where nothing was loaded in between. */ async function loaderState(machine, { name }) {
    const argv = [
        'find',
        `/var/lib/${name}`,
        '-name',
        '*.stamp',
        '-printf',
        '%f %i %T@\\n'
    ];
    return (await output(machine, argv)).split('\n').sort().join('\n');
}
/** Nothing was loaded since the machine was started: by the journal, and by the loader's state. */ async function checkNothingLoaded(lab, machine, pkg, stateBefore) {
    await lab.check('nothing loaded again', pkg.name, async ()=>{
        const line = /^loading .*/m.exec(await journal(machine, pkg))?.[0];
        if (line !== undefined) throw failure(`the journal says: ${line}`);
        const state = await loaderState(machine, pkg);
        if (state !== stateBefore) throw failure(`stamps were written: ${state.replaceAll('\n', ' | ')}`);
        return 'by its journal and its stamps';
    });
}

/** What a person wants to see of a machine in which a check failed. Never throws. */ async function diagnose(machine, packages, engine) {
    const parts = [];
    for (const argv of diagnosisCommands(packages, engine)){
        const said = await machine.run(argv).then(({ stdout, stderr })=>`${stdout}${stderr}`, (error)=>error.message);
        parts.push(`$ ${argv.join(' ')}\n${said.trimEnd()}\n`);
    }
    return parts.join('\n');
}
function diagnosisCommands(packages, engine) {
    const units = packages.map(({ name })=>`${name}.service`);
    const users = new Set(packages.map(({ user })=>user));
    return [
        [
            'systemctl',
            '--failed',
            '--no-pager',
            '--plain'
        ],
        // What hangs has not failed yet.
        [
            'systemctl',
            'list-jobs',
            '--no-pager'
        ],
        ...units.map((unit)=>[
                'systemctl',
                'status',
                '--no-pager',
                '--lines=0',
                unit
            ]),
        ...units.map(journalArgv),
        ...packages.map(({ name })=>[
                `/usr/lib/${name}/load`,
                '--status'
            ]),
        ...packages.map(({ name })=>[
                'find',
                `/var/lib/${name}`,
                '-type',
                'f',
                '-ls'
            ]),
        ...[
            ...users
        ].map((user)=>{
            const list = [
                engine,
                'image',
                'ls',
                '--all',
                '--no-trunc'
            ];
            return user === undefined ? list : asUserArgv(user, list);
        }),
        ...engineUnits(engine).map((unit)=>[
                ...journalArgv(unit),
                '--lines=100'
            ]),
        [
            'df',
            '-h',
            '/'
        ],
        [
            'dmesg',
            '--level=err,warn'
        ]
    ];
}

/**
 * What the kernel and the init of a system are told beside what every machine needs. Of a base of
 * ours, units that have nothing to do with images stay away: each costs seconds under emulation.
 */ function systemOptions({ packages, kernelOptions }) {
    const hasAppArmor = packages.some(({ name })=>name === 'apparmor');
    return [
        // Docker fails on a kernel with AppArmor and a system without its parser.
        ...hasAppArmor ? [] : [
            'apparmor=0'
        ],
        ...kernelOptions ?? LEFT_OUT.map((unit)=>`systemd.mask=${unit}`)
    ];
}
const LEFT_OUT = [
    'dpkg-db-backup.timer',
    'e2scrub_reap.service',
    'fstrim.timer',
    'getty@tty1.service',
    // These start Podman three times at every boot, for registries that are not there and for
    // containers that must be restarted.
    'podman-auto-update.service',
    'podman-auto-update.timer',
    'podman-restart.service',
    'podman.service',
    'podman.socket',
    'systemd-pstore.service',
    'systemd-tmpfiles-clean.timer'
];

/** Nothing more can be found out on this device. What happened is in the book already. */ class StopScenario extends Error {
}
/** Makes a device whose disk has nothing but the base system. */ async function makeDevice({ base, diskDir, diskSize, signal }, name, durable) {
    const disk = node_path.join(diskDir, `${name}.qcow2`);
    await makeOverlay({
        file: base.disk,
        format: 'raw'
    }, disk, diskSize, signal);
    return {
        disk,
        durable
    };
}
/**
 * Lets a scenario happen on a device. Where a check fails, what the machine tells of it is kept.
 *
 * @throws StopScenario when the device is of no use for another one; the reason of `signal`
 */ async function perform(scenario, play, device, book, options) {
    const failedBefore = failedOf(book.cases).length;
    const lab = openLab(options, scenario, device, book);
    try {
        await play(lab);
    } catch (error) {
        options.signal.throwIfAborted();
        if (error instanceof UserError) {
            write$1(options, book, lab, {
                check: 'goes through',
                ok: false,
                detail: error.message
            });
        } else if (!(error instanceof StopScenario)) {
            throw error;
        }
        throw new StopScenario(error.message);
    } finally{
        if (failedOf(book.cases).length > failedBefore) await explain$1(lab, device, book);
        options.onStep(scenario, undefined);
    }
}
/** What could not be tried, since the scenario before it has not come to its end. */ function skip(scenario, after, book, options) {
    const detail = `not tried: ${after} has not come to its end`;
    write$1(options, book, {
        scenario
    }, {
        check: 'goes through',
        ok: false,
        detail
    });
}
const BOOTS = 'boots';
function openLab(options, scenario, device, book) {
    let boots = 0;
    let current = device.machine?.consoleLog;
    const step = (name = '', subject = '')=>options.onStep(scenario, {
            check: name,
            subject,
            deadline: device.deadline
        });
    step();
    const check = async (name, subject, look)=>{
        const begun = performance.now();
        step(name, subject);
        const record = (ok, detail)=>{
            const seconds = Math.round(performance.now() - begun) / 1000;
            write$1(options, book, {
                scenario,
                log: current
            }, {
                check: name,
                subject,
                ok,
                detail,
                seconds
            });
            step();
            return ok;
        };
        try {
            return record(true, await look());
        } catch (error) {
            options.signal.throwIfAborted();
            if (!(error instanceof UserError)) throw error;
            const ended = device.machine !== undefined && !device.machine.alive;
            record(false, error.message);
            if (ended || device.machine?.overdue || name === BOOTS) throw new StopScenario(error.message);
            return false;
        }
    };
    const lab = {
        ...options,
        scenario,
        check,
        async machine () {
            return device.machine?.alive ? device.machine : lab.boot();
        },
        async reboot () {
            await (await lab.machine()).leave('reboot');
            return lab.boot();
        },
        async boot ({ early = false } = {}) {
            boots += 1;
            const consoleLog = node_path.join(options.logDir, `${scenario}-${boots}.console.log`);
            book.logs.push(consoleLog);
            current = consoleLog;
            device.deadline = Date.now() + options.deadline * 1000;
            let machine;
            await check(BOOTS, '', async ()=>{
                const begun = performance.now();
                machine = await start(options, device, consoleLog);
                device.machine = machine;
                const seconds = (performance.now() - begun) / 1000;
                return early ? `${seconds.toFixed(0)} s to the agent` : `up, ${await systemState(machine, options.deadline)}`;
            });
            if (!machine) throw new Error('a machine that boots and is not there');
            return machine;
        }
    };
    return lab;
}
/** Says degraded, and no error, where any unit failed: what matters is checked later. */ async function systemState(machine, seconds) {
    return (await machine.run([
        'systemctl',
        'is-system-running',
        '--wait'
    ], seconds)).stdout.trim();
}
async function start(options, device, consoleLog) {
    await promises.mkdir(options.logDir, {
        recursive: true
    });
    await promises.writeFile(consoleLog, '');
    return startMachine({
        ...machineParts(options, device),
        consoleLog
    }, {
        nonce: options.payload.nonce,
        deadline: options.deadline,
        signal: options.signal
    });
}
/** What a machine with this disk is made of. */ function machineParts({ base, acceleration, memory, cpus, payload }, { disk, durable }) {
    return {
        architecture: base.architecture,
        acceleration: acceleration.by,
        memory,
        cpus,
        kernel: base.kernel,
        initrd: base.initrd,
        commandLine: kernelCommandLine(base.architecture, systemOptions(base)),
        disk,
        durable,
        payload: payload.disk
    };
}
async function explain$1({ scenario, packages, logDir }, { machine }, book) {
    const [first] = packages;
    if (!machine?.alive || first === undefined) return;
    const log = node_path.join(logDir, diagnosisName(scenario));
    await promises.writeFile(log, await diagnose(machine, packages, first.engine));
    book.logs.push(log);
}
function write$1({ onCase }, { cases }, { scenario, log }, found) {
    const written = {
        subject: '',
        seconds: 0,
        ...found,
        scenario,
        ...log && {
            log
        }
    };
    cases.push(written);
    onCase(written);
}

/** The image files go once all images are loaded; images run then and after the next boot. */ async function deleteAfterLoad(lab) {
    const before = await lab.machine();
    await installAtRest(before, lab.packages);
    for (const pkg of lab.packages){
        await deleteFiles(before, pkg);
        await runUnit(before, pkg);
        await checkActive(lab, before, pkg);
        await lab.check('files are deleted', pkg.name, ()=>checkDeleted(before, pkg));
        await checkImagesRun(lab, before, pkg);
    }
    const machine = await lab.reboot();
    for (const pkg of lab.packages){
        await checkActive(lab, machine, pkg);
        await checkImagesRun(lab, machine, pkg);
    }
}
/** Sets `delete_after_load=yes` as a person would, in the conffile. */ async function deleteFiles(machine, pkg) {
    await shell(machine, 'sed -i s/^delete_after_load=.*/delete_after_load=yes/ "$1"', conffileOf(pkg));
}
async function checkDeleted(machine, pkg) {
    const left = (await remainingFiles(machine, pkg)).length;
    const kept = pkg.images.filter(({ fetchOnly })=>fetchOnly);
    const wanted = new Set(kept.flatMap(({ layers })=>layers)).size + kept.length;
    if (left === wanted) return `${left} of the files are left`;
    throw failure(`${plural(left, 'file')} left, not ${wanted}`);
}
/** Layer and image files of the package that are still there. */ async function remainingFiles(machine, { name }) {
    const share = `/usr/share/${name}`;
    const found = await shell(machine, 'find "$1/layers" "$1/images" -type f', share);
    return found.split('\n').filter((line)=>line !== '');
}

/** Installs the packages in a running system: they are loaded, and every image runs. */ async function fresh(lab) {
    const machine = await lab.machine();
    await checkStore$1(lab, machine);
    await lab.check('dpkg installs', names$1(lab.packages), async ()=>{
        await install(machine, lab.packages);
        return plural(lab.packages.length, 'package');
    });
    for (const pkg of lab.packages){
        await checkActive(lab, machine, pkg);
        await checkImages(lab, machine, pkg);
    }
}

/** A tag that somebody moved to another image is left alone by the next boots, or taken back (`conflict=package`). */ async function liveUpdate(lab) {
    const before = await lab.machine();
    await shell(before, 'echo updated >/run/updated && tar -cf /run/updated.tar -C /run updated');
    const moved = new Map();
    for (const pkg of lab.packages){
        const reference = firstReference(pkg);
        if (reference === undefined) continue;
        await lab.check('tag is moved', reference, async ()=>{
            const argv = importArgv(pkg.engine, '/run/updated.tar', reference);
            await engineOutput(before, pkg, argv, 300);
            const { id } = await inspectImage(before, pkg, reference);
            moved.set(pkg.name, id);
            return id;
        });
    }
    const machine = await lab.reboot();
    for (const pkg of lab.packages){
        const reference = firstReference(pkg);
        if (reference === undefined) continue;
        await checkActive(lab, machine, pkg);
        if (await setting(machine, pkg, 'conflict') === 'package') {
            await checkImagesRun(lab, machine, pkg);
            continue;
        }
        await lab.check('tag stays', reference, async ()=>{
            const { id } = await inspectImage(machine, pkg, reference);
            if (id === moved.get(pkg.name)) return id;
            throw failure(`it is ${id} again, not ${moved.get(pkg.name)} that it was moved to`);
        });
    }
}
function firstReference(pkg) {
    return loadedImages(pkg)[0]?.reference;
}

/** Bytes that stay free: enough for state and logs, too little for any image. */ const LEFT = 1_000_000;
const FILLER = '/var/tmp/container-preload-filler';
/** A disk that is too small: the unit fails with a clear line, nothing is half done, and with room it works. */ async function lowDisk(lab) {
    const machine = await lab.machine();
    await installAtRest(machine, lab.packages);
    await shell(machine, 'fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - $2)) "$1" && sync', FILLER, String(LEFT));
    for (const pkg of lab.packages){
        await runUnit(machine, pkg);
        await checkRefused(lab, machine, pkg);
    }
    await shell(machine, 'rm "$1" && sync', FILLER);
    for (const pkg of lab.packages){
        await runUnit(machine, pkg);
        await checkActive(lab, machine, pkg);
        await checkImagesRun(lab, machine, pkg);
    }
}
async function checkRefused(lab, machine, pkg) {
    await lab.check('unit fails without space', pkg.name, async ()=>{
        const [unit] = await unitStates(machine, [
            unitOf(pkg)
        ]);
        if (unit?.active !== 'failed') throw failure(`it is ${unit?.active}`);
        const line = /^.*not enough space.*$/m.exec(await journal(machine, pkg))?.[0];
        if (line === undefined) throw failure('its journal does not say that space is missing');
        return line;
    });
    await lab.check('nothing half done', pkg.name, async ()=>{
        for (const { reference } of loadedImages(pkg)){
            if (await hasImage(machine, pkg, reference)) throw failure(`${reference} is there`);
        }
        const intents = await shell(machine, 'find "$1" -type f 2>/dev/null || true', INTENTS);
        if (intents.trim() !== '') throw failure(`a load was begun: ${intents.trim()}`);
        return 'no image, no intent';
    });
}

/**
 * The power goes in the middle of the first load. The next boot undoes that load and loads again,
 * and the power goes once more right after it is done; at the boot after that every image runs.
 */ async function powerCut(lab) {
    await cutInLoad(lab, await lab.machine());
    await cutAfterLoad(lab, await lab.boot({
        early: true
    }));
    const machine = await lab.boot();
    for (const pkg of lab.packages){
        await checkActive(lab, machine, pkg);
        await checkImages(lab, machine, pkg);
    }
}
async function cutInLoad(lab, machine) {
    await lab.check('dpkg installs', names$1(lab.packages), async ()=>{
        await installAtRest(machine, lab.packages);
        return 'nothing is loaded yet';
    });
    await lab.check('cut in the middle of a load', '', async ()=>{
        const largest = Math.max(...lab.packages.flatMap(loadedImages).map(({ unpackedSize })=>unpackedSize));
        const instant = await shell(machine, WAIT_FOR_LOAD, INTENTS, String(Math.floor(largest / 3072)), ...lab.packages.map(unitOf));
        await machine.cut();
        return instant.trim();
    });
}
/**
 * INTENTS KIB UNIT…: starts the units, and ends when a load is written down as begun and so much
 * was written to the disk since the first; says when that was. Loads that end before it are a failure.
 */ const WAIT_FOR_LOAD = `
intents=$1 wanted=$2
shift 2
written() { df --output=used -k / | tail -n 1; }
uptime() { cut -d ' ' -f 1 /proc/uptime; }
begun() { find "$intents" -type f ! -name '*.new' 2>/dev/null; }
fail() { echo "$1" >&2; exit 1; }
goes_on() {
  ! systemctl is-failed --quiet "$@" || fail 'a unit has failed'
  for unit; do
    systemctl is-active --quiet "$unit" || return 0
  done
  fail 'the load has ended before it could be cut'
}
systemctl start --no-block "$@"
until [ -n "$(begun)" ]; do goes_on "$@"; done
first=$(uptime) before=$(written)
until [ $(($(written) - before)) -ge "$wanted" ] && [ -n "$(begun)" ]; do goes_on "$@"; done
echo "$(uptime) s after power on, with $(($(written) - before)) KiB written since the load began" \\
  "at $first s, while loading $(begun | xargs sed -n 's/^reference=//p' | tr '\\n' ' ')"
`;
async function cutAfterLoad(lab, machine) {
    // All in one question: every further one would give the engine time to write.
    const said = await shell(machine, WAIT_FOR_UNITS, ...lab.packages.map(unitOf));
    await machine.cut();
    await lab.check('cut load is undone', '', async ()=>{
        const undone = /^.*interrupted.*$/m.exec(said)?.[0];
        if (undone === undefined) throw failure('the journal of the next boot does not say so');
        return undone;
    });
    await lab.check('cut right after the load', '', async ()=>{
        const [now = Number.NaN, ...ends] = [
            ...said.matchAll(/^(?:uptime|\w+Monotonic)=(\d+)/gm)
        ].map(([, micros])=>Number(micros) / 1e6);
        const after = now - Math.max(...ends);
        if (after < WRITTEN_BACK_SECONDS) return `${after.toFixed(1)} s after the unit's end`;
        throw failure(`only ${after.toFixed(1)} s after the unit's end`);
    });
}
/** A kernel writes back by itself what is older (vm.dirty_expire_centisecs). */ const WRITTEN_BACK_SECONDS = 30;
/** UNIT…: waits until all are active; says when that was and what they wrote into the journal. */ const WAIT_FOR_UNITS = `
for unit; do
  until systemctl is-active --quiet "$unit"; do
    ! systemctl is-failed --quiet "$unit" || { journalctl --boot --unit="$unit" >&2; exit 1; }
    sleep 0.5
  done
done
ends=$(systemctl show --property=ExecMainExitTimestampMonotonic "$@")
journal=$(for unit; do journalctl --boot --no-pager --output=cat --unit="$unit"; done)
echo "uptime=$(tr -d . </proc/uptime | cut -d ' ' -f 1)0000"
printf '%s\\n' "$ends" "$journal"
`;

/**
 * Images that somebody removed are back after the next boot; where the package has deleted its files, once it is
 * installed again.
 */ async function prune(lab) {
    const before = await lab.machine();
    for (const pkg of lab.packages){
        await lab.check('images are removed', pkg.name, async ()=>{
            const references = loadedImages(pkg).map(({ reference })=>reference);
            for (const reference of references){
                await engineOutput(before, pkg, removeImageArgv(pkg.engine, reference), 300);
            }
            return plural(references.length, 'image');
        });
    }
    const machine = await lab.reboot();
    for (const pkg of lab.packages){
        if (await setting(machine, pkg, 'delete_after_load') === 'yes') {
            await lab.check('dpkg installs again', pkg.name, async ()=>{
                await install(machine, [
                    pkg
                ]);
                return 'its files were deleted after the load';
            });
        }
    }
    // All of them first: the target that is looked at is common to them.
    for (const pkg of lab.packages){
        await checkActive(lab, machine, pkg);
        await checkImagesRun(lab, machine, pkg);
    }
}

/** Files that cannot be deleted stay: that is said, and everything else works. */ async function readOnlyUsr(lab) {
    const machine = await lab.machine();
    await installAtRest(machine, lab.packages);
    for (const pkg of lab.packages)await deleteFiles(machine, pkg);
    await shell(machine, 'mount --bind /usr /usr && mount -o remount,bind,ro /usr');
    for (const pkg of lab.packages){
        const before = await remainingFiles(machine, pkg);
        await runUnit(machine, pkg);
        await checkActive(lab, machine, pkg);
        await lab.check('says read-only once', pkg.name, async ()=>{
            const lines = (await journal(machine, pkg)).match(/^.*read-only.*$/gm) ?? [];
            const [line] = lines;
            if (lines.length === 1 && line !== undefined) return line;
            throw failure(`it is said ${lines.length} times`);
        });
        await lab.check('files stay', pkg.name, async ()=>{
            const after = await remainingFiles(machine, pkg);
            if (after.length === before.length) return plural(after.length, 'file');
            throw failure(`${after.length} of ${plural(before.length, 'file')}`);
        });
        await checkImagesRun(lab, machine, pkg);
    }
    // Something may have a file of the mount open: it stays, and can be written again.
    await shell(machine, 'mount -o remount,bind,rw /usr');
}

/** The next boot loads nothing again, and every image runs. */ async function reboot(lab) {
    const before = await lab.machine();
    const states = new Map();
    for (const pkg of lab.packages)states.set(pkg.name, await loaderState(before, pkg));
    const machine = await lab.reboot();
    for (const pkg of lab.packages){
        await checkActive(lab, machine, pkg);
        await checkNothingLoaded(lab, machine, pkg, states.get(pkg.name) ?? '');
        await checkImagesRun(lab, machine, pkg);
    }
}

/** Packages are installed one after the other; the first goes, and the others are as they were. */ async function twoPackages(lab) {
    const [first, ...others] = lab.packages;
    if (first === undefined || others.length === 0) {
        throw usageError('the scenario two-packages needs two packages');
    }
    const machine = await lab.machine();
    for (const pkg of lab.packages){
        await lab.check('dpkg installs', pkg.name, async ()=>{
            await install(machine, [
                pkg
            ]);
            return pkg.version;
        });
    }
    for (const pkg of lab.packages){
        await checkActive(lab, machine, pkg);
        await checkImagesRun(lab, machine, pkg);
    }
    await lab.check('dpkg removes', first.name, async ()=>{
        await output(machine, [
            'dpkg',
            '--purge',
            first.name
        ], 300);
        return 'purged';
    });
    for (const pkg of others){
        await checkActive(lab, machine, pkg);
        await checkImagesRun(lab, machine, pkg);
    }
    // Images are the user's once they are loaded: they stay.
    await checkImagesRun(lab, machine, first);
}

/** An older version of the first package is there and loaded; the new one takes its place. */ async function upgrade(lab) {
    const { upgradeFrom: old } = lab;
    const [pkg] = lab.packages;
    if (old === undefined || pkg === undefined) {
        throw usageError('the scenario upgrade needs an older package', {
            hint: '--upgrade-from DEB'
        });
    }
    const machine = await lab.machine();
    await lab.check('dpkg installs', `${old.name} ${old.version}`, async ()=>{
        await install(machine, [
            old
        ]);
        return 'the older version';
    });
    await checkActive(lab, machine, old);
    await checkImagesRun(lab, machine, old);
    await lab.check('dpkg upgrades', `${pkg.name} ${pkg.version}`, async ()=>{
        await install(machine, [
            pkg
        ]);
        return `from ${old.version} to ${pkg.version}`;
    });
    await checkActive(lab, machine, pkg);
    await checkImages(lab, machine, pkg);
}

/**
 * Lets a person look at a device: starts it once more, on an overlay, with a root shell on this
 * terminal. Returns when the machine has ended.
 *
 * @throws UserError (failure) when qemu fails; the reason of `signal`
 */ async function openShell(device, options, say = ()=>undefined) {
    const { signal, diskDir, diskSize } = options;
    const disk = node_path.join(diskDir, 'shell.qcow2');
    await makeOverlay({
        file: device.disk,
        format: 'qcow2'
    }, disk, diskSize, signal);
    const parts = machineParts(options, {
        disk,
        durable: false
    });
    const commandLine = shellCommandLine(parts.commandLine, consoleName(parts.architecture));
    say(`a root shell on ${device.disk}: Ctrl-A X ends the machine, its writes are lost`);
    const argv = shellArgv({
        ...parts,
        commandLine
    });
    const [program = '', ...args] = [
        'setpriv',
        '--pdeathsig',
        'KILL',
        '--',
        ...argv
    ];
    signal.throwIfAborted();
    const child = node_child_process.spawn(program, args, {
        stdio: 'inherit'
    });
    const stop = ()=>child.kill('SIGTERM');
    signal.addEventListener('abort', stop, {
        once: true
    });
    const code = await ended(child, argv).finally(()=>signal.removeEventListener('abort', stop));
    signal.throwIfAborted();
    if (code !== 0) throw failure(`qemu ended with exit code ${code}`);
}
/** systemd's debug shell (systemd-debug-generator(8)) asks for no password; a getty would. */ function shellCommandLine(commandLine, terminal) {
    return [
        commandLine,
        `systemd.debug_shell=${terminal}`,
        `systemd.mask=serial-getty@${terminal}.service`,
        'systemd.journald.forward_to_console=0'
    ].join(' ');
}

const PLAYS = {
    fresh,
    reboot,
    prune,
    'live-update': liveUpdate,
    upgrade,
    'two-packages': twoPackages,
    'low-disk': lowDisk,
    'read-only-usr': readOnlyUsr,
    'delete-after-load': deleteAfterLoad,
    'power-cut': powerCut
};
/**
 * Proves packages in machines: boots them, installs, and looks at what the scenarios ask for.
 * A check that fails is in the verdict; only what keeps the test itself from being made is thrown.
 *
 * @throws UserError; the reason of `signal`
 */ async function bootTest(test) {
    const begun = performance.now();
    const workDir = await promises.mkdtemp(node_path.join(test.workDir, 'boot-'));
    try {
        const { base } = test;
        const acceleration = await findAcceleration(base.architecture, base.kernel, test.signal);
        test.onAcceleration?.(acceleration);
        const options = await labOptions(test, acceleration, workDir);
        const done = await atMost(test.jobs, rowsOf(test.scenarios), options, playRow);
        const result = verdict(test, acceleration, done, begun);
        if (test.keep) {
            for (const { device } of done)await makeIndependent(device.disk, test.signal);
        }
        if (test.shell) {
            await openShell(shellDevice(done), {
                ...options,
                diskDir: workDir
            }, test.onShell);
        }
        return result;
    } finally{
        await promises.rm(workDir, {
            recursive: true,
            force: true
        });
    }
}
/** The wanted scenarios by the devices that they share; what follows `fresh` brings it along. */ function rowsOf(wanted) {
    const rows = SCENARIO_ROWS;
    const afterFresh = rows[0]?.some((name)=>wanted.includes(name));
    const needed = afterFresh ? [
        ...wanted,
        'fresh'
    ] : wanted;
    return rows.map((row)=>row.filter((name)=>needed.includes(name))).filter((row)=>row.length > 0);
}
async function playRow(row, options) {
    const book = {
        cases: [],
        logs: []
    };
    const device = await makeDevice(options, row[0] ?? '', row.includes('power-cut'));
    const plays = row.map((name)=>[
            name,
            PLAYS[name]
        ]);
    const last = row.at(-1);
    if (options.keepDisks && last !== undefined) plays.push([
        last,
        shutDown
    ]);
    let stopped;
    try {
        for (const [scenario, play] of plays){
            if (stopped !== undefined) {
                skip(scenario, stopped, book, options);
                continue;
            }
            try {
                await perform(scenario, play, device, book, options);
            } catch (error) {
                if (!(error instanceof StopScenario)) throw error;
                stopped = scenario;
            }
        }
    } finally{
        await device.machine?.cut();
    }
    return {
        ...book,
        device
    };
}
/** So that the disk is as a device in order has it. */ async function shutDown(lab) {
    const machine = await lab.machine();
    await lab.check('shuts down', '', async ()=>{
        await machine.leave('poweroff');
        return 'in order';
    });
}
/** A device on which something failed, else that of the last row. */ function shellDevice(rows) {
    const failed = rows.find(({ cases })=>failedOf(cases).length > 0);
    const device = (failed ?? rows.at(-1))?.device;
    if (device === undefined) throw new Error('a boot test without a scenario');
    return device;
}
/**
 * Some rows side by side, in order; results in the order of the rows. The first failure ends the
 * others, and is thrown once they have ended.
 */ async function atMost(count, rows, options, play) {
    const results = [];
    const waiting = [
        ...rows.entries()
    ];
    await together(options.signal, (signal)=>Array.from({
            length: count
        }, async ()=>{
            for(let next = waiting.shift(); next; next = waiting.shift()){
                const [index, row] = next;
                results[index] = await play(row, {
                    ...options,
                    signal
                });
            }
        }));
    return results;
}
async function labOptions(test, acceleration, workDir) {
    const { packages, upgradeFrom, signal, guestDir } = test;
    await promises.mkdir(test.logDir, {
        recursive: true
    });
    const carried = upgradeFrom === undefined ? packages : [
        ...packages,
        upgradeFrom
    ];
    return {
        ...test,
        acceleration,
        keepDisks: test.keep || test.shell,
        // What is kept is large: it is made where it stays.
        diskDir: test.keep ? test.logDir : workDir,
        payload: await preparePayload(carried, debOnDevice, {
            guestDir,
            workDir,
            dockerStore: test.dockerStore,
            signal
        }),
        diskSize: Math.ceil((await promises.stat(test.base.disk)).size / MIB$1) * MIB$1 + diskSize(carried),
        onCase: test.onCase ?? (()=>undefined),
        onStep: test.onStep ?? (()=>undefined)
    };
}
const MIB$1 = 1024 ** 2;
const GIB = 1024 ** 3;
/**
 * Bytes that a disk has beside the base system. A package is unpacked and its images are loaded, which takes an engine up to four times
 * their size while it does so; half as much again is for what nobody counts. The files of disks
 * take only what is written.
 */ function diskSize(packages) {
    const needed = packages.reduce((sum, { size, images })=>{
        const unpacked = images.reduce((total, image)=>total + image.unpackedSize, 0);
        return sum + size + 4 * unpacked;
    }, 0);
    return Math.ceil((2 * GIB + 1.5 * needed) / GIB) * GIB;
}
function verdict({ base, packages, keep }, acceleration, rows, begun) {
    const cases = rows.flatMap((row)=>row.cases);
    return {
        ok: cases.length > 0 && failedOf(cases).length === 0,
        cases,
        acceleration,
        architecture: base.architecture,
        suite: base.suite,
        engine: packages[0]?.engine ?? 'docker',
        logs: rows.flatMap(({ logs })=>logs),
        disks: keep ? rows.map(({ device })=>device.disk) : [],
        seconds: Math.round((performance.now() - begun) / 100) / 10
    };
}

/** The architectures that a base system can be made and booted for, in Debian's names. */ const BASE_ARCHITECTURES = [
    'amd64',
    'arm64',
    'armhf'
];

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
/** What `sha256sum -c` reads: every fragment once, sorted by its name. */ function formatSha256sums(fragments) {
    const lines = fragments.map(({ name, sha256 })=>`${sha256}  ${name}\n`);
    return [
        ...new Set(lines)
    ].toSorted((a, b)=>comparePaths(a.slice(66), b.slice(66))).join('');
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
    const engine = spec.engine === 'docker' ? 'Docker' : 'Podman';
    const owner = spec.user === undefined ? '' : ` of the user ${spec.user}`;
    const loaded = spec.images.filter(({ fetchOnly })=>!fetchOnly);
    const kept = spec.images.filter(({ fetchOnly })=>fetchOnly);
    return [
        ...nameImages(`Container images for ${engine}${owner}, loaded at boot:`, loaded, spec),
        ...nameImages('Container images that stay files, and are not loaded:', kept, spec)
    ];
}
function nameImages(title, images, { name }) {
    if (images.length === 0) return [];
    // Two spaces more make a line that no front end wraps.
    const names = images.map((image)=>` ${image.reference}`);
    const shown = names.filter((line)=>line.length <= WIDTH).slice(0, NAMED_IMAGES);
    const left = names.length - shown.length;
    const rest = left === 0 ? [] : [
        ` and ${left} more, see /usr/share/${name}/manifest.json`
    ];
    return [
        title,
        ...shown,
        ...rest
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

const FIRST_LINE = '# container-preload image list 2';
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
        layers: image.layers.map(({ fragment, diffId, unpackedSize })=>({
                fragment: fragment.name,
                diffId: hexOf(diffId),
                size: unpackedSize
            }))
    };
}
/** The first 32 hex digits of the reference's sha256: a name that every file system takes. */ function referenceKey(reference) {
    return node_crypto.createHash('sha256').update(reference).digest('hex').slice(0, 32);
}
/** image.list: nine columns with one space between, `-` for an empty one. */ function formatImageList(images) {
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
    return lines.map(parseLine);
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
        image.layers.map(({ fragment })=>fragment).join(',') || EMPTY,
        image.layers.map(({ diffId, size })=>`${diffId}:${size}`).join(',') || EMPTY
    ];
    if (columns.some((column)=>!/^[\x21-\x7e]+$/.test(column))) {
        throw new Error(`a column of image.list is empty or holds a space: ${JSON.stringify(columns)}`);
    }
    return columns.join(' ');
}
function parseLine(line, index) {
    const columns = line.split(' ');
    const [reference, key, config, manifest, size, flags, image, layers, contents] = columns;
    if (columns.length !== 9 || !reference || !key || !config || !manifest || !image) {
        throw new Error(`line ${index + 2} has not nine columns`);
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
        layers: parseLayers(layers, contents, index)
    };
}
function parseLayers(layers = '', contents = '', index) {
    const [fragments, sized] = [
        items(layers),
        items(contents)
    ];
    return fragments.map((fragment, position)=>{
        const [, diffId, size] = /^([0-9a-f]+):(\d+)$/.exec(sized[position] ?? '') ?? [];
        if (fragments.length !== sized.length || diffId === undefined) {
            throw new Error(`line ${index + 2}: layers and their contents do not agree`);
        }
        return {
            fragment,
            diffId,
            size: Number(size)
        };
    });
}
function items(column) {
    return column === EMPTY ? [] : column.split(',');
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
    const packed = zlib.gzipSync(text, {
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

function settingsOf({ deleteAfterLoad, conflict, removeReplaced }) {
    return {
        delete_after_load: deleteAfterLoad ? 'yes' : 'no',
        conflict,
        remove_replaced: removeReplaced ? 'yes' : 'no'
    };
}

/** @param generator name and version of this program */ function packageManifest(spec, generator, files) {
    return {
        format: 1,
        generator,
        package: spec.name,
        version: spec.version,
        architecture: spec.architecture,
        engine: spec.engine,
        user: spec.user ?? null,
        compression: spec.compression,
        level: spec.level ?? null,
        digestPolicy: spec.digestPolicy,
        settings: settingsOf(spec),
        images: spec.images.map(manifestImage),
        files: files.toSorted((a, b)=>comparePaths(a.path, b.path))
    };
}
function formatManifest(manifest) {
    return `${JSON.stringify(manifest, null, 2)}\n`;
}
/** @throws Error for what is no manifest.json of this format */ function parseManifest(text) {
    const manifest = JSON.parse(text);
    if (manifest?.format !== 1) throw new Error(`format ${manifest?.format} is not known`);
    if (!isManifest(manifest)) throw new Error('fields are missing or of a wrong type');
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
        layers: image.layers.map(({ diffId, blob, unpackedSize, fragment })=>({
                diffId,
                blob,
                unpackedSize,
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
function isManifest(value) {
    const { images, files, level, user, settings } = value;
    return hasStrings(value, STRINGS) && (level === null || typeof level === 'number') && (user === null || typeof user === 'string') && hasStrings(settings, [
        'delete_after_load',
        'conflict',
        'remove_replaced'
    ]) && Array.isArray(images) && images.every(isImage) && Array.isArray(files) && files.every((file)=>hasStrings(file, [
            'path',
            'mode',
            'sha256'
        ]));
}
function isImage(value) {
    if (!hasStrings(value, IMAGE_STRINGS) || !hasDigests(value, IMAGE_DIGESTS)) return false;
    const { fragment, unpackedSize, layers } = value;
    return isFragment(fragment) && typeof unpackedSize === 'number' && Array.isArray(layers) && layers.every(isLayer);
}
function isLayer(value) {
    return isFragment(value) && hasDigests(value, [
        'diffId',
        'blob'
    ]) && typeof value.unpackedSize === 'number';
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

/** What device/load consists of beside itself; in /usr/lib/NAME. */ const LOADER_PARTS = [
    'lib/list.sh',
    'lib/engine.sh',
    'lib/state.sh',
    'lib/plan.sh',
    'lib/space.sh',
    'lib/repair.sh',
    'lib/stream.sh',
    'lib/together.sh',
    'lib/afterwards.sh',
    'lib/report.sh'
];
const TEMPLATES = [
    'load',
    ...LOADER_PARTS,
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
    const settings = settingsOf(spec);
    // All of these were checked before: none holds a character that a shell or systemd would take.
    const values = {
        NAME: spec.name,
        ENGINE: spec.engine,
        USER: spec.user ?? '',
        STORE: spec.engine + (spec.user === undefined ? '' : ` of the user ${spec.user}`),
        SUFFIX: spec.compression === 'zstd' ? 'zst' : 'tar',
        UNPACK: spec.compression === 'zstd' ? 'zstd -dc | ' : '',
        DELETE_AFTER_LOAD: settings.delete_after_load,
        CONFLICT: settings.conflict,
        REMOVE_REPLACED: settings.remove_replaced
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
        plain$1(`${share}/image.list`, formatImageList(spec.images.map(listedImage))),
        plain$1(`${share}/sha256sums`, formatSha256sums(spec.images.flatMap(fragmentsOf$1))),
        // Several loader packages bring this file: /usr/lib/systemd/system has it by update-alternatives.
        plain$1(`${share}/container-preload.target`, device.target),
        {
            path: `usr/lib/${name}/load`,
            mode: 0o755,
            content: device.load
        },
        ...LOADER_PARTS.map((part)=>plain$1(`usr/lib/${name}/${node_path.basename(part)}`, device[part])),
        plain$1(`usr/lib/systemd/system/${name}.service`, device.service),
        plain$1(`usr/share/doc/${name}/README.Debian`, device['README.Debian']),
        plain$1(`usr/share/doc/${name}/copyright`, copyright(spec)),
        plain$1(`usr/share/doc/${name}/${changelogName(spec.version)}`, changelog(spec)),
        plain$1(`usr/share/lintian/overrides/${name}`, lintianOverrides(spec)),
        plain$1(`etc/container-preload/${name}.conf`, device.conffile)
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
function fragmentsOf$1({ imageFragment, layers }) {
    return [
        imageFragment,
        ...layers.map(({ fragment })=>fragment)
    ];
}
/** What of the control member does not depend on sizes. @param data `dataFiles` as they were written */ function scriptFiles(device, data) {
    return [
        plain$1('DEBIAN/conffiles', formatConffiles(conffilesOf(data))),
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
    const control = formatControl(spec, sizeOf$1(spec.name, [
        ...rest,
        sizedFile(path, manifestOf(sha256('')))
    ]));
    const manifest = manifestOf(sha256(control));
    return [
        plain$1(path, manifest),
        plain$1('DEBIAN/control', control),
        plain$1('DEBIAN/md5sums', formatMd5sums([
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
/** KiB */ function sizeOf$1(name, files) {
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
        const sum = isSource(content) ? await copy(content.source, target) : await write(content, target);
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
function plain$1(path, content) {
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
/** Copies and hashes in one go, so that the sums are those of the copy. */ async function copy(source, target) {
    const md5 = node_crypto.createHash('md5');
    const sha256 = node_crypto.createHash('sha256');
    let size = 0;
    await promises$1.pipeline(fs.createReadStream(source), async function*(chunks) {
        for await (const chunk of chunks){
            md5.update(chunk);
            sha256.update(chunk);
            size += chunk.length;
            yield chunk;
        }
    }, fs.createWriteStream(target));
    return {
        size,
        md5: md5.digest('hex'),
        sha256: sha256.digest('hex')
    };
}

/** Compares everything that a package says about itself with what is in it: one line a problem. */ function checkPackage(read, manifest) {
    return [
        ...checkArchive(read),
        ...checkFields(read, manifest),
        ...checkControl(read, manifest),
        ...checkData(read, manifest),
        ...checkMd5sums(read),
        ...checkFragmentFiles(read, manifest),
        ...checkImageList(read, manifest),
        ...checkSums(read, manifest),
        ...manifest.images.flatMap((image)=>checkImage(image, manifest, read))
    ];
}
function checkArchive({ archiveFault }) {
    return archiveFault === undefined ? [] : [
        `the .deb is not as it was built: ${archiveFault}`
    ];
}
function checkFields({ fields }, manifest) {
    const pairs = [
        [
            'Package',
            manifest.package
        ],
        [
            'Version',
            manifest.version
        ],
        [
            'Architecture',
            manifest.architecture
        ]
    ];
    return pairs.filter(([field, value])=>fields.get(field) !== value).map(([field, value])=>`manifest.json says ${value}, control ${field}: ${fields.get(field)}`);
}
const CONTROL = 'DEBIAN/';
function checkControl({ control }, manifest) {
    const expected = manifest.files.flatMap(({ path, ...file })=>path.startsWith(CONTROL) ? [
            {
                path: path.slice(CONTROL.length),
                ...file
            }
        ] : []);
    return checkMember(control, CONTROL, [
        ...expected,
        {
            path: 'md5sums',
            mode: '0644'
        }
    ], [
        ''
    ]);
}
function checkData({ data }, manifest) {
    const share = shareFolder(manifest.package);
    const files = manifest.files.filter(({ path })=>!path.startsWith(CONTROL));
    const fragments = [
        ...fragmentsOf(manifest).keys()
    ];
    const expected = [
        ...files,
        ...[
            'manifest.json',
            ...fragments
        ].map((name)=>({
                path: `${share}/${name}`,
                mode: '0644'
            }))
    ];
    const paths = expected.map(({ path })=>path);
    return checkMember(data, '/', expected, folders(manifest.package, paths));
}
/** @param prefix of the member's paths in messages */ function checkMember(member, prefix, expected, expectedFolders) {
    const byPath = new Map(expected.map((file)=>[
            file.path,
            file
        ]));
    const known = new Set(expectedFolders);
    const missing = [
        ...byPath.keys()
    ].filter((path)=>!member.files.has(path));
    const missingFolders = expectedFolders.filter((path)=>!member.folders.has(path));
    const problems = [
        ...member.repeated.map((path)=>`${path} is there more than once`),
        ...[
            ...missing,
            ...missingFolders
        ].map((path)=>`${path} is missing`),
        ...[
            ...member.folders
        ].flatMap(([path, folder])=>[
                ...known.has(path) ? [] : [
                    `${path} is a folder that nothing needs`
                ],
                ...checkRights(path, folder, '0755')
            ]),
        ...[
            ...member.files
        ].flatMap(([path, file])=>checkFile(path, file, byPath.get(path)))
    ];
    return problems.map((problem)=>`${prefix}${problem}`);
}
function checkFile(path, file, expected) {
    if (file.type !== 'file') return [
        `${path} is no regular file but a ${file.type}`
    ];
    if (expected === undefined) return [
        `${path} is unknown: manifest.json does not name it`
    ];
    return [
        ...checkRights(path, file, expected.mode),
        ...expected.sha256 === undefined || expected.sha256 === file.sha256 ? [] : [
            `${path} is damaged: its sha256 is not that of manifest.json`
        ]
    ];
}
function checkRights(path, { mode, ofRoot }, expected) {
    return [
        ...formatMode(mode) === expected ? [] : [
            `${path} has the mode ${formatMode(mode)} instead of ${expected}`
        ],
        ...ofRoot ? [] : [
            `${path} does not belong to root`
        ]
    ];
}
/** md5sums has to name all of the data but conffiles: dpkg --verify relies on it. */ function checkMd5sums({ data, md5sums, conffiles }) {
    const isConffile = new Set(conffiles);
    const named = new Map(md5sums.split('\n').map((line)=>[
            line.slice(34),
            line.slice(0, 32)
        ]));
    const damaged = [
        ...data.files
    ].flatMap(([path, file])=>{
        if (isConffile.has(path)) return [];
        const md5 = named.get(path);
        if (md5 === undefined) return [
            `/${path} is unknown: md5sums does not name it`
        ];
        return md5 === file.md5 ? [] : [
            `/${path} is damaged: its MD5 is not that of md5sums`
        ];
    });
    if (damaged.length > 0) return damaged;
    const files = [
        ...data.files
    ].map(([path, file])=>({
            path,
            ...file
        }));
    return md5sums === formatMd5sums(files, conffiles) ? [] : [
        'DEBIAN/md5sums is damaged: it is not the list of the files that are there'
    ];
}
function fragmentsOf(manifest) {
    const fragments = manifest.images.flatMap((image)=>[
            image.fragment,
            ...image.layers
        ]);
    return new Map(fragments.map((fragment)=>[
            fragment.file,
            fragment
        ]));
}
function checkFragmentFiles(read, manifest) {
    const share = shareFolder(manifest.package);
    const fragments = fragmentsOf(manifest);
    return [
        ...fragments.values()
    ].flatMap(({ file, size, sha256 })=>{
        const found = read.data.files.get(`${share}/${file}`);
        // checkData says what is missing.
        if (found === undefined) return [];
        if (found.size !== size) return [
            `${file} has ${found.size} bytes instead of ${size}`
        ];
        return found.sha256 === sha256 ? [] : [
            `${file} is damaged: its sha256 is not ${sha256}`
        ];
    });
}
function checkImageList(read, manifest) {
    if (read.imageList === undefined) return [
        'image.list is missing'
    ];
    const expected = manifest.images.map((image)=>({
            reference: image.reference,
            key: referenceKey(image.reference),
            config: image.configDigest,
            manifest: image.archiveManifestDigest,
            size: image.unpackedSize,
            fetchOnly: image.fetchOnly,
            image: image.fragment.file,
            layers: image.layers.map(({ file, diffId, unpackedSize })=>({
                    fragment: file,
                    diffId: hexOf(diffId),
                    size: unpackedSize
                }))
        }));
    try {
        const same = formatImageList(parseImageList(read.imageList)) === formatImageList(expected);
        return same ? [] : [
            'image.list and manifest.json do not agree'
        ];
    } catch (error) {
        return [
            `image.list: ${error.message}`
        ];
    }
}
function checkSums({ sha256sums }, manifest) {
    const expected = [
        ...fragmentsOf(manifest).values()
    ].map(({ file, sha256 })=>({
            name: file,
            sha256
        }));
    // checkData says so where it is missing.
    return sha256sums === undefined || sha256sums === formatSha256sums(expected) ? [] : [
        'sha256sums and manifest.json do not agree'
    ];
}
function checkImage(image, manifest, read) {
    const original = manifest.compression === 'original';
    const layers = image.layers.map((layer)=>original ? layer.blob : layer.diffId);
    const problems = [
        ...image.layers.flatMap((layer)=>checkLayer(layer.file, original ? layer.blob : layer.diffId, layer.diffId, read.pieces)),
        ...checkImageFragment(image, layers, original, read.pieces)
    ];
    return [
        ...new Set(problems)
    ].map((problem)=>`${image.reference}: ${problem}`);
}
function checkLayer(file, name, diffId, pieces) {
    const piece = pieces.get(file);
    if (piece === undefined) return [
        `its layer ${file} is missing`
    ];
    if ('fault' in piece) return [
        `its layer ${file} cannot be read: ${piece.fault}`
    ];
    const [entry, ...more] = piece.entries;
    if (entry === undefined || more.length > 0 || piece.ended) {
        return [
            `its layer ${file} is not one tar entry`
        ];
    }
    return [
        ...checkBlob(file, entry, name),
        ...entry.diffId === diffId ? [] : [
            `its layer ${file} unpacks to ${entry.diffId}, not ${diffId}`
        ]
    ];
}
function checkBlob(file, entry, digest) {
    const name = blobName(digest);
    if (entry?.name !== name) return [
        `${file} holds ${entry?.name}, not ${name}`
    ];
    return entry.digest === digest ? [] : [
        `${file}: the bytes of ${name} are ${entry.digest}`
    ];
}
function checkImageFragment(image, layers, original, pieces) {
    const { file } = image.fragment;
    const piece = pieces.get(file);
    if (piece === undefined) return [
        `its ${file} is missing`
    ];
    if ('fault' in piece) return [
        `its ${file} cannot be read: ${piece.fault}`
    ];
    const [config, manifest, layout, index, docker, ...more] = piece.entries;
    if (more.length > 0 || !piece.ended) return [
        `${file} does not end where an archive ends`
    ];
    const problems = [
        ...checkBlob(file, config, image.configDigest),
        ...checkBlob(file, manifest, image.archiveManifestDigest)
    ];
    if (problems.length > 0 || config === undefined || manifest === undefined) return problems;
    return [
        ...differences(`${file}: oci-layout`, parsed(layout, 'oci-layout'), LAYOUT),
        ...differences(`${file}: index.json`, parsed(index, 'index.json'), indexOf(image, manifest)),
        ...differences(`${file}: manifest.json`, parsed(docker, 'manifest.json'), [
            {
                Config: config.name,
                RepoTags: [
                    image.reference
                ],
                Layers: layers.map(blobName)
            }
        ]),
        ...differences(`${file}: the manifest`, parsed(manifest), {
            config: {
                digest: image.configDigest,
                size: config.size
            },
            layers: layers.map((digest, at)=>({
                    digest,
                    ...layerSize(image, at, pieces)
                }))
        }),
        ...checkConfig(file, image, parsed(config)),
        ...original ? checkRegistryManifest(file, image, manifest) : []
    ];
}
/** `original` keeps the registry's manifest byte for byte. */ function checkRegistryManifest(file, image, manifest) {
    const expected = image.registryManifestDigest;
    const actual = digestLike(expected, manifest.content ?? Buffer.alloc(0));
    return actual === expected ? [] : [
        `${file}: the manifest is not the registry's ${expected}`
    ];
}
const LAYOUT = {
    imageLayoutVersion: '1.0.0'
};
function indexOf(image, manifest) {
    const annotations = {
        'org.opencontainers.image.ref.name': image.reference,
        'io.containerd.image.name': image.reference
    };
    const { size } = manifest;
    return {
        manifests: [
            {
                digest: image.archiveManifestDigest,
                size,
                annotations
            }
        ]
    };
}
function checkConfig(file, image, value) {
    const config = isRecord(value) ? value : {};
    const platform = formatPlatform({
        os: textOf$1(config.os),
        architecture: textOf$1(config.architecture)
    });
    return [
        ...differences(`${file}: the config`, config, {
            rootfs: {
                diff_ids: image.layers.map((layer)=>layer.diffId)
            }
        }),
        // Many configs of arm images leave the variant out.
        ...`${image.platform}/`.startsWith(`${platform}/`) ? [] : [
            `${file}: the config is for ${platform}, not ${image.platform}`
        ]
    ];
}
/** Another value could refuse to become a string. */ function textOf$1(value) {
    return typeof value === 'string' ? value : 'nothing';
}
/** Nothing for a layer that could not be read, which is said elsewhere. */ function layerSize(image, at, pieces) {
    const piece = pieces.get(image.layers[at]?.file ?? '');
    const entry = piece === undefined || 'fault' in piece ? undefined : piece.entries[0];
    return entry === undefined ? {} : {
        size: entry.size
    };
}
/** What of `expected` is not in `actual`: other fields of objects do not matter, lists are whole. */ function differences(where, actual, expected) {
    const path = differs(actual, expected);
    return path === undefined ? [] : [
        `${where} does not agree with the package: ${path || 'it is no JSON'}`
    ];
}
/** The first place where the two differ: `manifests.0.digest`. */ function differs(actual, expected) {
    if (!isRecord(expected)) return actual === expected ? undefined : '';
    if (!isRecord(actual)) return '';
    if (Array.isArray(expected) && actual.length !== expected.length) {
        return 'length';
    }
    for (const [key, value] of Object.entries(expected)){
        const below = differs(actual[key], value);
        if (below !== undefined) return below === '' ? key : `${key}.${below}`;
    }
    return undefined;
}
/** Undefined for another entry and for what is no JSON. */ function parsed(entry, name = entry?.name) {
    if (entry?.name !== name || entry?.content === undefined) return undefined;
    try {
        return JSON.parse(entry.content.toString());
    } catch  {
        return undefined;
    }
}
function isRecord(value) {
    return typeof value === 'object' && value !== null;
}
function blobName(digest) {
    return `blobs/${digest.replace(':', '/')}`;
}

/** The size field of an ar header has ten decimal digits (deb(5), ar(5)). */ const MAX_MEMBER = 9_999_999_999;
const MAGIC = '!<arch>\n';
const HEADER = 60;
const SIZE_FIELD = 48;
/** A .deb has three, and a signed one some more. */ const MAX_MEMBERS = 16;
/** The members of an ar archive in their order. @throws Error for what is no ar archive */ async function readMembers(file) {
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

/** Takes a stream of chunks apart by length, with no more than one chunk in memory. */ class ByteReader {
    #chunks;
    #rest = Buffer.alloc(0);
    constructor(chunks){
        this.#chunks = chunks[Symbol.asyncIterator]();
    }
    /** The next bytes without taking them; fewer at the end of the stream. */ async peek(length) {
        while(this.#rest.length < length){
            const next = await this.#chunks.next();
            if (next.done) break;
            this.#rest = Buffer.concat([
                this.#rest,
                next.value
            ]);
        }
        return this.#rest.subarray(0, length);
    }
    /** The next bytes; fewer at the end of the stream. */ async take(length) {
        const bytes = await this.peek(length);
        this.#rest = this.#rest.subarray(bytes.length);
        return bytes;
    }
    /** The next bytes as they come, for lengths that do not belong in memory. */ async *part(length) {
        for(let left = length; left > 0;){
            const some = await this.peek(1);
            if (some.length === 0) return;
            const bytes = await this.take(Math.min(left, this.#rest.length));
            left -= bytes.length;
            yield bytes;
        }
    }
    /** Reads and forgets what is left, so that the other end of the stream comes to its end too. */ async drain() {
        this.#rest = Buffer.alloc(0);
        while(!(await this.#chunks.next()).done);
    }
}

/**
 * Hands every entry of a tar to `visit`, which reads its content to its end.
 *
 * Strict, since dpkg is not: every checksum, zero padding, nothing but zeros after the end.
 *
 * @returns what is wrong with the tar, undefined for a whole one
 * @throws what `visit` throws
 */ async function readEntries(chunks, visit) {
    const bytes = new ByteReader(chunks);
    try {
        for(let count = 0;; count++){
            const header = await nextHeader(bytes);
            if (header === undefined) return undefined;
            if (count === MAX_ENTRIES$1) throw new Damage(`more than ${MAX_ENTRIES$1} entries`);
            const entry = parseEntry(header);
            await readContent$1(bytes, entry, visit);
        }
    } catch (error) {
        if (error instanceof Damage) return error.message;
        throw error;
    }
}
/** What cannot be a tar of a package; what else is thrown comes from `visit`. */ class Damage extends Error {
}
/** Far more than the images and extra files of a package; all of their names are kept in memory. */ const MAX_ENTRIES$1 = 100_000;
/** Of a name: PATH_MAX of Linux. */ const MAX_NAME = 4096;
/** Undefined at the end of the tar. */ async function nextHeader(bytes) {
    const block = await nextBlock(bytes);
    if (block === undefined) return undefined;
    if (typeOf(block) !== 'L') return {
        block,
        longName: undefined
    };
    const size = sizeOf(block);
    if (size > MAX_NAME) throw new Damage(`a name of ${size} bytes`);
    const name = await bytes.take(size);
    await skipPadding(bytes, size);
    const next = await nextBlock(bytes);
    if (next === undefined || typeOf(next) === 'L') throw new Damage('a long name of no entry');
    return {
        block: next,
        longName: name.toString().replace(/\0$/, '')
    };
}
async function nextBlock(bytes) {
    const block = await bytes.take(BLOCK);
    if (block.length < BLOCK) throw new Damage('it ends without the end of a tar');
    if (isZero$1(block)) {
        await checkEnd$1(bytes);
        return undefined;
    }
    const sum = headerSum(block).toString(8).padStart(6, '0');
    if (block.toString('latin1', 148, 156) !== `${sum}\0 `) {
        throw new Damage('a tar header with a wrong checksum');
    }
    return block;
}
/** A second block of zeros, and no more than zeros after it. */ async function checkEnd$1(bytes) {
    for(let count = 0;; count++){
        const block = await bytes.take(BLOCK);
        if (block.length === 0 && count > 0) return;
        if (block.length === 0) throw new Damage('one zero block at its end, not two');
        if (!isZero$1(block)) throw new Damage('bytes after the end of its tar');
    }
}
const TYPES = {
    '0': 'file',
    '\0': 'file',
    '1': 'link',
    '2': 'symlink',
    '3': 'character device',
    '4': 'block device',
    '5': 'folder',
    '6': 'FIFO'
};
function parseEntry({ block, longName }) {
    const type = typeOf(block);
    return {
        name: longName ?? shortName(block),
        type: TYPES[type] ?? `tar entry of type ${JSON.stringify(type)}`,
        mode: octalOf(block, 100),
        ofRoot: octalOf(block, 108) === 0 && octalOf(block, 116) === 0 && // dpkg takes the names before the numbers.
        [
            265,
            297
        ].every((at)=>[
                'root',
                ''
            ].includes(textOf(block, at, 32))),
        size: sizeOf(block)
    };
}
/** POSIX keeps the front of a long name in another field; GNU has no such field. */ function shortName(block) {
    const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textOf(block, 345, 155) : '';
    return prefix === '' ? textOf(block, 0, 100) : `${prefix}/${textOf(block, 0, 100)}`;
}
async function readContent$1(bytes, entry, visit) {
    let left = entry.size;
    async function* content() {
        for await (const chunk of bytes.part(entry.size)){
            left -= chunk.length;
            yield chunk;
        }
    }
    await visit(entry, content());
    if (left > 0) throw new Damage('it ends within a file');
    await skipPadding(bytes, entry.size);
}
async function skipPadding(bytes, size) {
    const padding = await bytes.take(paddingOf(size));
    if (padding.length < paddingOf(size)) throw new Damage('it ends within a file');
    if (!isZero$1(padding)) throw new Damage('the padding of a file is not zero');
}
function typeOf(block) {
    return block.toString('latin1', 156, 157);
}
function sizeOf(block) {
    try {
        return readSize(block);
    } catch (error) {
        throw new Damage(error.message);
    }
}
function octalOf(block, at) {
    const digits = textOf(block, at, 8).trim();
    if (!/^[0-7]+$/.test(digits)) throw new Damage('a tar header whose mode or owner is no number');
    return Number.parseInt(digits, 8);
}
function textOf(block, at, length) {
    return block.toString('utf8', at, at + length).replace(/\0.*$/s, '');
}
function isZero$1(bytes) {
    return bytes.every((byte)=>byte === 0);
}

/**
 * Reads a fragment's uncompressed bytes, strictly: plain files, checksums, zero padding, nothing
 * after the end.
 *
 * @throws Error that says what is wrong
 */ async function readPiece(chunks, kind, signal) {
    const bytes = new ByteReader(chunks);
    try {
        const entries = [];
        for(;;){
            const header = await bytes.take(BLOCK);
            if (header.length === 0) return {
                entries,
                ended: false
            };
            if (isZero(header)) {
                await checkEnd(bytes);
                return {
                    entries,
                    ended: true
                };
            }
            if (entries.length === MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} tar entries`);
            entries.push(await readEntry(header, bytes, kind, signal));
        }
    } finally{
        await bytes.drain();
    }
}
/** One more than an image fragment has: whoever reads the piece says what is too much. */ const MAX_ENTRIES = 6;
/** Configs and manifests are far smaller; registries take no manifest beyond 4 MiB. */ const MAX_CONTENT = 64 * 1024 * 1024;
async function readEntry(header, bytes, kind, signal) {
    const { name, size } = parseHeader(header);
    const algorithm = name.startsWith('blobs/sha512/') ? 'sha512' : 'sha256';
    const hash = node_crypto.createHash(algorithm);
    let left = size;
    const content = tapped(bytes.part(size), (chunk)=>{
        hash.update(chunk);
        left -= chunk.length;
    });
    const read = await readContent(content, size, kind, await bytes.peek(Math.min(size, 4)), signal);
    if (left > 0) throw new Error(`it ends within ${name}`);
    const padding = await bytes.take(paddingOf(size));
    if (padding.length !== paddingOf(size)) throw new Error(`${name} is not padded to a whole block`);
    if (!isZero(padding)) throw new Error(`the padding of ${name} is not zero`);
    return {
        name,
        size,
        digest: `${algorithm}:${hash.digest('hex')}`,
        ...read
    };
}
async function readContent(content, size, kind, head, signal) {
    if (kind === 'image') {
        if (size > MAX_CONTENT) throw new Error(`an entry of ${size} bytes that describes an image`);
        const chunks = [];
        for await (const chunk of content)chunks.push(chunk);
        return {
            diffId: undefined,
            content: Buffer.concat(chunks)
        };
    }
    const hash = node_crypto.createHash('sha256');
    for await (const chunk of decompress(content, compressionOf(head), signal))hash.update(chunk);
    return {
        diffId: `sha256:${hash.digest('hex')}`,
        content: undefined
    };
}
async function checkEnd(bytes) {
    const second = await bytes.take(BLOCK);
    if (second.length !== BLOCK || !isZero(second)) throw new Error('one zero block at its end, not two');
    if ((await bytes.peek(1)).length > 0) throw new Error('bytes after its end');
}
function parseHeader(header) {
    if (header.length < BLOCK) throw new Error('it ends within a tar header');
    const sum = Number.parseInt(header.toString('latin1', 148, 156), 8);
    if (sum !== headerSum(header)) throw new Error('a tar header with a wrong checksum');
    if (header.toString('latin1', 156, 157) !== '0') throw new Error('a tar entry that is no file');
    return {
        name: header.toString('utf8', 0, 100).replace(/\0.*$/s, ''),
        size: readSize(header)
    };
}
async function* tapped(chunks, onChunk) {
    for await (const chunk of chunks){
        onChunk(chunk);
        yield chunk;
    }
}
function isZero(bytes) {
    return bytes.every((byte)=>byte === 0);
}

/**
 * Reads a .deb once from its start to its end; nothing is written.
 *
 * @throws UserError (failure) for what cannot be read or is no .deb, or one that is cut or damaged so
 *   that its files cannot be read; for a list in it that is too large for memory
 */ async function readPackage(path, signal) {
    await checkReadable(path);
    const control = await readControl(path, signal);
    const fields = parseControl(control.texts.get('control') ?? '');
    const data = await readData(path, shareFolder(fields.get('Package') ?? ''), signal);
    return {
        control,
        data,
        fields,
        md5sums: control.texts.get('md5sums') ?? '',
        conffiles: lines(control.texts.get('conffiles') ?? '').map(normalised),
        imageList: data.texts.get('image.list'),
        sha256sums: data.texts.get('sha256sums'),
        manifest: data.texts.get('manifest.json'),
        pieces: data.pieces,
        archiveFault: await archiveFault(path)
    };
}
/** A FIFO or a device might never end. */ async function checkReadable(path) {
    try {
        await promises.access(path, promises.constants.R_OK);
        if ((await promises.stat(path)).isFile()) return;
    } catch (error) {
        const hint = 'give the path of a .deb';
        throw failure(`${path} cannot be read: ${refusalOf(error)}`, {
            hint,
            cause: error
        });
    }
    throw failure(`${path} is no regular file`, {
        hint: 'give the path of a .deb'
    });
}
const CONTROL_TEXTS = new Set([
    'control',
    'md5sums',
    'conffiles'
]);
async function readControl(path, signal) {
    const argv = [
        'dpkg-deb',
        '--ctrl-tarfile',
        path
    ];
    const texts = new Map();
    const refuse = (why)=>failure(`${path} is no whole Debian package: ${why}`);
    const member = await readMember(argv, refuse, signal, async (file, size, chunks)=>{
        if (CONTROL_TEXTS.has(file)) texts.set(file, await readText(path, file, size, chunks));
        else for await (const _ of chunks);
    });
    return {
        ...member,
        texts
    };
}
const DATA_TEXTS = new Set([
    'image.list',
    'sha256sums',
    'manifest.json'
]);
/** @param share the folder of the fragments */ async function readData(path, share, signal) {
    const argv = [
        'dpkg-deb',
        '--fsys-tarfile',
        path
    ];
    const texts = new Map();
    const pieces = new Map();
    const refuse = (why)=>failure(`${path} is cut or damaged: ${why}`);
    const member = await readMember(argv, refuse, signal, async (file, size, chunks)=>{
        const name = file.startsWith(`${share}/`) ? file.slice(share.length + 1) : '';
        if (/^(?:layers|images)\/[^/]+$/.test(name)) pieces.set(name, await readFragment(name, chunks, signal));
        else if (DATA_TEXTS.has(name)) texts.set(name, await readText(path, name, size, chunks));
        else for await (const _ of chunks);
    });
    return {
        ...member,
        texts,
        pieces
    };
}
/** Every list of a package with some ten thousand images is smaller. */ const MAX_TEXT = 16 * 1024 * 1024;
async function readText(path, name, size, chunks) {
    if (size > MAX_TEXT) {
        throw failure(`${path}: its ${name} has ${size} bytes: more than ${MAX_TEXT} are not read`);
    }
    return consumers.text(Stream.Readable.from(chunks));
}
async function readFragment(name, chunks, signal) {
    const kind = name.startsWith('layers/') ? 'layer' : 'image';
    try {
        return await readPiece(name.endsWith('.zst') ? unzstd(chunks, signal) : chunks, kind, signal);
    } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof UserError) throw error;
        return {
            fault: error.message
        };
    }
}
/**
 * Reads a tar that dpkg-deb writes to its standard output.
 *
 * @param readContent reads a file's bytes to their end
 * @throws UserError (failure) of `refuse` for a tar that cannot be read
 */ async function readMember(argv, refuse, signal, readContent) {
    const child = start$1(argv, {
        signal
    });
    if (!child.stdout || !child.stderr) throw new Error('dpkg-deb without its streams');
    const { stdout } = child;
    const end = Promise.all([
        ended(child, argv),
        consumers.text(child.stderr)
    ]);
    end.catch(()=>undefined);
    // A program whose output nobody reads would wait for ever to write, and not count as ended.
    const stop = ()=>{
        stdout.destroy();
        child.kill();
    };
    const files = new Map();
    const folders = new Map();
    const repeated = [];
    try {
        const damage = await readEntries(stdout, async (entry, content)=>{
            const path = normalised(entry.name);
            if (files.has(path) || folders.has(path)) repeated.push(path);
            const sums = new Sums();
            const chunks = tapped(content, (chunk)=>sums.update(chunk));
            if (entry.type === 'folder') {
                folders.set(path, entry);
                for await (const _ of chunks);
                return;
            }
            await readContent(path, entry.size, chunks);
            const { type, mode, ofRoot } = entry;
            files.set(path, {
                type,
                mode,
                ofRoot,
                ...sums.result()
            });
        });
        // What dpkg-deb says of a pipe that was closed on it is no reason.
        const stopped = damage !== undefined && !stdout.readableEnded;
        if (stopped) stop();
        const [code, stderr] = await end;
        signal?.throwIfAborted();
        if (damage === undefined && code === 0) return {
            files,
            folders,
            repeated
        };
        if (stopped) throw refuse(String(damage));
        throw killed(argv, code) ?? refuse(code === 0 ? String(damage) : lastLines(stderr));
    } catch (error) {
        stop();
        await end;
        signal?.throwIfAborted();
        throw error;
    }
}
const AR_MEMBERS = [
    'debian-binary',
    'control.tar',
    'data.tar'
];
/** dpkg-deb does not look at what comes after the data. */ async function archiveFault(path) {
    const file = await promises.open(path, 'r');
    try {
        const names = (await readMembers(file)).map((member)=>member.name);
        if (JSON.stringify(names) === JSON.stringify(AR_MEMBERS)) return undefined;
        return `its members are ${names.join(', ')} instead of ${AR_MEMBERS.join(', ')}`;
    } catch (error) {
        if ('code' in error) throw error;
        return `it goes on after its data: ${error.message}`;
    } finally{
        await file.close();
    }
}
class Sums {
    #size = 0;
    #md5 = node_crypto.createHash('md5');
    #sha256 = node_crypto.createHash('sha256');
    update(chunk) {
        this.#size += chunk.length;
        this.#md5.update(chunk);
        this.#sha256.update(chunk);
    }
    result() {
        return {
            size: this.#size,
            md5: this.#md5.digest('hex'),
            sha256: this.#sha256.digest('hex')
        };
    }
}
/** Fields of a control paragraph; continuation lines keep to their field. */ function parseControl(paragraph) {
    const fields = paragraph.split(/\n(?! )/).flatMap((field)=>{
        const [, name, value] = /^([^\s:]+):[ \t]*(.*)$/s.exec(field) ?? [];
        return name === undefined || value === undefined ? [] : [
            [
                name,
                value.trimEnd()
            ]
        ];
    });
    return new Map(fields);
}
function lines(content) {
    return content.split('\n').filter((line)=>line !== '');
}
/** dpkg-deb writes `./usr/…`, conffiles `/etc/…`. */ function normalised(path) {
    return path.replace(/^\.?\//, '').replace(/\/$/, '');
}

/**
 * Reads a package whole and verifies every digest in it: damage and what does not fit together are
 * found, not whoever rewrites all of it, manifest.json and md5sums too. Against that, compare the
 * sha256 of the .deb with the one that the build printed.
 *
 * @throws UserError (failure) for what is no .deb, a damaged one, or one that this program did not make
 */ async function inspectPackage(path, signal) {
    const read = await readPackage(path, signal);
    const manifest = manifestOf(path, read);
    return {
        ...manifest,
        depends: read.fields.get('Depends') ?? '',
        size: distinctFragments(manifest.images).reduce((sum, { size })=>sum + size, 0),
        problems: checkPackage(read, manifest)
    };
}
/** What a package says of itself. @throws UserError (failure) for a package that is not ours */ function manifestOf(path, read) {
    if (read.manifest === undefined) {
        throw failure(`${path} was not made by container-preload: it has no manifest.json`);
    }
    try {
        return parseManifest(read.manifest);
    } catch (error) {
        throw failure(`${path}: manifest.json cannot be read: ${error.message}`);
    }
}
/** Every fragment once; the image fragment of a single image comes first. */ function distinctFragments(images) {
    const fragments = images.flatMap((image)=>[
            image.fragment,
            ...image.layers
        ]);
    return [
        ...new Map(fragments.map((fragment)=>[
                fragment.file,
                fragment
            ])).values()
    ];
}

/**
 * Reads a package that is to be booted, and verifies every digest in it first: a machine is too dear
 * to find out there that a file is damaged.
 *
 * @throws UserError (failure) for what is no package of ours or a damaged one; NoSuchMachine for one
 *   whose architecture no machine can be made for
 */ async function readPackageUnderTest(path, signal) {
    const read = await readPackage(path, signal);
    const manifest = manifestOf(path, read);
    const [problem] = checkPackage(read, manifest);
    if (problem !== undefined) throw failure(`${path} is damaged: ${problem}`);
    return {
        path,
        name: manifest.package,
        version: manifest.version,
        architecture: bootable(path, manifest.architecture),
        engine: manifest.engine,
        ...manifest.user === null ? {} : {
            user: manifest.user
        },
        size: [
            ...read.data.files.values()
        ].reduce((sum, file)=>sum + file.size, 0),
        images: manifest.images.map((image)=>imageUnderTest(image, read))
    };
}
function bootable(path, architecture) {
    const found = BASE_ARCHITECTURES.find((known)=>known === architecture);
    if (found !== undefined) return found;
    throw new NoSuchMachine('failure', `${path} is for ${architecture}, which cannot be booted`, {
        hint: `machines are made for ${BASE_ARCHITECTURES.join(', ')}`
    });
}
/** The package may be right, but cannot be proved. */ class NoSuchMachine extends UserError {
    name = 'NoSuchMachine';
}
function imageUnderTest(image, read) {
    const [, architecture = ''] = image.platform.split('/');
    return {
        reference: image.reference,
        configDigest: image.configDigest,
        manifestDigest: image.archiveManifestDigest,
        architecture,
        layers: image.layers.map(({ diffId })=>diffId),
        settings: settingsOf$1(configOf(image, read)),
        unpackedSize: image.unpackedSize,
        fetchOnly: image.fetchOnly
    };
}
/** It lies in the image's fragment. */ function configOf(image, { pieces }) {
    const piece = pieces.get(image.fragment.file);
    const name = `blobs/sha256/${hexOf(image.configDigest)}`;
    const entry = piece && 'entries' in piece ? piece.entries.find((found)=>found.name === name) : undefined;
    if (entry?.content === undefined) throw new Error(`no config of ${image.reference}`);
    return JSON.parse(entry.content.toString()).config;
}

/** A verdict in the form that CI systems show: a suite a scenario, a case a check and image. */ function junitReport(verdict) {
    const name = `boot ${verdict.suite} ${verdict.architecture} ${verdict.engine}`;
    const scenarios = [
        ...new Set(verdict.cases.map(({ scenario })=>scenario))
    ];
    const suites = scenarios.map((scenario)=>suite(`${name} ${scenario}`, verdict.cases.filter((found)=>found.scenario === scenario)));
    return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {
        name,
        ...counts(verdict.cases)
    }, suites)}\n`;
}
function suite(name, cases) {
    return element('testsuite', {
        name,
        ...counts(cases)
    }, cases.map((found)=>testCase(name, found)));
}
function testCase(suiteName, { check, subject, ok, detail, seconds }) {
    const name = [
        subject,
        check
    ].filter(Boolean).join(': ');
    return element('testcase', {
        classname: suiteName,
        name,
        time: seconds.toFixed(3)
    }, [
        ok ? `<system-out>${escapeXml(detail)}</system-out>` : element('failure', {
            message: detail
        }, [])
    ]);
}
function counts(cases) {
    return {
        tests: cases.length,
        failures: failedOf(cases).length,
        time: cases.reduce((sum, { seconds })=>sum + seconds, 0).toFixed(3)
    };
}
function element(name, attributes, children) {
    const given = Object.entries(attributes).map(([key, value])=>` ${key}="${escapeXml(String(value))}"`);
    const start = `<${name}${given.join('')}`;
    return children.length === 0 ? `${start}/>` : `${start}>\n${children.join('\n')}\n</${name}>`;
}
/** XML 1.0 has no way to write most control characters: they become what shows that they were there. */ function escapeXml(text) {
    return text// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot carry
    .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}

/** A verdict for a terminal or a log. */ function textVerdict(verdict) {
    return [
        formatTable(rows(verdict), SECONDS_COLUMN),
        '',
        ...totals(verdict)
    ].join('\n');
}
/** The same for the job summary. */ function markdownVerdict(verdict) {
    const [first, ...others] = totals(verdict);
    const table = markdownTable(rows(verdict), SECONDS_COLUMN);
    return [
        `### ${first}`,
        '',
        table,
        '',
        ...others,
        ''
    ].join('\n');
}
/** One case as a line, while the test goes on. */ function formatCase(found) {
    return `${found.ok ? 'ok  ' : 'FAIL'} ${describe(found)} (${found.seconds.toFixed(1)} s)`;
}
/** `fresh: app:1: runs: exit code 3` */ function describe({ scenario, subject, check, detail }) {
    return [
        scenario,
        subject,
        check,
        oneLine(detail)
    ].filter(Boolean).join(': ');
}
/** What ends a command or an action whose boot test failed. */ function verdictError(verdict, logDir) {
    const failed = failedOf(verdict.cases);
    const [first] = failed;
    const what = first ? `the first: ${describe(first)}` : 'no check was made';
    return failure(`${failed.length} of ${plural(verdict.cases.length, 'check')} failed, ${what}`, {
        hint: `see ${first?.log ?? logDir}`
    });
}
/** `KVM`, or that there is none and why. */ function formatAcceleration(acceleration) {
    return acceleration.by === 'kvm' ? 'KVM' : `emulation (no KVM: ${acceleration.because})`;
}
const SECONDS_COLUMN = new Set([
    4
]);
/** A row for each scenario and subject: its checks together, and the first that failed in words. */ function rows({ cases }) {
    const keys = [
        ...new Set(cases.map(keyOf))
    ];
    const body = keys.map((key)=>{
        const own = cases.filter((found)=>keyOf(found) === key);
        const failed = failedOf(own);
        const [first] = own;
        return [
            first?.scenario ?? '',
            first?.subject || 'the machine',
            failed.length === 0 ? own.map(({ check })=>check).join(', ') : failed.map(explain).join('; '),
            failed.length === 0 ? 'passed' : 'FAILED',
            own.reduce((sum, { seconds })=>sum + seconds, 0).toFixed(1)
        ];
    });
    return [
        [
            'scenario',
            'subject',
            'checks',
            'verdict',
            'seconds'
        ],
        ...body
    ];
}
function keyOf({ scenario, subject }) {
    return `${scenario} ${subject}`;
}
function explain({ check, detail }) {
    return `${check}: ${oneLine(detail)}`;
}
function oneLine(text) {
    return text.replaceAll(/\s*\n\s*/g, ' | ');
}
function totals(verdict) {
    const { cases, acceleration, logs, disks } = verdict;
    const failed = failedOf(cases).length;
    const where = `${verdict.suite} ${verdict.architecture} with ${verdict.engine}`;
    const outcome = failed === 0 ? `${plural(cases.length, 'check')} passed` : `${failed} of ${plural(cases.length, 'check')} FAILED`;
    return [
        `Boot test on ${where}: ${outcome}`,
        `${verdict.seconds} s, by ${formatAcceleration(acceleration)}`,
        ...logs.length > 0 ? [
            `logs: ${logs.join(' ')}`
        ] : [],
        ...disks.length > 0 ? [
            `disks: ${disks.join(' ')}`
        ] : []
    ];
}

/**
 * The whole way from packages to a verdict, with its reports written.
 *
 * @throws UserError for what keeps the test from being made; the reason of `signal`. Nothing is left
 *   behind then but the cache and the logs.
 */ async function proveByBoot(options, surroundings) {
    const { guestDir, bases = {
        cacheDir: options.cacheDir
    }, signal, watch } = surroundings;
    checkTerminal(options);
    const packages = await readAll(options, signal);
    const [first] = packages.proved;
    if (first === undefined) throw new Error('a boot test without a package');
    const { architecture, engine } = first;
    checkAlike([
        ...packages.proved,
        ...packages.old ? [
            packages.old
        ] : []
    ]);
    checkEngine(first, options);
    checkStore(options, engine);
    await surroundings.provideTools?.(missingBootTools(architecture, process.env));
    checkQemu(architecture, process.env);
    checkMemory(options.memory * (options.jobs ?? 1), architecture);
    const boots = node_path.join(options.cacheDir, 'boot');
    await makeFolder(boots);
    await removeStale(boots);
    await checkRoom(boots, packages.proved);
    await prepareReports(options);
    const workDir = await promises.mkdtemp(node_path.join(boots, 'work-'));
    try {
        watch.part('Preparing the base system');
        const make = {
            ...options,
            architecture,
            engine,
            workDir,
            signal,
            onProgress: watch.note
        };
        const base = options.rootfs === undefined ? await prepareBase({
            ...make,
            ...bases,
            guestDir,
            onWarning: watch.warning
        }) : await readRootfs({
            ...make,
            path: options.rootfs
        });
        watch.part(`Booting ${base.suite} for ${architecture}`);
        const verdict = await bootTest({
            ...options,
            jobs: options.jobs ?? machinesAtOnce(options),
            base,
            packages: packages.proved,
            upgradeFrom: packages.old,
            guestDir,
            workDir,
            signal,
            onAcceleration: watch.acceleration,
            onCase: watch.case,
            onStep: watch.step,
            onShell: watch.note
        });
        await writeReports(verdict, options, watch.warning);
        return verdict;
    } finally{
        await promises.rm(workDir, {
            recursive: true,
            force: true
        });
    }
}
/** The Debian packages that this machine lacks for boot tests, and the making of their base systems. */ function missingBootTools(architecture, env) {
    const missing = [
        ...missingQemu(architecture, env),
        ...missingTools(process.getuid?.(), env),
        // Tells the mirrors of a suite to machines that are no Debian, and makes what cannot be made quickly.
        ...isThere('mmdebstrap', env) ? [] : [
            'mmdebstrap'
        ]
    ];
    return [
        ...new Set(missing)
    ];
}
function checkTerminal({ shell }) {
    if (!shell || process.stdin.isTTY && process.stdout.isTTY) return;
    throw usageError('shell needs a terminal', {
        hint: 'leave it out in a job, and use keep'
    });
}
function checkStore({ dockerStore }, engine) {
    if (dockerStore === undefined || engine === 'docker') return;
    throw usageError(`docker-store: the package is for ${engine}`);
}
/** Machines that processors and free memory of this one are enough for; one, if for none. */ function machinesAtOnce({ cpus, memory }, processors = os.availableParallelism(), free = os.freemem()) {
    return Math.max(1, Math.floor(Math.min(processors / cpus, 0.8 * free / (memory * MIB))));
}
async function readAll({ debs, upgradeFrom }, signal) {
    const proved = [];
    for (const deb of debs)proved.push(await readPackageUnderTest(deb, signal));
    const old = upgradeFrom ? await readPackageUnderTest(upgradeFrom, signal) : undefined;
    const [first] = proved;
    if (old && old.name !== first?.name) {
        throw usageError(`${old.path} is ${old.name}, which ${first?.name} cannot upgrade`);
    }
    return {
        proved,
        old
    };
}
/** Longer than any boot test takes. */ const STALE_MS = 3 * 24 * 3600 * 1000;
/** What a test that was killed left behind. */ async function removeStale(folder) {
    for (const name of (await promises.readdir(folder))){
        const path = node_path.join(folder, name);
        const { mtimeMs } = await promises.stat(path).catch(()=>({
                mtimeMs: Number.POSITIVE_INFINITY
            }));
        if (Date.now() - mtimeMs > STALE_MS) await promises.rm(path, {
            recursive: true,
            force: true
        });
    }
}
/** One machine has one architecture, and the test installs one engine in it. */ function checkAlike(packages) {
    const [first, ...others] = packages;
    for (const other of others){
        for (const property of [
            'architecture',
            'engine'
        ]){
            if (other[property] === first?.[property]) continue;
            throw usageError(`${first?.path} is for ${first?.[property]}, ${other.path} for ${other[property]}`, {
                hint: 'boot them one by one'
            });
        }
    }
}
function checkEngine({ path, engine }, wanted) {
    if (wanted.engine === undefined || wanted.engine === engine) return;
    throw usageError(`${path} is for ${engine}, not for ${wanted.engine}`, {
        hint: 'a package has the engine that it was built for'
    });
}
const MIB = 1024 ** 2;
/** MiB that an armhf machine can have without addresses beyond 32 bits. */ const ARMHF_MEMORY = 3072;
function checkMemory(memory, architecture) {
    if (architecture === 'armhf' && memory > ARMHF_MEMORY) {
        throw usageError(`memory: an armhf machine has ${ARMHF_MEMORY} MiB at most`);
    }
    const free = Math.floor(os.freemem() / MIB);
    if (memory <= free) return;
    throw failure(`not enough memory for the machine: ${memory} MiB wanted, ${free} MiB free`, {
        hint: 'ask for less by memory'
    });
}
/** The disks grow by what the machines write: a third of their size is a careful guess. */ async function checkRoom(folder, packages) {
    const { bavail, bsize } = await promises.statfs(folder);
    const [needed, free] = [
        diskSize(packages) / 3,
        bavail * bsize
    ];
    if (needed <= free) return;
    const numbers = `${formatBytes(needed)} wanted, ${formatBytes(free)} free`;
    throw failure(`not enough space for the machines' disks in ${folder}: ${numbers}`, {
        hint: 'choose another folder with cache-dir'
    });
}
async function prepareReports({ junit, summary, logDir }) {
    await makeFolder(logDir);
    for (const [name, path] of Object.entries({
        junit,
        summary
    })){
        if (path !== undefined) await prepareFile(name, path);
    }
}
async function writeReports(verdict, { junit, summary }, warn) {
    if (junit !== undefined) await promises.writeFile(junit, junitReport(verdict));
    await appendSummary(summary, markdownVerdict(verdict), warn);
}

/** Milliseconds between two lines, where nothing else is said: of what is live, and of a log. */ const LIVE_MS = 1000;
const LOG_MS = 30_000;
/** Shows how a boot test goes on. `stop` must be called when it has ended. */ function showBoot(screen) {
    let open = false;
    /** What is done before the first scenario. */ let preparation;
    const scenarios = new Map();
    const show = ()=>{
        const doing = [
            ...preparation ? [
                preparation
            ] : [],
            ...scenarios.values()
        ];
        if (doing.length > 0) (screen.live ?? screen.print)(doing.map(formatDoing).join('; '));
    };
    const timer = setInterval(show, screen.live ? LIVE_MS : LOG_MS).unref();
    const print = (line)=>{
        screen.print(line);
        timer.refresh();
    };
    const prepare = (what)=>{
        preparation = {
            what,
            since: Date.now(),
            deadline: undefined
        };
    };
    const endPart = ()=>{
        if (open) screen.endGroup();
        open = false;
    };
    return {
        part (title) {
            endPart();
            screen.startGroup(title);
            open = true;
            prepare(title);
        },
        note (text) {
            print(text);
            if (preparation) prepare(text);
        },
        warning: screen.warning,
        acceleration: (found)=>print(`the machine runs by ${formatAcceleration(found)}`),
        case: (found)=>print(formatCase(found)),
        step (scenario, step) {
            preparation = undefined;
            if (step) scenarios.set(scenario, doingOf(scenario, step));
            else scenarios.delete(scenario);
        },
        stop () {
            clearInterval(timer);
            screen.live?.('');
            endPart();
        }
    };
}
function doingOf(scenario, { check, subject, deadline }) {
    const what = [
        scenario,
        subject,
        check
    ].filter(Boolean).join(': ');
    return {
        what,
        since: Date.now(),
        deadline
    };
}
/** `fresh: app:1: runs: for 30 s, 1500 s to the deadline` */ function formatDoing({ what, since, deadline }) {
    const seconds = (milliseconds)=>Math.max(0, Math.round(milliseconds / 1000));
    const left = deadline === undefined ? '' : `, ${seconds(deadline - Date.now())} s to the deadline`;
    return `${what}: for ${seconds(Date.now() - since)} s${left}`;
}

/** GitHub shows that many annotations of a step and level; the others are only in the log. */ const MOST_ANNOTATIONS = 10;
/** GitHub takes 1 MiB from a step, and shows nothing of more. */ const MOST_ROWS = 500;
/** A screen that also notes what it shows. */ function notingFindings(screen) {
    const findings = [];
    const finding = (found)=>{
        findings.push(found);
        screen.finding(found);
    };
    return {
        screen: {
            ...screen,
            finding
        },
        findings
    };
}
/**
 * All warnings and errors in Markdown, with what to write instead; undefined where annotations show
 * them all.
 *
 * @param annotations how many are shown at most; none where there is no GitHub
 */ function problemSummary(findings, annotations) {
    const problems = findings.filter(({ level })=>level !== 'notice');
    if (problems.length <= annotations) return undefined;
    const rows = problems.slice(0, MOST_ROWS).map(({ level, origin, message, hint })=>[
            level,
            formatOrigin(origin),
            printable(message),
            hint === undefined ? '' : `\`${printable(hint)}\``
        ]);
    const head = [
        '',
        'where',
        'what',
        'write'
    ];
    const others = problems.length - rows.length;
    return [
        `### ${plural(problems.length, 'problem')}`,
        '',
        markdownTable([
            head,
            ...rows
        ], new Set()),
        ...others > 0 ? [
            '',
            `and ${others} more, which are in the log`
        ] : []
    ].join('\n');
}
/** Why a build failed, in Markdown; undefined for a bug. */ function failureSummary(thrown) {
    const error = explainSystemError(thrown);
    // Indented, nothing in it is Markdown.
    return error instanceof UserError ? `### container-preload failed\n\n    ${formatError(error)}` : undefined;
}

/** Reads what the client said, its only way to tell a failure from an entry that is not there. */ function judge({ operation }, { done, said }) {
    if (done) return {
        kind: 'fine'
    };
    const complaints = [
        ...said.matchAll(/^(?:::(?:warning|error)::|Cache save skipped: )(.*)$/gm)
    ];
    const reason = (operation === 'save' ? refusal(said) : undefined) ?? complaints.at(-1)?.[1];
    if (reason === undefined || /already exists|\b409\b/i.test(reason)) return {
        kind: 'fine'
    };
    if (operation === 'save' && DENIED.test(reason)) return {
        kind: 'read-only'
    };
    const seconds = /rate limit will reset in (\d+) seconds/.exec(said)?.[1];
    const why = plain(reason);
    if (seconds !== undefined) return {
        kind: 'limited',
        seconds: Number(seconds),
        why
    };
    return {
        kind: 'trouble',
        why
    };
}
const DENIED = /cache write denied|does not permit writes|read-only|\b403\b/i;
/**
 * Why an entry could not be reserved. Every reason is told as "another job may be creating this cache";
 * the real one stands behind that with the old service, and in a debug line with the new one.
 */ function refusal(said) {
    return /^::debug::Failed to reserve cache: (.*)$/m.exec(said)?.[1] ?? /^Failed to save: .*More details: (?!undefined$)(.*)$/m.exec(said)?.[1];
}
/** Without the client's own introductions, the escapes of commands, and what may be secret in a URL. */ function plain(text) {
    return text.replaceAll('%0D', '').replaceAll('%0A', ' ').replaceAll('%25', '%').replace(/^(?:Failed to (?:restore|save): |Error: )+/, '').replaceAll(/(https?:\/\/[^\s?]+)\?\S*/g, '$1').trim();
}

const PATIENCE = {
    answerMs: 15_000,
    transferMs: 30_000,
    longestPauseMs: 60_000
};
/** Requests at once; the client moves the parts of each entry side by side. */ const REQUESTS = 4;
/** Entries whose bytes do not come, or are wrong, until the whole cache counts as out of order. */ const LOST_ENTRIES = 3;
const MiB = 1 << 20;
/** The cache, where this step was given the means to use one: an action is, a command is not. */ function cacheOfStep({ warn, ...options }) {
    if (!hasActionsCache(options.env)) return undefined;
    const onTrouble = (why)=>warn(`the Actions cache does not work: ${why}`);
    return openActionsCache({
        ...options,
        onTrouble
    });
}
function hasActionsCache(env) {
    const { ACTIONS_RUNTIME_TOKEN, ACTIONS_RESULTS_URL, ACTIONS_CACHE_URL } = env;
    return Boolean(ACTIONS_RUNTIME_TOKEN && (ACTIONS_RESULTS_URL || ACTIONS_CACHE_URL));
}
function openActionsCache(options) {
    const { signal } = options;
    const patience = {
        ...PATIENCE,
        ...options.patience
    };
    const limit = pLimit(REQUESTS);
    let client$1;
    const start = ()=>{
        client$1 = client.startClient(options.client, options.workDir, options.env);
        // Looked at when it is used; until then a failure must not count as unhandled.
        client$1.catch(()=>undefined);
        return client$1;
    };
    const known = new Map();
    const state = {
        readable: true,
        writable: true,
        told: false,
        lost: 0
    };
    let pause = {
        begun: 0,
        ended: Promise.resolve(),
        used: true
    };
    const tell = (why)=>{
        if (!state.told) options.onTrouble(why);
        state.told = true;
    };
    const stopSaving = (why)=>{
        tell(why);
        state.writable = false;
    };
    const giveUp = (why)=>{
        stopSaving(why);
        state.readable = false;
    };
    const lose = (why)=>{
        state.lost += 1;
        if (state.lost >= LOST_ENTRIES) giveUp(why);
        else tell(why);
    };
    const isOpen = ({ operation })=>operation === 'save' ? state.writable : state.readable;
    /** Another one where the last has ended: that says nothing of the cache. */ const running = async ()=>{
        const last = client$1 ?? start();
        if ((await last).alive || signal.aborted) return last;
        return client$1 === last ? start() : running();
    };
    /**
   * @param asked when the request was made
   * @returns whether nothing is left to be done about the answer
   */ const accept = (request, answer, asked)=>{
        const judgement = judge(request, answer);
        if (judgement.kind === 'fine') pause.used = true;
        if (judgement.kind === 'read-only') state.writable = false;
        if (judgement.kind === 'limited') {
            // Others that were on their way with the one that was told to wait.
            if (asked < pause.begun) return false;
            const milliseconds = judgement.seconds * 1000;
            if (pause.used && milliseconds <= patience.longestPauseMs) {
                const ended = promises$2.setTimeout(milliseconds, undefined, {
                    signal
                }).catch(()=>undefined);
                pause = {
                    begun: performance.now(),
                    ended,
                    used: false
                };
                return false;
            }
        }
        if (!('why' in judgement)) return true;
        if (request.operation === 'save') stopSaving(judgement.why);
        else if (answer.found) lose(`${request.key}: ${judgement.why}`);
        else giveUp(judgement.why);
        return true;
    };
    /**
   * One request, and again where the service only wanted a pause, the client was killed for another
   * request, which counts for that one, or it ended once.
   */ const ask = (request, bytes)=>limit(async ()=>{
            const transfer = patience.transferMs + bytes / MiB * 1000;
            for(let mayEnd = true;;){
                await pause.ended;
                signal.throwIfAborted();
                if (!isOpen(request)) return false;
                const asked = performance.now();
                const limits = {
                    answer: patience.answerMs,
                    transfer
                };
                const answer = await (await running()).ask(request, limits);
                signal.throwIfAborted();
                const again = answer.lost === 'killed' || answer.lost === 'ended' && mayEnd;
                if (answer.lost === 'ended') mayEnd = false;
                if (!again && accept(request, answer, asked)) return answer.done;
            }
        }).catch((error)=>{
            // A disk that is full is no reason to fail here: whoever needs it says so.
            if (error.syscall === undefined) throw error;
            giveUp(error.message);
            return false;
        });
    const has = async (key)=>{
        const found = known.get(key) ?? await ask({
            operation: 'look',
            key,
            path: ''
        }, 0);
        known.set(key, found);
        return found;
    };
    const abort = ()=>{
        client$1?.then(({ end })=>end(), ()=>undefined);
    };
    signal.addEventListener('abort', abort, {
        once: true
    });
    const distrust = (key, why)=>{
        known.set(key, true);
        lose(`${key}: ${why}`);
    };
    return {
        warmUp () {
            if (client$1 === undefined) start();
        },
        known,
        has,
        distrust,
        giveUp,
        async restore (key, path, expected) {
            if (known.get(key) === false) return false;
            const found = await ask({
                operation: 'restore',
                key,
                path
            }, expected);
            known.set(key, found);
            const { size = 0 } = await promises.stat(path).catch(()=>undefined) ?? {};
            // The client takes the body of an error for an entry, too.
            if (found && size > 0 && size <= mostOf(expected)) return true;
            await promises.rm(path, {
                force: true
            });
            if (found) distrust(key, `it has ${size} bytes`);
            return false;
        },
        async save (key, path) {
            if (!state.writable || await has(key)) return false;
            const { size } = await promises.stat(path);
            return ask({
                operation: 'save',
                key,
                path
            }, size);
        },
        close () {
            // What is on its way ends with its client, and must not start another one.
            Object.assign(state, {
                readable: false,
                writable: false,
                told: true
            });
            signal.removeEventListener('abort', abort);
            abort();
        }
    };
}
/** A fragment of the lowest level is hardly twice as large as a well compressed blob. */ function mostOf(expected) {
    return 4 * expected + MiB;
}

/** What a machine is made of, and what happens in it. */ const MACHINE_INPUTS = {
    suite: {
        help: 'Debian suite of the machine, such as bookworm or trixie',
        default: 'bookworm'
    },
    engine: {
        help: 'docker or podman: that a package is for the other is an error'
    },
    packages: {
        help: 'further Debian packages of the machine, that yours depend on',
        many: true
    },
    scenario: {
        help: `what is tried: ${SCENARIOS.join(', ')}`,
        default: 'fresh,reboot',
        many: true
    },
    'upgrade-from': {
        help: 'an older version of the package: the scenario upgrade is tried, too'
    },
    'test-command': {
        help: "run in every image by its shell, in place of the image's own true"
    },
    memory: {
        help: 'memory of the machine in MiB',
        default: '2048'
    },
    cpus: {
        help: 'processors of the machine',
        default: '2'
    },
    timeout: {
        help: 'seconds that one boot of the machine may take',
        default: '1800'
    },
    mirror: {
        help: "the Debian archive; by default that of this machine's apt sources"
    },
    rootfs: {
        help: 'a system of your own to boot: folder, tarball or ext4 image, with kernel and initrd'
    },
    'docker-store': {
        help: `where Docker keeps images: ${STORES.join(' or ')}; by default as it likes`
    },
    jobs: {
        help: 'machines that run at once; by default as many as processors and memory allow'
    },
    'cache-dir': {
        help: 'folder of the local store; by default in ~/.cache'
    }
};
/** The options of `boot`, in the order in which help shows them. */ const BOOT_INPUTS = {
    ...MACHINE_INPUTS,
    junit: {
        help: 'file for a JUnit report'
    },
    summary: {
        help: 'file to which a summary in Markdown is appended'
    },
    'log-dir': {
        help: 'folder for consoles and diagnoses',
        default: 'boot-logs'
    },
    keep: {
        help: "keep the machines' disks, in log-dir",
        boolean: true,
        default: 'false'
    },
    shell: {
        help: 'at the end, a root shell in a machine, for a person who wants to look',
        boolean: true,
        default: 'false'
    }
};
/** The inputs of the action that boots packages which are there already. */ const BOOT_ACTION_INPUTS = {
    deb: {
        help: 'packages, one path or pattern a line; all of them go into one machine',
        many: true
    },
    ...MACHINE_INPUTS
};
/** The inputs for the boot test of the action that builds a package: options of `boot` as `boot-NAME`. */ const BOOT_TEST_INPUTS = {
    'boot-test': {
        help: 'prove the package in a machine: true, false, or the Debian suite of the machine',
        default: 'true'
    },
    'boot-packages': MACHINE_INPUTS.packages,
    'boot-scenario': MACHINE_INPUTS.scenario,
    'boot-upgrade-from': MACHINE_INPUTS['upgrade-from'],
    'boot-test-command': MACHINE_INPUTS['test-command'],
    'boot-memory': MACHINE_INPUTS.memory,
    'boot-cpus': MACHINE_INPUTS.cpus,
    'boot-timeout': MACHINE_INPUTS.timeout,
    'boot-mirror': MACHINE_INPUTS.mirror,
    'boot-rootfs': MACHINE_INPUTS.rootfs
};
/** @throws UserError (usage), with the option's name as its origin */ function parseBootOptions(debs, raw, env) {
    // An empty path was to come from somewhere: here it would be the current folder.
    if (debs.length === 0 || debs.includes('')) {
        throw usageError('boot needs a package', {
            hint: 'boot DEB…'
        });
    }
    const paths = debs.map((deb)=>node_path.resolve(deb));
    const twice = paths.find((path, n)=>paths.indexOf(path) !== n);
    if (twice !== undefined) throw usageError(`${twice} is given twice`);
    return {
        ...parseSettings(raw, env, paths.length),
        debs: paths
    };
}
/** Architectures whose packages are booted unless somebody says no. */ const BY_DEFAULT = [
    'amd64',
    'arm64'
];
/** @throws UserError (usage), with the input's name as its origin */ function parseBootTest(raw, architecture, env) {
    const wanted = raw['boot-test'] || BOOT_TEST_INPUTS['boot-test'].default;
    const named = !/^(?:true|false)$/i.test(wanted);
    const asked = named || within('boot-test', ()=>parseBoolean(wanted));
    const given = Object.keys(MACHINE_INPUTS).map((name)=>[
            name,
            raw[calledHere(name)] ?? ''
        ]);
    const options = {
        ...Object.fromEntries(given),
        suite: named ? wanted : ''
    };
    const test = parseSettings(options, env, 1, calledHere);
    if (!asked) return {};
    const bootable = named ? BASE_ARCHITECTURES : BY_DEFAULT;
    const found = bootable.find((candidate)=>candidate === architecture);
    if (found !== undefined) return {
        test,
        architecture: found
    };
    return {
        reason: `no boot test: it is for ${bootable.join(', ')}, not for ${architecture}`
    };
}
/** What an option of `boot` is called by an action that has other inputs, too. */ function calledHere(name) {
    if (name === 'cache-dir') return name;
    return name === 'suite' ? 'boot-test' : `boot-${name}`;
}
/** @param called what an option is called where it was given */ function parseSettings(raw, env, packageCount, called = String) {
    const parse = (name, parser)=>{
        const info = BOOT_INPUTS[name];
        return within(called(name), ()=>parser(raw[name] || info.default || ''));
    };
    const upgradeFrom = raw['upgrade-from'] ? node_path.resolve(raw['upgrade-from']) : undefined;
    return {
        suite: parse('suite', parseSuite),
        engine: raw.engine ? parse('engine', oneOf$1([
            'docker',
            'podman'
        ])) : undefined,
        packages: parse('packages', parsePackages),
        scenarios: parse('scenario', (text)=>parseScenarios(text, {
                upgradeFrom,
                packageCount
            })),
        upgradeFrom,
        testCommand: raw['test-command'] || undefined,
        memory: parse('memory', integer(256, 1024 * 1024)),
        cpus: parse('cpus', integer(1, 64)),
        deadline: parse('timeout', integer(10, 24 * 3600)),
        mirror: raw.mirror || undefined,
        junit: raw.junit ? node_path.resolve(raw.junit) : undefined,
        summary: raw.summary ? node_path.resolve(raw.summary) : undefined,
        logDir: node_path.resolve(parse('log-dir', String)),
        rootfs: parseRootfs(raw, called),
        dockerStore: raw['docker-store'] ? parse('docker-store', oneOf$1(STORES)) : undefined,
        jobs: raw.jobs ? parse('jobs', integer(1, 64)) : undefined,
        keep: parse('keep', parseBoolean),
        shell: parse('shell', parseBoolean),
        cacheDir: cacheDir(raw['cache-dir'], env)
    };
}
/** An older package is given in order to be upgraded; what lacks a package is refused. */ function parseScenarios(text, given) {
    const wanted = names(text).map(oneOf$1(SCENARIOS));
    const upgraded = given.upgradeFrom !== undefined;
    if (wanted.includes('upgrade') && !upgraded) {
        throw usageError('upgrade needs an older package', {
            hint: 'give it by upgrade-from'
        });
    }
    if (wanted.includes('two-packages') && given.packageCount < 2) {
        throw usageError('two-packages needs two packages');
    }
    return [
        ...new Set([
            ...wanted,
            ...upgraded ? [
                'upgrade'
            ] : []
        ])
    ];
}
/**
 * What a base would be made of says nothing of a system that is there already. An action has every
 * default: that is no choice.
 */ function parseRootfs(raw, called) {
    if (!raw.rootfs) return undefined;
    const given = [
        'suite',
        'packages',
        'mirror',
        'docker-store'
    ].find((name)=>{
        const { default: byDefault } = BOOT_INPUTS[name];
        return raw[name] && raw[name] !== byDefault;
    });
    if (given === undefined) return node_path.resolve(raw.rootfs);
    throw usageError(`${called('rootfs')} and ${called(given)} contradict each other: the system is as it is`);
}
function parsePackages(text) {
    return names(text).map(checkDebianName);
}
/** Debian policy, 5.6.1: at least two characters, the first one a letter or a digit. */ function checkDebianName(text) {
    if (/^[a-z0-9][a-z0-9+.-]+$/.test(text)) return text;
    throw usageError(`not the name of a Debian package: ${JSON.stringify(text)}`);
}
/** Names separated by commas, white space or lines, each once. */ function names(text) {
    return [
        ...new Set(lines$1(text.replaceAll(/[,\s]+/g, '\n')))
    ];
}
/** A suite becomes part of addresses and file names; `yes` and its like are slips. */ function parseSuite(text) {
    if (/^(?!(?:yes|no|on|off)$)[a-z][a-z0-9-]*$/.test(text)) return text;
    throw usageError(`not a suite: ${JSON.stringify(text)}`, {
        hint: 'such as bookworm or trixie'
    });
}

/**
 * The files that a pattern names, sorted: `*`, `?` and `[a-z]` within a name, `**` for folders of any
 * depth. As in a shell, a hidden name is matched only by a pattern that starts with a dot.
 *
 * @returns undefined where the text is the path of something, or has no such character
 * @throws UserError (usage) for a range that ends before it begins
 */ async function expandGlob(pattern) {
    if (!/[*?[]/.test(pattern) || await exists(pattern)) return undefined;
    const segments = segmentsOf(pattern);
    // A mistake is told whatever folders there are.
    segments.forEach(segmentPattern);
    const found = await expand(pattern.startsWith('/') ? '/' : '', segments);
    return [
        ...new Set(found)
    ].sort();
}
function segmentsOf(pattern) {
    const segments = pattern.split('/').filter((segment)=>segment !== '');
    return segments.at(-1) === '**' ? [
        ...segments,
        '*'
    ] : segments;
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
    try {
        return new RegExp(`^${source}$`, 'u');
    } catch (cause) {
        throw usageError(`invalid pattern ${quote$1(segment)}: a range in [ ] ends before it begins`, {
            hint: 'write the lower character first, as in [a-z]',
            cause
        });
    }
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

/** @throws UserError (usage) on anything but Linux: skopeo, dpkg and the stores are there alone */ function checkRunner(platform = process.platform) {
    if (platform === 'linux') return;
    throw usageError(`container-preload runs on Linux, and this is ${platform}`, {
        hint: 'in GitHub Actions: runs-on: ubuntu-24.04'
    });
}
/**
 * Frames are compressed in libuv's thread pool, whose four threads would bound `jobs`. Its size is
 * read once, when the pool is first used: call this before any asynchronous work.
 */ function widenThreadPool(threads) {
    process.env.UV_THREADPOOL_SIZE ??= String(threads);
}

exports.BLOCK = BLOCK;
exports.BOOT_ACTION_INPUTS = BOOT_ACTION_INPUTS;
exports.BOOT_INPUTS = BOOT_INPUTS;
exports.BOOT_TEST_INPUTS = BOOT_TEST_INPUTS;
exports.BUILD_INPUTS = BUILD_INPUTS;
exports.DamagedBlobError = DamagedBlobError;
exports.InvalidLayerError = InvalidLayerError;
exports.MACHINES = MACHINES;
exports.MAX_MEMBER = MAX_MEMBER;
exports.MAX_SHARDS = MAX_SHARDS;
exports.MOST_ANNOTATIONS = MOST_ANNOTATIONS;
exports.NoSuchMachine = NoSuchMachine;
exports.TAR_END = TAR_END;
exports.UserError = UserError;
exports.algorithmOf = algorithmOf;
exports.appendSummary = appendSummary;
exports.archiveEntry = archiveEntry;
exports.blobName = blobName$1;
exports.cacheDir = cacheDir;
exports.cacheOfStep = cacheOfStep;
exports.checkPin = checkPin;
exports.checkRunner = checkRunner;
exports.comparePaths = comparePaths;
exports.createCompressor = createCompressor;
exports.createFramePool = createFramePool;
exports.createLayerCache = createLayerCache;
exports.dataFiles = dataFiles;
exports.debianArchitectures = debianArchitectures;
exports.defaultVersion = defaultVersion;
exports.describe = describe;
exports.describingFiles = describingFiles;
exports.digestLike = digestLike;
exports.distinctFragments = distinctFragments;
exports.endInterrupted = endInterrupted;
exports.entriesRoot = entriesRoot;
exports.expandGlob = expandGlob;
exports.explainSystemError = explainSystemError;
exports.failedOf = failedOf;
exports.failure = failure;
exports.failureReport = failureReport;
exports.failureSummary = failureSummary;
exports.fileVersion = fileVersion;
exports.findExtraFiles = findExtraFiles;
exports.findingText = findingText;
exports.folders = folders;
exports.formatBytes = formatBytes;
exports.formatError = formatError;
exports.formatExcerpt = formatExcerpt;
exports.formatOrigin = formatOrigin;
exports.formatPlatform = formatPlatform;
exports.formatReference = formatReference;
exports.formatTable = formatTable;
exports.fragmentFacts = fragmentFacts;
exports.hasFragment = hasFragment;
exports.hashFile = hashFile;
exports.hexOf = hexOf;
exports.inspectPackage = inspectPackage;
exports.integer = integer;
exports.isContentKnown = isContentKnown;
exports.isDigest = isDigest;
exports.isPinned = isPinned;
exports.killed = killed;
exports.lastLines = lastLines;
exports.layerKey = layerKey;
exports.layersOf = layersOf;
exports.lines = lines$1;
exports.makeFolder = makeFolder;
exports.makeFragment = makeFragment;
exports.markdownSummary = markdownSummary;
exports.markdownVerdict = markdownVerdict;
exports.missingBootTools = missingBootTools;
exports.mustRun = mustRun;
exports.nameAndTag = nameAndTag;
exports.noteContent = noteContent;
exports.notingFindings = notingFindings;
exports.outliveOutput = outliveOutput;
exports.ownerPrefix = ownerPrefix;
exports.pLimit = pLimit;
exports.paddingOf = paddingOf;
exports.parseAccess = parseAccess;
exports.parseArchitecture = parseArchitecture;
exports.parseBoolean = parseBoolean;
exports.parseBootOptions = parseBootOptions;
exports.parseBootTest = parseBootTest;
exports.parseBuildOptions = parseBuildOptions;
exports.parseDebianVersion = parseDebianVersion;
exports.parseDepends = parseDepends;
exports.parseDescription = parseDescription;
exports.parseIsar = parseIsar;
exports.parseMaintainer = parseMaintainer;
exports.parsePackageName = parsePackageName;
exports.parseReference = parseReference;
exports.parseSection = parseSection;
exports.parseSize = parseSize;
exports.partsOf = partsOf;
exports.pinnedLine = pinnedLine;
exports.pinnedText = pinnedText;
exports.platformOf = platformOf;
exports.plural = plural;
exports.prepareFile = prepareFile;
exports.print = print;
exports.printable = printable;
exports.problemSummary = problemSummary;
exports.proveByBoot = proveByBoot;
exports.quote = quote$1;
exports.readChunks = readChunks;
exports.readLayer = readLayer;
exports.readMembers = readMembers;
exports.readSize = readSize;
exports.readTemplates = readTemplates;
exports.refusalOf = refusalOf;
exports.removeDeadWork = removeDeadWork;
exports.removeLeftOvers = removeLeftOvers;
exports.renderTemplates = renderTemplates;
exports.resizedHeader = resizedHeader;
exports.run = run;
exports.scriptFiles = scriptFiles;
exports.settle = settle;
exports.sha256 = sha256$1;
exports.shareFolder = shareFolder;
exports.shareOut = shareOut;
exports.showBoot = showBoot;
exports.soonAfter = soonAfter;
exports.tagMoved = tagMoved;
exports.takeFragment = takeFragment;
exports.tarHeader = tarHeader;
exports.textSummary = textSummary;
exports.textVerdict = textVerdict;
exports.threadsFor = threadsFor;
exports.together = together;
exports.unlessStuck = unlessStuck;
exports.untilInterrupted = untilInterrupted;
exports.usageError = usageError;
exports.verdictError = verdictError;
exports.versionOfTag = versionOfTag;
exports.warmSummary = warmSummary;
exports.widenThreadPool = widenThreadPool;
exports.within = within;
exports.writeFiles = writeFiles;

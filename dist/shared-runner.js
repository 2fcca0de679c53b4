'use strict';

var promises = require('node:fs/promises');
var node_os = require('node:os');
var node_path = require('node:path');
var node_child_process = require('node:child_process');
var consumers = require('node:stream/consumers');
var node_crypto = require('node:crypto');
var node_fs = require('node:fs');
var promises$1 = require('node:stream/promises');
var require$$0 = require('node:util');
var require$$1 = require('node:zlib');
var require$$0$1 = require('node:stream');
var require$$8 = require('node:events');

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
    return printable(`${where}${error.message}${hint}`);
}
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
    if (path !== path.toLowerCase()) {
        return [
            'the repository name must be lower case',
            `write ${quote$1(path.toLowerCase())}`
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
    'output-dir': {
        help: 'folder for the package',
        default: '.'
    },
    jobs: {
        help: 'layers and frames compressed at once; by default one a processor'
    }
};
/** @throws UserError (usage), with the input's name as its origin */ function parseBuildOptions(raw, env) {
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
    return {
        images: raw.images ?? '',
        imageLists: lines$1(raw['image-list']),
        architecture: parse(raw, 'arch', parseArchitecture),
        engine,
        package: parse(raw, 'package', parsePackageName),
        version: raw.version ? parse(raw, 'version', checkVersion) : undefined,
        maintainer: raw.maintainer || undefined,
        description: parse(raw, 'description', String),
        section: parse(raw, 'section', String),
        depends: parse(raw, 'depends', String),
        files: lines$1(raw.files).map((line)=>within('files', ()=>parseExtraFile(line))),
        compression,
        level: parse(raw, 'level', integer(MIN_LEVEL, MAX_LEVEL)),
        digestPolicy: parse(raw, 'digest-policy', oneOf$1(digestPolicies)),
        deleteAfterLoad: parse(raw, 'delete-after-load', parseBoolean),
        user: raw.user ? parse(raw, 'user', parseUser) : undefined,
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
/** Where the local store lies. The XDG Base Directory Specification wants relative paths ignored. */ function cacheDir(given, env) {
    if (given) return node_path.resolve(given);
    const { XDG_CACHE_HOME = '', HOME } = env;
    const caches = node_path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : node_path.join(HOME || '/root', '.cache');
    return node_path.join(caches, 'container-preload');
}
/** Lines without the white space around them, and without empty ones. */ function lines$1(text = '') {
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

const KILL_AFTER_MS = 5000;
/** The Debian package that has a program, for programs whose package is called otherwise. */ const PACKAGE_OF$1 = {
    'dpkg-deb': 'dpkg'
};
/**
 * Runs a program to its end, with both streams captured and nothing on its standard input.
 *
 * @throws UserError (failure) when the program is not installed, with the package that has it;
 *   the reason of `signal` when that ended it
 */ async function run(argv, options = {}) {
    const child = start$1(argv, options);
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
/** Starts a program whose streams the caller reads; `ended` tells how it went. */ function start$1(argv, options = {}) {
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
        hint: `apt-get install ${PACKAGE_OF$1[program] ?? program}`,
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

/** An agent under emulation with two busy processors is late now and then; this late it is not. */ const SILENCE_MS = 120_000;
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
        console: 'ttyS0'
    },
    arm64: {
        program: 'qemu-system-aarch64',
        package: 'qemu-system-arm',
        console: 'ttyAMA0'
    },
    armhf: {
        program: 'qemu-system-arm',
        package: 'qemu-system-arm',
        console: 'ttyAMA0'
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
        `mount -o ro LABEL=${PAYLOAD_LABEL} ${PAYLOAD_FOLDER}`,
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
/** Bytes of a console that no system writes in a day; what writes more would fill this machine's disk. */ const CONSOLE_BYTES = 32 * 1024 * 1024;
const LEAVE_SECONDS = 180;
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
    const flood = setInterval(async ()=>{
        const { size } = await promises.stat(spec.consoleLog).catch(()=>({
                size: 0
            }));
        if (size > CONSOLE_BYTES) breakDown(new Error(`its console was flooded: ${size} bytes`));
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
        clearInterval(flood);
        alive = false;
    });
    const machine = {
        consoleLog: spec.consoleLog,
        get alive () {
            return alive;
        },
        async run (words, seconds = 60) {
            try {
                return await guest.run(words, seconds);
            } catch (error) {
                breakDown(error);
                await over;
                throw await explainEnd(spec, error, undefined);
            }
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

/**
 * For the checks that failed: the ends of the consoles, and what the machines told (failed units,
 * journals of the loader and the engine).
 */ async function failureReport({ cases, logs }) {
    const failed = cases.filter(({ ok })=>!ok);
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
        signal
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
                signal
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
        signal
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
/** @returns `undefined` when there is none, or when a file is not what it was when it was made */ async function readBase(folder, warn) {
    const files = baseFiles(folder);
    try {
        const text = await promises.readFile(node_path.join(folder, FACTS), 'utf8');
        const { sha256, ...facts } = JSON.parse(text);
        const sums = await hashFiles(files);
        const damaged = FILES.find((name)=>sums[name] !== sha256[name]);
        if (damaged === undefined) return {
            ...facts,
            ...files
        };
        warn(`a kept base system is damaged, and made anew: ${files[damaged]}`);
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
            const other = await readBase(target, ()=>undefined);
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
            await hashFile(files[name])
        ]));
    return Object.fromEntries(sums);
}
async function hashFile(path) {
    const hash = node_crypto.createHash('sha256');
    await promises$1.pipeline(node_fs.createReadStream(path, {
        highWaterMark: 1024 * 1024
    }), hash);
    return hash.digest('hex');
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
    await promises.writeFile(out.initrd, await require$$0.promisify(require$$1.gzip)(cpio(members), {
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
    const folder = places.find((path)=>node_fs.existsSync(path));
    const [version] = folder === undefined ? [] : await promises.readdir(folder);
    if (folder === undefined || version === undefined) throw new Error('a kernel without modules');
    return node_path.join(folder, version);
}
/** Since forky the kernel lies beside its modules. */ function kernelIn(unpacked, modules) {
    const inBoot = node_path.join(unpacked, 'boot', `vmlinuz-${node_path.basename(modules)}`);
    return node_fs.existsSync(inBoot) ? inBoot : node_path.join(modules, 'vmlinuz');
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
    await options.fakeRoot.run(unpackArgv(options.guestDir, node_os.availableParallelism(), root, control, options.downloads.packages), signal);
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
    return node_fs.existsSync(node_path.join(root, path));
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
    const names = node_fs.existsSync(folder) ? (await promises.readdir(folder)).filter((name)=>wanted.test(name)) : [];
    const texts = names.toSorted().map(async (name)=>[
            name,
            await promises.readFile(node_path.join(folder, name), 'utf8')
        ]);
    return new Map(await Promise.all(texts));
}

/** Grows whenever the same options would give another base: cached ones of older formats are not taken. */ const FORMAT_VERSION = 1;
/** What boots and is installed into; everything else comes with it by Depends. */ const COMMON = [
    'systemd-sysv',
    'udev',
    'kmod',
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
        ...node_fs.existsSync(DEBIAN_KEYRING) ? [] : [
            'debian-archive-keyring'
        ]
    ];
}
function isThere(program, env) {
    const folders = (toolEnvironment(env).PATH ?? '').split(':');
    return folders.some((folder)=>node_fs.existsSync(node_path.join(folder, program)));
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
    const here = await readBase(baseFolder(cacheDir, key), warn);
    if (here !== undefined) {
        say(`${key} is here already`);
        return here;
    }
    const folder = await promises.mkdtemp(node_path.join(workDir, 'base-'));
    const brought = await remote?.get(key, folder) ? await readBase(folder, warn) : undefined;
    say(`${key} is ${brought === undefined ? 'made' : 'in the cache'}`);
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
        say(`unpacking and configuring ${downloads.packages.length} packages`);
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
            because: `/dev/kvm: ${error.code}`
        };
    }
    const because = await probe(probeArgv(architecture, kernel), signal);
    return because === undefined ? {
        by: 'kvm'
    } : {
        by: 'tcg',
        because
    };
}
async function probe(argv, signal) {
    // A hung vCPU does not heed SIGTERM.
    const limited = [
        'timeout',
        '--signal=KILL',
        String(PROBE_MS / 1000),
        ...argv
    ];
    const { code, stdout, stderr } = await run(limited, {
        signal
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
    if (id === configDigest) return `${short$1(id)}, the digest of its config`;
    if (id === manifestDigest) return `${short$1(id)}, the digest of its manifest`;
    throw failure(`its ID is ${short$1(id)}, not ${short$1(configDigest)} nor ${short$1(manifestDigest)}`);
}
function checkArchitecture(shown, image) {
    if (shown.architecture === image.architecture) return shown.architecture;
    throw failure(`it is for ${shown.architecture}, not ${image.architecture}`);
}
function checkLayers(shown, image) {
    if (require$$0.isDeepStrictEqual(shown.layers, image.layers)) return `${image.layers.length} layers`;
    const differs = image.layers.findIndex((layer, n)=>layer !== shown.layers[n]);
    if (differs < 0) throw failure(`${shown.layers.length} layers, not ${image.layers.length}`);
    throw failure(`layer ${differs + 1} is ${short$1(shown.layers[differs] ?? 'absent')}, not ${short$1(image.layers[differs] ?? '')}`);
}
function checkSettings(shown, { settings }) {
    for (const name of [
        'entrypoint',
        'command',
        'labels'
    ]){
        if (require$$0.isDeepStrictEqual({
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
    ])}, ${count} labels`;
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
function short$1(digest) {
    return digest.slice(0, 'sha256:'.length + 12);
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
            entrypoint: image.Config?.Entrypoint ?? [],
            command: image.Config?.Cmd ?? [],
            labels: image.Config?.Labels ?? {}
        }));
}
/**
 * Runs a program in a container that has no network, keeps no log and is removed afterwards.
 *
 * @param program of the image, or of `mounts`
 * @param mounts files of the machine that the container sees, path by path
 */ function runArgv(engine, reference, [program = '', ...args], mounts = {}) {
    return [
        ...[
            engine,
            'run',
            '--rm',
            '--name',
            CONTAINER
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
const CONTAINER = 'container-preload-test';
/** Removes what `runArgv` ran, when it did not end by itself: the client's end does not end it. */ function removeContainerArgv(engine) {
    return [
        engine,
        'rm',
        '--force',
        CONTAINER
    ];
}
/** What engines answer when the image has no such program. */ const NO_SUCH_PROGRAM = new Set([
    126,
    127
]);
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
        'exec runuser -u "$user" -- env HOME="$home" XDG_RUNTIME_DIR="/run/user/$id" "$@"'
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
    if (typeof from !== 'string') return promises.writeFile(path, from, {
        mode: 0o755
    });
    await promises.link(from, path).catch(()=>promises.copyFile(from, path));
}
/** Content, and generous room for what the file system needs itself. */ async function diskSize$1(folder, files) {
    const sizes = await Promise.all(files.map(({ name })=>promises.stat(node_path.join(folder, name))));
    const content = sizes.reduce((sum, { size })=>sum + Math.ceil(size / 4096) * 4096, 0);
    return Math.ceil((content * 1.05 + 16 * 1024 * 1024) / 4096) * 4096;
}

/**
 * A static program that ends with exit code 0 and does nothing else, for images that have no
 * `true`: that it runs shows that the container does, on the architecture that it is made for.
 * (ELF-64 and ELF-32 as in elf(5): one header, one segment, three instructions.)
 */ function trueProgram(architecture) {
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
const PROGRAMS = {
    // mov eax, 60 (exit); xor edi, edi; syscall
    amd64: {
        bits: 64,
        machine: 62,
        flags: 0,
        code: hex$1('b83c000000 31ff 0f05')
    },
    // mov x8, 93 (exit); mov x0, 0; svc 0
    arm64: {
        bits: 64,
        machine: 183,
        flags: 0,
        code: hex$1('a80b80d2 000080d2 010000d4')
    },
    // mov r7, 1 (exit); mov r0, 0; svc 0; flags: EABI 5
    armhf: {
        bits: 32,
        machine: 40,
        flags: 0x05000000,
        code: hex$1('0170a0e3 0000a0e3 000000ef')
    }
};
function hex$1(text) {
    return Buffer.from(text.replaceAll(' ', ''), 'hex');
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

/** On the payload disk: the static program for images that have no `true`. */ const TRUE_PROGRAM = 'true';
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
            name: TRUE_PROGRAM,
            from: trueProgram(first.architecture)
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
/** What a program of the machine writes. @throws UserError (failure) when it fails */ async function output(machine, argv, seconds) {
    const { code, stdout, stderr } = await machine.run(argv, seconds);
    if (code === 0) return stdout;
    throw failure(`${argv.join(' ')}: ${reason(code, seconds, `${stderr}\n${stdout}`)}`);
}
/** The exit code of a program that took longer than it may. */ const STOPPED = 124;
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
/** `dpkg --install`, which loads the images on a running system. */ async function install(machine, packages) {
    for (const { user } of packages){
        if (user !== undefined) await shell(machine, 'id "$1" || useradd --create-home "$1"', user);
    }
    await output(machine, [
        'dpkg',
        '--install',
        ...packages.map(debOnDevice)
    ], LONG);
}
/**
 * Installs without starting anything, as into the tree of a device that does not run yet; what is
 * there already stays as it is.
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
        if (stdout !== `installed ${pkg.version}`) missing.push(pkg);
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
/** Runs the engine's client as whom the images belong to. */ function runEngine(machine, { user }, argv, seconds) {
    return machine.run(user === undefined ? argv : asUserArgv(user, argv), seconds);
}
/** As `runEngine`; what it writes. @throws UserError (failure) when it fails */ async function engineOutput(machine, { user }, argv, seconds) {
    return output(machine, user === undefined ? argv : asUserArgv(user, argv), seconds);
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
async function lastWords(machine, pkg) {
    const lines = (await journal(machine, pkg)).split('\n').filter((line)=>line.trim() !== '');
    return lines.slice(-4).join(' | ') || 'its journal is empty';
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
    for (const [n, image] of images.entries()){
        const found = await checkPresent(lab, machine, pkg, image, shown[n]);
        if (found === undefined) continue;
        for (const { name, compare } of checks){
            await lab.check(name, image.reference, async ()=>compare(found, image));
        }
        await lab.check('runs', image.reference, ()=>runSomething(lab, machine, pkg, image));
    }
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
/** Runs a container of the image that must succeed; says what was run. */ async function runSomething({ testCommand }, machine, pkg, { reference }) {
    const { engine, architecture } = pkg;
    const attempt = async (program, mounts)=>{
        const argv = runArgv(engine, reference, program, mounts);
        const reply = await runEngine(machine, pkg, argv, RUN_SECONDS);
        if (reply.code === STOPPED) await runEngine(machine, pkg, removeContainerArgv(engine));
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
    const own = await attempt([
        'sh',
        '-c',
        'uname -m 2>/dev/null; exec true'
    ]);
    if (!NO_SUCH_PROGRAM.has(own.code)) {
        const by = must('its own true', own);
        const kernel = own.stdout.trim();
        return kernel === '' ? by : `${by}; uname -m: ${checkKernelMachine(kernel, architecture)}`;
    }
    const program = '/container-preload-true';
    return must('a mounted static program (it has no shell or no true)', await attempt([
        program
    ], {
        [program]: `${PAYLOAD_FOLDER}/${TRUE_PROGRAM}`
    }));
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
    return [
        [
            'systemctl',
            '--failed',
            '--no-pager',
            '--plain'
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
        [
            engine,
            'image',
            'ls',
            '--all',
            '--no-trunc'
        ],
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
    const failedBefore = failures(book);
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
        if (failures(book) > failedBefore) await explain$1(lab, device, book);
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
    const check = async (name, subject, look)=>{
        const begun = performance.now();
        const record = (ok, detail)=>{
            const seconds = Math.round(performance.now() - begun) / 1000;
            const log = device.machine?.consoleLog;
            write$1(options, book, {
                scenario,
                log
            }, {
                check: name,
                subject,
                ok,
                detail,
                seconds
            });
            return ok;
        };
        try {
            return record(true, await look());
        } catch (error) {
            options.signal.throwIfAborted();
            if (!(error instanceof UserError)) throw error;
            const ended = device.machine !== undefined && !device.machine.alive;
            record(false, error.message);
            if (ended || name === BOOTS) throw new StopScenario(error.message);
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
function failures({ cases }) {
    return cases.filter(({ ok })=>!ok).length;
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
/** Sets `delete_after_load=yes` as a person would, in the conffile. */ async function deleteFiles(machine, { name }) {
    const conffile = `/etc/container-preload/${name}.conf`;
    await shell(machine, 'sed -i s/^delete_after_load=.*/delete_after_load=yes/ "$1"', conffile);
}
async function checkDeleted(machine, pkg) {
    const left = (await remainingFiles(machine, pkg)).length;
    const kept = pkg.images.filter(({ fetchOnly })=>fetchOnly);
    const wanted = new Set(kept.flatMap(({ layers })=>layers)).size + kept.length;
    if (left === wanted) return `${left} of the files are left`;
    throw failure(`${left} files are left, not ${wanted}`);
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
        return `${lab.packages.length} packages`;
    });
    for (const pkg of lab.packages){
        await checkActive(lab, machine, pkg);
        await checkImages(lab, machine, pkg);
    }
}

/** A tag that somebody moved to another image is left alone by the next boots. */ async function liveUpdate(lab) {
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

/** Images that somebody removed are back after the next boot. */ async function prune(lab) {
    const before = await lab.machine();
    for (const pkg of lab.packages){
        await lab.check('images are removed', pkg.name, async ()=>{
            const references = loadedImages(pkg).map(({ reference })=>reference);
            for (const reference of references){
                await engineOutput(before, pkg, removeImageArgv(pkg.engine, reference), 300);
            }
            return `${references.length} images`;
        });
    }
    const machine = await lab.reboot();
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
            if (after.length === before.length) return `${after.length} files`;
            throw failure(`${after.length} files of ${before.length}`);
        });
        await checkImagesRun(lab, machine, pkg);
    }
    await shell(machine, 'umount /usr');
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
        'systemd.debug_shell=1',
        `systemd.default_debug_tty=${terminal}`,
        `systemd.mask=serial-getty@${terminal}.service`,
        'systemd.journald.forward_to_console=0'
    ].join(' ');
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
/** Where Docker keeps images: in containerd's image store, or in its own, the classic one. */ const STORES = [
    'containerd',
    'classic'
];

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
        if (test.shell) await openShell(shellDevice(done), options, test.onShell);
        return result;
    } finally{
        await promises.rm(workDir, {
            recursive: true,
            force: true
        });
    }
}
/** The wanted scenarios by the devices that they share; what follows `fresh` brings it along. */ function rowsOf(wanted) {
    return SCENARIO_ROWS.map((row)=>row.filter((name)=>wanted.includes(name))).filter((row)=>row.length > 0).map((row)=>SCENARIO_ROWS[0].includes(row[0]) ? [
            ...new Set([
                'fresh',
                ...row
            ])
        ] : row);
}
async function playRow(row, options) {
    const book = {
        cases: [],
        logs: []
    };
    const device = await makeDevice(options, row[0] ?? '', row.includes('power-cut'));
    let stopped;
    try {
        for (const scenario of row){
            if (stopped !== undefined) {
                skip(scenario, stopped, book, options);
                continue;
            }
            try {
                await perform(scenario, PLAYS[scenario], device, book, options);
            } catch (error) {
                if (!(error instanceof StopScenario)) throw error;
                stopped = scenario;
            }
        }
        if (options.keepDisks && device.machine?.alive) await device.machine.leave('poweroff');
    } finally{
        await device.machine?.cut();
    }
    return {
        ...book,
        device
    };
}
/** A device on which something failed, else that of the last row. */ function shellDevice(rows) {
    const failed = rows.find(({ cases })=>cases.some(({ ok })=>!ok));
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
        // Overlays name what lies below them: what is kept is never moved.
        diskDir: test.keep ? test.logDir : workDir,
        payload: await preparePayload(carried, debOnDevice, {
            guestDir,
            workDir,
            dockerStore: test.dockerStore,
            signal
        }),
        diskSize: Math.ceil((await promises.stat(test.base.disk)).size / MIB$1) * MIB$1 + diskSize(carried),
        onCase: test.onCase ?? (()=>undefined)
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
        ok: cases.length > 0 && cases.every(({ ok })=>ok),
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
        user: spec.user ?? null,
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
    const { images, files, level, user } = value;
    return hasStrings(value, STRINGS) && (level === null || typeof level === 'number') && (user === null || typeof user === 'string') && Array.isArray(images) && images.every(isImage) && Array.isArray(files) && files.every((file)=>hasStrings(file, [
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
    // All of these were checked before: none holds a character that a shell or systemd would take.
    const values = {
        NAME: spec.name,
        ENGINE: spec.engine,
        USER: spec.user ?? '',
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
        plain(`${share}/sha256sums`, formatSha256sums(spec.images.flatMap(fragmentsOf$1))),
        // Several loader packages bring this file: /usr/lib/systemd/system has it by update-alternatives.
        plain(`${share}/container-preload.target`, device.target),
        {
            path: `usr/lib/${name}/load`,
            mode: 0o755,
            content: device.load
        },
        ...LOADER_PARTS.map((part)=>plain(`usr/lib/${name}/${node_path.basename(part)}`, device[part])),
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
function fragmentsOf$1({ imageFragment, layers }) {
    return [
        imageFragment,
        ...layers.map(({ fragment })=>fragment)
    ];
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
    const control = formatControl(spec, sizeOf$1(spec.name, [
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
/** Copies and hashes in one go, so that the sums are those of the copy. */ async function copy(source, target) {
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
    const child = start$1(argv, {
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
const CHUNK = 1024 * 1024;
async function* gunzip(chunks) {
    const stream = require$$1.createGunzip({
        chunkSize: CHUNK
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
        throw failure(`${path} cannot be read: ${error.code}`, {
            cause: error
        });
    }
    throw failure(`${path} is no regular file`);
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
    return consumers.text(require$$0$1.Readable.from(chunks));
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
        throw refuse(stopped || code === 0 ? String(damage) : lastLines(stderr));
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
/** A table for people: the package, a line an image, the problems. */ function formatInspection(inspection) {
    const level = inspection.level === null ? '' : ` level ${inspection.level}`;
    const rows = inspection.images.map((image)=>imageRow(image, inspection.images));
    return [
        `${inspection.package} ${inspection.version} for ${inspection.architecture}, ${inspection.engine}`,
        `compression ${inspection.compression}${level}, made by ${inspection.generator}`,
        `depends on ${inspection.depends || 'nothing'}`,
        '',
        ...formatTable$1([
            HEADINGS,
            ...rows
        ]),
        '',
        ...inspection.problems.length === 0 ? [
            `${formatBytes$1(inspection.size)} in all; every digest is right`
        ] : inspection.problems.map((problem)=>`problem: ${problem}`),
        ''
    ].join('\n').replaceAll(CONTROL_CHARACTERS, '?');
}
/** A package of others must not steer the terminal. */ const CONTROL_CHARACTERS = /[^\P{Cc}\n]/gu;
const HEADINGS = [
    'IMAGE',
    'PLATFORM',
    'CONFIG',
    'MANIFEST',
    'LAYERS',
    'SHARED',
    'SIZE',
    'UNPACKED',
    ''
];
function imageRow(image, all) {
    const others = all.filter((other)=>other !== image).flatMap((other)=>other.layers);
    const layers = distinctFragments([
        image
    ]).slice(1);
    const shared = layers.filter(({ file })=>others.some((other)=>other.file === file));
    const size = layers.reduce((sum, layer)=>sum + layer.size, image.fragment.size);
    return [
        image.reference,
        image.platform,
        short(image.configDigest),
        short(image.archiveManifestDigest),
        String(layers.length),
        String(shared.length),
        formatBytes$1(size),
        formatBytes$1(image.unpackedSize),
        [
            image.pinned ? 'pinned' : '',
            image.fetchOnly ? 'fetch-only' : ''
        ].filter(Boolean).join(' ')
    ];
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
/** `sha256:` and twelve digits, as engines show it. */ function short(digest) {
    return digest.slice(0, digest.indexOf(':') + 13);
}
function formatBytes$1(bytes) {
    const units = [
        'B',
        'KiB',
        'MiB',
        'GiB'
    ];
    const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
    return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
function formatTable$1(rows) {
    const widths = HEADINGS.map((_, column)=>Math.max(...rows.map((row)=>row[column]?.length ?? 0)));
    return rows.map((row)=>row.map((cell, column)=>cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
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

/**
 * Reads a package that is to be booted, and verifies every digest in it first: a machine is too dear
 * to find out there that a file is damaged.
 *
 * @throws UserError (failure) for what is no package of ours, a damaged one, or one whose
 *   architecture no machine can be made for
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
        size: [
            ...read.data.files.values()
        ].reduce((sum, file)=>sum + file.size, 0),
        images: manifest.images.map((image)=>imageUnderTest(image, read))
    };
}
function bootable(path, architecture) {
    const found = BASE_ARCHITECTURES.find((known)=>known === architecture);
    if (found !== undefined) return found;
    throw failure(`${path} is for ${architecture}, which cannot be booted`, {
        hint: `machines are made for ${BASE_ARCHITECTURES.join(', ')}`
    });
}
function imageUnderTest(image, read) {
    const [, architecture = ''] = image.platform.split('/');
    return {
        reference: image.reference,
        configDigest: image.configDigest,
        manifestDigest: image.archiveManifestDigest,
        architecture,
        layers: image.layers.map(({ diffId })=>diffId),
        settings: settingsOf(image, read),
        unpackedSize: image.unpackedSize,
        fetchOnly: image.fetchOnly
    };
}
/** From the config that lies in the image's fragment. */ function settingsOf(image, { pieces }) {
    const piece = pieces.get(image.fragment.file);
    const name = `blobs/sha256/${hexOf(image.configDigest)}`;
    const entry = piece && 'entries' in piece ? piece.entries.find((found)=>found.name === name) : undefined;
    if (entry?.content === undefined) throw new Error(`no config of ${image.reference}`);
    const { config } = JSON.parse(entry.content.toString());
    return {
        entrypoint: config?.Entrypoint ?? [],
        command: config?.Cmd ?? [],
        labels: config?.Labels ?? {}
    };
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
        failures: cases.filter(({ ok })=>!ok).length,
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
function failedChecks({ cases }) {
    return cases.filter(({ ok })=>!ok);
}
/** What ends a command or an action whose boot test failed. */ function verdictError(verdict, logDir) {
    const failed = failedChecks(verdict);
    const [first] = failed;
    const what = first ? `the first: ${describe(first)}` : 'no check was made';
    return failure(`${failed.length} of ${verdict.cases.length} checks failed, ${what}`, {
        hint: `logs are in ${logDir}`
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
        const failed = own.filter(({ ok })=>!ok);
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
    const failed = failedChecks(verdict).length;
    const where = `${verdict.suite} ${verdict.architecture} with ${verdict.engine}`;
    const outcome = failed === 0 ? `${cases.length} checks passed` : `${failed} of ${cases.length} checks FAILED`;
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
            onShell: watch.note
        });
        await writeReports(verdict, options);
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
/** Machines that processors and free memory of this one are enough for; one, if for none. */ function machinesAtOnce({ cpus, memory }, processors = node_os.availableParallelism(), free = node_os.freemem()) {
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
    const free = Math.floor(node_os.freemem() / MIB);
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
    ].map((bytes)=>Math.ceil(bytes / MIB));
    if (needed === undefined || free === undefined || needed <= free) return;
    throw failure(`not enough space for the machines' disks in ${folder}: ${needed} MiB wanted, ${free} MiB free`, {
        hint: 'choose another folder with cache-dir'
    });
}
async function writeReports(verdict, { junit, summary }) {
    if (junit !== undefined) {
        await promises.mkdir(node_path.dirname(junit), {
            recursive: true
        });
        await promises.writeFile(junit, junitReport(verdict));
    }
    if (summary !== undefined) {
        await promises.mkdir(node_path.dirname(summary), {
            recursive: true
        });
        await promises.appendFile(summary, markdownVerdict(verdict));
    }
}

/** Shows how a boot test goes on. `stop` must be called when it has ended. */ function showBoot(screen) {
    let open = false;
    const stop = ()=>{
        if (open) screen.endGroup();
        open = false;
    };
    return {
        part (title) {
            stop();
            screen.startGroup(title);
            open = true;
        },
        note: screen.print,
        warning: screen.warning,
        acceleration: (found)=>screen.print(`the machine runs by ${formatAcceleration(found)}`),
        case: (found)=>screen.print(formatCase(found)),
        stop
    };
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
    if (debs.length === 0) throw usageError('boot needs a package', {
        hint: 'boot DEB…'
    });
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
    if (!named && !within('boot-test', ()=>parseBoolean(wanted))) return {};
    const given = Object.keys(MACHINE_INPUTS).map((name)=>[
            name,
            raw[calledHere(name)] ?? ''
        ]);
    const options = {
        ...Object.fromEntries(given),
        suite: named ? wanted : ''
    };
    const test = parseSettings(options, env, 1, calledHere);
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
exports.BOOT_ACTION_INPUTS = BOOT_ACTION_INPUTS;
exports.BOOT_INPUTS = BOOT_INPUTS;
exports.BOOT_TEST_INPUTS = BOOT_TEST_INPUTS;
exports.BUILD_INPUTS = BUILD_INPUTS;
exports.MAGIC_BYTES = MAGIC_BYTES;
exports.MAX_MEMBER = MAX_MEMBER;
exports.UserError = UserError;
exports.algorithmOf = algorithmOf;
exports.cacheDir = cacheDir;
exports.checkPin = checkPin;
exports.checkRunner = checkRunner;
exports.comparePaths = comparePaths;
exports.compressionOf = compressionOf;
exports.createCompressor = createCompressor;
exports.dataFiles = dataFiles;
exports.decompress = decompress;
exports.defaultVersion = defaultVersion;
exports.describe = describe;
exports.describingFiles = describingFiles;
exports.digestLike = digestLike;
exports.endInterrupted = endInterrupted;
exports.explainSystemError = explainSystemError;
exports.failedChecks = failedChecks;
exports.failure = failure;
exports.failureReport = failureReport;
exports.fileVersion = fileVersion;
exports.findExtraFiles = findExtraFiles;
exports.folders = folders;
exports.formatBytes = formatBytes;
exports.formatError = formatError;
exports.formatInspection = formatInspection;
exports.formatOrigin = formatOrigin;
exports.formatPlatform = formatPlatform;
exports.formatReference = formatReference;
exports.formatTable = formatTable;
exports.hexOf = hexOf;
exports.inspectPackage = inspectPackage;
exports.isDigest = isDigest;
exports.lastLines = lastLines;
exports.lines = lines$1;
exports.makeFolder = makeFolder;
exports.markdownTable = markdownTable;
exports.missingBootTools = missingBootTools;
exports.mustRun = mustRun;
exports.nameAndTag = nameAndTag;
exports.outliveOutput = outliveOutput;
exports.paddingOf = paddingOf;
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
exports.platformOf = platformOf;
exports.print = print;
exports.printable = printable;
exports.proveByBoot = proveByBoot;
exports.quote = quote$1;
exports.readMembers = readMembers;
exports.readSize = readSize;
exports.readTemplates = readTemplates;
exports.renderTemplates = renderTemplates;
exports.resizedHeader = resizedHeader;
exports.run = run;
exports.scriptFiles = scriptFiles;
exports.settle = settle;
exports.sha256 = sha256$1;
exports.shareFolder = shareFolder;
exports.showBoot = showBoot;
exports.skippableFrame = skippableFrame;
exports.soonAfter = soonAfter;
exports.tagMoved = tagMoved;
exports.tarHeader = tarHeader;
exports.textVerdict = textVerdict;
exports.together = together;
exports.unlessStuck = unlessStuck;
exports.untilInterrupted = untilInterrupted;
exports.usageError = usageError;
exports.verdictError = verdictError;
exports.versionOfTag = versionOfTag;
exports.widenThreadPool = widenThreadPool;
exports.within = within;
exports.writeFiles = writeFiles;

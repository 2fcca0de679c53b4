'use strict';

var node_child_process = require('node:child_process');
var promises = require('node:fs/promises');
var node_path = require('node:path');

/** The path of every entry, which is a part of what GitHub finds it by: relative, so always the same. */ const ENTRY = 'entry';
/**
 * What the client takes for tar. The real one would unpack whatever the cache holds with `-P`, into any
 * folder that the bytes name; an entry of ours is one file, which stands in place of the archive.
 */ const TAR = '#!/bin/sh\n';
/**
 * @param program `src/cache-client.ts`, or its bundle
 * @param parent a folder that the caller removes
 */ async function startClient(program, parent, env) {
    const folder = await promises.mkdtemp(node_path.join(parent, 'cache-client-'));
    const bin = node_path.join(folder, 'bin');
    await promises.mkdir(bin);
    await promises.writeFile(node_path.join(bin, 'tar'), TAR, {
        mode: 0o755
    });
    // The client saves nothing where nothing of that path is.
    await promises.writeFile(node_path.join(folder, ENTRY), '');
    const child = node_child_process.fork(program, {
        cwd: folder,
        // No zstd on this PATH: what compresses is another part of what an entry is found by.
        env: {
            ...env,
            PATH: bin,
            GITHUB_WORKSPACE: folder,
            RUNNER_TEMP: folder,
            RUNNER_DEBUG: ''
        },
        execArgv: [],
        stdio: [
            'ignore',
            'ignore',
            'ignore',
            'ipc'
        ]
    });
    // What cannot start, or be sent to, ends: that is waited for.
    child.on('error', ()=>child.kill('SIGKILL'));
    const ready = becomesReady(child);
    let asked = 0;
    return {
        get alive () {
            return child.connected && !child.killed;
        },
        async ask (request, limits) {
            asked += 1;
            const id = asked;
            if (await ready) return ask(child, {
                ...request,
                id
            }, limits);
            const said = '::warning::its client does not start\n';
            return {
                done: false,
                found: false,
                said
            };
        },
        end: ()=>child.kill('SIGKILL')
    };
}
/** Milliseconds for what takes a tenth of a second where a machine is not busy with anything else. */ const START_MS = 60_000;
function becomesReady(child) {
    const timer = setTimeout(()=>child.kill('SIGKILL'), START_MS);
    return new Promise((resolve)=>{
        child.once('message', ()=>resolve(true));
        // What cannot be started at all never exits.
        child.once('exit', ()=>resolve(false)).once('error', ()=>resolve(false));
    }).finally(()=>clearTimeout(timer));
}
function ask(child, request, limits) {
    return new Promise((resolve)=>{
        let found = false;
        const settle = (done, said, lost)=>{
            clearTimeout(timer);
            child.off('message', receive).off('close', gone);
            resolve({
                done,
                found,
                said,
                lost
            });
        };
        const expire = (milliseconds)=>setTimeout(()=>{
                child.kill('SIGKILL');
                settle(false, `::warning::no answer within ${milliseconds / 1000} s\n`);
            }, milliseconds);
        const gone = ()=>settle(false, '::warning::its client ended\n', child.killed ? 'killed' : 'ended');
        const receive = (message)=>{
            if ('ready' in message || message.id !== request.id) return;
            if ('done' in message) return settle(message.done, message.said);
            found = true;
            clearTimeout(timer);
            timer = expire(limits.transfer);
        };
        let timer = expire(limits.answer);
        child.on('message', receive).on('close', gone);
        child.send(request, (error)=>{
            if (error) gone();
        });
    });
}

exports.ENTRY = ENTRY;
exports.startClient = startClient;

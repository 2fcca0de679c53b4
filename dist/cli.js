#!/usr/bin/env node
'use strict';

var require$$1$1 = require('node:url');
var require$$0 = require('node:util');
var runner = require('./shared.js');
var promises = require('node:fs/promises');
var node_path = require('node:path');
var consumers = require('node:stream/consumers');
var node_os = require('node:os');
var node_crypto = require('node:crypto');
var node_fs = require('node:fs');
var promises$1 = require('node:stream/promises');
var require$$1 = require('node:zlib');
var require$$0$1 = require('node:stream');
require('node:child_process');
require('node:util/types');
require('node:events');
require('node:timers/promises');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
/**
 * Reads `--name value` and `--name=value`. A boolean may stand alone; an option that may be given
 * several times collects lines.
 *
 * @throws UserError (usage) for an unknown or repeated option and for a missing value
 */ function parseArguments(args, options) {
    const { tokens } = require$$0.parseArgs({
        args: [
            ...args
        ],
        options: Object.fromEntries(Object.entries(options).map(([name, { boolean }])=>[
                name,
                {
                    type: boolean ? 'boolean' : 'string'
                }
            ])),
        allowPositionals: true,
        strict: false,
        tokens: true
    });
    const values = {};
    const positionals = [];
    for (const [n, token] of tokens.entries()){
        if (token.kind === 'positional') {
            checkBoolean(tokens[n - 1], token.value);
            positionals.push(token.value);
        }
        if (token.kind === 'option') addOption(token, options, values);
    }
    return {
        values,
        positionals
    };
}
/** `--tls-verify false` would leave the option on, and name an image `false`. */ function checkBoolean(before, value) {
    if (before?.kind !== 'option' || !/^(true|false)$/i.test(value)) return;
    throw runner.usageError(`${before.rawName} takes its value behind =`, {
        hint: `${before.rawName}=${value}`
    });
}
function addOption({ name, rawName, value, inlineValue }, options, values) {
    const info = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!info || !rawName.startsWith('--')) {
        throw runner.usageError(`unknown option ${rawName}`, {
            hint: suggestion(name, options)
        });
    }
    const given = value ?? (info.boolean ? 'true' : undefined);
    if (given === undefined || !inlineValue && given.startsWith('--')) {
        throw runner.usageError(`${rawName} needs a value`, {
            hint: info.help
        });
    }
    if (Object.hasOwn(values, name) && !info.many) throw runner.usageError(`${rawName} is given twice`);
    values[name] = Object.hasOwn(values, name) ? `${values[name]}\n${given}` : given;
}
function suggestion(name, options) {
    const near = Object.keys(options).find((option)=>option.startsWith(name) || name.startsWith(option) || sorted(option) === sorted(name));
    return near ? `did you mean --${near}?` : 'see --help';
}
/** Two names with the same letters are probably the same word with a slip in it. */ function sorted(name) {
    return [
        ...name
    ].sort().join('');
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
        ],
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
    const child = runner.start(argv, {
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
    const end = runner.ended(child, argv).then(async (code)=>{
        const untimely = leaving ? undefined : {
            code,
            complaints: await complaints
        };
        const reason = await explainEnd(spec, fault, untimely);
        guest.giveUp(context.signal.aborted ? context.signal.reason : reason);
    }, (error)=>guest.giveUp(error));
    const over = end.finally(()=>{
        clearTimeout(deadline);
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
    const console = lastConsoleLines(await promises.readFile(consoleLog, 'utf8').catch(()=>''));
    const what = fault?.message ?? (end ? whyEnded(end, console) : 'it has ended');
    return runner.failure(`the machine: ${what}`, {
        hint: `its console: ${consoleLog}`,
        cause: console
    });
}
function whyEnded({ code, complaints }, console) {
    const panic = /Kernel panic[^\n]*/.exec(console)?.[0];
    if (panic) return panic;
    if (code !== 0) return `qemu ended with exit code ${code}: ${runner.lastLines(complaints)}`;
    return 'it turned itself off before all was done';
}
/** The last lines of a console, without what moves cursors and sets colours. */ function lastConsoleLines(console, count = CONSOLE_LINES) {
    const lines = console// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of a terminal
    .replaceAll(/\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[A-Z=>])/g, '').split(/\r?\n/).map((line)=>line.replaceAll('\r', '').trimEnd()).filter((line)=>line !== '');
    return lines.slice(-count).join('\n');
}

/**
 * For the scenarios in which a check failed: the ends of the consoles, and what the machines told
 * (failed units, journals of the loader and the engine).
 */ async function failureReport({ cases, logs }) {
    const failed = new Set(cases.filter(({ ok })=>!ok).map(({ scenario })=>scenario));
    const wanted = logs.filter((log)=>[
            ...failed
        ].some((scenario)=>isLogOf(scenario, log)));
    return (await Promise.all(wanted.map(excerpt))).join('\n');
}
/** Logs are called `NUMBER-SCENARIO.KIND.log`. */ function isLogOf(scenario, log) {
    return node_path.basename(log).replace(/^\d+-/, '').startsWith(`${scenario}.`);
}
async function excerpt(log) {
    const text = await promises.readFile(log, 'utf8').catch(()=>'');
    return `--- ${log}\n${log.endsWith('.console.log') ? lastConsoleLines(text) : text.trimEnd()}`;
}

const SCENARIOS = [
    'fresh',
    'reboot',
    'prune',
    'live-update',
    'upgrade',
    'two-packages',
    'delete-after-load',
    'read-only-usr',
    'low-disk',
    'power-cut'
];

/** The options of `boot`, in the order in which help shows them. */ const BOOT_INPUTS = {
    suite: {
        help: 'Debian suite of the machine, such as bookworm or trixie',
        default: 'bookworm'
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
        help: 'an older version of the package, for the scenario upgrade'
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
    deadline: {
        help: 'seconds that one boot of the machine may take',
        default: '1800'
    },
    mirror: {
        help: "the Debian archive; by default that of this machine's apt sources"
    },
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
    'cache-dir': {
        help: 'folder of the local store; by default in ~/.cache'
    }
};
/** @throws UserError (usage), with the option's name as its origin */ function parseBootOptions(debs, raw, env) {
    if (debs.length === 0) throw runner.usageError('boot needs a package', {
        hint: 'boot DEB…'
    });
    const twice = debs.find((deb, n)=>debs.indexOf(deb) !== n);
    if (twice !== undefined) throw runner.usageError(`${twice} is given twice`);
    return {
        debs: debs.map((deb)=>node_path.resolve(deb)),
        suite: parse(raw, 'suite', parseSuite),
        packages: parse(raw, 'packages', parsePackages),
        scenarios: parse(raw, 'scenario', parseScenarios),
        upgradeFrom: raw['upgrade-from'] ? node_path.resolve(raw['upgrade-from']) : undefined,
        testCommand: raw['test-command'] || undefined,
        memory: parse(raw, 'memory', runner.integer(256, 1024 * 1024)),
        cpus: parse(raw, 'cpus', runner.integer(1, 64)),
        deadline: parse(raw, 'deadline', runner.integer(10, 24 * 3600)),
        mirror: raw.mirror || undefined,
        junit: raw.junit ? node_path.resolve(raw.junit) : undefined,
        summary: raw.summary ? node_path.resolve(raw.summary) : undefined,
        logDir: node_path.resolve(parse(raw, 'log-dir', String)),
        keep: parse(raw, 'keep', runner.oneOf([
            'true',
            'false'
        ])) === 'true',
        cacheDir: runner.cacheDir(raw['cache-dir'], env)
    };
}
function parse(raw, name, parser) {
    const info = BOOT_INPUTS[name];
    try {
        return parser(raw[name] || info.default || '');
    } catch (error) {
        if (!(error instanceof runner.UserError) || error.origin) throw error;
        throw new runner.UserError(error.kind, error.message, {
            origin: {
                file: name
            },
            hint: error.hint
        });
    }
}
function parseScenarios(text) {
    return names$2(text).map(runner.oneOf(SCENARIOS));
}
function parsePackages(text) {
    return names$2(text).map(checkDebianName);
}
/** Debian policy, 5.6.1: at least two characters, the first one a letter or a digit. */ function checkDebianName(text) {
    if (/^[a-z0-9][a-z0-9+.-]+$/.test(text)) return text;
    throw runner.usageError(`not the name of a Debian package: ${JSON.stringify(text)}`);
}
/** Names separated by commas, white space or lines, each once. */ function names$2(text) {
    return [
        ...new Set(runner.lines(text.replaceAll(/[,\s]+/g, '\n')))
    ];
}
/** A suite becomes part of addresses and file names. */ function parseSuite(text) {
    if (/^[a-z][a-z0-9-]*$/.test(text)) return text;
    throw runner.usageError(`not a suite: ${JSON.stringify(text)}`, {
        hint: 'such as bookworm or trixie'
    });
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
    const { stdout } = await runner.mustRun([
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
    const { code, stderr } = await runner.run(argv, options);
    if (code === 0) return;
    const errors = stderr.split('\n').filter((line)=>line.startsWith('E: '));
    const why = errors.length > 0 ? errors.map((line)=>line.slice(3)).join(' | ') : stderr.trim();
    throw runner.failure(`the packages of ${suite} cannot be had: ${why}`, {
        hint: 'check the suite, the mirror and the network'
    });
}
async function present(names, options) {
    const { stdout } = await runner.mustRun([
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
    const meta = await runner.mustRun([
        ...show,
        metaPackage
    ], options);
    const name = parseKernelPackage(meta.stdout.toString());
    if (name === undefined) throw runner.failure(`${metaPackage} depends on no kernel`);
    const parts = parseKernelParts((await runner.mustRun([
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
            const output = await runner.mustRun(uid === 0 ? argv : fakerootArgv(argv, state, begun), {
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
    await runner.mustRun(bootstrapArgv(options, tarball), {
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
/** Where a base's files are, in the cache or before they come there. */ function baseFiles(folder) {
    return {
        disk: node_path.join(folder, 'disk.ext4'),
        kernel: node_path.join(folder, 'vmlinuz'),
        initrd: node_path.join(folder, 'initrd')
    };
}
/** @returns `undefined` when there is none, or when a file is not what it was when it was made */ async function readBase(cacheDir, key) {
    const folder = entryFolder(cacheDir, key);
    try {
        const { sha256, ...facts } = JSON.parse(await promises.readFile(node_path.join(folder, 'base.json'), 'utf8'));
        const files = baseFiles(folder);
        const sums = await hashFiles(files);
        if (FILES.some((name)=>sums[name] !== sha256[name])) return undefined;
        return {
            ...facts,
            ...files
        };
    } catch  {
        return undefined;
    }
}
/**
 * Puts a finished base into the cache, whole or not at all. Whoever comes second, of two that made the
 * same one at the same time, takes the first one's; a damaged one gives way.
 *
 * @param folder a folder on the cache's file system, with the files of `baseFiles`
 */ async function publishBase(cacheDir, folder, facts) {
    const entry = {
        ...facts,
        sha256: await hashFiles(baseFiles(folder))
    };
    await promises.writeFile(node_path.join(folder, 'base.json'), `${JSON.stringify(entry, null, 2)}\n`);
    const target = entryFolder(cacheDir, facts.key);
    if (!await renamed(folder, target)) {
        const other = await readBase(cacheDir, facts.key);
        if (other !== undefined) return other;
        // Aside first: a folder is removed file by file, and nobody may meet it half removed.
        const aside = `${folder}.damaged`;
        await promises.rename(target, aside);
        await promises.rm(aside, {
            recursive: true
        });
        await promises.rename(folder, target);
    }
    return {
        ...facts,
        ...baseFiles(target)
    };
}
/** A folder for the making of a base, beside its later place so that a rename brings it there. */ async function stagingFolder(cacheDir, key, id) {
    const folder = node_path.join(cacheDir, 'bases', `.${key}.${id}`);
    await promises.mkdir(folder, {
        recursive: true
    });
    return folder;
}
function entryFolder(cacheDir, key) {
    return node_path.join(cacheDir, 'bases', key);
}
/** @returns `false` when something is there already */ async function renamed(from, to) {
    try {
        await promises.rename(from, to);
        return true;
    } catch (error) {
        const { code } = error;
        if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
        throw error;
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
    const header = `070701${numbers.map(hex$1).join('')}`;
    return [
        padded(Buffer.concat([
            Buffer.from(header),
            name
        ])),
        padded(data)
    ];
}
function hex$1(number) {
    return number.toString(16).toUpperCase().padStart(8, '0');
}
function padded(bytes) {
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
        await runner.mustRun([
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
    await runner.mustRun([
        'depmod',
        '-b',
        root,
        version
    ], {
        env,
        signal
    });
    await runner.mustRun([
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
        outputs.push((await runner.mustRun([
            ...argv,
            name
        ], options)).stdout.toString());
    }
    return parseShowDepends(outputs.join(''));
}
/** Uncompressed: not every insmod can do that by itself. */ async function plainModule(path, signal) {
    if (path.endsWith('.xz')) return (await runner.mustRun([
        'xz',
        '-dc',
        path
    ], {
        signal
    })).stdout;
    if (path.endsWith('.zst')) return (await runner.mustRun([
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
    for (const args of effects.alternatives.filter((each)=>isThere(root, each))){
        await runner.mustRun([
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
    for (const argv of enableArgvs(root, effects))await runner.mustRun(argv, {
        env,
        signal
    });
}
/** Pages of the manual are not unpacked, and update-alternatives refuses what is not there. */ function isThere(root, [, , , path = '']) {
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

/** Grows whenever the same options would give another base: cached ones of older recipes are not taken. */ const RECIPE_VERSION = 1;
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
/** Kernels that know virtio; the cloud flavours have a tenth of the modules, and armhf has none of them. */ const KERNEL = {
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
        kernelMetaPackage: KERNEL[options.architecture]
    };
}
/** Names a base by all that it is made from, but for the day on which it was downloaded. */ function baseKey(options) {
    const { packages } = recipe(options);
    const ingredients = [
        RECIPE_VERSION,
        options.mirror ?? '',
        options.method ?? 'auto',
        ...packages.toSorted()
    ];
    const hash = node_crypto.createHash('sha256').update(JSON.stringify(ingredients)).digest('hex');
    return `${options.suite}-${options.architecture}-${options.engine}-${hash.slice(0, 12)}`;
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
    const { stdout } = await runner.run(argv, {
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
        await runner.run(bootstrapSourcesArgv(options.suite, node_path.join(work, 'root'), list), {
            signal: options.signal
        });
        const { stdout } = await runner.mustRun([
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
    const programs = [
        ...Object.keys(PACKAGE_OF),
        ...uid === 0 ? [] : [
            'fakeroot'
        ]
    ];
    const folders = (toolEnvironment(env).PATH ?? '').split(':');
    const missing = missingPackages(programs, (program)=>folders.some((folder)=>node_fs.existsSync(node_path.join(folder, program))));
    const all = [
        ...missing,
        ...node_fs.existsSync(DEBIAN_KEYRING) ? [] : [
            'debian-archive-keyring'
        ]
    ];
    if (all.length === 0) return;
    throw runner.failure(`a base system cannot be made without: ${all.join(', ')}`, {
        hint: `apt-get install ${all.join(' ')}`
    });
}
function missingPackages(programs, isThere) {
    const packages = programs.filter((program)=>!isThere(program)).map((program)=>PACKAGE_OF[program] ?? program);
    return [
        ...new Set(packages)
    ];
}

/**
 * The base system for these options: from the cache, or made and put there.
 *
 * @throws UserError (failure) when the packages cannot be had, or a tool is missing or fails
 */ async function prepareBase(options) {
    const key = baseKey(options);
    const cached = await readBase(options.cacheDir, key);
    if (cached !== undefined) return cached;
    requireTools(process.getuid?.(), process.env);
    const staging = await stagingFolder(options.cacheDir, key, node_crypto.randomUUID());
    const work = await promises.mkdtemp(node_path.join(options.workDir, 'base-'));
    try {
        const packages = await makeBase(options, work, staging);
        const { suite, architecture } = options;
        return await publishBase(options.cacheDir, staging, {
            suite,
            architecture,
            packages,
            key
        });
    } finally{
        await promises.rm(work, {
            recursive: true,
            force: true
        });
        await promises.rm(staging, {
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
    return installedPackages(await promises.readFile(node_path.join(root, 'var/lib/dpkg/status'), 'latin1'));
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
            throw runner.failure(names, {
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
function installedPackages(status) {
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
    const { code, stdout, stderr } = await runner.run(limited, {
        signal
    });
    if (code === 124 || code === 137) return `it did not run a kernel within ${PROBE_MS / 1000} s`;
    if (code !== 0) return `qemu cannot use it: ${stderr.trim().split('\n').at(-1)}`;
    return stdout.includes('Linux version') ? undefined : 'it ran no kernel';
}
/** @throws UserError (failure) when qemu is not there */ async function checkQemu(architecture, signal) {
    const program = qemuProgram(architecture);
    const version = await runner.run([
        'sh',
        '-c',
        'command -v "$1" && command -v qemu-img',
        'sh',
        program
    ], {
        signal
    });
    if (version.code === 0) return;
    throw runner.failure(`${program} or qemu-img is not installed`, {
        hint: `apt-get install ${qemuPackage(architecture)} qemu-utils`
    });
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
    throw runner.failure(`its ID is ${short$1(id)}, not ${short$1(configDigest)} nor ${short$1(manifestDigest)}`);
}
function checkArchitecture(shown, image) {
    if (shown.architecture === image.architecture) return shown.architecture;
    throw runner.failure(`it is for ${shown.architecture}, not ${image.architecture}`);
}
function checkLayers(shown, image) {
    if (require$$0.isDeepStrictEqual(shown.layers, image.layers)) return `${image.layers.length} layers`;
    const differs = image.layers.findIndex((layer, n)=>layer !== shown.layers[n]);
    if (differs < 0) throw runner.failure(`${shown.layers.length} layers, not ${image.layers.length}`);
    throw runner.failure(`layer ${differs + 1} is ${short$1(shown.layers[differs] ?? 'absent')}, not ${short$1(image.layers[differs] ?? '')}`);
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
        throw runner.failure(`its ${name} is ${found}, not ${wanted}`);
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
    throw runner.failure(`uname -m says ${machine}, not ${KERNEL_MACHINES[architecture].join(' or ')}`);
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

/** Makes a disk that takes what a machine writes; what lies under it is never written. */ async function makeOverlay(below, overlay, size, signal) {
    await runner.mustRun(overlayArgv(below, overlay, size), {
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
        await runner.mustRun(payloadArgv(folder, disk), {
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
        code: hex('b83c000000 31ff 0f05')
    },
    // mov x8, 93 (exit); mov x0, 0; svc 0
    arm64: {
        bits: 64,
        machine: 183,
        flags: 0,
        code: hex('a80b80d2 000080d2 010000d4')
    },
    // mov r7, 1 (exit); mov r0, 0; svc 0; flags: EABI 5
    armhf: {
        bits: 32,
        machine: 40,
        flags: 0x05000000,
        code: hex('0170a0e3 0000a0e3 000000ef')
    }
};
function hex(text) {
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
 */ async function preparePayload(packages, nameOf, { guestDir, workDir, signal }) {
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
    throw runner.failure(`${argv.join(' ')}: ${reason(code, seconds, `${stderr}\n${stdout}`)}`);
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
/** `dpkg --install`, which loads the images on a running system. */ async function install(machine, packages) {
    await output(machine, [
        'dpkg',
        '--install',
        ...packages.map(debOnDevice)
    ], LONG);
}
/** Installs without starting anything, as into the tree of a device that does not run yet. */ async function installAtRest(machine, packages) {
    const policy = '/usr/sbin/policy-rc.d';
    await shell(machine, `printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`);
    await install(machine, packages);
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
/** Starts a unit, and waits; how it went, its state tells. */ async function startUnit(machine, pkg) {
    await machine.run([
        'systemctl',
        'start',
        unitOf(pkg)
    ], LONG);
}
/** The unit and the target of all loaders are active; the detail says what the unit took. */ async function checkActive(lab, machine, pkg) {
    await lab.check('unit is active', pkg.name, async ()=>{
        const [unit, target] = await unitStates(machine, [
            unitOf(pkg),
            'container-preload.target'
        ]);
        if (unit?.active !== 'active') {
            const words = await lastWords(machine, pkg);
            throw runner.failure(`${unitOf(pkg)} is ${unit?.active} (${unit?.result}): ${words}`);
        }
        if (target?.active !== 'active') {
            throw runner.failure(`container-preload.target is ${target?.active}, and the unit active`);
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
    const all = await machine.run(inspectArgv(pkg.engine, references));
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
async function checkPresent(lab, machine, { engine }, { reference }, known) {
    let shown = known;
    await lab.check('present', reference, async ()=>{
        shown ??= parseInspections(await output(machine, inspectArgv(engine, [
            reference
        ])))[0];
        return `${engine} knows it`;
    });
    return shown;
}
/** Seconds that a container may take: it has nothing to do. */ const RUN_SECONDS = 120;
/** Runs a container of the image that must succeed; says what was run. */ async function runSomething({ testCommand }, machine, { engine, architecture }, { reference }) {
    const attempt = async (program, mounts)=>{
        const reply = await machine.run(runArgv(engine, reference, program, mounts), RUN_SECONDS);
        if (reply.code === STOPPED) await machine.run(removeContainerArgv(engine));
        return reply;
    };
    const must = (by, { code, stdout, stderr })=>{
        if (code === 0) return by;
        throw runner.failure(`${by}: ${reason(code, RUN_SECONDS, `${stdout}\n${stderr}`)}`);
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
        if (line !== undefined) throw runner.failure(`the journal says: ${line}`);
        const state = await loaderState(machine, pkg);
        if (state !== stateBefore) throw runner.failure(`stamps were written: ${state.replaceAll('\n', ' | ')}`);
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

/** Nothing more can be found out: the machine is gone. What happened is in the book already. */ class StopScenario extends Error {
}
/** The lab of one scenario; what it finds and makes is added to `book`. */ function openLab(options, scenario, book) {
    let current;
    let failures = 0;
    const write = (found)=>{
        if (!found.ok) failures += 1;
        book.cases.push(found);
        options.onCase(found);
    };
    const check = async (name, subject, look)=>{
        const begun = performance.now();
        const record = (ok, detail)=>{
            const seconds = Math.round(performance.now() - begun) / 1000;
            write({
                scenario,
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
            if (!(error instanceof runner.UserError)) throw error;
            const ended = current !== undefined && !current.alive;
            record(false, error.message);
            if (ended || name === BOOTS) throw new StopScenario(error.message);
            return false;
        }
    };
    const start = async (disk, how)=>{
        const number = book.logs.filter((log)=>log.endsWith('.console.log')).length + 1;
        const consoleLog = node_path.join(options.logDir, `${number}-${scenario}.console.log`);
        book.logs.push(consoleLog);
        await promises.mkdir(options.logDir, {
            recursive: true
        });
        await promises.writeFile(consoleLog, '');
        return startMachine(machineSpec(options, disk, consoleLog, how), {
            nonce: options.payload.nonce,
            deadline: options.deadline,
            signal: options.signal
        });
    };
    const explain = async (machine, since)=>{
        if (failures === since || !machine.alive) return;
        const log = machine.consoleLog.replace(/console\.log$/, 'diagnosis.log');
        const [first] = options.packages;
        await promises.writeFile(log, await diagnose(machine, options.packages, first?.engine ?? 'docker'));
        book.logs.push(log);
    };
    return {
        ...options,
        scenario,
        check,
        async disk (over) {
            const file = node_path.join(options.diskDir, `${scenario}-${book.disks.length + 1}.qcow2`);
            const below = over ? {
                file: over.file,
                format: 'qcow2'
            } : {
                file: options.base.disk,
                format: 'raw'
            };
            await makeOverlay(below, file, options.diskSize, options.signal);
            book.disks.push(file);
            return {
                file
            };
        },
        async boot (disk, use, how = {}) {
            const since = failures;
            let machine;
            try {
                await check(BOOTS, '', async ()=>{
                    const begun = performance.now();
                    current = undefined;
                    machine = await start(disk, how);
                    current = machine;
                    if (how.early) return `${Math.round((performance.now() - begun) / 1000)} s to the agent`;
                    // Says degraded and exits with 1 where any unit failed: what matters is checked later.
                    const { stdout } = await machine.run([
                        'systemctl',
                        'is-system-running',
                        '--wait'
                    ], options.deadline);
                    return `up, ${stdout.trim()}`;
                });
                if (!machine) throw new Error('a machine that boots and is not there');
                const result = await use(machine);
                await explain(machine, since);
                if (machine.alive) await machine.leave(how.leave ?? 'poweroff');
                return result;
            } catch (error) {
                options.signal.throwIfAborted();
                if (!(error instanceof runner.UserError)) throw error;
                const { message: detail } = error;
                write({
                    scenario,
                    check: 'goes through',
                    subject: '',
                    ok: false,
                    detail,
                    seconds: 0
                });
                if (machine) await explain(machine, since);
                throw new StopScenario(detail);
            } finally{
                await machine?.cut();
            }
        }
    };
}
const BOOTS = 'boots';
function machineSpec(options, disk, consoleLog, how) {
    const { base, acceleration, memory, cpus, payload } = options;
    const hasAppArmor = base.packages.some(({ name })=>name === 'apparmor');
    return {
        architecture: base.architecture,
        acceleration: acceleration.by,
        memory,
        cpus,
        kernel: base.kernel,
        initrd: base.initrd,
        // Docker fails on a kernel with AppArmor and a system without its parser.
        commandLine: kernelCommandLine(base.architecture, hasAppArmor ? [] : [
            'apparmor=0'
        ]),
        disk: disk.file,
        durable: how.durable ?? false,
        payload: payload.disk,
        consoleLog
    };
}

/** The image files go once all images are loaded; images run then and after the next boot. */ async function deleteAfterLoad(lab) {
    const disk = await lab.disk();
    await lab.boot(disk, async (machine)=>{
        await installAtRest(machine, lab.packages);
        for (const pkg of lab.packages){
            await deleteFiles(machine, pkg);
            await startUnit(machine, pkg);
            await checkActive(lab, machine, pkg);
            await lab.check('files are deleted', pkg.name, ()=>checkDeleted(machine, pkg));
            await checkImagesRun(lab, machine, pkg);
        }
    }, {
        leave: 'reboot'
    });
    await lab.boot(disk, async (machine)=>{
        for (const pkg of lab.packages){
            await checkActive(lab, machine, pkg);
            await checkImagesRun(lab, machine, pkg);
        }
    });
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
    throw runner.failure(`${left} files are left, not ${wanted}`);
}
/** Layer and image files of the package that are still there. */ async function remainingFiles(machine, { name }) {
    const share = `/usr/share/${name}`;
    const found = await shell(machine, 'find "$1/layers" "$1/images" -type f', share);
    return found.split('\n').filter((line)=>line !== '');
}

/** Installs the packages in a running system: they are loaded, and every image runs. */ async function fresh(lab) {
    const disk = await lab.disk();
    const states = new Map();
    await lab.boot(disk, async (machine)=>{
        await lab.check('dpkg installs', names$1(lab), async ()=>{
            await install(machine, lab.packages);
            return `${lab.packages.length} packages`;
        });
        for (const pkg of lab.packages){
            await checkActive(lab, machine, pkg);
            await checkImages(lab, machine, pkg);
            states.set(pkg.name, await loaderState(machine, pkg));
        }
    }, {
        leave: 'reboot'
    });
    return {
        disk,
        states
    };
}
function names$1({ packages }) {
    return packages.map(({ name })=>name).join(' ');
}

/** A tag that somebody moved to another image is left alone by the next boots. */ async function liveUpdate(lab, { disk }) {
    const updated = await lab.disk(disk);
    const moved = new Map();
    await lab.boot(updated, async (machine)=>{
        await shell(machine, 'echo updated >/run/updated && tar -cf /run/updated.tar -C /run updated');
        for (const pkg of lab.packages){
            const [image] = loadedImages(pkg);
            if (image === undefined) continue;
            await lab.check('tag is moved', image.reference, async ()=>{
                await output(machine, importArgv(pkg.engine, '/run/updated.tar', image.reference), 300);
                moved.set(pkg.name, await idOf(machine, pkg.engine, image.reference));
                return moved.get(pkg.name) ?? '';
            });
        }
    }, {
        leave: 'reboot'
    });
    await lab.boot(updated, async (machine)=>{
        for (const pkg of lab.packages){
            const [image] = loadedImages(pkg);
            if (image === undefined) continue;
            await checkActive(lab, machine, pkg);
            await lab.check('tag stays', image.reference, async ()=>{
                const id = await idOf(machine, pkg.engine, image.reference);
                if (id === moved.get(pkg.name)) return id;
                throw runner.failure(`it is ${id} again, not ${moved.get(pkg.name)} that it was moved to`);
            });
        }
    });
}
async function idOf(machine, engine, reference) {
    const [shown] = parseInspections(await output(machine, inspectArgv(engine, [
        reference
    ])));
    return shown?.id ?? '';
}

/** Bytes that stay free: enough for state and logs, too little for any image. */ const LEFT = 1_000_000;
const FILLER = '/var/tmp/container-preload-filler';
/** A disk that is too small: the unit fails with a clear line, nothing is half done, and with room it works. */ async function lowDisk(lab) {
    await lab.boot(await lab.disk(), async (machine)=>{
        await installAtRest(machine, lab.packages);
        await shell(machine, 'fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - $2)) "$1" && sync', FILLER, String(LEFT));
        for (const pkg of lab.packages){
            await startUnit(machine, pkg);
            await checkRefused(lab, machine, pkg);
        }
        await shell(machine, 'rm "$1" && sync', FILLER);
        for (const pkg of lab.packages){
            await startUnit(machine, pkg);
            await checkActive(lab, machine, pkg);
            await checkImagesRun(lab, machine, pkg);
        }
    });
}
async function checkRefused(lab, machine, pkg) {
    await lab.check('unit fails without space', pkg.name, async ()=>{
        const [unit] = await unitStates(machine, [
            unitOf(pkg)
        ]);
        if (unit?.active !== 'failed') throw runner.failure(`it is ${unit?.active}`);
        const line = /^.*not enough space.*$/m.exec(await journal(machine, pkg))?.[0];
        if (line === undefined) throw runner.failure('its journal does not say that space is missing');
        return line;
    });
    await lab.check('nothing half done', pkg.name, async ()=>{
        for (const { reference } of loadedImages(pkg)){
            const { code } = await machine.run(inspectArgv(pkg.engine, [
                reference
            ]));
            if (code === 0) throw runner.failure(`${reference} is there`);
        }
        const intents = await shell(machine, 'find "$1" -type f 2>/dev/null || true', INTENTS);
        if (intents.trim() !== '') throw runner.failure(`a load was begun: ${intents.trim()}`);
        return 'no image, no intent';
    });
}

/**
 * The power goes in the middle of the first load, and once more right after the load is done; at
 * the boot after that every image runs.
 */ async function powerCut(lab) {
    const disk = await lab.disk();
    await lab.boot(disk, async (machine)=>{
        await lab.check('dpkg installs', names(lab.packages), async ()=>{
            await installAtRest(machine, lab.packages);
            return 'nothing is loaded yet';
        });
    }, {
        leave: 'reboot',
        durable: true
    });
    await lab.boot(disk, (machine)=>cutInLoad(lab, machine), {
        early: true,
        durable: true
    });
    await lab.boot(disk, (machine)=>cutAfterLoad(lab, machine), {
        early: true,
        durable: true
    });
    await lab.boot(disk, async (machine)=>{
        for (const pkg of lab.packages){
            await checkActive(lab, machine, pkg);
            await checkImages(lab, machine, pkg);
        }
    });
}
async function cutInLoad(lab, machine) {
    await lab.check('cut in the middle of a load', '', async ()=>{
        const intents = await waitForIntent(machine);
        // Halfway through what the engine does, not before it begins.
        await shell(machine, 'sleep 1');
        await machine.cut();
        return `while this was being loaded: ${intents}`;
    });
}
async function cutAfterLoad(lab, machine) {
    await lab.check('cut right after the load', '', async ()=>{
        for (const pkg of lab.packages){
            // Its end is waited for in the machine: every question from here would slow the load down.
            const wait = 'until systemctl is-active -q "$1" || systemctl is-failed -q "$1"; do sleep 0.5; done';
            await shell(machine, wait, unitOf(pkg));
            const [unit] = await unitStates(machine, [
                unitOf(pkg)
            ]);
            if (unit?.active !== 'active') throw runner.failure(`${unitOf(pkg)} is ${unit?.active}`);
        }
        await machine.cut();
        return 'as soon as the unit was active';
    });
}
/** Waits until a loader has written down what it begins. */ async function waitForIntent(machine) {
    const wait = `until find ${INTENTS} -type f ! -name '*.new' 2>/dev/null | grep .; do sleep 0.1; done`;
    const found = await output(machine, [
        'sh',
        '-c',
        wait
    ], 600);
    return found.trim().split('\n').join(' ');
}
function names(packages) {
    return packages.map(({ name })=>name).join(' ');
}

/** Images that somebody removed are back after the next boot. */ async function prune$1(lab, { disk }) {
    const pruned = await lab.disk(disk);
    await lab.boot(pruned, async (machine)=>{
        for (const pkg of lab.packages){
            await lab.check('images are removed', pkg.name, async ()=>{
                for (const { reference } of loadedImages(pkg)){
                    await output(machine, removeImageArgv(pkg.engine, reference));
                }
                return `${loadedImages(pkg).length} images`;
            });
        }
    }, {
        leave: 'reboot'
    });
    await lab.boot(pruned, async (machine)=>{
        for (const pkg of lab.packages){
            await checkActive(lab, machine, pkg);
            await checkImagesRun(lab, machine, pkg);
        }
    });
}

/** Files that cannot be deleted stay: that is said, and everything else works. */ async function readOnlyUsr(lab) {
    await lab.boot(await lab.disk(), async (machine)=>{
        await installAtRest(machine, lab.packages);
        for (const pkg of lab.packages)await deleteFiles(machine, pkg);
        await shell(machine, 'mount --bind /usr /usr && mount -o remount,bind,ro /usr');
        for (const pkg of lab.packages){
            const before = await remainingFiles(machine, pkg);
            await startUnit(machine, pkg);
            await checkActive(lab, machine, pkg);
            await lab.check('says read-only once', pkg.name, async ()=>{
                const lines = (await journal(machine, pkg)).split('\n').filter((line)=>/read-only/.test(line));
                const [line] = lines;
                if (lines.length === 1 && line !== undefined) return line;
                throw runner.failure(`it is said ${lines.length} times`);
            });
            await lab.check('files stay', pkg.name, async ()=>{
                const after = await remainingFiles(machine, pkg);
                if (after.length === before.length) return `${after.length} files`;
                throw runner.failure(`${after.length} files of ${before.length}`);
            });
            await checkImagesRun(lab, machine, pkg);
        }
    });
}

/** The next boot loads nothing again, and every image runs. */ async function reboot(lab, { disk, states }) {
    await lab.boot(await lab.disk(disk), async (machine)=>{
        for (const pkg of lab.packages){
            await checkActive(lab, machine, pkg);
            await checkNothingLoaded(lab, machine, pkg, states.get(pkg.name) ?? '');
            await checkImagesRun(lab, machine, pkg);
        }
    });
}

/** Packages are installed one after the other; the first goes, and the others are as they were. */ async function twoPackages(lab) {
    const [first, ...others] = lab.packages;
    if (first === undefined || others.length === 0) {
        throw runner.usageError('the scenario two-packages needs two packages');
    }
    await lab.boot(await lab.disk(), async (machine)=>{
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
    });
}

/** An older version of the first package is there and loaded; the new one takes its place. */ async function upgrade(lab) {
    const { upgradeFrom: old } = lab;
    const [pkg] = lab.packages;
    if (old === undefined || pkg === undefined) {
        throw runner.usageError('the scenario upgrade needs an older package', {
            hint: '--upgrade-from DEB'
        });
    }
    await lab.boot(await lab.disk(), async (machine)=>{
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
    });
}

/** Scenarios that begin where `fresh` has ended. */ const AFTER_FRESH = {
    reboot,
    prune: prune$1,
    'live-update': liveUpdate
};
/** Scenarios that begin with an empty system. */ const FROM_START = {
    upgrade,
    'two-packages': twoPackages,
    'delete-after-load': deleteAfterLoad,
    'read-only-usr': readOnlyUsr,
    'low-disk': lowDisk,
    'power-cut': powerCut
};
/**
 * Proves packages in machines: boots them, installs, and looks at what the scenarios ask for.
 * A check that fails is in the verdict; only what keeps the test itself from being made is thrown.
 *
 * @throws UserError; the reason of `signal`
 */ async function bootTest(test) {
    const begun = performance.now();
    const book = {
        cases: [],
        logs: [],
        disks: []
    };
    const workDir = await promises.mkdtemp(node_path.join(test.workDir, 'boot-'));
    try {
        const { base, signal } = test;
        const acceleration = await findAcceleration(base.architecture, base.kernel, signal);
        test.onAcceleration?.(acceleration);
        const options = await labOptions(test, acceleration, workDir);
        await runScenarios(test.scenarios, (scenario)=>openLab(options, scenario, book));
        return verdict(test, acceleration, book, begun);
    } finally{
        await promises.rm(workDir, {
            recursive: true,
            force: true
        });
    }
}
async function runScenarios(wanted, open) {
    const names = SCENARIOS.filter((name)=>wanted.includes(name));
    let installed;
    if (names.some((name)=>name === 'fresh' || Object.hasOwn(AFTER_FRESH, name))) {
        installed = await unlessStopped(()=>fresh(open('fresh')));
    }
    for (const name of names){
        if (name === 'fresh') continue;
        if (name in FROM_START) {
            const scenario = FROM_START[name];
            await unlessStopped(()=>scenario(open(name)));
        } else if (installed) {
            const [scenario, from] = [
                AFTER_FRESH[name],
                installed
            ];
            await unlessStopped(()=>scenario(open(name), from));
        }
    }
}
/** A machine that broke down ends its scenario; why, is in the book. */ async function unlessStopped(scenario) {
    try {
        return await scenario();
    } catch (error) {
        if (error instanceof StopScenario) return undefined;
        throw error;
    }
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
        // Overlays name what lies below them: what is kept is never moved.
        diskDir: test.keep ? test.logDir : workDir,
        payload: await preparePayload(carried, debOnDevice, {
            guestDir,
            workDir,
            signal
        }),
        diskSize: diskSize(carried),
        onCase: test.onCase ?? (()=>undefined)
    };
}
const GIB = 1024 ** 3;
/**
 * Bytes. A package is unpacked and its images are loaded, which takes an engine up to four times
 * their size while it does so; half as much again is for what nobody counts. The files of disks
 * take only what is written.
 */ function diskSize(packages) {
    const needed = packages.reduce((sum, { size, images })=>{
        const unpacked = images.reduce((total, image)=>total + image.unpackedSize, 0);
        return sum + size + 4 * unpacked;
    }, 0);
    return Math.ceil((3 * GIB + 1.5 * needed) / GIB) * GIB;
}
function verdict({ base, packages, keep }, acceleration, { cases, logs, disks }, begun) {
    return {
        ok: cases.length > 0 && cases.every(({ ok })=>ok),
        cases,
        acceleration,
        architecture: base.architecture,
        suite: base.suite,
        engine: packages[0]?.engine ?? 'docker',
        logs,
        disks: keep ? disks : [],
        seconds: Math.round((performance.now() - begun) / 100) / 10
    };
}

/** The architectures that a base system can be made and booted for, in Debian's names. */ const BASE_ARCHITECTURES = [
    'amd64',
    'arm64',
    'armhf'
];

/** Compares everything that a package says about itself with what is in it: one line a problem. */ function checkPackage(read, manifest) {
    return [
        ...checkArchive(read),
        ...checkFields(read, manifest),
        ...checkControl(read, manifest),
        ...checkData(read, manifest),
        ...checkMd5sums(read),
        ...checkFragmentFiles(read, manifest),
        ...checkImageList(read, manifest),
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
    const share = runner.shareFolder(manifest.package);
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
    return checkMember(data, '/', expected, runner.folders(manifest.package, paths));
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
        ...runner.formatMode(mode) === expected ? [] : [
            `${path} has the mode ${runner.formatMode(mode)} instead of ${expected}`
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
    return md5sums === runner.formatMd5sums(files, conffiles) ? [] : [
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
    const share = runner.shareFolder(manifest.package);
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
            key: runner.referenceKey(image.reference),
            config: image.configDigest,
            manifest: image.archiveManifestDigest,
            size: image.unpackedSize,
            fetchOnly: image.fetchOnly,
            image: image.fragment.file,
            layers: [
                ...new Set(image.layers.map((layer)=>layer.file))
            ]
        }));
    try {
        const same = runner.formatImageList(runner.parseImageList(read.imageList)) === runner.formatImageList(expected);
        return same ? [] : [
            'image.list and manifest.json do not agree'
        ];
    } catch (error) {
        return [
            `image.list: ${error.message}`
        ];
    }
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
    const actual = runner.digestLike(expected, manifest.content ?? Buffer.alloc(0));
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
    const platform = runner.formatPlatform({
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
 */ async function readEntries$1(chunks, visit) {
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
    const block = await bytes.take(runner.BLOCK);
    if (block.length < runner.BLOCK) throw new Damage('it ends without the end of a tar');
    if (isZero$1(block)) {
        await checkEnd$1(bytes);
        return undefined;
    }
    const sum = runner.headerSum(block).toString(8).padStart(6, '0');
    if (block.toString('latin1', 148, 156) !== `${sum}\0 `) {
        throw new Damage('a tar header with a wrong checksum');
    }
    return block;
}
/** A second block of zeros, and no more than zeros after it. */ async function checkEnd$1(bytes) {
    for(let count = 0;; count++){
        const block = await bytes.take(runner.BLOCK);
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
    const padding = await bytes.take(runner.paddingOf(size));
    if (padding.length < runner.paddingOf(size)) throw new Damage('it ends within a file');
    if (!isZero$1(padding)) throw new Damage('the padding of a file is not zero');
}
function typeOf(block) {
    return block.toString('latin1', 156, 157);
}
function sizeOf(block) {
    try {
        return runner.readSize(block);
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
            const header = await bytes.take(runner.BLOCK);
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
    const padding = await bytes.take(runner.paddingOf(size));
    if (padding.length !== runner.paddingOf(size)) throw new Error(`${name} is not padded to a whole block`);
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
    for await (const chunk of runner.decompress(content, runner.compressionOf(head), signal))hash.update(chunk);
    return {
        diffId: `sha256:${hash.digest('hex')}`,
        content: undefined
    };
}
async function checkEnd(bytes) {
    const second = await bytes.take(runner.BLOCK);
    if (second.length !== runner.BLOCK || !isZero(second)) throw new Error('one zero block at its end, not two');
    if ((await bytes.peek(1)).length > 0) throw new Error('bytes after its end');
}
function parseHeader(header) {
    if (header.length < runner.BLOCK) throw new Error('it ends within a tar header');
    const sum = Number.parseInt(header.toString('latin1', 148, 156), 8);
    if (sum !== runner.headerSum(header)) throw new Error('a tar header with a wrong checksum');
    if (header.toString('latin1', 156, 157) !== '0') throw new Error('a tar entry that is no file');
    return {
        name: header.toString('utf8', 0, 100).replace(/\0.*$/s, ''),
        size: runner.readSize(header)
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
    const data = await readData(path, runner.shareFolder(fields.get('Package') ?? ''), signal);
    return {
        control,
        data,
        fields,
        md5sums: control.texts.get('md5sums') ?? '',
        conffiles: lines(control.texts.get('conffiles') ?? '').map(normalised),
        imageList: data.texts.get('image.list'),
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
        throw runner.failure(`${path} cannot be read: ${error.code}`, {
            cause: error
        });
    }
    throw runner.failure(`${path} is no regular file`);
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
    const refuse = (why)=>runner.failure(`${path} is no whole Debian package: ${why}`);
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
    const refuse = (why)=>runner.failure(`${path} is cut or damaged: ${why}`);
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
        throw runner.failure(`${path}: its ${name} has ${size} bytes: more than ${MAX_TEXT} are not read`);
    }
    return consumers.text(require$$0$1.Readable.from(chunks));
}
async function readFragment(name, chunks, signal) {
    const kind = name.startsWith('layers/') ? 'layer' : 'image';
    try {
        return await readPiece(name.endsWith('.zst') ? runner.unzstd(chunks, signal) : chunks, kind, signal);
    } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof runner.UserError) throw error;
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
    const child = runner.start(argv, {
        signal
    });
    if (!child.stdout || !child.stderr) throw new Error('dpkg-deb without its streams');
    const { stdout } = child;
    const end = Promise.all([
        runner.ended(child, argv),
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
        const damage = await readEntries$1(stdout, async (entry, content)=>{
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
        throw refuse(stopped || code === 0 ? String(damage) : runner.lastLines(stderr));
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
        const names = (await runner.readMembers(file)).map((member)=>member.name);
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
        ...formatTable([
            HEADINGS,
            ...rows
        ]),
        '',
        ...inspection.problems.length === 0 ? [
            `${formatBytes(inspection.size)} in all; every digest is right`
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
        formatBytes(size),
        formatBytes(image.unpackedSize),
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
function formatBytes(bytes) {
    const units = [
        'B',
        'KiB',
        'MiB',
        'GiB'
    ];
    const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
    return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
function formatTable(rows) {
    const widths = HEADINGS.map((_, column)=>Math.max(...rows.map((row)=>row[column]?.length ?? 0)));
    return rows.map((row)=>row.map((cell, column)=>cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
/** What a package says of itself. @throws UserError (failure) for a package that is not ours */ function manifestOf(path, read) {
    if (read.manifest === undefined) {
        throw runner.failure(`${path} was not made by container-preload: it has no manifest.json`);
    }
    try {
        return runner.parseManifest(read.manifest);
    } catch (error) {
        throw runner.failure(`${path}: manifest.json cannot be read: ${error.message}`);
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
    if (problem !== undefined) throw runner.failure(`${path} is damaged: ${problem}`);
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
    throw runner.failure(`${path} is for ${architecture}, which cannot be booted`, {
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
    const name = `blobs/sha256/${runner.hexOf(image.configDigest)}`;
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

/** A verdict for a terminal or a log. */ function textVerdict(verdict) {
    return [
        runner.formatTable(rows(verdict), SECONDS_COLUMN),
        '',
        ...totals(verdict)
    ].join('\n');
}
/** The same for the job summary. */ function markdownVerdict(verdict) {
    const [first, ...others] = totals(verdict);
    const table = runner.markdownTable(rows(verdict), SECONDS_COLUMN);
    return [
        `### ${first}`,
        '',
        table,
        '',
        ...others,
        ''
    ].join('\n');
}
/** One case as a line, while the test goes on. */ function formatCase({ scenario, check, subject, ok, detail, seconds }) {
    const what = [
        scenario,
        subject,
        check
    ].filter(Boolean).join(': ');
    return `${ok ? 'ok  ' : 'FAIL'} ${what}: ${oneLine(detail)} (${seconds.toFixed(1)} s)`;
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
    const failed = cases.filter(({ ok })=>!ok).length;
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
 */ async function proveByBoot(options, { guestDir, signal, watch }) {
    checkScenarios(options);
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
    await checkQemu(architecture, signal);
    checkMemory(options.memory, architecture);
    const boots = node_path.join(options.cacheDir, 'boot');
    await promises.mkdir(boots, {
        recursive: true
    });
    await removeStale(boots);
    await checkRoom(boots, packages.proved);
    const workDir = await promises.mkdtemp(node_path.join(boots, 'work-'));
    try {
        const base = await prepareBase({
            ...options,
            architecture,
            engine,
            cacheDir: node_path.join(options.cacheDir, 'bases'),
            workDir,
            guestDir,
            signal,
            onProgress: watch.note
        });
        const verdict = await bootTest({
            ...options,
            base,
            packages: packages.proved,
            upgradeFrom: packages.old,
            guestDir,
            workDir,
            signal,
            onAcceleration: watch.acceleration,
            onCase: watch.case
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
/** What could be found out only after base systems and boots is found out first. */ function checkScenarios({ scenarios, upgradeFrom, debs }) {
    if (scenarios.includes('upgrade') !== (upgradeFrom !== undefined)) {
        throw runner.usageError('the scenario upgrade and an older package belong together', {
            hint: '--scenario upgrade --upgrade-from DEB'
        });
    }
    if (scenarios.includes('two-packages') && debs.length < 2) {
        throw runner.usageError('the scenario two-packages needs two packages');
    }
}
async function readAll({ debs, upgradeFrom }, signal) {
    const proved = [];
    for (const deb of debs)proved.push(await readPackageUnderTest(deb, signal));
    const old = upgradeFrom ? await readPackageUnderTest(upgradeFrom, signal) : undefined;
    const [first] = proved;
    if (old && old.name !== first?.name) {
        throw runner.usageError(`${old.path} is ${old.name}, which ${first?.name} cannot upgrade`);
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
            throw runner.usageError(`${first?.path} is for ${first?.[property]}, ${other.path} for ${other[property]}`, {
                hint: 'boot them one by one'
            });
        }
    }
}
const MIB = 1024 ** 2;
/** MiB that an armhf machine can have without addresses beyond 32 bits. */ const ARMHF_MEMORY = 3072;
function checkMemory(memory, architecture) {
    if (architecture === 'armhf' && memory > ARMHF_MEMORY) {
        throw runner.usageError(`memory: an armhf machine has ${ARMHF_MEMORY} MiB at most`);
    }
    const free = Math.floor(node_os.freemem() / MIB);
    if (memory <= free) return;
    throw runner.failure(`not enough memory for the machine: ${memory} MiB wanted, ${free} MiB free`, {
        hint: 'ask for less with --memory'
    });
}
/** The disks grow by what the machines write: a third of their size is a careful guess. */ async function checkRoom(folder, packages) {
    const { bavail, bsize } = await promises.statfs(folder);
    const [needed, free] = [
        diskSize(packages) / 3,
        bavail * bsize
    ].map((bytes)=>Math.ceil(bytes / MIB));
    if (needed === undefined || free === undefined || needed <= free) return;
    throw runner.failure(`not enough space for the machines' disks in ${folder}: ${needed} MiB wanted, ${free} MiB free`, {
        hint: 'choose another folder with --cache-dir'
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

function imageListResult(images) {
    return images.map((image)=>({
            name: image.name ?? null,
            source: runner.formatSource(image.source),
            digest: digestOf(image),
            fetchOnly: image.fetchOnly,
            written: image.written,
            file: image.origin.file,
            line: image.origin.line ?? null,
            column: image.origin.column ?? null
        }));
}
function formatImageList(images) {
    const rows = images.map((image)=>[
            image.name ?? '(told by the archive)',
            runner.formatSource(image.source),
            image.fetchOnly ? 'fetch-only' : '',
            runner.formatOrigin(image.origin)
        ]);
    return runner.formatTable([
        [
            'image',
            'source',
            'flags',
            'written at'
        ],
        ...rows
    ], new Set());
}
function digestOf({ source }) {
    return source.transport === 'docker' ? source.reference.digest ?? null : null;
}

/** A terminal, or a log, on standard error: standard output belongs to results. */ function consoleScreen(stream) {
    // Back to the start of the line, and erase what was there.
    const clear = stream.isTTY ? '\r\x1b[K' : '';
    const print = (line)=>void stream.write(`${clear}${runner.printable(line)}\n`);
    return {
        print,
        live: stream.isTTY ? (line)=>void stream.write(`${clear}${line.slice(0, stream.columns - 1)}`) : undefined,
        finding: (finding)=>print(formatFinding(finding)),
        startGroup: (title)=>print(title),
        endGroup: ()=>undefined
    };
}
/** `warning: FILE:LINE: what; write: LINE` */ function formatFinding({ level, message, hint, origin }) {
    return `${level}: ${runner.formatOrigin(origin)}: ${message}; write: ${hint}`;
}

/**
 * Removes the entries that were used longest ago until the store is no larger than `maxBytes`, and
 * what killed runs have left. Safe beside running builds: those have their own links.
 */ async function pruneStore(root, maxBytes) {
    await runner.removeDeadWork(root).catch(ignoreAbsent);
    const entries = await readEntries(runner.entriesRoot(root));
    entries.sort((a, b)=>b.usedAt - a.usedAt);
    let keptBytes = 0;
    const removed = [];
    for (const entry of entries){
        if (keptBytes + entry.bytes <= maxBytes && removed.length === 0) keptBytes += entry.bytes;
        else removed.push(entry);
    }
    for (const path of removed.flatMap((entry)=>entry.paths))await promises.rm(path, {
        force: true
    });
    return {
        removedEntries: removed.length,
        removedBytes: removed.reduce((total, entry)=>total + entry.bytes, 0),
        keptBytes
    };
}
/** A file and the facts beside it are one entry. */ async function readEntries(root) {
    const names = await promises.readdir(root, {
        recursive: true,
        withFileTypes: true
    }).catch(ignoreAbsent);
    const groups = new Map();
    for (const name of names ?? []){
        if (!name.isFile()) continue;
        const path = node_path.join(name.parentPath, name.name);
        const entry = path.replace(/\.json$/, '');
        groups.set(entry, [
            ...groups.get(entry) ?? [],
            path
        ]);
    }
    return Promise.all([
        ...groups.values()
    ].map(async (group)=>{
        const stats = await Promise.all(group.map((path)=>promises.stat(path).catch(ignoreAbsent)));
        const found = stats.filter((one)=>one !== undefined);
        return {
            paths: group,
            bytes: found.reduce((total, one)=>total + one.size, 0),
            usedAt: Math.max(0, ...found.map((one)=>one.mtimeMs))
        };
    }));
}
function ignoreAbsent(error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
}

const JSON_OPTION = {
    json: {
        help: 'print the result as JSON',
        boolean: true
    }
};
const COMMANDS = {
    build: {
        usage: 'build [REFERENCE…] [OPTION…]',
        summary: 'make a Debian package that carries images and loads them on the device',
        options: {
            ...runner.BUILD_INPUTS,
            ...JSON_OPTION
        },
        run: build
    },
    boot: {
        usage: 'boot DEB… [OPTION…]',
        summary: 'prove packages in a machine: boot it, install them, run every image, boot again',
        options: {
            ...BOOT_INPUTS,
            ...JSON_OPTION
        },
        run: boot
    },
    list: {
        usage: 'list [REFERENCE…] [--image-list FILE…] [--json]',
        summary: 'show what references and lists come to, without any network',
        options: {
            images: runner.BUILD_INPUTS.images,
            'image-list': runner.BUILD_INPUTS['image-list'],
            ...JSON_OPTION
        },
        run: list
    },
    inspect: {
        usage: 'inspect DEB [--json]',
        summary: 'show what a package holds, and verify every digest in it',
        options: JSON_OPTION,
        run: inspect
    },
    'cache prune': {
        usage: 'cache prune --max-size SIZE [--cache-dir DIR]',
        summary: 'remove from the local store what was not used for longest',
        options: {
            'max-size': {
                help: 'what the store may keep, such as 500M or 10G'
            },
            'cache-dir': runner.BUILD_INPUTS['cache-dir']
        },
        run: prune
    }
};
async function build({ values, positionals }, signal) {
    runner.checkRunner();
    const { json, ...raw } = values;
    const options = runner.parseBuildOptions(withPositionals(raw, positionals), process.env);
    runner.widenThreadPool(options.jobs);
    const watch = runner.showProgress(consoleScreen(process.stderr));
    try {
        const result = runner.buildResult(await runner.preload(options, {
            env: process.env,
            cwd: process.cwd(),
            deviceDir: require$$1$1.fileURLToPath(new URL('../device', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('cli.js', document.baseURI).href)))),
            signal,
            now: new Date(),
            watch
        }));
        watch.stop();
        process.stderr.write(`\n${runner.textSummary(result)}\n`);
        if (json === 'true') await printJson(result);
    } finally{
        watch.stop();
    }
}
async function boot({ values, positionals }, signal) {
    const { json, ...raw } = values;
    const say = (line)=>void process.stderr.write(`${line}\n`);
    const options = parseBootOptions(positionals, raw, process.env);
    const verdict = await proveByBoot(options, {
        guestDir: require$$1$1.fileURLToPath(new URL('../guest', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('cli.js', document.baseURI).href)))),
        signal,
        watch: {
            note: say,
            acceleration: (found)=>say(`the machine runs by ${formatAcceleration(found)}`),
            case: (found)=>say(formatCase(found))
        }
    });
    say(`\n${textVerdict(verdict)}`);
    if (json === 'true') await printJson(verdict);
    const [first, ...others] = verdict.cases.filter(({ ok })=>!ok);
    if (first === undefined) return;
    say(`\n${await failureReport(verdict)}`);
    throw runner.failure(`${others.length + 1} of ${verdict.cases.length} checks failed: ${formatCase(first)}`, {
        hint: `logs are in ${options.logDir}`
    });
}
async function list({ values, positionals }) {
    const { images = '', ...raw } = withPositionals(values, positionals);
    const found = await runner.readImages({
        images,
        imageLists: runner.lines(raw['image-list'])
    });
    await (values.json === 'true' ? printJson(imageListResult(found)) : runner.print(formatImageList(found)));
}
async function inspect({ values, positionals }, signal) {
    const [deb, ...more] = positionals;
    if (deb === undefined || more.length > 0) throw runner.usageError('inspect needs one package');
    const inspection = await inspectPackage(deb, signal);
    await (values.json === 'true' ? printJson(inspection) : runner.print(formatInspection(inspection)));
    if (inspection.problems.length === 0) return;
    throw runner.failure(`${deb}: ${inspection.problems.length} problems, the first: ${inspection.problems[0]}`);
}
async function prune({ values, positionals }) {
    if (positionals.length > 0) throw runner.usageError(`unexpected argument ${positionals[0]}`);
    const maxSize = values['max-size'];
    if (!maxSize) throw runner.usageError('--max-size is missing', {
        hint: 'such as 500M or 10G'
    });
    const root = runner.cacheDir(values['cache-dir'], process.env);
    const { removedEntries, removedBytes, keptBytes } = await pruneStore(root, runner.parseSize(maxSize));
    await runner.print(`${root}: ${removedEntries} entries removed (${runner.formatBytes(removedBytes)}), ${runner.formatBytes(keptBytes)} kept`);
}
/** References may stand on the command line without `--images`. */ function withPositionals(values, positionals) {
    const images = [
        ...runner.lines(values.images),
        ...positionals
    ].join('\n');
    return {
        ...values,
        images
    };
}
function printJson(value) {
    return runner.print(JSON.stringify(value, null, 2));
}
function help() {
    const commands = Object.values(COMMANDS).map(({ usage, summary })=>`  container-preload ${usage}\n      ${summary}`);
    return [
        'Carries container images to devices in a Debian package.',
        '',
        ...commands,
        '',
        'container-preload COMMAND --help shows the options. --debug keeps the stack of an error.'
    ].join('\n');
}
function commandHelp({ usage, summary, options }) {
    const names = Object.keys(options);
    const width = Math.max(...names.map((name)=>name.length));
    const described = Object.entries(options).map(([name, info])=>{
        const fallback = info.default ? ` [${info.default}]` : '';
        return `  --${name.padEnd(width)}  ${info.help}${fallback}`;
    });
    return [
        `container-preload ${usage}`,
        `  ${summary}`,
        '',
        ...described
    ].join('\n');
}
/** The command and what follows it; `cache prune` is one command of two words. */ function findCommand(args) {
    for (const words of [
        1,
        2
    ]){
        const name = args.slice(0, words).join(' ');
        const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
        if (command) return {
            command,
            rest: args.slice(words)
        };
    }
    throw runner.usageError(`unknown command ${JSON.stringify(args[0])}`, {
        hint: `one of ${Object.keys(COMMANDS).join(', ')}`
    });
}
async function run(args, signal) {
    if (args.length === 0) throw runner.usageError('no command is given', {
        hint: 'see --help'
    });
    if (args[0] === '--version') return runner.print(runner.readProgramVersion());
    if (args[0] === '--help' || args[0] === 'help') return runner.print(help());
    const { command, rest } = findCommand(args);
    if (rest.includes('--help')) return runner.print(commandHelp(command));
    await command.run(parseArguments(rest, command.options), signal);
}
/** Exit codes: 0, 1 for a failure, 2 for wrong usage, 130 and 143 after SIGINT and SIGTERM. */ async function main() {
    const debug = process.argv.includes('--debug');
    const args = process.argv.slice(2).filter((arg)=>arg !== '--debug');
    runner.outliveOutput();
    const signal = runner.untilInterrupted();
    try {
        await runner.unlessStuck(signal, run(args, signal));
    } catch (thrown) {
        if (signal.aborted) {
            process.stderr.write(`container-preload: ${signal.reason.message}\n`);
            return runner.endInterrupted(signal.reason);
        }
        process.exitCode = report(runner.explainSystemError(thrown), debug);
    }
}
function report(error, debug) {
    if (!(error instanceof runner.UserError)) {
        process.stderr.write(`container-preload: a bug, please report it: ${error.stack}\n`);
        return 1;
    }
    process.stderr.write(`container-preload: error: ${runner.formatError(error)}\n`);
    if (debug) process.stderr.write(`${error.stack}\n`);
    return error.kind === 'usage' ? 2 : 1;
}
void main();

'use strict';

var promises = require('node:fs/promises');
var os = require('node:os');
var node_path = require('node:path');
var node_url = require('node:url');
var core = require('./shared-core.js');
var fs = require('node:fs');
var runner = require('./shared-runner.js');
var actionScreen = require('./shared-action-screen.js');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
/** Inputs that only actions have. */ const ACTION_INPUTS = {
    'install-tools': {
        help: 'false: never install missing tools with apt',
        default: 'true'
    }
};
/** The program that `src/store/client.ts` starts, beside the bundle of the action. */ const CACHE_CLIENT = node_url.fileURLToPath(new URL('./cache-client.js', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('shared-action-boot.js', document.baseURI).href))));
/** Runs an action until it ends or is ended, and reports an error as an annotation. */ async function runAction(work) {
    runner.outliveOutput();
    const signal = runner.untilInterrupted();
    try {
        checkOutputFile();
        await runner.unlessStuck(signal, work(signal));
    } catch (thrown) {
        if (signal.aborted) {
            core.info(signal.reason.message);
            return runner.endInterrupted(signal.reason);
        }
        report(runner.explainSystemError(thrown));
    }
}
/**
 * The inputs that were given. The runner only warns of one that an action does not have; here it is
 * an error.
 *
 * @throws UserError (usage)
 */ function readInputs(known) {
    const names = [
        ...Object.keys(known),
        ...Object.keys(ACTION_INPUTS)
    ];
    const variables = new Set(names.map((name)=>`INPUT_${name}`.toUpperCase()));
    const unknown = Object.keys(process.env).find((name)=>name.startsWith('INPUT_') && !variables.has(name));
    if (unknown !== undefined) {
        throw runner.usageError(`unknown input ${unknown.slice('INPUT_'.length).toLowerCase()}`, {
            hint: `one of ${names.join(', ')}`
        });
    }
    const given = names.map((name)=>[
            name,
            core.getInput(name)
        ]).filter(([, value])=>value !== '');
    return Object.fromEntries(given);
}
function mayInstallTools() {
    const text = core.getInput('install-tools') || ACTION_INPUTS['install-tools'].default;
    return runner.within('install-tools', ()=>runner.parseBoolean(text));
}
/** @throws UserError (failure) */ function setOutput(name, value) {
    checkOutputFile();
    core.setOutput(name, value);
}
/** Into the job summary, which is no reason to fail where it cannot be written. */ function summarize(markdown) {
    return runner.appendSummary(process.env.GITHUB_STEP_SUMMARY, markdown, core.warning);
}
/** The file that the runner has made for a step's outputs is better tried before any work. */ function checkOutputFile() {
    const path = process.env.GITHUB_OUTPUT;
    if (!path) return;
    try {
        fs.closeSync(fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_NONBLOCK));
    } catch (cause) {
        const why = runner.refusalOf(cause);
        if (why === undefined) throw cause;
        throw runner.failure(`${path} cannot be written: ${why}`, {
            origin: {
                file: 'GITHUB_OUTPUT'
            },
            hint: 'the runner keeps the outputs of the step there: check what has become of that file',
            cause
        });
    }
}
function report(error) {
    if (!(error instanceof runner.UserError)) {
        core.setFailed(`A bug, please report it: ${error.stack}`);
        return;
    }
    process.exitCode = error.kind === 'usage' ? 2 : 1;
    core.error(runner.formatError(error), actionScreen.annotationOf(error.origin));
    const excerpt = runner.formatExcerpt(error);
    if (excerpt) core.info(excerpt);
    core.debug(error.stack ?? '');
}

/** Bytes of a packed base, about: what an engine, its libraries and a kernel take. */ const PACKED_SIZE = 150_000_000;
const NAMES = [
    'base.json',
    'disk.ext4',
    'vmlinuz',
    'initrd'
];
/**
 * Base systems as files of such a cache, one packed file each.
 *
 * @param workDir an existing folder with room for a packed one
 */ function remoteBases(cache, workDir, { signal, warn }) {
    const withPack = async (use)=>{
        const work = await promises.mkdtemp(node_path.join(workDir, 'pack-'));
        try {
            return await use(node_path.join(work, 'base.tar.zst'));
        } catch (error) {
            if (!(error instanceof runner.UserError)) throw error;
            warn(`a base system cannot be kept between jobs: ${error.message}`);
            return false;
        } finally{
            await promises.rm(work, {
                recursive: true,
                force: true
            });
        }
    };
    return {
        get: (key, folder)=>withPack(async (pack)=>{
                if (!await cache.restore(entryKey(key), pack, PACKED_SIZE)) return false;
                await runner.mustRun(unpackArgv(pack, folder), {
                    signal
                });
                return true;
            }),
        async put (key, folder) {
            await withPack(async (pack)=>{
                await runner.mustRun(packArgv(pack, folder), {
                    signal
                });
                return cache.save(entryKey(key), pack);
            });
        }
    };
}
function entryKey(key) {
    return `container-preload-base-${key}`;
}
function packArgv(pack, folder) {
    return [
        ...[
            'tar',
            '--create',
            `--file=${pack}`,
            '--use-compress-program=zstd -T0 -3',
            '--sparse'
        ],
        ...[
            `--directory=${folder}`,
            '--',
            ...NAMES
        ]
    ];
}
/** Only what was packed: others may have written to the cache. */ function unpackArgv(pack, folder) {
    return [
        ...[
            'tar',
            '--extract',
            `--file=${pack}`,
            '--use-compress-program=zstd',
            '--no-same-owner'
        ],
        ...[
            `--directory=${folder}`,
            '--',
            ...NAMES
        ]
    ];
}
/**
 * Where an action keeps base systems on this machine: in the tool cache, where the machine is there for
 * more than one job.
 *
 * @param folder where they are otherwise
 */ function baseCacheDir(folder, env) {
    const { RUNNER_TOOL_CACHE } = env;
    if (!RUNNER_TOOL_CACHE || isHosted(env)) return folder;
    return node_path.join(RUNNER_TOOL_CACHE, 'container-preload');
}
/** Whether this machine ends with its job, as those of GitHub do. */ function isHosted({ RUNNER_ENVIRONMENT }) {
    return RUNNER_ENVIRONMENT === 'github-hosted';
}

/** The programs that a build runs, and the Debian packages that have them. */ const TOOLS = [
    {
        argv: [
            'skopeo',
            '--version'
        ],
        package: 'skopeo'
    },
    {
        argv: [
            'zstd',
            '--version'
        ],
        package: 'zstd'
    },
    {
        argv: [
            'dpkg-deb',
            '--version'
        ],
        package: 'dpkg'
    }
];
/** The Debian packages that this machine lacks for a build. */ async function missingBuildTools() {
    const installed = await Promise.all(TOOLS.map(({ argv })=>isInstalled(argv)));
    return TOOLS.filter((_, index)=>!installed[index]).map((tool)=>tool.package);
}
/**
 * Installs what is missing, with apt. Nothing happens where all is there.
 *
 * @param missing Debian packages
 * @param allowed `false`: only say what is missing
 * @throws UserError (failure)
 */ async function installTools(missing, allowed) {
    if (missing.length === 0) return;
    const hint = `apt-get install ${missing.join(' ')}`;
    if (!allowed) throw runner.failure(`not installed: ${missing.join(', ')}`, {
        hint
    });
    const sudo = process.getuid?.() === 0 ? [] : [
        'sudo'
    ];
    for (const argv of [
        [
            ...sudo,
            'apt-get',
            'update',
            '--quiet=2'
        ],
        [
            ...sudo,
            'apt-get',
            'install',
            '--yes',
            '--quiet=2',
            '--no-install-recommends',
            ...missing
        ]
    ]){
        await execOrExplain(argv, hint);
    }
}
async function execOrExplain(argv, hint) {
    const [program = '', ...args] = argv;
    try {
        await core.exec(program, args, {
            env: {
                ...process.env,
                DEBIAN_FRONTEND: 'noninteractive'
            }
        });
    } catch (cause) {
        throw runner.failure(`missing tools could not be installed: ${cause.message}`, {
            hint: `have them on the runner: ${hint}`,
            cause
        });
    }
}
async function isInstalled(argv) {
    try {
        return (await runner.run(argv)).code === 0;
    } catch (error) {
        if (error instanceof runner.UserError) return false;
        throw error;
    }
}

/**
 * A boot test as a part of an action: with its outputs, annotations and the job summary. Packages for
 * an architecture without machines are skipped, which is said.
 *
 * @throws UserError (failure) when a check failed; UserError for what keeps the test from being made
 */ async function bootInAction(options, leave) {
    const temp = process.env.RUNNER_TEMP ?? os.tmpdir();
    const logDir = await promises.mkdtemp(node_path.join(temp, 'boot-logs-'));
    setOutput('boot-logs', logDir);
    const workDir = await promises.mkdtemp(node_path.join(temp, 'boot-work-'));
    const watch = runner.showBoot(actionScreen.actionScreen());
    let outcome = 'failed';
    try {
        const verdict = await prove({
            ...options,
            logDir
        }, {
            ...leave,
            workDir,
            watch
        });
        watch.stop();
        core.info(runner.textVerdict(verdict).split('\n').map(runner.printable).join('\n'));
        if (!verdict.ok) {
            await explain(verdict);
            throw runner.verdictError(verdict, logDir);
        }
        outcome = 'passed';
    } catch (error) {
        if (!(error instanceof runner.NoSuchMachine)) throw error;
        core.notice(`no boot test: ${runner.formatError(error)}`);
        outcome = 'skipped';
    } finally{
        watch.stop();
        await promises.rm(workDir, {
            recursive: true,
            force: true
        });
        setOutput('boot-verdict', outcome);
    }
}
async function prove(options, around) {
    const { install, signal, watch } = around;
    const { env } = process;
    const junit = node_path.join(options.logDir, 'junit.xml');
    const cache = around.cached && isHosted(env) ? runner.cacheOfStep({
        ...around,
        client: CACHE_CLIENT,
        env,
        warn: watch.warning
    }) : undefined;
    try {
        const verdict = await runner.proveByBoot({
            ...options,
            junit
        }, {
            guestDir: node_url.fileURLToPath(new URL('../guest', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('shared-action-boot.js', document.baseURI).href)))),
            bases: {
                cacheDir: baseCacheDir(options.cacheDir, env),
                remote: cache && remoteBases(cache, around.workDir, {
                    signal,
                    warn: watch.warning
                })
            },
            provideTools: (missing)=>installTools(missing, install),
            signal,
            watch
        });
        setOutput('junit', junit);
        await summarize(runner.markdownVerdict(verdict));
        return verdict;
    } finally{
        cache?.close();
    }
}
/** All that failed but the first, which the error of the step names; and what the machines told of it. */ async function explain(verdict) {
    actionScreen.printVerbatim('What the machines told', await runner.failureReport(verdict));
    for (const found of runner.failedOf(verdict.cases).slice(1, runner.MOST_ANNOTATIONS)){
        core.error(runner.printable(runner.describe(found)));
    }
}

exports.CACHE_CLIENT = CACHE_CLIENT;
exports.bootInAction = bootInAction;
exports.installTools = installTools;
exports.mayInstallTools = mayInstallTools;
exports.missingBuildTools = missingBuildTools;
exports.readInputs = readInputs;
exports.runAction = runAction;
exports.setOutput = setOutput;
exports.summarize = summarize;

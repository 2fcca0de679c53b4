'use strict';

var runner = require('./shared-runner.js');
var promises = require('node:fs/promises');
var node_os = require('node:os');
var node_path = require('node:path');
var require$$1 = require('node:url');
require('node:child_process');
require('node:stream/consumers');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
/** Inputs that only actions have. */ const ACTION_INPUTS = {
    'install-tools': {
        help: 'false: never install missing tools with apt',
        default: 'true'
    }
};
/** Runs an action until it ends or is ended, and reports an error as an annotation. */ async function runAction(work) {
    runner.outliveOutput();
    const signal = runner.untilInterrupted();
    try {
        await runner.unlessStuck(signal, work(signal));
    } catch (thrown) {
        if (signal.aborted) {
            runner.info(signal.reason.message);
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
            runner.getInput(name)
        ]).filter(([, value])=>value !== '');
    return Object.fromEntries(given);
}
function mayInstallTools() {
    const text = runner.getInput('install-tools') || ACTION_INPUTS['install-tools'].default;
    return runner.within('install-tools', ()=>runner.parseBoolean(text));
}
function report(error) {
    if (!(error instanceof runner.UserError)) {
        runner.setFailed(`A bug, please report it: ${error.stack}`);
        return;
    }
    process.exitCode = error.kind === 'usage' ? 2 : 1;
    runner.error(runner.formatError(error), runner.annotationOf(error.origin));
    const excerpt = runner.formatExcerpt(error);
    if (excerpt) runner.info(excerpt);
    runner.debug(error.stack ?? '');
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
    const missing = [];
    for (const tool of TOOLS)if (!await isInstalled(tool.argv)) missing.push(tool.package);
    return missing;
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
        await runner.exec(program, args, {
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
 * A boot test as a part of an action: with its outputs, annotations and the job summary.
 *
 * @param install whether missing tools may be installed
 * @throws UserError (failure) when a check failed; UserError for what keeps the test from being made
 */ async function bootInAction(options, { install, signal }) {
    const logDir = await promises.mkdtemp(node_path.join(process.env.RUNNER_TEMP ?? node_os.tmpdir(), 'boot-'));
    const junit = node_path.join(logDir, 'junit.xml');
    runner.setOutput('boot-verdict', 'failed');
    runner.setOutput('boot-logs', logDir);
    const watch = runner.showBoot(runner.actionScreen());
    try {
        const summary = process.env.GITHUB_STEP_SUMMARY || undefined;
        const verdict = await runner.proveByBoot({
            ...options,
            logDir,
            junit,
            summary
        }, {
            guestDir: require$$1.fileURLToPath(new URL('../guest', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('shared-action-boot.js', document.baseURI).href)))),
            bases: {
                cacheDir: baseCacheDir(options.cacheDir, process.env)
            },
            provideTools: (missing)=>installTools(missing, install),
            signal,
            watch
        });
        watch.stop();
        runner.setOutput('junit', junit);
        runner.info(runner.textVerdict(verdict).split('\n').map(runner.printable).join('\n'));
        if (!verdict.ok) {
            await explain(verdict);
            throw runner.verdictError(verdict, logDir);
        }
    } finally{
        watch.stop();
    }
    runner.setOutput('boot-verdict', 'passed');
}
/** GitHub shows ten annotations of a step. */ const MOST_ANNOTATIONS = 10;
/** All that failed but the first, which the error of the step names; and what the machines told of it. */ async function explain(verdict) {
    runner.printVerbatim('What the machines told', await runner.failureReport(verdict));
    for (const found of runner.failedChecks(verdict).slice(1, MOST_ANNOTATIONS)){
        runner.error(runner.printable(runner.describe(found)));
    }
}

exports.bootInAction = bootInAction;
exports.installTools = installTools;
exports.mayInstallTools = mayInstallTools;
exports.missingBuildTools = missingBuildTools;
exports.readInputs = readInputs;
exports.runAction = runAction;

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { failure } from '../errors.ts';
import { ended } from '../exec.ts';
import { makeOverlay } from './disk.ts';
import { type Device, type LabOptions, machineParts } from './lab.ts';
import { consoleName, shellArgv } from './qemu.ts';

/**
 * Lets a person look at a device: starts it once more, on an overlay, with a root shell on this
 * terminal. Returns when the machine has ended.
 *
 * @throws UserError (failure) when qemu fails; the reason of `signal`
 */
export async function openShell(
  device: Device,
  options: LabOptions,
  say: (text: string) => void = () => undefined,
): Promise<void> {
  const { signal, diskDir, diskSize } = options;
  const disk = join(diskDir, 'shell.qcow2');
  await makeOverlay({ file: device.disk, format: 'qcow2' }, disk, diskSize, signal);
  const parts = machineParts(options, { disk, durable: false });
  const commandLine = shellCommandLine(parts.commandLine, consoleName(parts.architecture));
  say(`a root shell on ${device.disk}: Ctrl-A X ends the machine, its writes are lost`);
  const argv = shellArgv({ ...parts, commandLine });
  const [program = '', ...args] = ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
  signal.throwIfAborted();
  const child = spawn(program, args, { stdio: 'inherit' });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const code = await ended(child, argv).finally(() => signal.removeEventListener('abort', stop));
  signal.throwIfAborted();
  if (code !== 0) throw failure(`qemu ended with exit code ${code}`);
}

/** systemd's debug shell (systemd-debug-generator(8)) asks for no password; a getty would. */
export function shellCommandLine(commandLine: string, terminal: string): string {
  return [
    commandLine,
    `systemd.debug_shell=${terminal}`,
    `systemd.mask=serial-getty@${terminal}.service`,
    'systemd.journald.forward_to_console=0',
  ].join(' ');
}

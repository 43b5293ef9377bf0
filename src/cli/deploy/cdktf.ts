// Runs the CDKTF CLI in this process, so that Ctrl-C loses no resources.
//
// On a signal, the CLI would end at once, together with terraform. The state would not have the resources that AWS is
// creating at that moment. An interrupt of terraform has the same result: the AWS provider cancels its open calls.
// @see https://github.com/hashicorp/terraform/issues/33358
// Therefore terraform finishes the current stack, and no other stack is started.
import { createRequire } from 'node:module';
import { constants, EOL } from 'node:os';

/** The terminal in which the CLI runs terraform. */
interface Terminal {
  write(keys: string): void;
  onData(listener: (text: string) => void): void;
  onExit(listener: () => void): void;
}

/** What terraform runs in place of an `apply`. */
export interface Apply {
  readonly args: readonly string[];
  /** What the CLI shows before terraform's own output. */
  readonly said: string;
}

/** Chooses what terraform runs in the folder of a stack in place of an `apply` with these arguments. */
export type ApplyInterception = (folder: string, args: readonly string[]) => Apply;

type Spawn = (program: string, args: readonly string[], options: { readonly cwd: string }) => Terminal;

const requireAsCli = createRequire(require.resolve('cdktf-cli/package.json'));
const pty = requireAsCli('@cdktf/node-pty-prebuilt-multiarch') as { spawn: Spawn };

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let terraform: Terminal | undefined;
let isChanging = false;
let stopped: { readonly at: number; readonly exitCode: number } | undefined;

/** Runs a command of the CLI, which ends the program when it is through. */
export function runCdktf(args: readonly string[], interceptApply?: ApplyInterception): void {
  process.argv = [process.execPath, 'cdktf', ...args];
  const { spawn } = pty;
  pty.spawn = (program, given, options) => {
    if (stopped) {
      process.exit(stopped.exitCode);
    }
    const apply = given[0] === 'apply' ? interceptApply?.(options.cwd, given) : undefined;
    const terminal = (terraform = spawn(program, apply?.args ?? given, options));
    watch(terminal);
    return apply?.said ? sayFirst(apply.said, terminal) : terminal;
  };
  for (const signal of signals) {
    process.on(signal, stop);
  }
  // The CLI's own listeners are what ends it at once.
  process.on('newListener', (event: string | symbol, listener: () => void) => {
    if (signals.some((signal) => signal === event)) {
      process.nextTick(() => process.off(event, listener));
    }
  });
  requireAsCli('./bundle/bin/cdktf.js');
}

function watch(terminal: Terminal): void {
  let unread = '';
  terminal.onData((text) => {
    unread += text;
    isChanging ||= /: (?:Creating|Modifying|Destroying)\.\.\./.test(unread);
    unread = unread.slice(-100);
  });
  terminal.onExit(() => {
    if (stopped && !isChanging) {
      process.exit(stopped.exitCode);
    }
    terraform = undefined;
    isChanging = false;
  });
}

function sayFirst(text: string, terminal: Terminal): Terminal {
  const onData: Terminal['onData'] = (listener) => {
    listener(`${text.replaceAll('\n', EOL)}${EOL}`);
    terminal.onData(listener);
  };
  return Object.create(terminal, { onData: { value: onData } }) as Terminal;
}

function stop(signal: (typeof signals)[number]): void {
  const isFirst = stopped === undefined;
  // npm sends the Ctrl-C of a terminal again. This does not count as a second one.
  if (stopped && (signal !== 'SIGINT' || Date.now() - stopped.at < 1000)) {
    return;
  }
  stopped = { at: Date.now(), exitCode: 128 + constants.signals[signal] };
  if (!terraform) {
    process.exit(stopped.exitCode);
  }
  if (!isFirst) {
    terraform.write('\x03');
    return;
  }
  // Terraform can already have announced a change in output that is not read yet.
  setTimeout(() => {
    if (isChanging) {
      console.error(
        'Stopping as soon as terraform has finished this stack. A second Ctrl-C interrupts it now: ' +
          'the state will then not have the resources that AWS is creating.',
      );
    } else {
      terraform?.write('\x03');
    }
  }, 500);
}

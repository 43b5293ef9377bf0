// Runs the cdktf CLI in this process, in a way that a Ctrl-C stops it without a loss.
//
// On a signal the CLI by itself ends at once, terraform with it, and what AWS is just making is in no state: nothing
// knows of it any more. An interrupted terraform does no better, since the AWS provider then drops its open calls.
// @see https://github.com/hashicorp/terraform/issues/33358
// So terraform finishes the stack that it changes, and no further one is started.
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
  // npm repeats the Ctrl-C of a terminal, which is no second one.
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
  // That terraform has begun to change something may be said and not yet read.
  setTimeout(() => {
    if (isChanging) {
      console.error(
        'Stopping once terraform is through with this stack. A second Ctrl-C interrupts it now: ' +
          'what AWS is just making will then be missing in the state.',
      );
    } else {
      terraform?.write('\x03');
    }
  }, 500);
}

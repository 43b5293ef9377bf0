// `npm run deploy` and `npm run destroy`: runs main.ts, then the cdktf CLI, which a Ctrl-C stops without a loss.
//
// On a signal the CLI by itself ends at once, terraform with it, and what AWS is just making is in no state: nothing
// knows of it any more. An interrupted terraform does no better, since the AWS provider then drops its open calls.
// @see https://github.com/hashicorp/terraform/issues/33358
// So terraform finishes the stack that it changes, and no further one is started.
import { createRequire } from 'node:module';
import { constants } from 'node:os';

import '../../main';

/** The terminal in which the CLI runs terraform. */
interface Terminal {
  write(keys: string): void;
  onData(listener: (text: string) => void): void;
  onExit(listener: () => void): void;
}

const requireAsCli = createRequire(require.resolve('cdktf-cli/package.json'));
const pty = requireAsCli('@cdktf/node-pty-prebuilt-multiarch') as { spawn: (...command: unknown[]) => Terminal };
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let terraform: Terminal | undefined;
let isChanging = false;
let stopped: { readonly at: number; readonly exitCode: number } | undefined;

const { spawn } = pty;
pty.spawn = (...command) => {
  if (stopped) {
    process.exit(stopped.exitCode);
  }
  const terminal = (terraform = spawn(...command));
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
  return terminal;
};

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

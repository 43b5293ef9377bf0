// `npm run deploy` and `npm run destroy`: runs main.ts, then the CDKTF CLI, so that Ctrl-C loses no resources.
//
// On a signal, the CLI would end at once, together with terraform. The state would not have the resources that AWS is
// creating at that moment. An interrupt of terraform has the same result: the AWS provider cancels its open calls.
// @see https://github.com/hashicorp/terraform/issues/33358
// Therefore terraform finishes the current stack, and no other stack is started.
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

for (const signal of signals) {
  process.on(signal, stop);
}
// Removes the CLI's own listeners, which would end it at once.
process.on('newListener', (event: string | symbol, listener: () => void) => {
  if (signals.some((signal) => signal === event)) {
    process.nextTick(() => process.off(event, listener));
  }
});

requireAsCli('./bundle/bin/cdktf.js');

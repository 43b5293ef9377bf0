import { createInterface } from 'node:readline/promises';

import { type Loss } from '../../terraform/losses';
import { fail } from '../command-line';

/** Lists the addresses that have to be named before these losses are allowed: what is in a user pool goes with it. */
export function addressesToName(losses: readonly Loss[], allowed: readonly string[]): string[] {
  const unnamed = losses.filter(
    ({ address, within }) => !allowed.includes(address) && !(within !== undefined && allowed.includes(within)),
  );
  return [...new Set(unnamed.map(({ address, within }) => within ?? address))];
}

/** Ends the program unless there is somebody to ask. */
export function assertTerminal(command: string): void {
  if (!process.stdin.isTTY) {
    fail(
      `${command} asks before it changes anything, and standard input is not a terminal; nothing was changed. ` +
        '--auto-approve runs it without a question.',
    );
  }
}

/**
 * Asks on the terminal, and ends the program unless the answer is the expected one.
 *
 * @param outcome what the program says at its end
 */
export async function askFor(expected: string, question: string, outcome = 'Nothing was changed.'): Promise<void> {
  // Not on standard output, which may go to a file.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stop = () => fail(`\n${outcome}`);
  terminal.once('SIGINT', stop).once('close', stop);
  const answer = await terminal.question(`${question}\n  Type ${expected} to continue: `);
  terminal.off('close', stop).close();
  if (answer !== expected) {
    fail(`The answer is not ${expected}. ${outcome}`);
  }
}

import { createInterface } from 'node:readline/promises';

import { changesBeyond } from '../../terraform/deploy-steps';
import { type Loss } from '../../terraform/losses';
import { type Change } from '../../terraform/plan';
import { digestOf } from '../../terraform/plan-digest';
import { fail } from '../command-line';
import { type SelectedEnvironment } from '../environment';
import { assertNoRejections, describeChange, lossesOf, rejectionLines, rejectionsOf } from './plan-report';
import { type StackPlan } from './stack-plans';
import { TerraformError } from './terraform';

/** Lists the addresses that must be named to allow these losses. A resource in a user pool is lost with it. */
export function addressesToName(losses: readonly Loss[], allowed: readonly string[]): string[] {
  const unnamed = losses.filter(
    ({ address, within }) => !allowed.includes(address) && !(within !== undefined && allowed.includes(within)),
  );
  return [...new Set(unnamed.map(({ address, within }) => within ?? address))];
}

/** Ends the program unless it can ask on a terminal. */
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

interface ApprovalOptions {
  readonly autoApprove: boolean;
  /** Addresses of what the deploy may lose. */
  readonly allowLoss: readonly string[];
  /** Digest of the approved plan. */
  readonly approvedPlan: string | undefined;
}

/** Decides on the plans of a deploy: by its options, or by questions. */
export class Approval {
  private readonly allowed: string[];

  constructor(
    private readonly environment: SelectedEnvironment,
    private readonly options: ApprovalOptions,
  ) {
    this.allowed = [...options.allowLoss];
  }

  /**
   * Decides on all plans, before the first change.
   *
   * @throws {TerraformError} when the deploy must not start
   */
  async ofAll(plans: readonly StackPlan[]): Promise<void> {
    const { title } = this.environment;
    const { autoApprove, allowLoss, approvedPlan } = this.options;
    const outcome = `Nothing was changed in ${title}`;
    assertNoRejections(plans, outcome);
    if (approvedPlan !== undefined && approvedPlan !== digestOf(plans)) {
      throw new TerraformError(
        `\n${outcome}: this is not the plan that was approved. Something has changed since then. Approve the plan above.`,
      );
    }
    const losses = lossesOf(plans);
    const unknown = allowLoss.filter((address) => losses.every((loss) => loss.address !== address));
    if (unknown.length > 0) {
      console.error(`\n--allow-loss has no effect for resources that these plans keep: ${unknown.join(', ')}.`);
    }
    if (autoApprove) {
      this.assertAllowed(plans, outcome);
      return;
    }
    const toName = addressesToName(losses, this.allowed);
    for (const address of toName) {
      await askFor(address, `\nThis cannot be undone: ${address} and everything in it.`);
    }
    this.allowed.push(...toName);
    if (toName.length === 0 && plans.some(({ hasChanges }) => hasChanges)) {
      await askFor('yes', `\nDeploy ${title}?`);
    }
  }

  /**
   * Decides on the plan of a stack that is made after those before it are deployed.
   *
   * @param shown what the deploy has shown of the stack before
   * @throws {TerraformError} when the stack must not be deployed
   */
  async ofStack(stackPlan: StackPlan, shown: StackPlan): Promise<void> {
    const outcome = `${stackPlan.stack.name} was not changed`;
    assertNoRejections([stackPlan], outcome);
    this.assertAllowed([stackPlan], outcome);
    if (!this.options.autoApprove) {
      if (stackPlan.hasChanges) {
        await askFor('yes', `\nDeploy ${stackPlan.stack.name}?`, `${outcome}.`);
      }
      return;
    }
    const isApproved = changesBeyond(shown.resourceChanges, stackPlan.resourceChanges).length === 0;
    if (this.options.approvedPlan !== undefined && shown.plan && !isApproved) {
      throw new TerraformError(`\n${outcome}: its plan is not the one that was approved. Approve the plan above.`);
    }
  }

  /**
   * Decides on the plan of a step.
   *
   * @param unapproved changes that no plan has shown
   * @throws {TerraformError} when the step must not be applied
   */
  async ofStep(stackPlan: StackPlan, unapproved: readonly Change[]): Promise<void> {
    const { name } = stackPlan.stack;
    const outcome = `${name} is not deployed completely: npm run deploy${this.environment.scriptOption} plans the rest`;
    const lines = rejectionLines(rejectionsOf([stackPlan]));
    if (unapproved.length > 0) {
      lines.push(`${name} has changed since the plan. New changes:`, ...unapproved.map(describeChange), '');
    }
    if (lines.length > 0) {
      console.log(['', ...lines].join('\n'));
    }
    assertNoRejections([stackPlan], outcome);
    if (unapproved.length === 0) {
      return;
    }
    this.assertAllowed([stackPlan], outcome);
    if (this.options.autoApprove) {
      throw new TerraformError(`${outcome}.`);
    }
    await askFor('yes', `Deploy these as well?`, `${outcome}.`);
  }

  private assertAllowed(plans: readonly StackPlan[], outcome: string): void {
    const addresses = addressesToName(lossesOf(plans), this.allowed);
    if (addresses.length > 0) {
      const allow = addresses.map((address) => ` --allow-loss ${quote(address)}`).join('');
      const approve = this.options.autoApprove ? ' --auto-approve' : '';
      throw new TerraformError(
        `\n${outcome}: a deploy must name what it permanently deletes. To allow it:\n` +
          `  npm run deploy${this.environment.scriptOption || ' --'}${approve}${allow}`,
      );
    }
  }
}

/** An address with an index, `aws_x.y["key"]`, needs quotes in a shell. */
function quote(address: string): string {
  return /^[\w.-]+$/.test(address) ? address : `'${address}'`;
}

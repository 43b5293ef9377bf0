import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { fail } from '../command-line';
import { type SelectedEnvironment } from '../environment';
import { findUnmovedState, StateLocation } from './state-location';

/** Ends the program if the state of a stack is not where the setting `state` puts it. The message says how to move it. */
export function assertStateIsMoved(stacks: readonly SynthesizedStack[], environment: SelectedEnvironment): void {
  for (const stack of stacks) {
    const found = findUnmovedState(stack);
    if (found) {
      const from = found.backend === 'local' ? 'local' : found.address.replace(`/${stack.name}.tfstate`, '');
      const region = found.region === undefined ? '' : ` --region ${found.region}`;
      const option = environment.name === undefined ? '' : ` --environment ${environment.name}`;
      fail(
        `The state of ${stack.name} is in ${found.address}, but the setting "state" is ${StateLocation.of(stack).address}. ` +
          `Move it first: npm run move-state -- --from ${from}${region}${option}`,
      );
    }
  }
}

// What a trigger adds to a sign-in, beside a user pool without one: the first sign-in, and those after it.
import { setTimeout } from 'node:timers/promises';

import { StartedProject } from '../support/started-project';
import { UserPoolApi } from '../support/user-pool-api';
import { median } from './measure';

const rounds = 300;
const handler = 'src/handlers/trigger.ts';
const code = 'export const handler = (event: object) => Promise.resolve(event);\n';

/** User pools whose handlers only return the event, by the name that the table shows. */
const pools = {
  'no trigger': {},
  'one trigger': { preAuthentication: handler },
  'three triggers': { preAuthentication: handler, postAuthentication: handler, preTokenGeneration: handler },
};

/** Lets a user sign in with a password, one sign-in after the other, at the user pools in turns. */
export async function benchTriggers(): Promise<string[]> {
  const files = { [handler]: code };
  const named: { name: string; project: StartedProject; signIn: () => Promise<number>; first: number }[] = [];
  for (const [name, triggers] of Object.entries(pools)) {
    const project = await StartedProject.beginCopy({ userPool: { triggers } }, files);
    const signIn = signInTo(project);
    // Nobody signs in earlier, and the functions start meanwhile.
    await setTimeout(1000);
    named.push({ name, project, signIn, first: await signIn() });
  }
  const times = named.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { signIn }] of named.entries()) {
      times[index]!.push(await signIn());
    }
  }
  await Promise.all(named.map(({ project }) => project.end()));
  const columns = (name: string, ...values: string[]) =>
    `${name.padEnd(16)}${values.map((value) => value.padStart(10)).join('')}`;
  return [
    columns('', 'first', 'median', 'p99', 'added'),
    ...named.map(({ name, first }, index) => {
      const sorted = times[index]!.toSorted((one, other) => one - other);
      const figures = [first, median(sorted), sorted[Math.floor(rounds * 0.99)]!, median(sorted) - median(times[0]!)];
      return columns(name, ...figures.map((time) => `${time.toFixed(1)} ms`));
    }),
  ];
}

/** Returns what signs the demo user in, and returns the milliseconds that it took. */
function signInTo({ summary: { demoUser, clientId, userPoolId, userPoolApiUrl } }: StartedProject) {
  const api = new UserPoolApi({ client: { id: clientId }, userPoolId, userPoolApiUrl } as never);
  return async () => {
    const start = performance.now();
    const { status } = await api.signIn(demoUser.email, demoUser.password);
    if (status !== 200) {
      throw new Error(`a sign-in ended with ${status}`);
    }
    return performance.now() - start;
  };
}

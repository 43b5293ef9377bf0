// How fast functions are: synth with one and with ten, and a call beside the mock and beside a bare server.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { copyProject } from '../support/project';
import { StartedProject } from '../support/started-project';
import { describeLoads, type Load, loadInTurns, startBareServer } from './load';
import { compare, node, type Timing } from './measure';

const handler = 'export const handler = () => Promise.resolve({ statusCode: 200, body: \'{"message":"Hello"}\' });\n';
const scopes = ['awesomeapi-resource-server/awesomeapi.read'];
const mock = { scopes, response: { body: { message: 'Hello' } } };

/** main.ts with mocks only, and with functions, whose bundles are in the cache and are not. */
export function synthWithFunctions(): Timing[] {
  const projectWith = (count: number) => {
    const names = Array.from({ length: 10 }, (_, index) => index);
    const routes = Object.fromEntries(
      names.map((index) => [
        `GET /resource${index}`,
        index < count ? { scopes, lambda: `src/handlers/handler${index}.ts` } : mock,
      ]),
    );
    const folder = copyProject({ settings: { routes } });
    mkdirSync(join(folder, 'src', 'handlers'));
    for (const index of names) {
      writeFileSync(join(folder, 'src', 'handlers', `handler${index}.ts`), `${handler}// ${index}\n`);
    }
    return folder;
  };
  const synth = (folder: string) => {
    node(folder, ['--import', 'tsx', 'main.ts']);
  };
  const [none, one, ten] = [projectWith(0), projectWith(1), projectWith(10)] as const;
  const cold = (folder: string) => () => {
    rmSync(join('node_modules', '.cache', 'lambda'), { recursive: true, force: true });
    synth(folder);
  };
  return compare(
    [
      { name: 'main.ts, 10 mocks', run: () => synth(none) },
      { name: 'main.ts, 1 function and 9 mocks, nothing in the cache', run: cold(one) },
      { name: 'main.ts, 1 function and 9 mocks, again', run: () => synth(one) },
      { name: 'main.ts, 10 functions, nothing in the cache', run: cold(ten) },
      { name: 'main.ts, 10 functions, again', run: () => synth(ten) },
    ],
    5,
  );
}

/** Calls of a mock and of a trivial handler with an access token, in turns with a bare server. */
export async function benchFunctions(): Promise<Record<'bare server' | 'mock' | 'function', Load>> {
  const bareServer = await startBareServer();
  const project = await StartedProject.beginCopy(
    { routes: { 'GET /mock': mock, 'GET /function': { scopes, lambda: 'src/handlers/hello.ts' } } },
    { 'src/handlers/hello.ts': handler },
  );
  try {
    const headers = { Authorization: await project.accessToken() };
    const { apiUrl } = project.summary;
    return await loadInTurns({
      'bare server': { url: bareServer.url, headers },
      mock: { url: `${apiUrl}/mock`, headers },
      function: { url: `${apiUrl}/function`, headers },
    });
  } finally {
    bareServer.stop();
    await project.end();
  }
}

/** Writes the measurements as lines of a table. */
export function describeFunctions(loads: Awaited<ReturnType<typeof benchFunctions>>): string[] {
  return describeLoads(loads, 'mock');
}

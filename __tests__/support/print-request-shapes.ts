/**
 * Prints `src/local/user-pool/api/request-shapes.json` for the operations that are served, from the service model of
 * AWS's SDK for Python, which has all constraints of requests: `node --import tsx __tests__/support/print-request-shapes.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { format } from 'prettier';

import * as operations from '../../src/local/user-pool/api/operations';
import { localAwsEnvironment } from './local-aws';

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
}

interface Model {
  readonly operations: Readonly<
    Record<string, { readonly authtype?: string; readonly input: { readonly shape: string } }>
  >;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

const kept = ['type', 'required', 'min', 'max', 'pattern', 'enum', 'sensitive'] as const;

void (async () => {
  const model = await readModel();
  const shapes: Record<string, object> = {};
  const add = (name: string): string => {
    const shape = model.shapes[name] as ModelShape & Readonly<Record<string, unknown>>;
    if (!Object.hasOwn(shapes, name)) {
      const { members, member, value } = shape;
      shapes[name] = {};
      shapes[name] = {
        ...Object.fromEntries(kept.filter((key) => shape[key]).map((key) => [key, shape[key]])),
        ...(members && {
          members: Object.fromEntries(Object.entries(members).map(([key, each]) => [key, add(each.shape)])),
        }),
        ...(member && { member: add(member.shape) }),
        ...(value && { value: add(value.shape) }),
      };
    }
    return name;
  };
  const served = Object.keys(operations).map((name) => {
    const { authtype, input } = model.operations[name]!;
    return [name, { signed: authtype !== 'none', request: add(input.shape) }] as const;
  });
  // Each operation and each shape on a line of its own.
  const linesOf = (entries: readonly (readonly [string, object])[]) =>
    entries.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n');
  const sorted = Object.entries(shapes).sort(([one], [other]) => (one < other ? -1 : 1));
  const json = `{ "operations": {\n${linesOf(served)}\n}, "shapes": {\n${linesOf(sorted)}\n} }`;
  process.stdout.write(await format(json, { parser: 'json', printWidth: 120 }));
})();

async function readModel(): Promise<Model> {
  await localAwsEnvironment.install();
  const lib = join(localAwsEnvironment.python, '..', '..', 'lib');
  const packages = join(lib, readdirSync(lib)[0]!, 'site-packages');
  const file = join(packages, 'botocore', 'data', 'cognito-idp', '2016-04-18', 'service-2.json.gz');
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Model;
}

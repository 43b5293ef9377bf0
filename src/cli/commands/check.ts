// `npm run check`: checks each step of the login flow, for the local services or for a deployed stack.
import { fail, readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { checkFlow, findUnchecked, flowOutputs, type FlowOutputs } from '../flow-check';
import { trustLocalServices } from '../start/local-trust';
import { readStackOutputs } from '../stack-outputs';

const usage = `
npm run check -- [options]: checks each step of the login flow

  --outputs FILE      outputs of a deploy, such as outputs.json (default: those of the local services)
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --json              prints one line of JSON
  --help              shows this help

Sends only GET and OPTIONS requests. The exit code is 1 when a check fails.
`;

const options = readOptions(usage, {
  ...environmentOption,
  outputs: { type: 'string' },
  json: { type: 'boolean', default: false },
});

void main();

async function main(): Promise<void> {
  const environment = SelectedEnvironment.read(options);
  const outputs = readStackOutputs(options.outputs, environment);
  const missing = flowOutputs.find((name) => !(name in outputs));
  if (missing !== undefined) {
    fail(
      `${options.outputs ?? environment.localOutputsFile} has no output ${missing}: it is from another version of this project.`,
    );
  }
  await trustLocalServices(outputs.ProtectedResourceUrl!);
  const checks = await checkFlow(outputs as FlowOutputs);
  const ok = checks.every((check) => check.ok);
  console.log(
    options.json
      ? JSON.stringify({ ok, checks })
      : checks.map((check) => `${check.ok ? '✓' : '✗'} ${check.name}: ${check.detail}`).join('\n'),
  );
  for (const [name, reason] of Object.entries(findUnchecked(outputs as FlowOutputs))) {
    console.error(`Not checked: ${name}. ${reason}`);
  }
  process.exitCode = ok ? 0 : 1;
}

// `npm run check`: checks each step of the login flow, for the local services or for a deployed stack.
import { compareRoutes, type RouteDifference, routeLines } from '../../terraform/routes';
import { readJson } from '../../terraform/synthesized-stacks';
import { fail, readOptions } from '../command-line';
import { readLiveRoutes, stageOfUrl } from '../deploy/live-routes';
import { environmentOption, SelectedEnvironment } from '../environment';
import { checkFlow, findUnchecked, flowOutputs, type FlowOutputs } from '../flow-check';
import { trustLocalServices } from '../start/local-trust';
import { readStackOutputs } from '../stack-outputs';
import { type Outputs } from '../../stack/outputs';
import { synthesize } from '../synthesize';

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
      `${options.outputs ?? environment.localOutputsFile} does not contain the output ${missing}: it is from another version of this project.`,
    );
  }
  await trustLocalServices(outputs.ProtectedResourceUrl!);
  const checks = await checkFlow(outputs as FlowOutputs);
  const { differences, isRejected } = await compareRoutesOf(outputs, environment);
  const ok = checks.every((check) => check.ok) && differences.length === 0 && !isRejected;
  console.log(
    options.json
      ? JSON.stringify({ ok, checks, routes: differences })
      : [
          ...checks.map((check) => `${check.ok ? '✓' : '✗'} ${check.name}: ${check.detail}`),
          ...routeLines(differences),
        ].join('\n'),
  );
  for (const [name, reason] of Object.entries(findUnchecked(outputs as FlowOutputs))) {
    console.error(`Not checked: ${name}. ${reason}`);
  }
  process.exitCode = ok ? 0 : 1;
}

/** Compares the routes of the settings with those of a deployed API; says so when it cannot. */
async function compareRoutesOf(
  { ApiEndpoint: url }: Outputs,
  environment: SelectedEnvironment,
): Promise<{ readonly differences: readonly RouteDifference[]; readonly isRejected: boolean }> {
  const file = options.outputs;
  if (file === undefined) {
    return { differences: [], isRejected: false };
  }
  const names = Object.keys(readJson(file) as object);
  const stack = (await synthesize(environment)).find(
    ({ name, terraform }) => names.includes(name) && terraform.resource?.aws_api_gateway_stage,
  );
  if (!stack || url === undefined) {
    console.error(`The routes are not compared with those in AWS: ${file} is not of ${environment.title}.`);
    return { differences: [], isRejected: false };
  }
  const stage = await stageOfUrl(url, stack.terraform);
  const live = 'notRead' in stage ? stage : await readLiveRoutes(stage);
  if ('notRead' in live) {
    console.error(`The routes are not compared with those in AWS: ${live.notRead}.`);
    // Without credentials, only the flow is checked.
    return { differences: [], isRejected: live.hasCredentials };
  }
  return { differences: compareRoutes(stack.terraform, live), isRejected: false };
}

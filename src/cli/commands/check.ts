// `npm run check`: asks the local services, or a deployed stack, whether each step of the flow is there.
import { fail, readOptions } from '../command-line';
import { checkFlow, flowOutputs } from '../flow-check';
import { localOutputsFile, readStackOutputs } from '../stack-outputs';

const usage = `
npm run check -- [options]: asks the services, step by step, whether the login flow can work

  --outputs FILE  outputs of a deploy, outputs.json (those of the local services, while npm start runs)
  --json          prints one line of JSON
  --help          shows this

Exit code 1 when a check fails.
`;

const { outputs: file, json } = readOptions(usage, {
  outputs: { type: 'string' },
  json: { type: 'boolean', default: false },
});

void main();

async function main(): Promise<void> {
  const outputs = readStackOutputs(file);
  const missing = flowOutputs.find((name) => !(name in outputs));
  if (missing !== undefined) {
    fail(`${file ?? localOutputsFile()} has no output ${missing}; was it written by another version?`);
  }
  const checks = await checkFlow(outputs);
  const ok = checks.every((check) => check.ok);
  console.log(
    json
      ? JSON.stringify({ ok, checks })
      : checks.map((check) => `${check.ok ? '✓' : '✗'} ${check.name}: ${check.detail}`).join('\n'),
  );
  process.exitCode = ok ? 0 : 1;
}

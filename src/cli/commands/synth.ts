// `npm run synth`: runs main.ts, then says what it wrote and what to do with it.
import { readOptions } from '../command-line';
import { readSynthesizedStacks } from '../../terraform/synthesized-stacks';
import { showWarnings } from '../synthesize';

const usage = `
npm run synth: writes the Terraform JSON of all stacks to cdktf.out

  --help  shows this help
`;

readOptions(usage, {});

void main();

async function main(): Promise<void> {
  await import('../../../main.js');
  const stacks = readSynthesizedStacks();
  const width = Math.max(...stacks.map(({ name }) => name.length));

  for (const { name, file, terraform } of stacks) {
    const count = Object.values(terraform.resource ?? {}).flatMap((resources) => Object.keys(resources)).length;
    console.log(`${name.padEnd(width)}  ${String(count).padStart(3)} resources  ${file}`);
  }
  console.log('\nNext: npm run plan, which shows what a deploy would change; then npm run deploy.');
  showWarnings(stacks);
}

// `npm run synth`: runs main.ts, then says what it wrote and what to do with it.
import '../../../main';
import { readSynthesizedStacks } from '../../terraform/synthesized-stacks';
import { showWarnings } from '../synthesize';

const stacks = readSynthesizedStacks();
const width = Math.max(...stacks.map(({ name }) => name.length));

for (const { name, file, terraform } of stacks) {
  const count = Object.values(terraform.resource ?? {}).flatMap((resources) => Object.keys(resources)).length;
  console.log(`${name.padEnd(width)}  ${String(count).padStart(3)} resources  ${file}`);
}
console.log('\nNext: npm run plan, which shows what a deploy would change; then npm run deploy.');
showWarnings(stacks);

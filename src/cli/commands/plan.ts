// `npm run plan`: shows what a deploy would change, and what of that cannot be undone.
import { terraformOptions, terraformUsage, planArguments } from '../deploy/terraform-options';
import { readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { assertStateIsMoved } from '../deploy/unmoved-state';
import { planMarkdown } from '../deploy/plan-markdown';
import {
  planDocument,
  rejectionLines,
  rejectionsOf,
  routeDifferencesOf,
  showNotCompared,
  showPlans,
} from '../deploy/plan-report';
import { planStacks } from '../deploy/stack-plans';
import { runCommand } from '../deploy/terraform';
import { synthesize } from '../synthesize';
import { writeFile } from '../write-file';

const usage = `
npm run plan -- [options]: shows what a deploy would change

  --environment NAME  an environment of cdktf.json (default: the default environment)
  --refresh-only      shows what was changed without terraform, such as in the console
  --json              prints one JSON document, and nothing else on standard output
  --markdown FILE     also writes the plan as Markdown, for the comment on a pull request
${terraformUsage}
The exit code is 0 without changes, 2 with changes, and 1 when the plan fails or
cannot be deployed.
`;

const options = readOptions(usage, {
  ...environmentOption,
  ...terraformOptions,
  'refresh-only': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  markdown: { type: 'string' },
});

runCommand(async () => {
  const environment = SelectedEnvironment.read(options);
  const stacks = await synthesize(environment);
  assertStateIsMoved(stacks, environment);
  const plans = await planStacks(stacks, {
    args: planArguments(options),
    purpose: options['refresh-only'] ? 'refresh' : 'deploy',
    outputsFile: environment.outputsFile,
  });
  if (options.markdown !== undefined) {
    writeFile(options.markdown, planMarkdown(environment.title, plans));
  }
  if (options.json) {
    showNotCompared(plans);
    rejectionLines(rejectionsOf(plans)).forEach((line) => {
      console.error(line);
    });
    console.log(JSON.stringify(planDocument(environment.name, plans)));
  } else {
    showPlans(environment.title, plans);
  }
  process.exitCode =
    rejectionsOf(plans).length > 0
      ? 1
      : plans.some(({ hasChanges }) => hasChanges) || routeDifferencesOf(plans).length > 0
        ? 2
        : 0;
});

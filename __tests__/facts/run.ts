// `npm run facts`: asks an endpoint for the facts of AWS.
import { writeFileSync } from 'node:fs';

import { fail, readOptions, readUrl } from '../../src/cli/command-line';
import { environmentOption, SelectedEnvironment } from '../../src/cli/environment';
import { readStackOutputs } from '../../src/cli/stack-outputs';
import { trustLocalServices } from '../../src/cli/start/local-trust';
import { Endpoint, type EndpointProps } from './endpoint';
import { type Answer, askAll } from './fact';
import { factGroups } from './facts';
import { documentFile, documentWith, factSettings, measuredFile, readMeasured } from './table';

const usage = `
npm run facts -- [options]: asks an endpoint for the facts of AWS in ${documentFile}

  --outputs FILE           outputs of a deploy, such as outputs.facts.json (default: those of the
                           local services)
  --environment NAME       an environment of cdktf.json (default: the default environment)
  --login-url URL          URL of the hosted login (default: the output HostedDomainUrl)
  --user-pool-api-url URL  URL of the user pool's API (default: AWS's; for the local services
                           http://localhost:3003)
  --api-url URL            URL of the REST API with its stage (default: the output ApiEndpoint)
  --user EMAIL             a user who can sign in, with --password (default: one that is created)
  --password PASSWORD      password of that user
  --json                   prints one line of JSON
  --compare                measures this project, ministack and moto, and writes ${documentFile};
                           needs what npm run test:acceptance needs
  --document               writes that document again, with the last results
  --help                   shows this help

Creates users, and deletes them. The exit code is 1 when a fact does not hold.
`;

const options = readOptions(usage, {
  ...environmentOption,
  outputs: { type: 'string' },
  'login-url': { type: 'string' },
  'user-pool-api-url': { type: 'string' },
  'api-url': { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  json: { type: 'boolean', default: false },
  compare: { type: 'boolean', default: false },
  document: { type: 'boolean', default: false },
});

void main();

async function main(): Promise<void> {
  if (options.compare) {
    const { measure } = await import('./compare.js');
    writeFileSync(measuredFile, `${JSON.stringify(await measure(factSettings()), null, 2)}\n`);
  }
  if (options.compare || options.document) {
    writeFileSync(documentFile, documentWith(readMeasured()));
    return;
  }
  const props = endpointProps();
  await trustLocalServices(props.outputs.HostedDomainUrl!);
  const endpoint = new Endpoint(props);
  try {
    const answers = await askAll(factGroups, endpoint);
    console.log(options.json ? JSON.stringify(answers) : report(answers));
    process.exitCode = Object.values(answers).every(({ result }) => result === 'holds') ? 0 : 1;
  } finally {
    await endpoint.close();
  }
}

function endpointProps(): EndpointProps {
  const environment = SelectedEnvironment.read(options);
  const urls = {
    HostedDomainUrl: readUrl('login-url', options),
    ApiEndpoint: readUrl('api-url', options),
  };
  const given = Object.entries(urls).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const outputs = { ...readStackOutputs(options.outputs, environment), ...Object.fromEntries(given) };
  const missing = ['CognitoUserPoolAppClientID-legacy', 'CognitoUserPoolAppClientID-machine'].filter(
    (name) => !(name in outputs),
  );
  if (missing.length > 0) {
    fail(
      `${options.outputs ?? environment.localOutputsFile} does not have ${missing.join(' and ')}: ` +
        `it is not of the settings that ${documentFile} shows.`,
    );
  }
  if ((options.user === undefined) !== (options.password === undefined)) {
    fail('--user and --password can be given only together.');
  }
  return {
    outputs,
    userPoolApiUrl: readUrl('user-pool-api-url', options) ?? userPoolApiUrlOf(outputs),
    user:
      options.user === undefined || options.password === undefined
        ? undefined
        : { email: options.user, password: options.password },
  };
}

/** Returns the URL of the user pool's API that belongs to a hosted login. */
function userPoolApiUrlOf(outputs: Readonly<Partial<Record<string, string>>>): string {
  const { protocol, hostname } = new URL(outputs.HostedDomainUrl!);
  return hostname === 'localhost'
    ? `${protocol}//localhost:3003`
    : `https://cognito-idp.${outputs.CognitoUserPoolID!.split('_')[0]!}.amazonaws.com`;
}

function report(answers: Readonly<Record<string, Answer>>): string {
  const facts = factGroups.flatMap((group) => group.facts);
  const others = facts.filter(({ number }) => answers[number]!.result !== 'holds');
  return [
    ...others.map(({ number, words }) => {
      const { result, detail } = answers[number]!;
      return `${result === 'differs' ? '✗' : '–'} ${number} ${words}\n    ${detail ?? ''}`;
    }),
    `${facts.length - others.length} of ${facts.length} facts hold.`,
  ].join('\n');
}

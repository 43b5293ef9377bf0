import './temporary-folder';

import { spawnSync } from 'node:child_process';

import { localAwsEnvironment } from './local-aws';
import { terraform } from './acceptance-project';

/** Says before the first test what the machine lacks, and makes the environment of the local AWS API. */
export default async function setup(): Promise<void> {
  if (spawnSync(terraform, ['version']).status !== 0) {
    throw new Error(`${terraform} is missing: install it, or name another with TERRAFORM_BINARY_NAME`);
  }
  if (spawnSync('go', ['version']).status !== 0) {
    throw new Error('go is missing: a client of the tests is written in Go 1.26 or later');
  }
  if (process.env.TF_CLI_CONFIG_FILE === undefined) {
    throw new Error(
      'TF_CLI_CONFIG_FILE is not set: it names a CLI configuration whose filesystem_mirror holds the AWS provider',
    );
  }
  // Of no use here: a new SDK comes with a new Node.js.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  await localAwsEnvironment.install();
}

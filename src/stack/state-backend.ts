import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import { z } from 'zod';

import { kmsKeyRule } from '../rules/arn';
import { regionRule } from '../rules/region';
import { objectRule, stringRule } from '../rules/rule';

/** Where Terraform stores a state: in a file in the folder of the project, or in an S3 bucket that a team shares. */
export type State = z.output<typeof stateSettings>;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketRule = stringRule(
  '3 to 63 lowercase letters, digits, dots and hyphens, with a letter or digit first and last',
  (name) => {
    if (!/^[a-z0-9](?:\.?[a-z0-9-])*[a-z0-9]$/.test(name) || name.length < 3 || name.length > 63) {
      return 'must be the name of an S3 bucket';
    }
    if (/^\d+(?:\.\d+){3}$/.test(name)) {
      return 'must not have the form of an IP address';
    }
    const [reserved] =
      /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.exec(name) ?? [];
    return reserved === undefined
      ? undefined
      : `must not ${name.startsWith(reserved) ? 'start' : 'end'} with ${reserved}`;
  },
);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const keyPrefixRule = stringRule(
  '1 to 512 characters: path parts of letters, digits and . _ -, separated by /',
  (prefix) =>
    /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/.test(prefix) && prefix.length <= 512
      ? undefined
      : 'must be the first part of an S3 key',
);

/** The setting `state`. */
export const stateSettings = z.union([
  z.literal('local'),
  objectRule({
    s3: objectRule({
      bucket: bucketRule.describe('Bucket that holds the state. It must exist, and should be private and versioned.'),
      keyPrefix: keyPrefixRule.describe(
        'First part of the keys. A key is `PREFIX/STACK.tfstate`, so each project in the bucket needs its own prefix.',
      ),
      region: regionRule
        .optional()
        .describe('Region of the bucket. The default is the setting `region` of the environment that sets the bucket.'),
      kmsKeyId: kmsKeyRule
        .optional()
        .describe("KMS key that encrypts the state. The default is the bucket's own encryption."),
    }),
  }),
]);

/** Returns the required Terraform version: 1.5 introduced `import` blocks, 1.10 the lock file of the S3 backend. */
export function requiredTerraform(state: State): string {
  return state === 'local' ? '>= 1.5.0' : '>= 1.10.0';
}

/**
 * Defines the backend of a stack. A stack that refers to this one reads its state from the same place.
 *
 * @param region the default region of the bucket
 */
export function defineBackend(stack: TerraformStack, state: State, region: string): void {
  if (state === 'local') {
    // Terraform runs in cdktf.out/stacks/STACK. The state is outside cdktf.out, which can be deleted.
    new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
    return;
  }
  const { bucket, keyPrefix, kmsKeyId } = state.s3;
  new S3Backend(stack, {
    bucket,
    key: `${keyPrefix}/${stack.node.id}.tfstate`,
    region: state.s3.region ?? region,
    encrypt: true,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
  });
  // The bindings do not have this argument.
  stack.addOverride('terraform.backend.s3.use_lockfile', true);
}

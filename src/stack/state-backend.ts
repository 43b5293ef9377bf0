import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import { z } from 'zod';

import { regionRule } from '../rules/region';
import { membersRule, textRule } from '../rules/rule';

/** Where Terraform stores a state: in a file in the folder of the project, or in an S3 bucket that a team shares. */
export type State = z.output<typeof stateSettings>;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketRule = textRule(
  '3 to 63 lowercase letters, digits, dots and hyphens, with a letter or digit first and last',
  (name) =>
    /^[a-z0-9](?:\.?[a-z0-9-]){1,61}[a-z0-9]$/.test(name) && name.length <= 63 ? undefined : 'is not a bucket name',
);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const keyPrefixRule = textRule('path parts of letters, digits and . _ -, separated by /', (prefix) =>
  /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/.test(prefix) && prefix.length <= 512
    ? undefined
    : 'is not a key prefix',
);

/** @see https://developer.hashicorp.com/terraform/language/backend/s3#kms_key_id */
const kmsKeyRule = textRule('the ID or the ARN of a KMS key, not of an alias', (key) =>
  /^(?:arn:aws:kms:[a-z0-9-]+:\d{12}:key\/)?(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/.test(key)
    ? undefined
    : 'is not a KMS key',
);

/** The setting `state`. */
export const stateSettings = z.union([
  z.literal('local'),
  membersRule({
    s3: membersRule({
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

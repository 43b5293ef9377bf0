import { policyArnRule } from '../rules/arn';
import { regionRule } from '../rules/region';
import { lengthProblem, mapRule, objectRule, stringRule } from '../rules/rule';
import { stateSettings } from './state-backend';
import { versionConstraintRule } from './provider-version';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
function tagRule(min: number, max: number) {
  return stringRule(
    `${min} to ${max} letters, digits, spaces and _ . : / = + - @, with no space first or last and not starting with "aws:"`,
    (text) => {
      if (/^aws:/i.test(text)) {
        return 'must not start with "aws:"';
      }
      if (text !== text.trim()) {
        return 'must not start or end with a space';
      }
      return (
        lengthProblem(text, min, max) ??
        (/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)
          ? undefined
          : 'must contain only letters, digits, spaces and _ . : / = + - @')
      );
    },
  );
}

/** The settings of every stack. */
export const awsStackSettings = objectRule({
  region: regionRule
    .default('us-east-1')
    .describe('AWS region of both stacks. `AWS_REGION` is not read.')
    .meta({ change: 'is rejected in running stacks: another region needs an environment of its own' }),
  providerVersion: versionConstraintRule
    .default('>= 5.100.0, < 7.0.0')
    .describe('Versions of the AWS provider that Terraform can choose from.'),
  tags: mapRule(tagRule(1, 128), {
    entry: tagRule(0, 256),
    min: 0,
    max: 50,
    // IAM does not distinguish them, and rejects the role of a function after other resources have been created.
    conflicts: (tags) => {
      const keys = Object.keys(tags);
      return keys.flatMap((key, index) => {
        const other = keys.slice(0, index).find((each) => each.toLowerCase() === key.toLowerCase());
        return other === undefined
          ? []
          : [
              {
                path: [key],
                problem: `the key differs from ${JSON.stringify(other)} only in case, and IAM ignores the case`,
              },
            ];
      });
    },
  })
    .default({})
    .describe('Tags for every resource that takes tags.'),
  permissionsBoundary: policyArnRule
    .optional()
    .describe(
      'ARN of a managed policy that limits what each role of the stacks can do, whatever its own policies allow. The deploy policies require one: `src/policies/permissions-boundary.json`.',
    ),
  state: stateSettings
    .default('local')
    .describe("Where Terraform's state is: `local`, a file in this folder, or an object in an S3 bucket."),
});

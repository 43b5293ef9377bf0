import { existsSync } from 'node:fs';

import { createdDomains, findLostState, takenDomain } from '../../terraform/lost-state';
import { type Rejection } from '../../terraform/rejections';
import { readJson, type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { type StackPlan } from './stack-plans';
import { StateLocation } from './state-location';

/** Adds to plans that they create what the outputs name or AWS has: the state of the stack is deleted or empty. */
export function withLostState(plans: readonly StackPlan[], outputsFile: string): Promise<StackPlan[]> {
  const outputs = readOutputsFile(outputsFile);
  return Promise.all(
    plans.map(async (stackPlan) => {
      const { stack, plan } = stackPlan;
      if (!plan) {
        return stackPlan;
      }
      const restore = restoreOf(stack);
      const named = findLostState(plan, outputs[stack.name] ?? {}, { file: outputsFile, restore });
      // A pipeline has no outputs.
      const found = named.length > 0 ? named : await findTakenDomains(stackPlan, restore);
      return { ...stackPlan, plan: { ...plan, rejections: [...plan.rejections, ...found] } };
    }),
  );
}

/** Looks up the domains that a plan creates. A call that Cognito rejects says nothing: a deploy would tell. */
async function findTakenDomains({ stack, resourceChanges }: StackPlan, restore: string): Promise<Rejection[]> {
  const domains = createdDomains(resourceChanges);
  const region = stack.terraform.provider?.aws?.[0]?.region;
  if (domains.length === 0 || region === undefined) {
    return [];
  }
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { CognitoIdentityProviderClient, DescribeUserPoolDomainCommand } =
    await import('@aws-sdk/client-cognito-identity-provider');
  const client = new CognitoIdentityProviderClient({
    region,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  const found = await Promise.all(
    domains.map(async (created) => {
      const { DomainDescription } = await client
        .send(new DescribeUserPoolDomainCommand({ Domain: created.domain }))
        .catch(() => ({ DomainDescription: undefined }));
      const userPool = DomainDescription?.UserPoolId;
      return userPool === undefined ? [] : [takenDomain(created, userPool, { restore })];
    }),
  );
  client.destroy();
  return found.flat();
}

/** Reads the outputs of the last deploy by stack. None is as good as a file that another program has written. */
function readOutputsFile(file: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  try {
    return readJson(file) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  } catch {
    return {};
  }
}

function restoreOf(stack: SynthesizedStack): string {
  const { backend, address } = StateLocation.of(stack);
  const backup = `${address}.backup`;
  if (backend === 'local' && existsSync(backup)) {
    return `restore the last version with cp ${backup} ${address}`;
  }
  return backend === 'local'
    ? `put ${address} back, or import the resources with npm run import`
    : `restore the last version of ${address} (src/settings/README.md says how), or import the resources with npm run import`;
}

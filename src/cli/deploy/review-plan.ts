import { existsSync } from 'node:fs';

import type * as cognito from '@aws-sdk/client-cognito-identity-provider';
import { type z } from 'zod';

import { missingDomains, findLostState, takenDomain } from '../../terraform/lost-state';
import { type Plan } from '../../terraform/plan';
import { type ResourceChange } from '../../terraform/plan-json';
import { type Rejection } from '../../terraform/rejections';
import { compareRoutes, deployedStage, type RouteDifference } from '../../terraform/routes';
import { readJson, type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { findUnmanagedMethods } from '../../terraform/unmanaged-methods';
import { stackOutputsRule } from '../stack-outputs';
import { awsClientConfiguration } from './aws-client';
import { readLiveRoutes } from './live-routes';
import { StateLocation } from './state-location';

/** What a plan is for. `refresh` and `destroy` are those of `terraform plan -refresh-only` and `-destroy`. */
export type Purpose = 'deploy' | 'refresh' | 'destroy';

/** The routes of a stack compared with those in AWS, or why they could not be. */
export type ComparedRoutes = { readonly differences: readonly RouteDifference[] } | { readonly notCompared: string };

/** What a review needs of the plan of a stack. */
interface ReadPlan {
  readonly stack: SynthesizedStack;
  readonly plan: Plan | undefined;
  readonly resourceChanges: readonly ResourceChange[];
  /** How the routes differ from those in AWS. Missing where no stage is deployed that stays. */
  readonly routes?: ComparedRoutes;
}

interface ReviewOptions {
  readonly purpose: Purpose;
  /** File with the outputs of the last deploy. */
  readonly outputsFile: string;
}

/**
 * Adds to a plan what only AWS and the outputs of the last deploy know: a state that is lost, and routes that differ.
 *
 * Every plan is reviewed, those of the steps of a deploy and of a destroy included.
 */
export async function reviewPlan<Read extends ReadPlan>(stackPlan: Read, options: ReviewOptions): Promise<Read> {
  const { plan } = stackPlan;
  if (!plan) {
    return stackPlan;
  }
  const [lost, live] = await Promise.all([findLost(stackPlan, options), reviewRoutes(stackPlan, options)]);
  const rejections = [...plan.rejections, ...lost, ...(live?.rejections ?? [])];
  return { ...stackPlan, plan: { ...plan, rejections }, ...(live && { routes: live.routes }) };
}

/** Compares the routes of a stack with those in AWS; nothing where no stage is deployed that stays. */
async function reviewRoutes(
  { stack: { terraform }, resourceChanges }: ReadPlan,
  { purpose }: ReviewOptions,
): Promise<{ readonly routes: ComparedRoutes; readonly rejections: readonly Rejection[] } | undefined> {
  const stage = purpose === 'destroy' ? undefined : deployedStage(terraform, resourceChanges);
  if (!stage) {
    return undefined;
  }
  const live = await readLiveRoutes(stage);
  if (!('notRead' in live)) {
    return {
      routes: { differences: compareRoutes(terraform, live) },
      rejections: findUnmanagedMethods(terraform, resourceChanges, live.methods, stage),
    };
  }
  const rejection: Rejection = {
    address: resourceChanges.find(({ type }) => type === 'aws_api_gateway_stage')!.address,
    problem: `cannot be compared with the settings, and could serve routes that they do not have: ${live.notRead}`,
    remedy: 'use credentials that can read the API, with the action apigateway:GET, and deploy again',
  };
  return { routes: { notCompared: live.notRead }, rejections: purpose === 'deploy' ? [rejection] : [] };
}

async function findLost(
  { stack, resourceChanges }: ReadPlan,
  { purpose, outputsFile }: ReviewOptions,
): Promise<Rejection[]> {
  const restore = restoreOf(stack);
  // The plan of a step has only a part of the resources.
  const isComplete = purpose !== 'deploy';
  const outputs = readOutputsFile(outputsFile)[stack.name] ?? {};
  const named = findLostState(stack.terraform, resourceChanges, outputs, { file: outputsFile, restore, isComplete });
  if (named.length > 0) {
    return named;
  }
  // A pipeline has no outputs.
  const domains = missingDomains(stack.terraform, resourceChanges, isComplete);
  const region = stack.terraform.provider?.aws?.[0]?.region;
  if (domains.length === 0 || region === undefined) {
    return [];
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed; jest cannot import it
  const sdk = require('@aws-sdk/client-cognito-identity-provider') as typeof cognito;
  const { CognitoIdentityProviderClient, DescribeUserPoolDomainCommand } = sdk;
  const client = new CognitoIdentityProviderClient(awsClientConfiguration(region));
  const found = await Promise.all(
    domains.map(async (defined) => {
      // A call that Cognito rejects shows nothing: a deploy reports it.
      const { DomainDescription } = await client
        .send(new DescribeUserPoolDomainCommand({ Domain: defined.domain }))
        .catch(() => ({ DomainDescription: undefined }));
      const userPool = DomainDescription?.UserPoolId;
      return userPool === undefined ? [] : [takenDomain(defined, userPool, { restore })];
    }),
  );
  client.destroy();
  return found.flat();
}

/** Reads the outputs of the last deploy by stack. A file that another program has written has none. */
function readOutputsFile(file: string): z.output<typeof stackOutputsRule> {
  try {
    return stackOutputsRule.parse(readJson(file));
  } catch {
    return {};
  }
}

function restoreOf(stack: SynthesizedStack): string {
  const { backend, address } = StateLocation.of(stack);
  const backup = `${address}.backup`;
  if (backend === 'local' && existsSync(backup)) {
    return (
      `restore the version before the last deploy with cp ${backup} ${address}, and import what that deploy has created ` +
      'with npm run import'
    );
  }
  return backend === 'local'
    ? `put ${address} back, or import the resources with npm run import`
    : `restore the last version of ${address} (src/settings/README.md says how), or import the resources with npm run import`;
}

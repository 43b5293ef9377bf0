import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';

/** Changes what a test looks for in the tokens. */
export function handler(event: PreTokenGenerationV2TriggerEvent): Promise<PreTokenGenerationV2TriggerEvent> {
  const { clientMetadata } = event.request;
  if (clientMetadata?.do === 'throw') {
    throw new Error('Not today');
  }
  const claims = { source: event.triggerSource, sub: 'another', metadata: JSON.stringify(clientMetadata ?? null) };
  event.response.claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride: claims, claimsToSuppress: ['email'] },
    accessTokenGeneration: {
      claimsToAddOrOverride: { ...claims, credentials: process.env.AWS_ACCESS_KEY_ID ?? 'none' },
      scopesToAdd: ['awesomeapi-resource-server/awesomeapi.read'],
    },
    groupOverrideDetails: { groupsToOverride: ['admins'] },
  };
  return Promise.resolve(event);
}

import { regionOfArn } from '../rules/arn';
import { findCorsConflicts } from '../api-gateway/cors';
import { isObject, type Problem, within } from '../rules/rule';

type Members = Readonly<Record<string, unknown>>;

/** Finds what is wrong between the settings of the REST API, and between them and the region. */
export function findRestApiProblems(settings: Members, region: unknown): Problem[] {
  const { restApi, cors, userPool } = settings;
  const { customDomain, disableExecuteApiEndpoint, endpointType, webAclArn, logKmsKeyArn } = membersOf(restApi);
  const { name, certificateArn } = membersOf(customDomain);
  const certificateRegion = endpointType === 'EDGE' ? 'us-east-1' : region;
  return [
    ...within(['cors'], findCorsConflicts(membersOf(cors))),
    ...(disableExecuteApiEndpoint === true && customDomain === undefined
      ? [
          {
            path: ['restApi', 'disableExecuteApiEndpoint'],
            problem: 'leaves no URL of the API',
            got: true,
            allowed: 'true with restApi.customDomain',
          },
        ]
      : []),
    ...(name !== undefined && name === membersOf(settings.customDomain).name
      ? [
          {
            path: ['restApi', 'customDomain', 'name'],
            problem: 'is the host name of the hosted login, too',
            got: name,
            allowed: 'another host name: a DNS record leads to one of the two',
          },
        ]
      : []),
    ...findOtherRegion(['restApi', 'customDomain', 'certificateArn'], certificateArn, certificateRegion),
    ...findOtherRegion(['restApi', 'webAclArn'], webAclArn, region),
    ...findOtherRegion(['restApi', 'logKmsKeyArn'], logKmsKeyArn, region),
    ...findOtherRegion(['userPool', 'webAclArn'], membersOf(userPool).webAclArn, region),
  ];
}

/** AWS refuses these at apply, after other resources have been created. */
function findOtherRegion(path: readonly string[], arn: unknown, region: unknown): Problem[] {
  const actual = regionOfArn(arn);
  return actual === undefined || actual === region
    ? []
    : [{ path, problem: `is in ${actual}`, got: arn, allowed: `one in ${String(region)}` }];
}

function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}

import { findRecordProblems } from './dns-records';
import { configuredArguments, hasValue, type PlanJson, type ResourceChange, type Values } from './plan-json';
import { findSchemaProblems } from './schema-changes';

/** A plan that must not be applied: AWS or the provider would reject it during the apply, or it would have a hidden effect. */
export interface Rejection {
  readonly address: string;
  /** What would happen. */
  readonly problem: string;
  /** What to do instead. */
  readonly remedy: string;
}

/** Finds everything that must stop a plan before it changes anything. */
export function findRejections(plan: PlanJson): Rejection[] {
  const changes = (plan.resource_changes ?? []).filter(({ mode }) => mode === 'managed');
  const elsewhere = findOtherRegion(plan);
  return [
    ...elsewhere,
    ...(elsewhere.length > 0 ? [] : findMissingInAws(plan)),
    ...changes.flatMap((resource) => rules.flatMap((rule) => rule(resource, changes))),
    ...findRecordProblems(plan, changes),
  ];
}

/** Looks at one change of a plan. */
type Rule = (resource: ResourceChange, changes: readonly ResourceChange[]) => Rejection[];

const rules: readonly Rule[] = [
  findRemovedBlock,
  findRemovedPrecedence,
  findUnlistedDefaultRedirect,
  findChangedGrant,
  findChangedSchema,
  findProtectedUserPool,
  findChangedProvider,
  findKeptTrigger,
  findUnreachableApi,
  findRemovedSecurityPolicy,
  findCertificateInUse,
  findTakenName,
];

/** The resources that contain all others: if these are not found, the stack is in another account or region. */
const rootResources: Readonly<Record<string, string>> = {
  aws_cognito_user_pool: 'the user pool',
  aws_api_gateway_rest_api: 'the API',
};

/** Terraform does not find the resources of the state in another region, and would create all of them a second time. */
function findOtherRegion({ configuration, resource_changes = [], resource_drift = [] }: PlanJson): Rejection[] {
  const region = configuration?.provider_config?.aws?.expressions?.region?.constant_value;
  const found = [...resource_drift, ...resource_changes].find(({ type, change: { before } }) => {
    const deployed = regionOf(before);
    return type in rootResources && region !== undefined && deployed !== undefined && deployed !== region;
  });
  if (!found) {
    return [];
  }
  const { address, change } = found;
  const deployed = regionOf(change.before)!;
  return [
    {
      address,
      problem: `is deployed in ${deployed}, and the setting region is ${region!}: Terraform would not find what is in ${deployed}, and forget it`,
      remedy: `set region to ${deployed} again, and write ${region!} to an environment of its own: "environments": { "${region!}": { "region": "${region!}" } }`,
    },
  ];
}

/** Returns the region in the ARN of a resource. */
function regionOf(values: Values | null): string | undefined {
  return /^arn:[^:]+:[^:]+:([a-z0-9-]+):/.exec(String(values?.arn))?.[1];
}

/**
 * The provider forgets what it does not find: with the credentials of another account, that is everything.
 *
 * A method that someone has deleted is created again. The user pool, the API, and all that the state has are not.
 */
function findMissingInAws(plan: PlanJson): Rejection[] {
  const configured = configuredArguments(plan);
  const missing = (plan.resource_drift ?? []).filter(
    ({ address, change }) => change.actions.includes('delete') && configured.has(address),
  );
  const isAnyFound = (plan.resource_changes ?? []).some(({ mode, change }) => mode === 'managed' && change.before);
  return missing
    .filter(({ type }, index) => type in rootResources || (!isAnyFound && index === 0))
    .map(({ address, type, change: { before } }) => {
      const account = /:(\d{12}):/.exec(`${String(before?.arn)} ${String(before?.execution_arn)}`)?.[1];
      const owner = account === undefined ? '' : ` of account ${account}`;
      const what = rootResources[type] ?? 'the resource';
      return {
        address,
        problem: `is in the state, but AWS does not find ${what} ${String(before?.id)}${owner} with these credentials: Terraform would forget it, and leave it in no state`,
        remedy: `use the credentials${owner || ' of the account of the state'}; if someone has deleted ${what}, remove it from the state with terraform state rm ${address}, and delete the file of the outputs`,
      };
    });
}

/** Blocks of an app client that the provider cannot take away: "Provider produced inconsistent result after apply". */
const permanentBlocks: Readonly<Record<string, string>> = {
  refresh_token_rotation: 'write "refreshTokenRotation": false, and keep it',
  token_validity_units: 'keep the units of all three validities',
};

function findRemovedBlock({ address, type, change }: ResourceChange): Rejection[] {
  return type !== 'aws_cognito_user_pool_client' || !isUpdate(change)
    ? []
    : Object.entries(permanentBlocks)
        .filter(([block]) => hasValue(change.before?.[block]) && !hasValue(change.after?.[block]))
        .map(([block, remedy]) => ({
          address,
          problem: `removes ${block}, which Cognito keeps: the apply fails after it has changed the app client`,
          remedy: `appClients.${String(change.before?.name)}: ${remedy}`,
        }));
}

/** The provider sends 0 for a precedence that is taken away, which is the highest. */
function findRemovedPrecedence({ address, type, change }: ResourceChange): Rejection[] {
  const { before, after } = change;
  return type === 'aws_cognito_user_group' &&
    isUpdate(change) &&
    hasValue(before?.precedence) &&
    !hasValue(after?.precedence)
    ? [
        {
          address,
          problem: `removes precedence ${String(before?.precedence)}: the provider would set 0, the highest rank of all groups`,
          remedy: `groups.${String(before?.name)}: write "precedence": ${String(before?.precedence)} again, or 2147483647, which is below all others`,
        },
      ]
    : [];
}

/** The provider sends a default redirect URI that the settings no longer have, and Cognito requires one of the callback URLs. */
function findUnlistedDefaultRedirect({ address, type, change }: ResourceChange): Rejection[] {
  const { after } = change;
  const uri = after?.default_redirect_uri;
  const callbackUrls = after?.callback_urls;
  return type === 'aws_cognito_user_pool_client' &&
    isUpdate(change) &&
    hasValue(uri) &&
    Array.isArray(callbackUrls) &&
    !callbackUrls.includes(uri)
    ? [
        {
          address,
          problem: `keeps the default redirect URI ${String(uri)}, which is no longer a callback URL: Cognito rejects the change`,
          remedy: `appClients.${String(after?.name)}: write "defaultRedirectUri": ${JSON.stringify(callbackUrls[0] ?? '')}, or another callback URL`,
        },
      ]
    : [];
}

/** A client without a secret is replaced. One with a secret would keep its ID, and what Cognito keeps of the other grant. */
function findChangedGrant({ address, type, change }: ResourceChange): Rejection[] {
  const [before, after] = [change.before, change.after].map((values) => JSON.stringify(values?.allowed_oauth_flows));
  return type === 'aws_cognito_user_pool_client' && isUpdate(change) && before !== after
    ? [
        {
          address,
          problem:
            'has another grant: Cognito keeps its callback URLs and attributes, which the settings no longer have',
          remedy: 'give the client of the other grant another name in appClients, which makes a new client',
        },
      ]
    : [];
}

function findChangedSchema({ address, type, change }: ResourceChange): Rejection[] {
  return type === 'aws_cognito_user_pool' && isUpdate(change)
    ? findSchemaProblems(change).map((problem) => ({ address, ...problem }))
    : [];
}

/** Finds changes of an identity provider that AWS rejects, or that let another person sign in as a user. */
function findChangedProvider({ address, type, change }: ResourceChange): Rejection[] {
  const [before, after] = [change.before, change.after];
  if (type !== 'aws_cognito_identity_provider' || !before || !after) {
    return [];
  }
  const name = String(after.provider_name);
  const isChanged = (detail: string) => detailsOf(before)[detail] !== detailsOf(after)[detail];
  const remedy = `give the other provider another name in identityProviders, and remove ${name} from there if it is not used`;
  if (before.provider_type !== after.provider_type && before.provider_name === name) {
    return [{ address, problem: 'has another type: Cognito rejects a second provider with its name', remedy }];
  }
  if (!isUpdate(change)) {
    return [];
  }
  if (isChanged('oidc_issuer')) {
    const problem = 'has another issuer: a person with the subject of a user there would sign in as that user';
    return [{ address, problem, remedy }];
  }
  return name === 'SignInWithApple' && ['client_id', 'team_id', 'key_id', 'authorize_scopes'].some(isChanged)
    ? [
        {
          address,
          problem:
            'has other details: Cognito does not return the private key, and the provider would send them without it',
          remedy: `remove ${name} from identityProviders, deploy, and add it again`,
        },
      ]
    : [];
}

function detailsOf(values: Values): Values {
  return (values.provider_details ?? {}) as Values;
}

/** A plan can turn the protection off and delete the pool at once. Terraform only deletes it. */
function findProtectedUserPool({ address, type, change }: ResourceChange): Rejection[] {
  return type === 'aws_cognito_user_pool' &&
    change.actions.includes('delete') &&
    change.before?.deletion_protection === 'ACTIVE'
    ? [protectedUserPool(address)]
    : [];
}

/**
 * The provider reads this trigger as computed, so that it keeps one that is taken away while others stay.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/38617
 */
function findKeptTrigger({ address, type, change }: ResourceChange, changes: readonly ResourceChange[]): Rejection[] {
  const [config] = (change.after?.lambda_config ?? []) as readonly Values[];
  const [{ lambda_arn: arn } = {}] = (config?.pre_token_generation_config ?? []) as readonly Values[];
  const isDeleted = changes.some(
    (other) =>
      other.type === 'aws_lambda_function' &&
      other.change.actions.join() === 'delete' &&
      other.change.before?.arn === arn,
  );
  return type === 'aws_cognito_user_pool' && hasValue(arn) && isDeleted
    ? [
        {
          address,
          problem:
            'keeps its pre token generation trigger, which the provider cannot remove while other triggers stay: Cognito would invoke a deleted function, and every sign-in would fail',
          remedy:
            'userPool.triggers: write "preTokenGeneration" again with a handler that returns its event, or deploy once without any trigger',
        },
      ]
    : [];
}

/** Rejects to delete a user pool. */
export function protectedUserPool(address: string): Rejection {
  return {
    address,
    problem: 'has deletion_protection "ACTIVE": Cognito does not delete it, but everything in it is deleted',
    remedy: 'set userPool.deletionProtection to false, and deploy that first',
  };
}

/** Without the setting, AWS keeps the closed URL of its own, and the API has no other one. */
function findUnreachableApi(
  { address, type, change }: ResourceChange,
  changes: readonly ResourceChange[],
): Rejection[] {
  const domains = changes.filter((resource) => resource.type === 'aws_api_gateway_domain_name');
  return type === 'aws_api_gateway_rest_api' &&
    change.after?.disable_execute_api_endpoint === true &&
    domains.length > 0 &&
    domains.every((domain) => domain.change.after === null)
    ? [
        {
          address,
          problem: 'keeps the URL of AWS closed and loses its custom domain: no client could call it',
          remedy: 'write "disableExecuteApiEndpoint": false to restApi',
        },
      ]
    : [];
}

/** API Gateway keeps a security policy that is taken away, and rejects one without its endpoint access mode. */
function findRemovedSecurityPolicy({ address, type, change: { before, after } }: ResourceChange): Rejection[] {
  const isKept = hasValue(after) && [before?.security_policy, null, undefined].includes(after?.security_policy);
  return type === 'aws_api_gateway_rest_api' &&
    isKept &&
    hasValue(before?.endpoint_access_mode) &&
    !hasValue(after?.endpoint_access_mode)
    ? [
        {
          address,
          problem: `removes the endpoint access mode ${String(before?.endpoint_access_mode)}, which API Gateway requires with ${String(before?.security_policy)}: the apply would fail`,
          remedy: 'restApi: write "securityPolicy": "TLS_1_0", which is what a new API has',
        },
      ]
    : [];
}

/** AWS does not delete a certificate that is in use: the provider repeats the call for 20 minutes, and fails. */
function findCertificateInUse(
  { address, type, change }: ResourceChange,
  changes: readonly ResourceChange[],
): Rejection[] {
  const arn = change.before?.arn;
  const user =
    type === 'aws_acm_certificate' && change.after === null && hasValue(arn)
      ? changes.find((other) =>
          ['certificate_arn', 'regional_certificate_arn'].some(
            (argument) => other.type !== 'aws_acm_certificate_validation' && other.change.after?.[argument] === arn,
          ),
        )
      : undefined;
  return user
    ? [
        {
          address,
          problem: `is the certificate of ${user.address}, and would be deleted: AWS does not delete a certificate that is in use`,
          remedy: 'write hostedZone again instead of certificateArn, or the ARN of another certificate',
        },
      ]
    : [];
}

/** Names that AWS has once: a resource with another address cannot be created while the old one has the name. */
const uniqueNames: Readonly<Record<string, string>> = {
  aws_api_gateway_domain_name: 'domain_name',
  aws_cloudwatch_log_group: 'name',
  aws_cognito_identity_provider: 'provider_name',
  aws_cognito_resource_server: 'identifier',
  aws_cognito_user_group: 'name',
  aws_cognito_user_pool_domain: 'domain',
  aws_lambda_function: 'function_name',
};

function findTakenName({ address, type, change }: ResourceChange, changes: readonly ResourceChange[]): Rejection[] {
  const argument = uniqueNames[type];
  const name = argument === undefined ? undefined : change.after?.[argument];
  const owner =
    change.actions.join() === 'create' && hasValue(name)
      ? changes.find(
          (other) =>
            other.type === type &&
            other.change.actions.join() === 'delete' &&
            other.change.before?.[argument!] === name,
        )
      : undefined;
  return owner
    ? [
        {
          address,
          problem: `would replace ${owner.address} with the same ${argument!}, ${JSON.stringify(name)}: AWS rejects a second one, or deletes both`,
          remedy: `keep the old name in the settings, or write a moved block from ${owner.address} with moveFromId`,
        },
      ]
    : [];
}

function isUpdate({ actions }: ResourceChange['change']): boolean {
  return actions.join() === 'update';
}

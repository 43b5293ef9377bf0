import { configuredArguments, hasValue, type PlanJson, type Values } from './plan-json';

/** An argument that AWS keeps although the settings no longer have it: the plan of Terraform does not show it. */
export interface KeptArgument {
  readonly address: string;
  readonly argument: string;
  /** What to write to the settings, so that they say what AWS has. */
  readonly remedy: string;
}

interface Rule {
  /** The lines to write, by the arguments of the resource. */
  readonly remedy: (values: Values) => string;
  /** Whether a value is what a new resource has. The default is no value at all. */
  readonly isDefault?: (value: unknown) => boolean;
}

const ofClient = (line: string) => (values: Values) => `appClients.${String(values.name)}: ${line}`;

/**
 * Arguments that settings can take away, and that the provider then neither plans nor sends: it reads them as computed.
 *
 * A test of the acceptance level takes away every setting, and fails for one that changes nothing and is not here.
 */
const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  aws_cognito_user_pool: {
    password_policy: {
      remedy: () => 'userPool: "passwordPolicy": {}, which is what Cognito gives a new pool',
      isDefault: isDefaultPasswordPolicy,
    },
    user_pool_tier: {
      remedy: () => 'userPool: "tier": "ESSENTIALS", which is what a new pool has',
      isDefault: (tier) => tier === 'ESSENTIALS',
    },
    username_configuration: {
      remedy: () => 'userPool: "caseSensitive": false, which nothing can change',
      isDefault: (value) => firstBlock(value).case_sensitive !== false,
    },
  },
  aws_cognito_user_pool_client: {
    auth_session_validity: {
      remedy: ofClient('"authSessionValidity": "3 minutes", which is what a new client has'),
      isDefault: (minutes) => minutes === 3,
    },
    default_redirect_uri: { remedy: ofClient('"defaultRedirectUri" with a callback URL; Cognito does not forget it') },
    logout_urls: { remedy: ofClient('"logoutUrls": []') },
    read_attributes: { remedy: ofClient('"readAttributes" with all attributes that the client can read') },
    write_attributes: { remedy: ofClient('"writeAttributes" with all attributes that the client can change') },
  },
  aws_cognito_user_pool_domain: {
    managed_login_version: { remedy: () => '"login": { "style": "classic" }', isDefault: (version) => version === 1 },
  },
  aws_api_gateway_rest_api: {
    binary_media_types: { remedy: () => 'restApi: "binaryMediaTypes": []' },
    'endpoint_configuration.ip_address_type': {
      remedy: () => 'restApi: "ipAddressType": "ipv4", which is what a new API has',
      isDefault: (type) => type === 'ipv4',
    },
    security_policy: {
      remedy: () => 'restApi: "securityPolicy": "TLS_1_0", which is what a new API has',
      isDefault: (policy) => policy === 'TLS_1_0',
    },
    disable_execute_api_endpoint: { remedy: () => 'restApi: "disableExecuteApiEndpoint": false' },
  },
};

/** Finds what AWS keeps of settings that were taken away. */
export function findKeptArguments(plan: PlanJson): KeptArgument[] {
  const configured = configuredArguments(plan);
  return (plan.resource_changes ?? []).flatMap(({ address, type, change: { before, after } }) =>
    Object.entries(rules[type] ?? {})
      .filter(([argument, { isDefault = () => false }]) => {
        const expressions = configured.get(address);
        const value = argumentIn(after, argument);
        const isConfigured = argumentIn(expressions, argument) !== undefined;
        return before && expressions && !isConfigured && hasValue(value) && !isDefault(value);
      })
      .map(([argument, { remedy }]) => ({ address, argument, remedy: remedy(after!) })),
  );
}

/** Reads an argument by its name, which is that of its block and its own for one in a block. */
function argumentIn(values: Values | null | undefined, name: string): unknown {
  return name.split('.').reduce<unknown>((part, each) => firstBlock([part ?? {}].flat())[each], values);
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html */
function isDefaultPasswordPolicy(value: unknown): boolean {
  const policy = firstBlock(value);
  return (
    policy.minimum_length === 8 &&
    ['lowercase', 'uppercase', 'numbers', 'symbols'].every((kind) => policy[`require_${kind}`] === true) &&
    !hasValue(policy.password_history_size) &&
    [undefined, null, 0, 7].includes(policy.temporary_password_validity_days as number | null | undefined)
  );
}

function firstBlock(value: unknown): Values {
  return (value as readonly Values[])[0] ?? {};
}

import { readFileSync } from 'node:fs';

import { CognitoIdentityProvider } from '@cdktf/provider-aws/lib/cognito-identity-provider';
import { DataAwsSecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version';
import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { Construct } from 'constructs';

import { parameterArn } from '../rules/arn';
import { readProps } from '../rules/check';
import { AwsStack } from '../stack/aws-stack';
import { deletedLast } from '../stack/log-settings';
import {
  findProviderConflicts,
  findWrongName,
  type IdentityProviderInput,
  type IdentityProviderSettings,
  providerKinds,
  providerNameRule,
  providerTypes,
  socialNameOf,
} from './identity-provider-settings';
import { type UserPool } from './user-pool';

/** Props of an identity provider. The settings have their rules, defaults and descriptions. */
export type IdentityProviderProps = IdentityProviderInput & {
  readonly userPool: UserPool;
  /**
   * Name of the identity provider, 3 to 32 characters.
   *
   * @default - the ID of the construct; that of the type for google, apple, facebook and amazon, which have no other one
   */
  readonly name?: string | undefined;
};

/** An identity provider, with which users sign in instead of a password. The user pool names each of them `NAME_SUBJECT`. */
export class IdentityProvider extends Construct {
  readonly identityProvider: CognitoIdentityProvider;
  readonly name: string;
  /** The user attributes that Cognito writes at every sign-in, with the provider's name of each. */
  readonly attributes: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { userPool, ...given }: IdentityProviderProps) {
    super(scope, id);
    const name = given.name ?? socialNameOf(given.type) ?? id;
    const rule = providerKinds[given.type].safeExtend({ name: providerNameRule });
    const settings = readProps(this, rule, { ...given, name }, (known) => [
      ...findWrongName(name, given.type),
      ...findProviderConflicts(known, userPool.attributes, AwsStack.find(this)?.region),
    ]) as IdentityProviderSettings;
    this.name = name;
    this.attributes = settings.attributes;
    const details = this.detailsOf(settings);
    this.identityProvider = new CognitoIdentityProvider(this, 'Default', {
      userPoolId: userPool.userPoolId,
      providerName: name,
      providerType: providerTypes[settings.type],
      providerDetails: details,
      attributeMapping: { ...subjectOf(settings), ...settings.attributes },
      ...(settings.idpIdentifiers && { idpIdentifiers: settings.idpIdentifiers }),
      // It is deleted only after the app clients no longer have it.
      lifecycle: {
        ...deletedLast,
        ignoreChanges: [
          ...(settings.type === 'saml' ? addedToSaml : addedToOauth).filter((key) => !(key in details)),
          // Cognito does not return it, and each plan would add it.
          ...(settings.type === 'apple' ? ['private_key'] : []),
        ].map((key) => `provider_details["${key}"]`),
      },
    });
  }

  private detailsOf(settings: IdentityProviderSettings): Record<string, string> {
    if (settings.type === 'saml') {
      const { metadataUrl, metadataFile, idpSignout } = settings;
      return {
        ...(metadataUrl !== undefined && { MetadataURL: metadataUrl }),
        ...(metadataFile !== undefined && { MetadataFile: readFileSync(metadataFile, 'utf8') }),
        IDPSignout: String(idpSignout),
      };
    }
    return {
      client_id: settings.clientId,
      authorize_scopes: settings.scopes.join(settings.type === 'facebook' ? ',' : ' '),
      ...(settings.type === 'apple'
        ? { team_id: settings.teamId, key_id: settings.keyId, private_key: this.secretIn(settings.privateKey) }
        : { client_secret: this.secretIn(settings.clientSecret) }),
      ...(settings.type === 'oidc' && {
        oidc_issuer: settings.issuer,
        attributes_request_method: settings.attributesRequestMethod,
      }),
    };
  }

  /** Returns the value of a parameter or a secret, which Terraform reads at each plan. */
  private secretIn(arn: string): string {
    return parameterArn.test(arn)
      ? new DataAwsSsmParameter(this, 'secret', { name: arn }).value
      : new DataAwsSecretsmanagerSecretVersion(this, 'secret', { secretId: arn }).secretString;
  }
}

/**
 * Details that Cognito adds, and each plan would remove.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/4831
 */
const addedToOauth = [
  ...['api_version', 'attributes_url', 'attributes_url_add_attributes', 'authorize_url', 'jwks_uri', 'oidc_issuer'],
  ...['token_request_method', 'token_url'],
];
const addedToSaml = ['ActiveEncryptionCertificate', 'SLORedirectBindingURI', 'SSORedirectBindingURI'];

/** Returns the mapping of the user name, which Cognito adds in any case. */
function subjectOf({ type }: IdentityProviderSettings): Record<string, string> {
  switch (type) {
    case 'saml':
      return {};
    case 'facebook':
      return { username: 'id' };
    case 'amazon':
      return { username: 'user_id' };
    default:
      return { username: 'sub' };
  }
}

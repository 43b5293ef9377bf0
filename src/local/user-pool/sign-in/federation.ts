import { randomUUID } from 'node:crypto';

import { type Clock } from '../../clock';
import { providerGroup, type Groups } from '../users/groups';
import { type AppClient, type IdentityProvider, type User, type UserPoolConfiguration } from '../model';
import { type Passwords } from '../passwords/passwords';
import { type Triggers } from '../triggers/triggers';
import { type UserAttributes } from '../users/user-attributes';
import { UserPoolError } from '../user-pool-error';
import { assertUsername, type Users } from '../users/users';

interface FederationProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'attributes' | 'id' | 'identityProviders'>;
  readonly groups: Groups;
  readonly passwords: Passwords;
  readonly triggers: Triggers;
  readonly userAttributes: UserAttributes;
  readonly users: Users;
}

/** A user of an identity provider. */
export interface Identity {
  readonly providerName: string;
  /** The subject, by which the provider identifies the user. */
  readonly userId: string;
}

/** An identity as the attribute `identities` of a user has it. */
interface LinkedIdentity extends Identity {
  readonly providerType: IdentityProvider['type'];
  readonly issuer: null;
  /** Whether the user was created for this identity. */
  readonly primary: boolean;
  /** In milliseconds since 1970. */
  readonly dateCreated: number;
}

/** The attribute that only Cognito writes. */
const identitiesAttribute = 'identities';

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminLinkProviderForUser.html */
const mostIdentities = 5;

/**
 * The users of identity providers. Each has an account of its own, unless an administrator has linked the identity to
 * another account: an address never does, whether or not it is verified.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation.html
 */
export class Federation {
  constructor(private readonly props: FederationProps) {}

  /**
   * Signs in a user of an identity provider: the first time as a new user, then with the attributes that the provider
   * has now.
   *
   * @param claims claims of the user from the provider
   * @throws {UserPoolError} when an attribute cannot be written or is missing, or the user cannot sign in
   */
  async signIn(
    client: AppClient,
    provider: IdentityProvider,
    subject: string,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<User> {
    if (subject === '') {
      throw new UserPoolError('InvalidParameterException', 'username attribute mapping required');
    }
    const identity = { providerName: provider.name, userId: subject };
    const attributes = this.props.userAttributes.readMapped(mapClaims(provider, claims), client);
    const known = this.find(identity);
    const user = known ?? (await this.add(client, identity, attributes));
    if (known) {
      await this.update(known, client, identity, attributes);
    }
    // A trigger can have changed it.
    this.assertOwner(user, identity);
    return user;
  }

  /** Finds the user who has an identity. */
  find(identity: Identity): User | undefined {
    const { users } = this.props;
    const has = (user: User | undefined) => user !== undefined && identitiesOf(user).some(isSame(identity));
    const own = users.find(usernameOf(identity));
    return has(own) ? own : [...users.all].find(has);
  }

  /**
   * Lets a user of an identity provider sign in as an existing user.
   *
   * @throws {UserPoolError} when the identity has a user already, or the user has too many identities
   */
  link(user: User, identity: Identity): void {
    const owner = this.find(identity);
    if (owner?.username === usernameOf(identity)) {
      throw new UserPoolError(
        'InvalidParameterException',
        'Merging is not currently supported, provide a SourceUser that has not been signed up in order to link',
      );
    }
    if (owner) {
      throw owner === user
        ? new UserPoolError('InvalidParameterException', 'SourceUser is already linked to DestinationUser')
        : new UserPoolError('AliasExistsException', 'SourceUser is already linked to another user.');
    }
    const identities = identitiesOf(user);
    if (identities.length >= mostIdentities) {
      throw new UserPoolError('LimitExceededException', `A user can have at most ${mostIdentities} linked identities.`);
    }
    this.setIdentities(user, [...identities, this.newIdentity(identity, false)]);
  }

  /** Removes an identity from its user. */
  unlink(user: User, identity: Identity): void {
    const isUnlinked = isSame(identity);
    this.setIdentities(
      user,
      identitiesOf(user).filter((each) => !isUnlinked(each)),
    );
  }

  /** Lets a user no longer sign in with a password. */
  disablePassword(user: User): void {
    this.props.users.update(user, { password: this.unusablePassword(user.username), status: 'EXTERNAL_PROVIDER' });
  }

  /** Updates the user of an identity that has signed in before. */
  private async update(
    user: User,
    client: AppClient,
    identity: Identity,
    attributes: ReadonlyMap<string, string>,
  ): Promise<void> {
    const { triggers } = this.props;
    await triggers.preAuthentication(user, user.username, { client });
    this.assertOwner(user, identity);
    this.write(user, attributes);
    await triggers.postAuthentication(user, { client });
  }

  /** Adds the user of an identity that signs in for the first time. */
  private async add(client: AppClient, identity: Identity, attributes: ReadonlyMap<string, string>): Promise<User> {
    const { configuration, groups, triggers, users } = this.props;
    const username = usernameOf(identity);
    assertUsername(username);
    const missing = [...configuration.attributes].flatMap(([name, { required }]) =>
      required && !attributes.has(name) ? [name] : [],
    );
    if (missing.length > 0) {
      throw new UserPoolError('InvalidParameterException', `attributes required: [${missing.join(', ')}]`);
    }
    const aliases = [
      ['cognito:email_alias', ''],
      ['cognito:phone_number_alias', ''],
    ] as const;
    // AWS ignores the response here.
    await triggers.preSignUp('PreSignUp_ExternalProvider', username, new Map([...aliases, ...attributes]), {
      client,
      validationData: {},
    });
    // The function can have linked the identity to a user, and another request can have added it.
    const linked = this.find(identity);
    if (linked) {
      this.assertOwner(linked, identity);
      this.write(linked, attributes);
      return linked;
    }
    if (users.find(username)) {
      throw new UserPoolError('UsernameExistsException', `Already found an entry for username ${username}`);
    }
    // Throws when a reload has removed the provider.
    const { name: group } = groups.get(providerGroup(configuration.id, identity.providerName).name);
    const identities = JSON.stringify([this.newIdentity(identity, true)]);
    const user = users.add({
      sub: randomUUID(),
      username,
      attributes: new Map([...attributes, [identitiesAttribute, identities]]),
      password: this.unusablePassword(username),
      status: 'EXTERNAL_PROVIDER',
    });
    groups.add(user, group);
    await triggers.postConfirmation('PostConfirmation_ConfirmSignUp', user, { client });
    return user;
  }

  /** Writes what the provider has sent. What it no longer sends stays. */
  private write(user: User, attributes: ReadonlyMap<string, string>): void {
    const { userAttributes, users } = this.props;
    userAttributes.assertMutable(attributes);
    users.update(user, { attributes: new Map([...user.attributes, ...attributes]) });
  }

  /** @throws {UserPoolError} when a user can no longer sign in with an identity */
  private assertOwner(user: User, identity: Identity): void {
    if (this.find(identity) !== user) {
      throw new UserPoolError('NotAuthorizedException');
    }
    if (!user.enabled) {
      throw new UserPoolError('NotAuthorizedException', 'User is not enabled');
    }
  }

  private setIdentities(user: User, identities: readonly LinkedIdentity[]): void {
    const attributes = new Map(user.attributes);
    if (identities.length > 0) {
      attributes.set(identitiesAttribute, JSON.stringify(identities));
    } else {
      attributes.delete(identitiesAttribute);
    }
    this.props.users.update(user, { attributes });
  }

  private newIdentity({ providerName, userId }: Identity, primary: boolean): LinkedIdentity {
    const providerType = this.props.configuration.identityProviders.get(providerName)!.type;
    return { userId, providerName, providerType, issuer: null, primary, dateCreated: this.props.clock() };
  }

  /** Returns a password that nobody knows. */
  private unusablePassword(username: string): User['password'] {
    return this.props.passwords.create(username, randomUUID());
  }
}

/** Returns the claim of a user with identities. Its members are strings, unlike those of the attribute. */
export function identitiesClaim(user: Pick<User, 'attributes'>): object[] {
  return identitiesOf(user).map(({ primary, dateCreated, ...identity }) => ({
    ...identity,
    primary: String(primary),
    dateCreated: String(dateCreated),
  }));
}

/** Returns whether a user was created by the sign-in with an identity provider, or can sign in only with one. */
export function isExternal(user: Pick<User, 'attributes' | 'status'>): boolean {
  return user.status === 'EXTERNAL_PROVIDER' || identitiesOf(user).some(({ primary }) => primary);
}

function identitiesOf({ attributes }: Pick<User, 'attributes'>): LinkedIdentity[] {
  return JSON.parse(attributes.get(identitiesAttribute) ?? '[]') as LinkedIdentity[];
}

function isSame(one: Identity): (other: Identity) => boolean {
  return (other) => one.providerName === other.providerName && one.userId === other.userId;
}

function usernameOf({ providerName, userId }: Identity): string {
  return `${providerName}_${userId}`;
}

/** Returns the attributes of the user pool that the provider has sent. */
function mapClaims(
  { attributeMapping }: IdentityProvider,
  claims: Readonly<Record<string, unknown>>,
): Map<string, string> {
  return new Map(
    [...attributeMapping].flatMap(([attribute, claim]): [string, string][] => {
      const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
      // The user name is always the provider's name and the subject.
      return attribute === 'username' || value === undefined || value === null || value === ''
        ? []
        : [[attribute, textOf(value)]];
    }),
  );
}

/**
 * Writes the value of a claim as an attribute. Cognito encodes the members of a list as a form does.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
 */
function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => new URLSearchParams({ '': textOf(item) }).toString().slice(1)).join(', ')}]`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

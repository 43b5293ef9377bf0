import { type Clock } from '../clock';
import { Federation } from './sign-in/federation';
import { Grants } from './tokens/grants';
import { Groups } from './users/groups';
import { type Entry } from './expiring-map';
import { changesTo, type KeptChange, type KeptUserPool } from './kept-user-pool';
import { type Mail, Mailbox } from './mailbox';
import { type Grant, type User, type UserPoolConfiguration } from './model';
import { PasswordRecovery } from './passwords/password-recovery';
import { Passwords } from './passwords/passwords';
import { Sessions } from './sign-in/sessions';
import { SignIn } from './sign-in/sign-in';
import { SignUp } from './sign-in/sign-up';
import { type UserPoolKeys } from './tokens/signing-keys';
import { SimulatedUsers } from './sign-in/simulated-users';
import { SoftwareTokens } from './sign-in/software-tokens';
import { type TokenOverrides } from './tokens/token-overrides';
import { Tokens } from './tokens/tokens';
import { type InvokeFunction, type Metadata, type TokenSource, Triggers } from './triggers/triggers';
import { UserAttributes } from './users/user-attributes';
import { UserMigration } from './triggers/user-migration';
import { Users } from './users/users';

export interface UserPoolProps {
  readonly configuration: UserPoolConfiguration;
  /** URL of the pool's domain, without a trailing slash. */
  readonly domainUrl: string;
  /** Issuer of the tokens. */
  readonly issuer: string;
  readonly keys: UserPoolKeys;
  readonly clock: Clock;
  readonly onMail: (mail: Mail) => void;
  /** Calls the functions of the triggers. */
  readonly invokeFunction: InvokeFunction;
  /** Called with what is wrong with the response of a function. */
  readonly report?: ((message: string) => void) | undefined;
  /**
   * Keeps the users and their tokens, with those that it has already. Emails, codes, sessions and incomplete sign-ins
   * are of one run.
   *
   * @default - all of it is of one run
   */
  readonly file?: UserPoolFile | undefined;
}

/** Where a user pool is kept. */
export interface UserPoolFile {
  /** Its content when it was opened. */
  readonly content: KeptUserPool | undefined;
  /**
   * Returns when the file has all changes up to now.
   *
   * @param takeChange returns the changes since its last call
   * @param all lists the changes that create the whole content
   */
  readonly write: (takeChange: () => KeptChange, all: () => Iterable<KeptChange>) => Promise<void>;
}

/**
 * A user pool at run time, with its parts. The hosted login and Cognito's API use it.
 */
export class UserPool {
  /** The current configuration, which {@link configure} changes. */
  readonly configuration: UserPoolConfiguration;
  /** Changes when another server serves the domain. */
  domainUrl: string;
  readonly clock: Clock;
  /** When the pool was made here, and when it got its present configuration. In milliseconds since 1970. */
  readonly createdAt: number;
  modifiedAt: number;
  readonly mailbox: Mailbox;
  readonly users: Users;
  readonly simulatedUsers: SimulatedUsers;
  readonly groups: Groups;
  readonly passwords: Passwords;
  readonly softwareTokens: SoftwareTokens;
  readonly signUp: SignUp;
  readonly passwordRecovery: PasswordRecovery;
  readonly userAttributes: UserAttributes;
  readonly signIn: SignIn;
  readonly federation: Federation;
  readonly grants: Grants;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly triggers: Triggers;
  private readonly file: UserPoolFile | undefined;
  /** Whether changes are neither saved nor being saved. */
  private hasChanges: boolean;
  private change: Record<string, Record<string, User | Entry<unknown> | null>> = {};
  /** The last write of changes. */
  private writing: Promise<void> = Promise.resolve();

  constructor({
    configuration: given,
    domainUrl,
    issuer,
    keys,
    clock,
    onMail,
    invokeFunction,
    report,
    file,
  }: UserPoolProps) {
    const configuration = { ...given };
    const onChange = (kind: keyof KeptUserPool, key: string, value: User | Entry<unknown> | undefined) => {
      if (file) {
        this.hasChanges = true;
        (this.change[kind] ??= {})[key] = value ?? null;
      }
    };
    this.configuration = configuration;
    this.domainUrl = domainUrl;
    this.clock = clock;
    this.createdAt = this.modifiedAt = clock();
    this.file = file;
    this.hasChanges = file?.content === undefined;
    this.mailbox = new Mailbox({ clock, onMail });
    this.users = new Users({
      clock,
      configuration,
      kept: file?.content?.users,
      onChange: (sub, user) => {
        onChange('users', sub, user);
      },
    });
    const { mailbox, users } = this;
    this.simulatedUsers = new SimulatedUsers({ users, secret: keys.secret });
    this.groups = new Groups({ configuration, users });
    this.passwords = new Passwords({ clock, configuration, users });
    this.softwareTokens = new SoftwareTokens({ clock, configuration, users });
    this.triggers = new Triggers({ configuration, invokeFunction, report });
    const { passwords, simulatedUsers, softwareTokens, triggers } = this;
    this.userAttributes = new UserAttributes({ clock, configuration, mailbox, triggers, users });
    const userMigration = new UserMigration({ passwords, triggers, userAttributes: this.userAttributes, users });
    this.signUp = new SignUp({ clock, configuration, mailbox, passwords, triggers, users });
    this.passwordRecovery = new PasswordRecovery({
      ...{ clock, configuration, mailbox, passwords, triggers, userMigration, users },
    });
    this.signIn = new SignIn({
      ...{ clock, configuration, passwords, simulatedUsers, softwareTokens, triggers, userMigration, users },
    });
    this.federation = new Federation({
      ...{ clock, configuration, groups: this.groups, passwords, triggers, userAttributes: this.userAttributes, users },
    });
    this.grants = new Grants({ clock, configuration, users, kept: file?.content, onChange });
    this.sessions = new Sessions({ clock, grants: this.grants, users });
    this.tokens = new Tokens({ clock, configuration, groups: this.groups, issuer, keys, users });
    this.groups.dropRemoved();
  }

  /** Whether the users are those of an earlier run. */
  get isRestored(): boolean {
    return this.file?.content !== undefined;
  }

  /** Takes another configuration of the same pool. Its users stay, and the grants that clients can still use. */
  configure(configuration: UserPoolConfiguration): void {
    Object.assign(this.configuration, configuration);
    this.modifiedAt = this.clock();
    this.groups.dropRemoved();
    this.grants.dropRemoved();
  }

  /**
   * Returns when all changes are in the file.
   *
   * @throws {Error} when the file cannot be written. The changes stay, and are in the file with the next ones.
   */
  async save(): Promise<void> {
    if (this.hasChanges && this.file) {
      this.hasChanges = false;
      this.writing = this.file.write(
        () => this.takeChange(),
        () => changesTo({ users: this.users, refreshTokens: this.grants.refreshTokens, revoked: this.grants.revoked }),
      );
      this.writing.catch(() => {
        this.hasChanges = true;
      });
    }
    await this.writing;
  }

  private takeChange(): KeptChange {
    const { change } = this;
    this.change = {};
    return change;
  }

  /** Runs an action, and returns its result, or throws its error, after its changes are saved. */
  async saveAfter<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await action();
    } finally {
      await this.save();
    }
  }

  /**
   * Returns what a trigger changes in the tokens of a grant.
   *
   * @throws {UserPoolError} when the trigger fails
   */
  overridesOf(
    source: TokenSource,
    { clientId, scopes, sub }: Pick<Grant, 'clientId' | 'scopes' | 'sub'>,
    clientMetadata?: Metadata,
  ): Promise<TokenOverrides | undefined> {
    const user = this.users.withSub(sub)!;
    const client = this.configuration.clients.get(clientId);
    const request = { user, groups: this.groups.claimsOf(user), scopes };
    return this.triggers.preTokenGeneration(source, request, { client, clientMetadata });
  }

  /** Enables a user, or disables a user and ends all grants. */
  setEnabled(user: User, enabled: boolean): void {
    this.users.update(user, { enabled });
    if (!enabled) {
      this.grants.signOutEverywhere(user);
    }
  }

  deleteUser(user: User): void {
    this.grants.drop(user);
    this.users.delete(user);
  }
}

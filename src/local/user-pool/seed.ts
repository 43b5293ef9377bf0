import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';
import { type UserStatus } from './users';

/** Something in a seed that the user pool refuses. It does not repeat the value, which can be a password. */
export interface SeedProblem {
  /** Where it is, from the outermost key to the innermost. */
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** A seed that the user pool refuses. */
export class SeedError extends Error {
  constructor(readonly problems: readonly SeedProblem[]) {
    super(problems.map(({ path, problem }) => `${path.join('.')}: ${problem}`).join('\n'));
  }
}

interface SeedUser {
  /** With `email`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly password: string;
  readonly status: UserStatus;
  readonly groups: readonly string[];
}

const members = ['attributes', 'password', 'status', 'groups'];
const statuses: readonly UserStatus[] = ['CONFIRMED', 'UNCONFIRMED', 'FORCE_CHANGE_PASSWORD'];

/** The longest value of an attribute in Cognito's API, in characters. */
const longestValue = 2048;

/**
 * Adds the users of a seed to a user pool: all of them, or none.
 *
 * @param seed a list of users: each has `attributes` with `email`, `password`, `status` (`CONFIRMED` if it is not
 * given), and the names of `groups`
 * @throws {SeedError} with everything in it that the rules of the pool refuse
 */
export function addSeed(pool: UserPool, seed: unknown): void {
  const users = new SeedReader(pool).read(seed);
  // In the order of the seed, in which the pool then lists them.
  for (const { status, password, attributes, groups } of users) {
    const user = pool.signUp.addWithStatus(status, attributes.get('email')!, password, attributes);
    groups.forEach((name) => pool.groups.add(user, name));
  }
}

/** Reads a seed by the rules of a user pool, and collects everything that they refuse. */
class SeedReader {
  private readonly problems: SeedProblem[] = [];
  private readonly addresses = new Set<string>();

  constructor(private readonly pool: UserPool) {}

  read(seed: unknown): SeedUser[] {
    if (!Array.isArray(seed)) {
      throw new SeedError([{ path: [], problem: 'is not a list of users' }]);
    }
    const users = seed.flatMap((user: unknown, index) => this.readUser([index], user));
    if (this.problems.length > 0) {
      throw new SeedError(this.problems);
    }
    return users;
  }

  private readUser(path: SeedProblem['path'], user: unknown): SeedUser[] {
    const given = this.objectAt(path, user);
    if (!given) {
      return [];
    }
    for (const name of Object.keys(given)) {
      if (!members.includes(name)) {
        this.refuse([...path, name], `is not known; allowed: ${members.join(', ')}`);
      }
    }
    return [
      {
        attributes: this.readAttributes([...path, 'attributes'], given.attributes),
        password: this.readPassword([...path, 'password'], given.password),
        status: this.readStatus([...path, 'status'], given.status),
        groups: this.readGroups([...path, 'groups'], given.groups),
      },
    ];
  }

  private readAttributes(path: SeedProblem['path'], given: unknown): ReadonlyMap<string, string> {
    const attributes = new Map<string, string>();
    const object = this.objectAt(path, given);
    if (!object) {
      return attributes;
    }
    for (const [name, value] of Object.entries(object)) {
      attributes.set(name, this.readAttribute([...path, name], name, value));
    }
    const email = attributes.get('email');
    if (email === undefined) {
      this.refuse([...path, 'email'], 'is missing');
    }
    const key = this.pool.users.keyOf(email ?? '');
    if (key !== '' && this.addresses.has(key)) {
      this.refuse([...path, 'email'], new UserPoolError('UsernameExistsException').message);
    }
    this.addresses.add(key);
    return attributes;
  }

  private readAttribute(path: SeedProblem['path'], name: string, given: unknown): string {
    const value = this.textAt(path, given);
    if (name === 'sub') {
      this.refuse(path, 'cannot be chosen: the user pool generates it');
    } else if (value.length > longestValue) {
      this.refuse(path, `is longer than ${longestValue} characters`);
    } else if (value !== '') {
      this.check(path, () => {
        this.pool.userAttributes.read([{ Name: name, Value: value }]);
      });
    }
    return value;
  }

  private readPassword(path: SeedProblem['path'], given: unknown): string {
    const password = this.textAt(path, given);
    if (password !== '') {
      this.check(path, () => {
        this.pool.passwords.assertAllowed(password);
      });
    }
    return password;
  }

  private readStatus(path: SeedProblem['path'], given: unknown = 'CONFIRMED'): UserStatus {
    const status = statuses.find((each) => each === given);
    if (status === undefined) {
      this.refuse(path, `is not known; allowed: ${statuses.join(', ')}`);
    }
    return status ?? 'CONFIRMED';
  }

  private readGroups(path: SeedProblem['path'], given: unknown = []): string[] {
    if (!Array.isArray(given)) {
      this.refuse(path, 'is not a list of groups');
      return [];
    }
    return given.map((group: unknown, index) => {
      const name = this.textAt([...path, index], group);
      if (name !== '') {
        this.check([...path, index], () => {
          this.pool.groups.get(name);
        });
      }
      return name;
    });
  }

  private objectAt(path: SeedProblem['path'], value: unknown): Readonly<Record<string, unknown>> | undefined {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
    this.refuse(path, value === undefined ? 'is missing' : 'is not an object');
    return undefined;
  }

  /** Returns a text, or an empty one in the place of a value that is none. */
  private textAt(path: SeedProblem['path'], value: unknown): string {
    if (typeof value === 'string' && value !== '') {
      return value;
    }
    this.refuse(path, value === undefined ? 'is missing' : value === '' ? 'is empty' : 'is not a text in quotes');
    return '';
  }

  /** Reports what a rule of the pool refuses. */
  private check(path: SeedProblem['path'], rule: () => void): void {
    try {
      rule();
    } catch (error) {
      if (!(error instanceof UserPoolError)) {
        throw error;
      }
      for (const message of error.hostedMessage.split('\n')) {
        this.refuse(path, message);
      }
    }
  }

  private refuse(path: SeedProblem['path'], problem: string): void {
    this.problems.push({ path, problem });
  }
}

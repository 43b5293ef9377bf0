import { randomInt } from 'node:crypto';

import { type Clock } from '../../clock';
import { AttemptLimit } from './attempt-limit';
import { ExpiringMap } from '../expiring-map';
import { type Mailbox } from '../mailbox';
import { type MailTemplate, type User, type UserPoolConfiguration } from '../model';
import { equalSecrets } from '../secrets';
import { type Caller, type CustomMessageSource, type Triggers } from '../triggers/triggers';
import { UserPoolError } from '../user-pool-error';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html */
interface CodeLimits {
  readonly lifetimeSeconds: number;
  readonly requestsPerHour: number;
  readonly triesPerHour: number;
}

interface VerificationCodesProps {
  readonly clock: Clock;
  readonly mailbox: Mailbox;
  readonly triggers: Triggers;
  readonly limits: CodeLimits;
}

/** The limits of the codes that verify an address. */
export const addressCodeLimits: CodeLimits = { lifetimeSeconds: 24 * 3600, requestsPerHour: 5, triesPerHour: 15 };

/** The codes that a user pool mails for one purpose. Only the last one to a user works. */
export class VerificationCodes {
  private readonly sent: ExpiringMap<{ readonly code: string; readonly to: string }>;
  private readonly requests: AttemptLimit;
  private readonly tries: AttemptLimit;
  private readonly mailbox: Mailbox;
  private readonly triggers: Triggers;

  constructor({ clock, mailbox, triggers, limits }: VerificationCodesProps) {
    this.mailbox = mailbox;
    this.triggers = triggers;
    this.sent = new ExpiringMap(clock, limits.lifetimeSeconds);
    this.requests = new AttemptLimit(clock, limits.requestsPerHour);
    this.tries = new AttemptLimit(clock, limits.triesPerHour);
  }

  /** @throws {UserPoolError} when there were too many requests */
  countRequest(key: string): void {
    assertAllowed(this.requests, key);
  }

  /** @throws {UserPoolError} when there were too many tries */
  countTry(key: string): void {
    assertAllowed(this.tries, key);
  }

  /**
   * Mails a code to an address of a user.
   *
   * @throws {UserPoolError} when the trigger of the email fails
   */
  async send(
    user: User,
    to: string,
    template: MailTemplate,
    source: CustomMessageSource,
    caller: Caller,
  ): Promise<void> {
    const message = await this.triggers.customMessage(source, user, template, caller);
    this.sendNow(user, to, message);
  }

  /** Mails a code to an address of a user, without a trigger. */
  sendNow({ sub }: User, to: string, template: MailTemplate): void {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    this.sent.set(sub, { code, to });
    this.mailbox.send(to, template, { '####': code });
  }

  /** Returns the address to which the code of a user was sent, or undefined. */
  addressOf(sub: string): string | undefined {
    return this.sent.get(sub)?.to;
  }

  /**
   * Takes the code of a user, which works once, and returns the address that had it.
   *
   * @throws {UserPoolError} when the code is not the last one of this user
   */
  take(sub: string, given: string): string {
    const sent = this.sent.get(sub);
    if (sent === undefined) {
      throw new UserPoolError('ExpiredCodeException');
    }
    if (!equalSecrets(sent.code, given)) {
      throw new UserPoolError('CodeMismatchException');
    }
    this.sent.delete(sub);
    return sent.to;
  }

  delete(sub: string): void {
    this.sent.delete(sub);
  }
}

/**
 * @throws {UserPoolError} when the pool sends no codes that verify an address
 *
 * @see https://github.com/aws-amplify/amplify-cli/issues/3646
 */
export function assertVerifiesEmail({ verifiesEmail }: Pick<UserPoolConfiguration, 'verifiesEmail'>): void {
  if (!verifiesEmail) {
    throw new UserPoolError('InvalidParameterException', 'Cannot resend codes. Auto verification not turned on.');
  }
}

function assertAllowed(limit: AttemptLimit, key: string): void {
  if (!limit.allows(key)) {
    throw new UserPoolError('LimitExceededException');
  }
}

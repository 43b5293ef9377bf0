import { type Clock } from '../clock';
import { type MailTemplate } from './model';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: Date;
}

interface MailboxProps {
  readonly clock: Clock;
  /** Called with each email. */
  readonly onMail?: ((mail: Mail) => void) | undefined;
}

const keptMails = 100;

/** Receives the emails of the user pool, which never leave this machine. */
export class Mailbox {
  private readonly received: Mail[] = [];
  private readonly clock: Clock;
  private readonly onMail: (mail: Mail) => void;

  constructor({ clock, onMail = () => undefined }: MailboxProps) {
    this.clock = clock;
    this.onMail = onMail;
  }

  /** The last emails of this run, newest first. */
  get mails(): readonly Mail[] {
    return this.received;
  }

  /** @param values what replaces `{####}` and `{username}` in the text */
  send(to: string, { subject, message }: MailTemplate, values: Readonly<Record<string, string>>): void {
    const text = message.replace(/\{(####|username)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
    const mail = { to, subject, text, sentAt: new Date(this.clock()) };
    this.received.unshift(mail);
    this.received.splice(keptMails);
    this.onMail(mail);
  }
}

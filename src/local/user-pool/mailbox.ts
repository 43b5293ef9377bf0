import { type Clock } from '../clock';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: Date;
}

/** Receives the e-mails of the user pool, which never leave this machine. */
export class Mailbox {
  private readonly received: Mail[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly onMail: (mail: Mail) => void,
  ) {}

  /** The e-mails of this run, newest first. */
  get mails(): readonly Mail[] {
    return this.received;
  }

  send(mail: Omit<Mail, 'sentAt'>): void {
    const sent = { ...mail, sentAt: new Date(this.clock()) };
    this.received.unshift(sent);
    this.received.splice(keptMails);
    this.onMail(sent);
  }
}

const keptMails = 100;

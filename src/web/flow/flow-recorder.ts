import {
  authorizationRequest,
  call,
  callResponse,
  callback,
  type FlowStep,
  tokenResponse,
  tokenRequest,
} from '../../flow/flow-step';
import { type RejectionReason } from '../../flow/words';
import { type HttpExchange } from '../http-exchange';
import { type Outcome } from './outcome';

/** What is kept of a sign-in: the messages as they were sent. */
interface FlowRecord {
  readonly authorization: { readonly url: string; readonly at: number };
  readonly callback?: { readonly url: string; readonly at: number };
  readonly exchange?: HttpExchange;
  /** The last renewal of the tokens. */
  readonly renewal?: HttpExchange;
  /** The last call of the API. */
  readonly call?: HttpExchange;
}

/** A step, and when it happened, in milliseconds since 1970. */
export type TimedStep = FlowStep & { readonly at: number };

const key = 'flow';
const outcomesKey = 'other-ways';

/** Keeps the messages of this tab's sign-in, in its session storage and nowhere else, until the tokens are forgotten. */
export class FlowRecorder {
  private record: FlowRecord | undefined;

  constructor(private readonly storage: Storage) {
    const kept = storage.getItem(key);
    this.record = kept === null ? undefined : (JSON.parse(kept) as FlowRecord);
  }

  /** Begins with the authorization request of a new sign-in. */
  authorizationRequested(url: string): void {
    this.clear();
    this.keep({ authorization: { url, at: Date.now() } });
  }

  /** Records the callback. One of another authorization request ends the record. */
  callbackReceived(url: string): void {
    const stateOf = (address: string) => new URL(address).searchParams.get('state');
    if (this.record && stateOf(url) === stateOf(this.record.authorization.url)) {
      this.keep({ authorization: this.record.authorization, callback: { url, at: Date.now() } });
    } else {
      this.clear();
    }
  }

  responseReceived(kind: 'exchange' | 'renewal' | 'call', exchange: HttpExchange): void {
    if (this.record) {
      this.keep({ ...this.record, [kind]: exchange });
    }
  }

  /** Records the outcome of a request that should be rejected. */
  outcomeReceived(outcome: Outcome): void {
    this.storage.setItem(outcomesKey, JSON.stringify({ ...this.outcomes, [outcome.way]: outcome }));
  }

  /** The outcome of each of these requests of this sign-in. */
  get outcomes(): Readonly<Partial<Record<RejectionReason, Outcome>>> {
    return JSON.parse(this.storage.getItem(outcomesKey) ?? '{}') as Partial<Record<RejectionReason, Outcome>>;
  }

  clear(): void {
    this.record = undefined;
    this.storage.removeItem(key);
    this.storage.removeItem(outcomesKey);
  }

  /** The request that has exchanged the code. */
  get exchange(): HttpExchange | undefined {
    return this.record?.exchange;
  }

  /** The steps of the sign-in. Empty if this tab did not record all of them. */
  get steps(): readonly TimedStep[] {
    if (!this.record?.callback || !this.record.exchange) {
      return [];
    }
    const { authorization, callback: came, exchange, renewal, call: called } = this.record;
    const later = [...(renewal ? [tokenSteps(renewal)] : []), ...(called ? [callSteps(called)] : [])].sort(
      ([one], [other]) => one!.at - other!.at,
    );
    return [
      { ...authorizationRequest(new URL(authorization.url)), at: authorization.at },
      { ...callback(new URL(came.url)), at: came.at },
      ...tokenSteps(exchange),
      ...later.flat(),
    ];
  }

  private keep(record: FlowRecord): void {
    this.record = record;
    this.storage.setItem(key, JSON.stringify(record));
  }
}

function tokenSteps({ url, form, status, body, sentAt, receivedAt }: HttpExchange): TimedStep[] {
  return [
    { ...tokenRequest(new URL(url), new URLSearchParams(form)), at: sentAt },
    { ...tokenResponse(status, body), at: receivedAt },
  ];
}

function callSteps({ method, url, authorization, status, body, sentAt, receivedAt }: HttpExchange): TimedStep[] {
  return [
    { ...call(method, new URL(url), authorization), at: sentAt },
    { ...callResponse(status, body), at: receivedAt },
  ];
}

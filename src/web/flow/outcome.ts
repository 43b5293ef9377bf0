import { call, callResponse, type FlowStep, tokenResponse, tokenRequest } from '../../flow/flow-step';
import { type ClientConfiguration } from '../client-configuration';
import { callApi, type HttpExchange } from '../http-exchange';
import { type RejectionReason } from '../../flow/words';

/** The outcome of a request that should be rejected. */
export interface Outcome {
  readonly way: RejectionReason;
  /** What was sent, or why nothing was sent. */
  readonly note: string;
  /** The message that was sent and its response; none when nothing was sent. */
  readonly steps: readonly FlowStep[];
  readonly status?: number;
}

/**
 * Calls the API, which should reject the call.
 *
 * @param token sent in the header Authorization; none by default
 */
export async function outcomeOfCall(
  way: RejectionReason,
  note: string,
  { protectedResourceUrl }: ClientConfiguration,
  token?: string,
): Promise<Outcome> {
  const { method, url, authorization, status, body } = await callApi(protectedResourceUrl!, token);
  return { way, note, status, steps: [call(method, new URL(url), authorization), callResponse(status, body)] };
}

/** The token endpoint's response to an exchange that it should reject. */
export function outcomeOfExchange(way: RejectionReason, note: string, sent: HttpExchange): Outcome {
  const { url, form, status, body } = sent;
  return {
    way,
    note,
    status,
    steps: [tokenRequest(new URL(url), new URLSearchParams(form)), tokenResponse(status, body)],
  };
}

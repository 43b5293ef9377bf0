import { type MiddlewareHandler } from 'hono';

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
import { type CallLog } from '../rest-api/rest-api';
import { type LoginEnv } from '../user-pool/login/login-env';

/** Called with each message of the sign-in flow, and the reason if a response rejects the request. */
export type FlowLog = (step: FlowStep, rejection?: RejectionReason) => void;

/** Logs the messages of the flow that a user pool's domain gets and sends. */
export function logLogin(log: FlowLog): MiddlewareHandler<LoginEnv> {
  return async (context, next) => {
    await next();
    const url = new URL(context.req.url);
    const location = context.res.headers.get('Location');
    if (url.pathname === '/oauth2/authorize') {
      log(authorizationRequest(url));
    }
    if (location !== null) {
      const target = new URL(location, url);
      if (['code', 'error'].some((name) => target.searchParams.has(name))) {
        log(callback(target));
      }
    }
    if (url.pathname === '/oauth2/token' && context.req.method === 'POST') {
      // A body that is too large cannot be read.
      const body = await context.req.text().catch(() => '');
      log(tokenRequest(url, new URLSearchParams(body)));
      log(tokenResponse(context.res.status, await context.res.clone().text()), context.get('rejection'));
    }
  };
}

/** Logs the calls of an API and its responses, except for preflights, and for calls of public routes without a token. */
export function logCalls(log: FlowLog, apiUrl: string): CallLog {
  return ({ method, url, headers }, { statusCode, body }, rejection) => {
    const isPublic = headers.authorization === undefined && rejection === undefined;
    if (method !== 'OPTIONS' && !isPublic) {
      log(call(method!, new URL(`${apiUrl}${url!}`), headers.authorization));
      log(callResponse(statusCode, Buffer.from(body).toString()), rejection);
    }
  };
}

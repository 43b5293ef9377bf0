import { type UserPool } from '../user-pool';

/** An operation of Cognito's API: takes a request that has its shape, and returns the response. */
export type Operation<Request, Response> = (
  pool: UserPool,
  request: Checked<Request>,
) => Complete<Response> | Promise<Complete<Response>>;

/** A request after the check: what AWS requires is there. */
type Checked<Request> = {
  readonly [Name in keyof Request]: IsOptional<Request, Name> extends true
    ? Request[Name]
    : Exclude<Request[Name], undefined>;
};

type IsOptional<Request, Name extends keyof Request> = object extends Pick<Request, Name> ? true : false;

/** A response, without what the AWS SDK adds to it. */
type Complete<Response> = Omit<Response, '$metadata'>;

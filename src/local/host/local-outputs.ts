import { type Outputs } from '../../stack/outputs';
import { type ServedRoute } from '../rest-api/routes';
import { ifKnown, type TerraformState } from '../terraform/terraform-state';
import { type AppClient } from '../user-pool/model';
import { localize, type Move } from './local-urls';

/** Outputs by stack and name. */
export type LocalOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the outputs of this project describe. */
interface Described {
  readonly userPool:
    { readonly id: string; readonly issuer: string; readonly domainUrl: string | undefined } | undefined;
  readonly client: AppClient | undefined;
  /** URL of the first stage. */
  readonly apiEndpoint: string | undefined;
  readonly routes: readonly ServedRoute[];
}

/**
 * Returns the outputs of the stacks with local URLs.
 *
 * The commands of this project need its outputs. Stacks of other projects do not have them: those are added.
 *
 * @param hasClient whether the stacks have the outputs that describe the app client
 */
export function localOutputs(
  state: TerraformState,
  described: Described,
  { moves, hasClient }: { readonly moves: readonly Move[]; readonly hasClient: boolean },
): LocalOutputs {
  const added: Outputs = {
    ...(!hasClient && loginOutputs(described)),
    ...(ifKnown(() => state.output('ApiEndpoint')) === undefined && apiOutputs(described)),
  };
  const given = mapValues(state.outputs(), (stack) => mapValues(stack, (value) => localize(String(value), moves)));
  return Object.keys(added).length === 0 ? given : { ...given, LocalServices: added as Record<string, string> };
}

function loginOutputs({ userPool, client }: Described): Outputs {
  const { id, issuer, domainUrl } = userPool ?? {};
  return known({
    CognitoUserPoolID: id,
    Issuer: issuer,
    HostedDomainUrl: domainUrl,
    CognitoUserPoolAppClientID: client?.id,
    CognitoUserPoolAppClientSecret: client?.secret,
    HostedLoginUrl: client && loginUrl(domainUrl!, client),
    CallbackUrl: client?.callbackUrls[0],
    LogoutUrl: client?.logoutUrls[0],
    Scopes: client?.scopes.join(' '),
  });
}

function loginUrl(domainUrl: string, { id, scopes, callbackUrls }: AppClient): string {
  const query = { client_id: id, response_type: 'code', scope: scopes.join(' '), redirect_uri: callbackUrls[0]! };
  return `${domainUrl}/oauth2/authorize?${new URLSearchParams(query).toString()}`;
}

function apiOutputs({ apiEndpoint, routes, client }: Described): Outputs {
  const route = protectedRoute(routes, client);
  return known({
    ApiEndpoint: apiEndpoint,
    ProtectedResourceUrl: route?.url,
    ProtectedResourceMethod: route?.method === 'GET' ? undefined : route?.method,
  });
}

/** Returns a route that the access token of a client opens: if there is one, a GET without path variables. */
function protectedRoute(routes: readonly ServedRoute[], client: AppClient | undefined): ServedRoute | undefined {
  const opened = routes.filter(
    ({ scopes, unserved }) => unserved === undefined && scopes.some((scope) => client?.scopes.includes(scope)),
  );
  const isPlain = ({ method, url }: ServedRoute) => method === 'GET' && !url.includes('{');
  return opened.find(isPlain) ?? opened.find(({ url }) => !url.includes('{')) ?? opened[0];
}

function known(outputs: Readonly<Record<string, string | undefined>>): Outputs {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

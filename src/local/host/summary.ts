import { type Outputs } from '../../stack/outputs';
import { type AppClient } from '../user-pool/model';
import { type LocalAuthority } from './local-authority';
import { type LocalServices } from './local-services';

/** The services, and of the app client what people and programs need to know. */
export type Described = Omit<LocalServices, 'client' | 'hold' | 'reset' | 'serveInstead' | 'stop'> & {
  readonly client: Pick<AppClient, 'id' | 'secret' | 'callbackUrls' | 'identityProviders'> | undefined;
};

/** The authority that has certified services on https. */
export type Authority = Pick<LocalAuthority, 'certificateFile'>;

/** What programs need to know of the services: `npm start -- --json` prints it. */
export function summary(services: Described, authority?: Authority) {
  const { webUrl, loginDomainUrl, userPoolApiUrl, apiUrl, routes, outputs, userPoolId, client, clockUrl, demoUser } =
    services;
  const { identityProviders, passedOver, userPools } = services;
  const { HostedLoginUrl, ApiEndpoint, ProtectedResourceUrl } = Object.assign({}, ...Object.values(outputs)) as Outputs;
  const [selected] = userPools;
  return {
    webUrl,
    loginDomainUrl,
    loginUrl: selected?.loginDomainUrl && HostedLoginUrl,
    tokenUrl: selected?.loginDomainUrl && `${selected.loginDomainUrl}/oauth2/token`,
    apiUrl: apiUrl && (ApiEndpoint ?? apiUrl),
    routes,
    protectedResourceUrl: apiUrl && ProtectedResourceUrl,
    userPoolApiUrl,
    userPoolId,
    clientId: client?.id,
    mailboxUrl: selected?.mailboxUrl,
    ...(userPools.length > 1 && { userPools }),
    ...(identityProviders.length > 0 && { identityProviders }),
    notServed: services.unserved,
    ...(Object.keys(passedOver).length > 0 && { passedOver }),
    ...(clockUrl !== undefined && { clockUrl }),
    ...(demoUser && { demoUser }),
    ...(authority && { certificateAuthorityFile: authority.certificateFile }),
  };
}

import { type Outputs } from '../../stack/outputs';
import { type LocalAuthority } from './local-authority';
import { type LocalServices } from './local-services';

/** The services, and of the app client what people and programs need to know. */
export type Described = Omit<LocalServices, 'client'> & {
  readonly client: Pick<LocalServices['client'], 'id' | 'secret' | 'callbackUrls' | 'identityProviders'>;
};

/** The authority that has certified services on https. */
export type Authority = Pick<LocalAuthority, 'certificateFile'>;

/** What programs need to know of the services: `npm start -- --json` prints it. */
export function summary(services: Described, authority?: Authority) {
  const { webUrl, loginDomainUrl, userPoolApiUrl, apiUrl, routes, outputs, userPoolId, client, clockUrl, demoUser } =
    services;
  const { identityProviders } = services;
  const { HostedLoginUrl, ApiEndpoint, ProtectedResourceUrl } = Object.assign({}, ...Object.values(outputs)) as Outputs;
  return {
    webUrl,
    loginDomainUrl,
    loginUrl: HostedLoginUrl,
    tokenUrl: `${loginDomainUrl}/oauth2/token`,
    apiUrl: ApiEndpoint ?? apiUrl,
    routes,
    protectedResourceUrl: ProtectedResourceUrl,
    userPoolApiUrl,
    userPoolId,
    clientId: client.id,
    mailboxUrl: `${loginDomainUrl}/mailbox`,
    ...(identityProviders.length > 0 && { identityProviders }),
    notServed: services.unserved,
    ...(clockUrl !== undefined && { clockUrl }),
    ...(demoUser && { demoUser }),
    ...(authority && { certificateAuthorityFile: authority.certificateFile }),
  };
}

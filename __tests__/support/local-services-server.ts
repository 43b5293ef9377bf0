// Serves stacks as `npm start` does, as often as it is asked to, with a clock that the test sets.
import { startLocalServices } from '../../src/local/local-services';
import { TerraformState } from '../../src/terraform/terraform-state';
import { generateSigningKeys } from '../../src/local/user-pool/signing-keys';
import { type ServerAnswer, type ServerRequest } from './local-services-process';

const keys = generateSigningKeys();
let ahead = 0;

async function answer(request: ServerRequest): Promise<ServerAnswer> {
  const { id, serve } = request;
  ahead = request.ahead;
  if (!serve) {
    return { id };
  }
  try {
    const state = new TerraformState(serve.stacks);
    const services = await startLocalServices({
      state,
      keys: await keys,
      ports: serve.ports,
      issuer: serve.issuer,
      clock: () => Date.now() + ahead,
      onMail: () => undefined,
      onApiMessage: () => undefined,
    });
    const clientIds = Object.fromEntries(
      state.resources('aws_cognito_user_pool_client').map(({ attributes }) => [attributes.name, attributes.id]),
    ) as Record<string, string>;
    return { id, services: { ...services, clientSecret: services.client.secret, clientIds } };
  } catch (error) {
    return { id, error: (error as Error).message };
  }
}

process.on('message', (request: ServerRequest) => {
  void answer(request).then((message) => process.send!(message));
});

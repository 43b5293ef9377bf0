import './style.css';

import { createRoot } from 'react-dom/client';
import { AuthProvider } from 'react-oidc-context';

import { App } from './app';
import { type ClientConfiguration } from './client-configuration';
import { FlowRecorder } from './flow/flow-recorder';
import { type Outcome } from './flow/outcome';
import { type Message, MessageBox } from './message';
import { sentenceFor } from './sentences';
import { completeSignIn, currentUser } from './session';
import { createUserManager } from './user-manager';

const page = createRoot(document.getElementById('page')!);
const configuration = await readConfiguration();

if (!configuration) {
  page.render(
    <>
      <h1>Authorization code flow</h1>
      <MessageBox
        kind="error"
        text="This page does not know its stacks: there is no config.json beside it. npm run build:web writes one."
      />
    </>,
  );
} else {
  const userManager = createUserManager(configuration);
  const recorder = new FlowRecorder(sessionStorage);
  userManager.events.addUserUnloaded(() => recorder.clear());
  let message: Message | undefined;
  let outcome: Outcome | undefined;
  try {
    outcome = await completeSignIn(userManager, recorder, configuration);
    await currentUser(userManager, recorder);
  } catch (error) {
    message = { kind: 'error', text: sentenceFor(error) };
  }
  page.render(
    <AuthProvider userManager={userManager} skipSigninCallback>
      <App
        configuration={configuration}
        userManager={userManager}
        recorder={recorder}
        message={message}
        outcome={outcome}
      />
    </AuthProvider>,
  );
}

async function readConfiguration(): Promise<ClientConfiguration | undefined> {
  try {
    return (await (await fetch('/config.json')).json()) as ClientConfiguration;
  } catch {
    return undefined;
  }
}

import '../http/style.css';

import { createRoot } from 'react-dom/client';

import { type RejectionReason } from '../flow/words';
import { App } from './app';
import { type ClientConfiguration } from './client-configuration';
import { FlowRecorder } from './flow/flow-recorder';
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
        text="This page does not know its stacks: its host has no config.json. npm run build:web writes this file."
      />
    </>,
  );
} else {
  const userManager = createUserManager(configuration);
  const recorder = new FlowRecorder(sessionStorage);
  userManager.events.addUserUnloaded(() => recorder.clear());
  let message: Message | undefined;
  let arrival: RejectionReason | undefined;
  try {
    const outcome = await completeSignIn(userManager, recorder, configuration);
    if (outcome) {
      recorder.outcomeReceived(outcome);
      arrival = outcome.way;
    }
    await currentUser(userManager, recorder);
  } catch (error) {
    message = { kind: 'error', text: sentenceFor(error) };
  }
  page.render(
    <App
      configuration={configuration}
      userManager={userManager}
      user={await userManager.getUser()}
      recorder={recorder}
      message={message}
      arrival={arrival}
    />,
  );
}

async function readConfiguration(): Promise<ClientConfiguration | undefined> {
  try {
    return (await (await fetch('/config.json')).json()) as ClientConfiguration;
  } catch {
    return undefined;
  }
}

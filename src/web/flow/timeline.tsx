import './flow.css';

import { CodeCallout, MatchingChallenge, MatchingState } from './checks';
import { type TimedStep } from './flow-recorder';
import { SequenceDiagram } from './sequence-diagram';
import { MessageView, Route, Text } from './step-view';
import { TokensView } from './tokens-view';

/** How the person got in: the sign-in of this tab, message by message. */
export function Timeline({ steps }: { readonly steps: readonly TimedStep[] }) {
  return (
    <details className="part">
      <summary>
        <h2>How this worked</h2>
      </summary>
      {steps.length === 0 ? (
        <p>This tab has no record of how you signed in. Sign out and in again to see it.</p>
      ) : (
        <>
          <p>
            You clicked Sign in, and a moment later this page knew who you are, without having seen your password. These
            are the messages of your own sign-in, as they were sent. “The client” is this page. Secrets are shortened,
            stay in this tab, and are gone when you sign out.
          </p>
          <SequenceDiagram steps={steps} />
          <ol className="steps">
            {steps.map((step, index) => (
              <li key={index}>
                <h3>{step.title}</h3>
                <p className="route">
                  <Route step={step} /> <time dateTime={new Date(step.at).toISOString()}>{clockTime(step.at)}</time>
                </p>
                <p>
                  <Text>{step.summary}</Text>
                </p>
                <CodeCallout step={step} />
                <MatchingState step={step} steps={steps} />
                <MatchingChallenge step={step} steps={steps} />
                <details className="message">
                  <summary>
                    {step.from === 'Browser' ? 'The request' : 'The response'}:{' '}
                    <code>{step.line.replace(/https?:\/\/[^/]+/, '')}</code>
                  </summary>
                  <MessageView step={step} />
                </details>
                <TokensView step={step} />
              </li>
            ))}
          </ol>
          {!steps.some(({ to }) => to === 'API') && (
            <p className="aside">Call protected API adds the call and its response.</p>
          )}
        </>
      )}
    </details>
  );
}

function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString([], { timeStyle: 'medium' });
}

import { Fragment, useState } from 'react';

import { type FlowStep, type Parameter, shorten } from '../../flow/flow-step';

/** A message as it was sent: its address, and each parameter with what it is for. */
export function MessageView({ step }: { readonly step: FlowStep }) {
  return (
    <>
      {step.line.includes('://') && (
        <p>
          <code>{step.line}</code>
        </p>
      )}
      {(step.parameters.length > 0 || step.missing.length > 0) && (
        <dl className="parameters">
          {step.parameters.map((parameter) => (
            <div key={parameter.name}>
              <dt>
                <code>{parameter.name}</code>
              </dt>
              <dd className="value">
                <Value {...parameter} />
              </dd>
              <dd>
                <Text>{parameter.purpose}</Text>
                {parameter.without !== undefined && (
                  <span className="without">
                    {' '}
                    <b>Without it:</b> <Text>{parameter.without}</Text>
                  </span>
                )}
              </dd>
            </div>
          ))}
          {step.missing.map(({ name, without }) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd className="value">not sent</dd>
              <dd>
                <b>Without it:</b> <Text>{without}</Text>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {step.body !== undefined && (
        <pre>
          <code>{step.body}</code>
        </pre>
      )}
    </>
  );
}

/** Sender and receiver of a message. */
export function Route({ step }: { readonly step: FlowStep }) {
  return (
    <>
      {step.from} <span aria-label="to">→</span> {step.to}
    </>
  );
}

/** A text in which backticks stand around code. */
export function Text({ children = '' }: { readonly children?: string | undefined }) {
  return children.split('`').map((part, index) =>
    // The parts of a text never change places.
    index % 2 === 0 ? <Fragment key={index}>{part}</Fragment> : <code key={index}>{part}</code>,
  );
}

/** A value, shortened while it is a secret that the person has not asked to see. */
function Value({ name, value, isSecret }: Parameter) {
  const [isShown, setShown] = useState(false);
  if (!isSecret) {
    return <code>{value}</code>;
  }
  return (
    <>
      <code>{isShown ? value : shorten(value)}</code>{' '}
      <button
        type="button"
        className="link"
        aria-label={`${isShown ? 'Hide' : 'Show'} ${name}`}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? 'Hide' : 'Show'}
      </button>
    </>
  );
}

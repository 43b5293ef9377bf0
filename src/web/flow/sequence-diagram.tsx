import { type FlowStep, type Party } from '../../flow/flow-step';

/** From left to right, each with the lines of its name. */
const parties: readonly (readonly [Party, readonly string[]])[] = [
  ['Browser', ['Browser']],
  ['Hosted login', ['Hosted', 'login']],
  ['Token endpoint', ['Token', 'endpoint']],
  ['API', ['API']],
];

const headHeight = 52;
const rowHeight = 44;

/**
 * The messages as arrows between the parties.
 *
 * Positions are percentages and text sizes are pixels, so that the text stays readable on a phone.
 */
export function SequenceDiagram({ steps }: { readonly steps: readonly FlowStep[] }) {
  const height = headHeight + steps.length * rowHeight + 12;
  const text = steps.map(({ from, to, label }, index) => `${index + 1}. ${from} to ${to}: ${label}.`).join(' ');
  return (
    <svg className="diagram" height={height} role="img" aria-label={`Sequence diagram. ${text}`}>
      <defs>
        <marker id="arrowhead" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path d="M0 0L8 4L0 8Z" />
        </marker>
      </defs>
      {parties.map(([party, lines]) => (
        <g key={party}>
          <line className="lifeline" x1={placeOf(party)} x2={placeOf(party)} y1={headHeight - 6} y2={height} />
          {lines.map((line, index) => (
            <text key={line} className="party" x={placeOf(party)} y={34 - (lines.length - 1) * 17 + index * 17}>
              {line}
            </text>
          ))}
        </g>
      ))}
      {steps.map(({ from, to, label }, index) => {
        const y = headHeight + index * rowHeight + 30;
        return (
          <g key={index} className={from === 'Browser' ? 'request' : 'response'}>
            <line className="arrow" x1={placeOf(from)} x2={placeOf(to)} y1={y} y2={y} markerEnd="url(#arrowhead)" />
            <text className="label" x={placeOf('Browser')} dx="10" y={y - 9}>
              <tspan className="number">{index + 1}</tspan> {label}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function placeOf(party: Party): string {
  const index = parties.findIndex(([name]) => name === party);
  return `${((index + 0.5) / parties.length) * 100}%`;
}

import type { Overview } from '../shapes.ts';
import { channelNames } from '../words.ts';

/** The volume in words, for those who do not see the chart. */
export const VolumeTable = ({ overview: { channels, rows } }: { overview: Overview }) => (
  <div className="sr">
    <table>
      <caption>Interactions per channel over time</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          {channels.map((channel) => (
            <th key={channel} scope="col">
              {channelNames[channel]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, counts }) => (
          <tr key={at}>
            <th scope="row">{at.slice(0, 10)}</th>
            {channels.map((channel) => (
              <td key={channel}>{counts[channel] ?? 0}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

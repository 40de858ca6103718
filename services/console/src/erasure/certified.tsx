import { dateOf } from '../words.ts';
import type { Certificate, CertificateStore } from './shapes.ts';

/** What the certificate of an erasure says, and the certificate itself to be kept elsewhere. */
export const Certified = ({ certificate }: { certificate: Certificate }) => (
  <section aria-label="Certificate">
    <h2>Certificate</h2>
    <table className="stores">
      <thead>
        <tr>
          <th scope="col">Store</th>
          <th scope="col">What became of it</th>
        </tr>
      </thead>
      <tbody>
        {certificate.stores.map((store) => (
          <tr key={store.name}>
            <th scope="row">{store.name}</th>
            <td>{fateOf(store)}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <p className="aside">
      A backup of the keys may exist until {dateOf(certificate.backupsUntil)}.{' '}
      {certificate.signature ? `Signed with the key ${certificate.key?.slice(0, 12)}….` : 'It is not signed.'}
    </p>
    <p>
      <a className="button primary" href={fileOf(certificate)} download={`erasure-${certificate.erasure}.json`}>
        Download the certificate
      </a>
    </p>
    <p className="aside">
      Keep it outside. <code>throughline erase --check FILE</code> tells whether it is still the same.
    </p>
  </section>
);

const fateOf = ({ is, count, until }: CertificateStore): string => {
  const all = count === undefined ? '' : `, ${count.toLocaleString()} in number`;
  switch (is) {
    case 'unreadable':
      return `stays, and can be read by nobody${all}`;
    case 'removed':
      return `removed${all}`;
    case 'expires':
      return until ? `gone by ${dateOf(until)}` : 'goes by itself';
    case 'theirs':
      return `is kept by the CRM, by its own rules${all}`;
  }
};

const fileOf = (certificate: Certificate): string =>
  `data:application/json;charset=utf-8,${encodeURIComponent(`${JSON.stringify(certificate, null, 2)}\n`)}`;

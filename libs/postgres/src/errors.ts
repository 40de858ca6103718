/** Another living instance works on this folder. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
  constructor(dir: string, pid: number | undefined) {
    super(`${dir} is in use by another instance${pid ? ` (process ${pid})` : ''}; give this one another data folder`);
  }
}

/** Something else listens on the port that was asked for. */
export class PortTaken extends Error {
  override name = 'PortTaken';
  readonly port: number;
  constructor(port: number) {
    super(`Port ${port} on 127.0.0.1 is taken by another program`);
    this.port = port;
  }
}

/** PostgreSQL did not start, or there is no user to run it as; the message says why and what to do. */
export class ServerFailed extends Error {
  override name = 'ServerFailed';
}

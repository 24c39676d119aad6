/** Ends a call with one of the cloud's errors. The message never holds a secret. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly status: number;
  /** In the cloud's codes; empty for what is not the cloud's answer. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Ends a call with a page of HTML: the server before the cloud's API answers, and closes the connection. */
export class GatewayPage extends Refusal {
  override readonly name: string = 'GatewayPage';

  constructor(status: number, title: string) {
    super(status, '', title);
  }
}

/** Does a job after a pause, one at a time: what is wanted meanwhile is done once, afterwards. */
export class Latest {
  constructor(
    private _job: () => Promise<void>,
    private _pause: number
  ) {}

  /** Do the job once nothing was wanted for the pause. */
  later(pause = this._pause): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => void this._run(), pause);
  }

  stop(): void {
    window.clearTimeout(this._timer);
    this._stopped = true;
  }

  private async _run(): Promise<void> {
    if (this._busy) {
      this._again = true;
      return;
    }
    this._busy = true;
    try {
      await this._job();
    } finally {
      this._busy = false;
      if (this._again && !this._stopped) {
        this._again = false;
        this.later();
      }
    }
  }

  private _timer = 0;
  private _busy = false;
  private _again = false;
  private _stopped = false;
}

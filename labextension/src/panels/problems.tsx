import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { IProblem, post } from '../api';
import { Latest } from '../latest';
import { IEssay, IEssays } from '../tokens';

const PAUSE = 300;

/** The diagnostics of the essay, live, each a link to its cell and line. */
export class ProblemsPanel extends ReactWidget {
  constructor(private _essays: IEssays) {
    super();
    this.id = 'octavo-problems';
    this.addClass('octavo-problems');
    this.title.label = 'Problems';
    this.title.caption = 'What octavo check says of this essay';
    this.title.closable = true;
    _essays.edited.connect(() => this.check());
    _essays.focused.connect(() => this.check());
  }

  /** Check the essay once typing pauses. */
  check(): void {
    this._latest.later();
  }

  dispose(): void {
    this._latest.stop();
    super.dispose();
  }

  protected onAfterShow(): void {
    this.check();
  }

  protected render(): JSX.Element {
    const essay = this._essay;
    if (!essay) {
      return <p className="octavo-empty">Open an essay to see what is wrong with it.</p>;
    }
    if (!this._problems.length) {
      return (
        <p className="octavo-empty" role="status">
          {this._failed || `Nothing is wrong with ${essay.path}.`}
        </p>
      );
    }
    return (
      <ol className="octavo-problem-list">
        {this._problems.map((problem, n) => (
          <li key={n} className={`octavo-problem octavo-mod-${problem.severity}`}>
            <button className="octavo-link" onClick={() => this._show(essay, problem)}>
              {place(problem, essay.hasCells)}
            </button>
            <span className="octavo-problem-message">
              <span className="octavo-hidden">{problem.severity}: </span>
              {problem.message}
            </span>
            <code>{problem.code}</code>
            {problem.hint && <span className="octavo-problem-hint">{problem.hint}</span>}
          </li>
        ))}
      </ol>
    );
  }

  private _show(essay: IEssay, problem: IProblem): void {
    if (problem.here === false && problem.path) {
      void this._essays.open(problem.path, problem.line);
      return;
    }
    const inCell = essay.hasCells && (problem.cell ?? -1) >= 0;
    void this._essays.open(essay.path).then(() => {
      essay.show(
        problem.cell ?? -1,
        inCell ? (problem.cell_line ?? 0) : problem.line,
        problem.column
      );
    });
  }

  private async _check(): Promise<void> {
    if (this.isDisposed || !this.isVisible) {
      return;
    }
    this._essay = this._essays.document;
    this._failed = '';
    this._problems = this._essay ? this._problems : [];
    if (this._essay) {
      try {
        const answer = await post<{ problems: IProblem[] }>('problems', this._essay.draft());
        this._problems = answer.problems;
      } catch (error) {
        this._problems = [];
        this._failed = (error as Error).message;
      }
    }
    const count = this._problems.length;
    this.title.label = count ? `Problems (${count})` : 'Problems';
    this.update();
  }

  private _latest = new Latest(() => this._check(), PAUSE);
  private _essay: IEssay | null = null;
  private _problems: IProblem[] = [];
  private _failed = '';
}

function place(problem: IProblem, notebook: boolean): string {
  if (problem.here === false) {
    return `${problem.path}:${problem.line}`;
  }
  if (notebook && (problem.cell ?? -1) >= 0) {
    return `cell ${(problem.cell ?? 0) + 1}, line ${(problem.cell_line ?? 0) + 1}`;
  }
  return problem.line ? `line ${problem.line}` : 'the whole';
}

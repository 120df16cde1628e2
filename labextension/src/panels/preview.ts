import { MainAreaWidget, Toolbar, ToolbarButton } from '@jupyterlab/apputils';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { OctavoError, post, request } from '../api';
import { IEssay, IEssays } from '../tokens';

const PAUSE = 150;

/** The page of the essay in a frame that runs no script, or its paper. */
class Preview extends Widget {
  constructor(private _essays: IEssays) {
    super();
    this.addClass('octavo-preview');
    this._frame = document.createElement('iframe');
    // Same origin, so that it can be scrolled and renewed from here; no scripts, ever.
    this._frame.setAttribute('sandbox', 'allow-same-origin');
    this._frame.title = 'Preview of the page';
    this._said = document.createElement('div');
    this._said.className = 'octavo-preview-said';
    this._said.setAttribute('role', 'status');
    this.node.append(this._said, this._frame);
    _essays.edited.connect(this._later, this);
    _essays.focused.connect(this._later, this);
    _essays.moved.connect(this._follow, this);
  }

  get form(): 'html' | 'pdf' {
    return this._form;
  }

  set form(form: 'html' | 'pdf') {
    this._form = form;
    void this.renew();
  }

  /** Ask for the page again, now. */
  async renew(): Promise<void> {
    const essay = this._essays.essay;
    if (!essay || this.isDisposed) {
      this._say('Open an essay to see its page.');
      return;
    }
    this._stop?.abort();
    const stop = (this._stop = new AbortController());
    try {
      await (this._form === 'pdf' ? this._paper(essay, stop) : this._page(essay, stop));
      this._say('');
    } catch (error) {
      if (!stop.signal.aborted) {
        const problems = error instanceof OctavoError ? error.problems : [];
        const lines = problems.map(one => `${one.line ? `line ${one.line}: ` : ''}${one.message}`);
        this._say(lines.join('\n') || (error as Error).message);
      }
    }
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    void this.renew();
  }

  dispose(): void {
    window.clearTimeout(this._timer);
    this._stop?.abort();
    URL.revokeObjectURL(this._address);
    super.dispose();
  }

  private _later(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.isVisible && void this.renew(), this._form === 'pdf' ? 600 : PAUSE);
  }

  private async _page(essay: IEssay, stop: AbortController): Promise<void> {
    const { html } = await post<{ html: string }>('preview', essay.draft(), stop.signal);
    this._paperNode?.remove();
    this._paperNode = null;
    this._frame.hidden = false;
    const inside = this._frame.contentDocument;
    if (this._shown === essay.id && inside?.body) {
      const fresh = new DOMParser().parseFromString(html, 'text/html');
      const top = inside.documentElement.scrollTop;
      inside.body.replaceChildren(...Array.from(fresh.body.childNodes).map(node => inside.adoptNode(node)));
      inside.documentElement.scrollTop = top;
      this._follow(this._essays, essay);
      return;
    }
    this._shown = essay.id;
    this._frame.onload = () => {
      this._frame.contentDocument?.addEventListener('click', event => this._clicked(event));
      this._follow(this._essays, essay);
    };
    this._frame.srcdoc = html;
  }

  private async _paper(essay: IEssay, stop: AbortController): Promise<void> {
    const body = JSON.stringify({ ...essay.draft(), form: 'pdf' });
    const response = await request('preview', { method: 'POST', body, signal: stop.signal });
    const old = this._address;
    const data = await response.blob();
    this._address = URL.createObjectURL(new Blob([data], { type: 'application/pdf' }));
    const node = document.createElement('embed');
    node.type = 'application/pdf';
    node.src = `${this._address}#view=FitH&toolbar=1`;
    this._paperNode?.remove();
    this._paperNode = node;
    this._frame.hidden = true;
    this._shown = '';
    this.node.append(node);
    URL.revokeObjectURL(old);
  }

  /** Inside the frame only the page's own places are led to. */
  private _clicked(event: Event): void {
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!link) {
      return;
    }
    event.preventDefault();
    const href = link.getAttribute('href') ?? '';
    if (href.startsWith('#')) {
      this._frame.contentDocument?.getElementById(decodeURIComponent(href.slice(1)))?.scrollIntoView();
    } else if (/^https?:/.test(href)) {
      window.open(href, '_blank', 'noopener');
    }
  }

  /** Scroll to the cell that is being written. */
  private _follow(_: IEssays, essay: IEssay): void {
    const inside = this._frame.contentDocument;
    if (essay !== this._essays.essay || !inside?.body || this._form === 'pdf') {
      return;
    }
    const { cell, share } = essay.place;
    const anchors = Array.from(inside.querySelectorAll<HTMLElement>('a[id^="octavo-cell-"]'));
    const numbers = anchors.map(anchor => Number(anchor.id.slice('octavo-cell-'.length)));
    const at = numbers.filter(number => number <= cell).length - 1;
    const root = inside.documentElement;
    const height = root.scrollHeight;
    const from = cell < 0 ? 0 : at < 0 ? 0 : (anchors[at]?.getBoundingClientRect().top ?? 0) + root.scrollTop;
    const next = anchors[at + 1];
    const to = cell < 0 || !next ? height : next.getBoundingClientRect().top + root.scrollTop;
    root.scrollTo({ top: from + (to - from) * share - root.clientHeight / 4 });
  }

  private _say(text: string): void {
    this._said.textContent = text;
    this._said.hidden = !text;
  }

  private _frame: HTMLIFrameElement;
  private _said: HTMLElement;
  private _paperNode: HTMLEmbedElement | null = null;
  private _form: 'html' | 'pdf' = 'html';
  private _shown = '';
  private _address = '';
  private _stop: AbortController | null = null;
  private _timer = 0;
}

/** The preview as a tab, with the switch between page and paper. */
export function makePreview(essays: IEssays): MainAreaWidget {
  const content = new Preview(essays);
  const toolbar = new Toolbar();
  const widget = new MainAreaWidget({ content, toolbar });
  const forms = { html: 'Page', pdf: 'Paper' } as const;
  const buttons = new Map<string, ToolbarButton>();
  const press = (): void =>
    buttons.forEach((button, form) => (button.pressed = content.form === form));
  for (const form of ['html', 'pdf'] as const) {
    const button = new ToolbarButton({
      label: forms[form],
      tooltip: form === 'html' ? 'The page as it will be published' : 'The paper as PDF',
      onClick: () => {
        content.form = form;
        press();
      }
    });
    buttons.set(form, button);
    toolbar.addItem(form, button);
  }
  toolbar.addItem('spacer', Toolbar.createSpacerItem());
  press();
  widget.id = 'octavo-preview';
  widget.title.label = 'Preview';
  widget.title.closable = true;
  return widget;
}

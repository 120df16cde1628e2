import { IThemeManager, MainAreaWidget, Toolbar, ToolbarButton } from '@jupyterlab/apputils';
import { Message } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import { PanelLayout, Widget } from '@lumino/widgets';
import { OctavoError, post } from '../api';
import { Latest } from '../latest';
import { IEssay, IEssays, ISources } from '../tokens';
import { PageFrame } from './frame';
import { Paper } from './paper';

type Form = 'html' | 'pdf';

/** Outputs of more characters are not sent; the page then shows those of the last build. */
const LARGEST = 4_000_000;

/** Milliseconds after the last key. A paper changes too much at once to follow every word. */
const PAUSES = { html: 20, pdf: 300 };

/** The page of the essay, or its paper, as it is being written. */
class Preview extends Widget {
  constructor(
    private _essays: IEssays,
    private _sources: ISources,
    private _themes: IThemeManager | null
  ) {
    super();
    this.addClass('octavo-preview');
    this._said = new Widget();
    this._said.addClass('octavo-preview-said');
    this._said.node.setAttribute('role', 'status');
    const layout = (this.layout = new PanelLayout());
    [this._said, this._page, this._paper].forEach(part => layout.addWidget(part));
    this._say('');
    this._paper.hide();
    _essays.edited.connect(this._later, this);
    _essays.focused.connect(this._later, this);
    _essays.moved.connect(this._follow, this);
    this._page.left.connect((_, address) => this._leave(address));
    _themes?.themeChanged.connect(this._colour, this);
    this._colour();
  }

  get form(): Form {
    return this._form;
  }

  set form(form: Form) {
    this._form = form;
    this._page.setHidden(form !== 'html');
    this._paper.setHidden(form !== 'pdf');
    this._latest.later(0);
  }

  dispose(): void {
    this._latest.stop();
    super.dispose();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._latest.later(0);
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._latest.later(0);
  }

  /** A link to another essay opens it; the one to the paper shows the paper. */
  private _leave(address: string): void {
    if (address.endsWith('.pdf')) {
      this.form = 'pdf';
      this._switched.emit();
    } else if (/\/index\.html$/.test(address)) {
      const slug = address.replace(/\/index\.html$/, '');
      void this._essays.open(`${this._sources.status?.essays ?? 'essays'}/${slug}.md`);
    }
  }

  /** The form was chosen by a link. */
  get switched(): ISignal<Preview, void> {
    return this._switched;
  }

  private _colour(): void {
    const { theme = null } = this._themes ?? {};
    this._page.isDark = !!theme && !this._themes?.isLight(theme);
    if (this.isVisible) {
      this._latest.later(0);
    }
  }

  private _later(): void {
    if (this.isVisible) {
      this._latest.later(PAUSES[this._form]);
    }
  }

  private async _renew(): Promise<void> {
    const essay = this._essays.essay;
    if (!essay || this.isDisposed) {
      this._say('Open an essay to see its page.');
      return;
    }
    try {
      await (this._form === 'pdf' ? this._showPaper(essay) : this._showPage(essay));
      this._say('');
      this._follow(this._essays, essay);
    } catch (error) {
      const problems = error instanceof OctavoError ? error.problems : [];
      const lines = problems.map(one => `${one.line ? `line ${one.line}: ` : ''}${one.message}`);
      this._say(lines.join('\n') || (error as Error).message);
    }
  }

  private async _showPage(essay: IEssay): Promise<void> {
    const { html } = await post<{ html: string }>('preview', essay.draft(LARGEST));
    await this._page.display(html, essay.id);
  }

  private async _showPaper(essay: IEssay): Promise<void> {
    const answer = await post<{ pages: string[] }>('preview', { ...essay.draft(LARGEST), form: 'pdf' });
    this._paper.display(answer.pages);
  }

  /** Scroll to what is being written. */
  private _follow(_: IEssays, essay: IEssay): void {
    if (essay === this._essays.essay && this.isVisible) {
      const { cell, share, whole } = essay.place;
      if (this._form === 'pdf') {
        this._paper.reveal(whole);
      } else {
        this._page.reveal(cell, share);
      }
    }
  }

  private _say(text: string): void {
    this._said.node.textContent = text;
    this._said.setHidden(!text);
  }

  private _switched = new Signal<Preview, void>(this);
  private _said: Widget;
  private _page = new PageFrame();
  private _paper = new Paper();
  private _form: Form = 'html';
  private _latest = new Latest(() => this._renew(), PAUSES.html);
}

/** The preview as a tab, with the switch between page and paper. */
export function makePreview(
  essays: IEssays,
  sources: ISources,
  themes: IThemeManager | null
): MainAreaWidget {
  const content = new Preview(essays, sources, themes);
  const toolbar = new Toolbar();
  const widget = new MainAreaWidget({ content, toolbar });
  const forms = { html: 'Page', pdf: 'Paper' } as const;
  const buttons = new Map<string, ToolbarButton>();
  const press = (): void =>
    buttons.forEach((button, form) => (button.pressed = content.form === form));
  for (const form of ['html', 'pdf'] as const) {
    const button = new ToolbarButton({
      label: forms[form],
      tooltip: form === 'html' ? 'The page as it will be published' : 'The paper, page by page',
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
  content.switched.connect(press);
  widget.id = 'octavo-preview';
  widget.title.label = 'Preview';
  widget.title.closable = true;
  return widget;
}

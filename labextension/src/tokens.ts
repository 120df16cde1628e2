import { Token } from '@lumino/coreutils';
import { ISignal } from '@lumino/signaling';
import { ICard, IDraft, ISource, IStatus } from './api';
import { IQuestion } from './inline';

/** The library as the browser knows it. */
export interface ISources {
  readonly status: IStatus | null;
  readonly sources: readonly ISource[];
  readonly changed: ISignal<ISources, void>;
  readonly ready: Promise<void>;
  find(key: string): ISource | undefined;
  search(query: string, limit: number): ISource[];
  card(key: string): Promise<ICard>;
  refresh(): Promise<void>;
}

export const ISources = new Token<ISources>('octavo:ISources', 'The library of the workspace.');

/** An open essay or reading note. */
export interface IEssay {
  readonly path: string;
  readonly id: string;
  readonly node: HTMLElement;
  /** The active cell (-1 in a text), the cursor as a share of it, and as a share of the whole. */
  readonly place: { cell: number; share: number; whole: number };
  /** Whether it is open as a notebook. */
  readonly hasCells: boolean;
  /** The text as it stands, and what its code cells show unless that has more characters. */
  draft(outputs?: number): IDraft;
  text(): string;
  selection(): string;
  /** Put a block where the cursor is. */
  insert(text: string): void;
  save(): Promise<void>;
  /** Go to a line (from 0) of a cell, or to a line (from 1) of the text where `cell` is -1. */
  show(cell: number, line: number, column: number): void;
  /** The identifier of the Markdown cell that a node is in, "" for none. */
  cellOf(node: HTMLElement): string;
  /** Cite a source where the cursor is, or at the end of a Markdown cell. */
  cite(key: string, cell?: string): void;
  /** Ask the kernel for inline values, once the writer has run something. */
  ask(questions: readonly IQuestion[]): Promise<void>;
}

/** The documents that are open, and which of them is being written. */
export interface IEssays {
  /** The essay last in focus: reading notes don't count. */
  readonly essay: IEssay | null;
  /** The document last in focus: an essay or a reading note. */
  readonly document: IEssay | null;
  readonly all: readonly IEssay[];
  /** Another document came into focus. */
  readonly focused: ISignal<IEssays, void>;
  /** The text of a document changed. */
  readonly edited: ISignal<IEssays, IEssay>;
  /** The cursor or the active cell moved. */
  readonly moved: ISignal<IEssays, IEssay>;
  openNote(key: string): Promise<void>;
  open(path: string, line?: number): Promise<void>;
}

export const IEssays = new Token<IEssays>('octavo:IEssays', 'The open essays and notes.');

/** The identifiers of commands. */
export namespace CommandIDs {
  export const newEssay = 'octavo:new-essay';
  export const newNote = 'octavo:new-note';
  export const toEssay = 'octavo:quote-in-essay';
  export const back = 'octavo:back-to-essay';
  export const preview = 'octavo:preview';
  export const problems = 'octavo:problems';
  export const library = 'octavo:library';
  export const layout = 'octavo:layout';
  export const convert = 'octavo:convert';
}

//! What somebody types while the lab goes on. A thread reads, since waiting for a person would stop
//! the lab.

use std::io::{self, BufRead, IsTerminal};
use std::sync::mpsc;
use std::thread;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Lines as they are typed.
pub(super) struct Keyboard {
    lines: UnboundedReceiver<Option<String>>,
    /// Prompts, for a terminal.
    prompts: mpsc::Sender<String>,
}

impl Keyboard {
    /// Begins to read standard input: at a terminal with a prompt, otherwise line after line.
    pub(super) fn open() -> Self {
        let (sender, lines) = unbounded_channel();
        let (prompts, asked) = mpsc::channel();
        thread::spawn(move || {
            if io::stdin().is_terminal() {
                read_terminal(&sender, &asked);
            } else {
                read_lines(&sender);
            }
        });
        Self { lines, prompts }
    }

    /// The next line; none when a person at a terminal is done. The end of a file or a pipe is no
    /// reason to stop a lab: then this waits for ever.
    pub(super) async fn line(&mut self, prompt: &str) -> Option<String> {
        // The thread may be gone.
        let _unread = self.prompts.send(prompt.to_owned());
        match self.lines.recv().await {
            Some(line) => line,
            None => std::future::pending().await,
        }
    }
}

fn read_lines(sender: &UnboundedSender<Option<String>>) {
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        if sender.send(Some(line)).is_err() {
            return;
        }
    }
}

fn read_terminal(sender: &UnboundedSender<Option<String>>, asked: &mpsc::Receiver<String>) {
    let Ok(mut editor) = DefaultEditor::new() else { return };
    while let Ok(prompt) = asked.recv() {
        let line = match editor.readline(&prompt) {
            Ok(line) => {
                let _same_as_before = editor.add_history_entry(line.as_str());
                Some(line)
            }
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => None,
            Err(_) => return,
        };
        if sender.send(line).is_err() {
            return;
        }
    }
}

//! Runs pipelines: each stage to its end, its output captured for the next one.

use exchange::value::Value;

use super::ast::{Element, ElementKind, Pipeline, Redirection};
use super::errors::{Category, ErrorRecord};
use super::evaluate::Interrupt;
use super::evaluate_statement::is_silent;
use super::session::Session;
use super::streams::Event;
use super::{paths, value_text};

impl Session {
    /// Runs a pipeline; the last stage speaks to whoever listens.
    pub(super) async fn run_pipeline(&mut self, pipeline: &Pipeline) -> Result<(), Interrupt> {
        let Some((last, before)) = pipeline.elements.split_last() else { return Ok(()) };
        let errors_before = self.error_count;
        let mut input = None;
        for element in before {
            self.streams.open();
            let result = self.run_redirected(element, input.take()).await;
            input = Some(self.streams.close());
            result?;
        }
        self.run_redirected(last, input).await?;
        self.succeeded = self.error_count == errors_before;
        Ok(())
    }

    async fn run_redirected(
        &mut self,
        element: &Element,
        input: Option<Vec<Value>>,
    ) -> Result<(), Interrupt> {
        if element.redirections.is_empty() {
            return self.run_element(element, input).await;
        }
        let into_file = element.redirections.iter().find(|own| own.redirect.from == 1);
        let mark = self.streams.mark();
        if into_file.is_some() {
            self.streams.open();
        }
        let result = self.run_element(element, input).await;
        let output = if into_file.is_some() { self.streams.close() } else { Vec::new() };
        result?;
        for redirection in &element.redirections {
            self.redirect(redirection, &output, mark, element).await?;
        }
        Ok(())
    }

    async fn run_element(
        &mut self,
        element: &Element,
        input: Option<Vec<Value>>,
    ) -> Result<(), Interrupt> {
        match &element.kind {
            ElementKind::Command(command) => Box::pin(self.run_command(command, input)).await,
            ElementKind::Expression(expression) => {
                let value = self.evaluate(expression).await?;
                if !is_silent(expression) {
                    self.put_out(value);
                }
                Ok(())
            }
        }
    }

    /// `> file`, `>> file`, `2>$null`. Not modelled: other streams into files, `2>&1`.
    async fn redirect(
        &mut self,
        redirection: &Redirection,
        output: &[Value],
        mark: usize,
        element: &Element,
    ) -> Result<(), Interrupt> {
        let target = match &redirection.target {
            Some(target) => self.evaluate(target).await?,
            None => Value::from("&1"),
        };
        let from = redirection.redirect.from;
        match (from, &target) {
            (1, Value::Null) => Ok(()),
            (_, Value::Null) => {
                self.streams.forget_since(mark, |event| match event {
                    Event::Error(_) => matches!(from, 0 | 2),
                    Event::Warning(_) => matches!(from, 0 | 3),
                    Event::Verbose(_) => matches!(from, 0 | 4),
                    Event::Output(_) => from == 0,
                    Event::Host(_) => false,
                });
                Ok(())
            }
            (1, file) => {
                let path = value_text::text(file, self.culture);
                let text = self.rendered(output, self.width);
                let append = redirection.redirect.append;
                let written = self.write_text(&path, &text, append);
                written.map_err(|error| self.fault(error, element.span))
            }
            _ => {
                let message =
                    format!("Redirection of stream {from} is not supported by this shell.");
                let error =
                    ErrorRecord::new(Category::NotImplemented, "RedirectionFailed", message);
                Err(self.fault(error, element.span))
            }
        }
    }

    /// Writes text to a file, or adds it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write_text(
        &self,
        path: &str,
        text: &str,
        append: bool,
    ) -> Result<(), ErrorRecord> {
        let path = paths::absolute(path, &self.location);
        let mut content = Vec::new();
        if append && let Ok(before) = self.host().files().read(&path) {
            content = before;
        }
        content.extend_from_slice(text.replace('\n', "\r\n").as_bytes());
        self.host().files().write(&path, &content).map_err(ErrorRecord::from)
    }
}

//! Tables without borders, like kubectl's.

use console::measure_text_width;

use super::theme::{Mark, paint};

/// Rows of cells; the header is in capitals.
#[derive(Debug)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<(String, Mark)>>,
}

impl Table {
    pub fn new<const N: usize>(header: [&str; N]) -> Self {
        Self::with_header(&header.map(str::to_owned))
    }

    /// A table whose columns are not known in advance.
    pub fn with_header(header: &[String]) -> Self {
        Self { header: header.iter().map(|text| text.to_uppercase()).collect(), rows: Vec::new() }
    }

    /// A table of plain cells.
    pub fn of<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut table = Self::new(header);
        for cells in rows {
            table.row(cells.into_iter().map(|cell| (cell, Mark::Plain)).collect());
        }
        table
    }

    pub fn row(&mut self, cells: Vec<(String, Mark)>) {
        self.rows.push(cells);
    }

    /// The table as text: columns are two spaces apart and as wide as their widest cell.
    pub fn render(&self, colored: bool) -> String {
        let header = self.header.iter().map(|text| (text.clone(), Mark::Plain)).collect();
        let rows: Vec<&Vec<(String, Mark)>> = std::iter::once(&header).chain(&self.rows).collect();
        let widths: Vec<usize> = (0..self.header.len())
            .map(|column| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                cells.map(|(text, _)| measure_text_width(text)).max().unwrap_or_default()
            })
            .collect();
        let lines: Vec<String> = rows
            .into_iter()
            .map(|row| {
                let mut line = String::new();
                for ((text, mark), width) in row.iter().zip(&widths) {
                    line.push_str(&paint(text, *mark, colored));
                    line.push_str(&" ".repeat(width - measure_text_width(text) + 2));
                }
                line.trim_end().to_owned()
            })
            .collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_without_borders() {
        let mut table = Table::new(["object", "state"]);
        table.row(vec![("Deployment/decode".to_owned(), Mark::Plain), ("ready".to_owned(), Mark::Good)]);
        table.row(vec![("Gateway/g".to_owned(), Mark::Plain), ("blocked".to_owned(), Mark::Bad)]);
        assert_eq!(
            table.render(false),
            "OBJECT             STATE\nDeployment/decode  ready\nGateway/g          blocked"
        );
    }
}
